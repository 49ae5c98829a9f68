"""An erased address is gone from everything that is kept, and stays gone: whatever comes late, is replayed, or is made anew."""

import asyncio
import secrets
from pathlib import Path

import pytest

from bus.settings import KafkaSettings
from store.settings import StoreSettings
from tests.contract.stores import Place
from tests.parts.processes import Part, running
from tests.whole.erasing import ADA, BAD, ROWS, WAIT_S_MAX, World


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> StoreSettings:
    key = tmp_path / "erasure.key"
    key.write_text(secrets.token_urlsafe(32))
    url = f"sqlite:///{tmp_path}/store.db" if request.param == "sqlite" else request.getfixturevalue("database")
    return StoreSettings(url=url, erasure_key_file=str(key))


@pytest.mark.anyio
async def test_an_erased_address_is_gone_and_stays_gone(
    topics: KafkaSettings, store: StoreSettings, tmp_path: Path
) -> None:
    world = World(topics, store, tmp_path)
    with running(world.gateway), running(world.consumers):
        world.post(*ROWS)
        world.post(*BAD)
        await world.settled()
        await world.letters(1)
        before = world.eds("erase", "--recipient", ADA.upper())
        assert before["dry_run"]
        assert before["letters"] == 1
        assert before["found"]["events"] >= 3
        assert await Place(store).holding(ADA) != []
        proof = world.eds("erase", "--recipient", f"<{ADA.upper()}>", "--yes")
        assert proof["whole"]
        assert proof["newly_remembered"]
        await world.assert_gone()
        await world.assert_his_is_the_fold()
        # Late: again as it was, in another case, to another message, and a row that is bad.
        late = {"tracking_id": "late", "rcpt_to": ADA.title(), "event_code": 108, "time_finished": 1_795_000_009}
        world.post(*ROWS, late)
        world.post(*BAD)
        await world.settled()
        await asyncio.to_thread(world.eds, "erase", "--recipient", ADA, "--yes")
        await world.assert_gone()
        await world.assert_his_is_the_fold()
        assert await Place(store).query("select count(*) from messages where tracking_id = 'late'") == [(0,)]
        # All of the topic once more, with the address in it.
        await asyncio.to_thread(world.eds, "rebuild", "--from", "topic", "--yes")
        await world.settled()
        await world.assert_gone()
        await world.assert_his_is_the_fold()
        assert (await asyncio.to_thread(world.eds, "verify", "--all"))["faulty"] == 0
        assert world.consumers.end() == 0
    other = StoreSettings(url=store.url)
    refused = Part("consumers", {"kafka": topics, "store": other}, tmp_path / "refused.log")
    refused.start()
    assert refused.process is not None
    assert refused.process.wait(WAIT_S_MAX) == 2
    assert "erasure_key_file" in refused.log.read_text("utf-8")


KILLS = (("is remembered", 0.0), ("is remembered", 0.05), ("are removed", 0.0), ("waiting for the consumers", 0.0))
"""What an erasure has said, and the seconds behind it."""


@pytest.mark.anyio
async def test_an_erasure_that_is_killed_at_each_of_its_steps_ends_whole(
    topics: KafkaSettings, store: StoreSettings, tmp_path: Path
) -> None:
    world = World(topics, store, tmp_path)
    with running(world.gateway), running(world.consumers):
        world.post(*ROWS, *({"tracking_id": f"hers-{n}", "rcpt_to": ADA, "event_code": 103} for n in range(1_500)))
        world.post(*BAD)
        await world.settled()
        await world.letters(1)
        assert await asyncio.to_thread(world.kill_erasure, *KILLS[0])
        assert await Place(store).holding(ADA) != [], "it was killed in its middle"
        was_killed = [await asyncio.to_thread(world.kill_erasure, *kill) for kill in KILLS[1:]]
        assert any(was_killed)
        assert (await asyncio.to_thread(world.eds, "verify", "--all"))["faulty"] == 0
        assert (await asyncio.to_thread(world.eds, "erase", "--recipient", ADA, "--yes"))["whole"]
        await world.assert_gone()
        await world.assert_his_is_the_fold()
        assert (await asyncio.to_thread(world.eds, "verify", "--all"))["faulty"] == 0
