"""A rebuild beside live consumers: nothing is lost, readers see no error and nothing older, and what changed is announced."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from importlib.resources import files
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import orjson
import pytest

from bus.publisher import Publisher
from bus.settings import KafkaSettings
from delivery.classification import classifier_of, shipped_classifier
from delivery.event import Record, build_event, request_headers
from delivery.notification import Notification
from delivery.state import fold
from delivery.views import Views
from ops.traffic import Traffic
from store.contract import Reader
from store.settings import StoreSettings
from tests.consumers.test_materializer import consumers
from tests.contract.stores import Place
from tests.parts.processes import Part, environment, running
from tests.whole.test_crashes import assert_announced, assert_exact, topic_events, wait_complete

pytestmark = pytest.mark.anyio

NOW = 1_795_342_805_000


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "sqlite":
        return Place(StoreSettings(url=f"sqlite:///{tmp_path / 'store.db'}"))
    return Place(StoreSettings(url=request.getfixturevalue("database")))


def records(count: int, seed: int) -> list[Record]:
    rows = Traffic(Random(seed), NOW // 1000, prefix=f"s{seed}-", duplicates=0.1).rows(count)
    return [
        build_event(msgspec.convert(row, Notification), NOW + number, request_headers(NOW + number, "test"))
        for number, row in enumerate(rows)
    ]


async def publish(kafka: KafkaSettings, given: Sequence[Record]) -> None:
    publisher = Publisher(kafka)
    await publisher.open()
    try:
        for start in range(0, len(given), 500):
            await publisher.publish(kafka.notifications_topic, given[start : start + 500])
    finally:
        await publisher.close()


class Told(msgspec.Struct):
    status: int
    out: bytes
    err: str

    @property
    def outcome(self) -> Any:
        return orjson.loads(self.out)


def command(kafka: KafkaSettings, store: StoreSettings, *arguments: str, **sections: Any) -> subprocess.Popen[bytes]:
    """`eds` with these arguments, running."""
    return subprocess.Popen(
        [sys.executable, "-m", "ops", *arguments],
        env=environment({"kafka": kafka, "store": store, **sections}),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


async def eds(kafka: KafkaSettings, store: StoreSettings, *arguments: str, **sections: Any) -> Told:
    process = command(kafka, store, *arguments, **sections)
    out, err = await asyncio.to_thread(process.communicate, None, 60)
    return Told(process.returncode, out, err.decode())


@asynccontextmanager
async def consumed(
    kafka: KafkaSettings, place: Place, directory: Path, **settings: Any
) -> AsyncIterator[tuple[Part, Reader]]:
    """The consumers, running, and a reader of what they write."""
    with running(consumers(kafka, place.settings, directory, **settings)) as part:
        async with place.reader() as reader:
            yield part, reader


@asynccontextmanager
async def watched(reader: Reader, ids: Sequence[str]) -> AsyncIterator[list[int]]:
    """Reads these messages over and over: no error, and no revision that falls. Gives how many reads there were."""
    reads = [0]

    async def watch() -> None:
        seen: dict[str, int] = {}
        while True:
            for page in await reader.message_pages(ids, 100, 1000):
                if page is not None:
                    message = page.message
                    assert message.revision >= seen.get(message.tracking_id, 0)
                    assert len(page.events.rows) == message.revision  # of one generation, in one state
                    seen[message.tracking_id] = message.revision
            reads[0] += 1
            await asyncio.sleep(0)

    watching = [asyncio.create_task(watch()) for _ in range(2)]
    try:
        yield reads
        for task in watching:
            assert not task.done() or task.result() is None
    finally:
        for task in watching:
            task.cancel()
        for task in watching:
            with suppress(asyncio.CancelledError):
                await task


@pytest.mark.parametrize(
    ("place", "source"),
    [("sqlite", "history"), ("postgresql", "history"), ("postgresql", "topic")],
    indirect=["place"],
)
async def test_views_are_rebuilt_while_events_come_and_are_read(
    topics: KafkaSettings, place: Place, tmp_path: Path, source: str
) -> None:
    small = msgspec.structs.replace(topics, batch_events_max=200)
    first, later = records(1_000, 1), records(3_000, 2)
    await publish(topics, first)
    async with consumed(small, place, tmp_path) as (_, reader):
        await wait_complete(topics, reader, announced=False)
        ids = list(dict.fromkeys((record.key or b"").decode() for record in later))[:50]
        async with watched(reader, ids) as reads:
            coming = asyncio.create_task(publish(topics, later))
            told = await eds(topics, place.settings, "rebuild", "--from", source, "--yes", "--json")
            before = reads[0]
            await coming
            await wait_complete(topics, reader)
        assert told.status == 0, told.err
        assert (told.outcome["swapped"], told.outcome["changed"]) == (True, 0)
        assert before > 0
        events = await asyncio.to_thread(topic_events, topics)
        expected = fold(events, shipped_classifier())
        await assert_exact(reader, events, expected)
        await asyncio.to_thread(assert_announced, topics, expected)
    verified = await eds(topics, place.settings, "verify", "--all", "--json")
    assert verified.status == 0, verified.err
    assert verified.outcome["messages"] == len(expected)


def kill_at_a_step(given: dict[str, str], steps: int, after_s: float) -> bool:
    """Starts a rebuild and kills it with SIGKILL a moment after so many steps were said; whether it was done before that."""
    process = subprocess.Popen([sys.executable, "-m", "tests.consumers.rebuilding"], env=given, stdout=subprocess.PIPE)
    assert process.stdout is not None
    with process:
        for _ in range(steps):
            if not process.stdout.readline():
                break
        time.sleep(after_s)  # the moment is what is random here; nothing is waited for
        status = process.poll()
        process.send_signal(signal.SIGKILL)
    assert status in (None, 0), "it failed, and was not killed"
    return status == 0


async def test_a_rebuild_that_is_killed_anywhere_goes_on(topics: KafkaSettings, place: Place, tmp_path: Path) -> None:
    random = Random(os.urandom(8))
    await publish(topics, records(1_500, 1))
    async with consumed(topics, place, tmp_path) as (_, reader):
        await wait_complete(topics, reader, announced=False)
        kills, done = 0, False
        while not done:
            # The first is killed for sure, at its first step; how far others get is chance.
            steps = 1 if not kills else random.randint(1, 12) if kills < 4 else 1_000
            given = environment({"kafka": topics, "store": place.settings})
            done = await asyncio.to_thread(kill_at_a_step, given, steps, random.uniform(0, 0.03))
            kills += not done
            await publish(topics, records(100, 10 + kills))
            assert (await reader.progress()).positions
        assert kills >= 1
        await wait_complete(topics, reader)
        events = await asyncio.to_thread(topic_events, topics)
        await assert_exact(reader, events, fold(events, shipped_classifier()))
    assert (await eds(topics, place.settings, "verify", "--all")).status == 0


async def test_another_classification_is_applied_to_the_history_and_announced(
    topics: KafkaSettings, place: Place, tmp_path: Path
) -> None:
    table = files("delivery").joinpath("classification.toml").read_text("utf-8")
    other = tmp_path / "classification.toml"
    other.write_text(table.replace("version = 2", "version = 3", 1).replace('"invalid_recipient"', '"nobody_there"'))
    setting = {"classification_file": str(other)}
    await publish(topics, records(600, 1))
    async with consumed(topics, place, tmp_path) as (part, reader):
        await wait_complete(topics, reader)
        assert part.end() == 0
    async with consumed(topics, place, tmp_path, **setting) as (part, reader):
        assert "the views were made with classification 2, this program has 3" in part.log.read_text("utf-8")
        refused = await eds(topics, place.settings, "verify", consumers=setting)
        assert (refused.status, "eds rebuild" in refused.err) == (2, True)
        plan = await eds(topics, place.settings, "rebuild", "--json", consumers=setting)
        assert (plan.status, plan.outcome["making"]) == (0, None)
        told = await eds(topics, place.settings, "rebuild", "--yes", "--json", consumers=setting)
        assert told.status == 0, told.err
        assert told.outcome["changed"] >= 2
        assert (await reader.progress()).classification_version == 3
        classifier = classifier_of(str(other))
        events = await asyncio.to_thread(topic_events, topics)
        expected = fold(events, classifier)
        await assert_exact(reader, events, expected)
        await asyncio.to_thread(wait_announced, topics, expected)
    assert (await eds(topics, place.settings, "verify", consumers=setting)).status == 0


def wait_announced(kafka: KafkaSettings, expected: dict[str, Views]) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            return assert_announced(kafka, expected)
        except AssertionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


async def test_a_wrong_store_is_found_and_mended(topics: KafkaSettings, place: Place, tmp_path: Path) -> None:
    await publish(topics, records(600, 1))
    async with consumed(topics, place, tmp_path) as (_, reader):
        await wait_complete(topics, reader)
        ids = list(fold(topic_events(topics), shipped_classifier()))
        await place.query(f"delete from messages where tracking_id = '{ids[0]}'")
        await place.query(f"update messages set state = replace(state, ':', ': ') where tracking_id = '{ids[1]}'")
        await place.query("update statistics set total = total + 1 where span = 'hour'")
        told = await eds(topics, place.settings, "verify", "--all", "--json")
        assert told.status == 10
        assert {ids[0], ids[1]} <= {fault["id"] for fault in told.outcome["faults"]}
        assert ids[1] in told.err
        loss = await eds(topics, place.settings, "rebuild", "--from", "topic", "--dry-run", "--json")
        assert (loss.status, loss.outcome["lost"]) == (0, 0)
        source = "topic" if place.is_sqlite else "history"  # SQLite's history needs the message's number, which is gone
        told = await eds(topics, place.settings, "rebuild", "--from", source, "--keep-old", "--yes", "--json")
        assert told.status == 0, told.err
        assert (told.outcome["changed"], told.outcome["mended"]) == (1, 1)
        again = await eds(topics, place.settings, "rebuild", "--yes")
        assert (again.status, "--drop-old" in again.err) == (1, True)
        assert (await eds(topics, place.settings, "rebuild", "--drop-old", "--yes")).status == 0
        events = topic_events(topics)
        await assert_exact(reader, events, fold(events, shipped_classifier()))
    assert (await eds(topics, place.settings, "verify", "--all")).status == 0
