"""A store that was lost is restored from a backup, catches up from the topic, and is exact; what was erased since stays erased."""

import asyncio
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import msgspec
import pytest

from bus.settings import KafkaSettings
from delivery.errors import Misconfigured
from delivery.event import Received
from delivery.mentions import value_without
from ops.traffic import Traffic
from store.erasures import cleaned, is_named_as_recipient
from store.opening import back_up
from store.settings import StoreSettings
from store.sqlite.connection import connect
from store.sqlite.pointer import Pointer
from tests.contract.stores import Place, assert_views
from tests.docs.test_blocks import blocks
from tests.parts import postgresql as postgresql_part
from tests.parts.processes import environment, running
from tests.whole.erasing import ADA, BAD, ROWS, World
from tests.whole.test_crashes import topic_events

NOW_S = 1_795_000_000
BLOCKS = blocks("docs/BACKUP.md", "sh")


class Shell:
    """Runs blocks of the page in a directory, with the settings of a world."""

    def __init__(self, directory: Path, world: World) -> None:
        programs = [Path(sys.executable).parent, postgresql_part.program("pg_dump").parent]
        path = os.pathsep.join([*map(str, programs), os.environ["PATH"]])
        self._environment = environment(world.sections) | {"PATH": path}
        self._directory = directory

    async def run(self, *words: str) -> str:
        """The output of the one block that has all of these words."""
        (block,) = (each for each in BLOCKS if all(word in each for word in words))
        done = await asyncio.to_thread(
            subprocess.run, ["bash", "-euo", "pipefail", "-c", block], cwd=self._directory, env=self._environment,
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{block}\n{done.stdout}\n{done.stderr}"
        return done.stdout


class Kept(msgspec.Struct):
    """A store that is lost, and where it is restored."""

    url: str
    restored_url: str
    back_up: tuple[str, ...]
    restore: tuple[str, ...]


@pytest.fixture(params=["data/", ".eds/", "postgresql"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kept]:
    if request.param != "postgresql":
        url = f"sqlite:///{tmp_path}/{request.param}store.db"
        yield Kept(url, url, ("eds backup", "erase --list"), ("cp backups", request.param))
        return
    with postgresql_part.fresh_database(request.getfixturevalue("postgresql")) as other:
        yield Kept(request.getfixturevalue("database"), other, ("pg_dump", "erase --list"), ("pg_restore",))


def left_of(events: list[Received]) -> list[Received]:
    """What an erasure of the address leaves."""
    return [
        cleaned(event, value_without(event.value, ADA.__eq__))
        for event in events
        if not is_named_as_recipient(event, ADA.__eq__)
    ]


@pytest.mark.anyio
async def test_a_restored_store_catches_up_and_what_was_erased_since_stays_erased(
    topics: KafkaSettings, kept: Kept, tmp_path: Path
) -> None:
    key = tmp_path / "erasure.key"
    key.write_text(secrets.token_urlsafe(32))
    world = World(topics, StoreSettings(url=kept.url, erasure_key_file=str(key)), tmp_path)
    rows = list(Traffic(Random(7), NOW_S).rows(600))
    with running(world.gateway):
        with running(world.consumers):
            world.post(*ROWS, *rows[:200])
            world.post(*BAD)
            await world.letters(1)
            world.post(*rows[200:400])  # the backup is taken while these are applied
            await Shell(tmp_path, world).run(*kept.back_up)
            listed = tmp_path / "backups" / "erased.jsonl"
            assert listed.read_text("utf-8") == ""
            world.post(*rows[100:600])
            await world.settled()
            assert (await asyncio.to_thread(world.eds, "erase", "--recipient", ADA, "--yes"))["whole"]
            listed.write_text(await asyncio.to_thread(world.eds_text, "erase", "--list"), "utf-8")
            assert ADA not in listed.read_text("utf-8")
            assert world.consumers.end() == 0
        restored = World(topics, StoreSettings(url=kept.restored_url, erasure_key_file=str(key)), tmp_path)
        shell = Shell(tmp_path, restored)
        await shell.run(*kept.restore)
        assert await Place(restored.store).holding(ADA) != []
        assert json.loads(await shell.run("--again", "--dry-run"))["not_remembered"] == 1
        await shell.run("--again", "--wait 0")
        assert json.loads(await shell.run("--again", "--dry-run"))["not_remembered"] == 0
        await assert_only_letters_are_left(Place(restored.store))
        with running(restored.consumers):
            await restored.settled()
            proof = json.loads(await shell.run("--again", "--json"))
            assert proof["whole"]
            assert not proof["newly_remembered"]
            await restored.assert_gone()
            await assert_views(Place(restored.store), left_of(await asyncio.to_thread(topic_events, topics)))
            assert restored.consumers.end() == 0


async def assert_only_letters_are_left(place: Place) -> None:
    """Views and history are clean before anybody reads them; letters go when the consumers take over what they were told."""
    assert {each.partition(".")[0] for each in await place.holding(ADA)} <= {"dead_letters"}
    assert await place.query("select count(*) from erasures") == [(1,)]


def embedded(directory: Path) -> tuple[StoreSettings, Callable[[], list[tuple[str]]]]:
    path = directory / "store.db"

    def notes() -> list[tuple[str]]:
        with closing(connect(Pointer(path).path(), 5_000)) as connection:
            return connection.execute("select owner from offsets").fetchall()

    return StoreSettings(url=f"sqlite:///{path}"), notes


@pytest.mark.anyio
async def test_a_backup_is_of_the_generation_that_serves_and_replaces_nothing(tmp_path: Path) -> None:
    settings, notes = embedded(tmp_path)
    async with Place(settings).writer() as writer:
        await writer.claim("smtp.notifications", [0], "first")
    path = tmp_path / "store.db"
    back_up(settings, tmp_path / "store.db.2")
    Pointer(path).replace(2)
    async with Place(settings).writer() as writer:
        await writer.claim("smtp.notifications", [0], "second")
    target = tmp_path / "backups" / "store.db"
    target.parent.mkdir()
    told = back_up(settings, target)
    assert told.bytes == target.stat().st_size
    assert [each.name for each in target.parent.iterdir()] == ["store.db"]
    assert target.stat().st_mode & 0o777 == 0o600
    assert embedded(target.parent)[1]() == notes() == [("second",)]
    with pytest.raises(Misconfigured, match="exists"):
        back_up(settings, target)
    with pytest.raises(Misconfigured, match="no store"):
        back_up(embedded(tmp_path / "nothing")[0], tmp_path / "none")
    with pytest.raises(Misconfigured, match="pg_dump"):
        back_up(msgspec.structs.replace(settings, url="postgresql://nowhere/db"), tmp_path / "none")
    # A pointer that was restored without its file begins no empty store.
    (tmp_path / "store.db.2").unlink()
    with pytest.raises(Misconfigured, match=r"store\.db\.2 serves, and it is gone"):
        async with Place(settings).writer():
            pass
