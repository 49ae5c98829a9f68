"""Claims, fencing and offsets; and a writer that is killed in the middle of its work."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from random import Random

import msgspec
import pytest

from delivery.batch import Batch
from delivery.classification import shipped_classifier
from delivery.errors import Fenced, Misconfigured, Unavailable
from delivery.event import Received
from delivery.notification import Notification
from ops.traffic import Traffic
from store import migrations
from store.contract import Position
from store.opening import open_eraser, open_letters, open_reader, open_writer
from store.settings import StoreSettings
from tests.contract.stores import NOW, TOPIC, Place, assert_is_fold
from tests.histories import START_MS, received

pytestmark = pytest.mark.anyio


def traffic(count: int, partition: int = 0, seed: int = 1, every_ms: int = 1) -> list[Received]:
    """Made-up events, one of which arrives every so often; the same ones for the same seed."""
    rows = Traffic(Random(seed), START_MS // 1000, prefix=f"p{partition}-").rows(count)
    return [
        received(msgspec.convert(row, Notification), START_MS + offset * every_ms, offset, partition)
        for offset, row in enumerate(rows)
    ]


async def test_an_outdated_claim_writes_nothing(place: Place) -> None:
    events, others = traffic(50), traffic(50, seed=2)
    async with place.writer() as first, place.writer() as second:
        old = await first.claim(TOPIC, [0, 1], "first")
        await first.apply(old, Batch(events, {0: 50}), NOW, {})
        new = await second.claim(TOPIC, [1, 0], "second")
        assert new.epochs[0] > old.epochs[0]
        assert new.positions == {0: Position(50, 0)}
        with pytest.raises(Fenced):
            await first.apply(old, Batch(others, {0: 100}), NOW, {})
        with pytest.raises(Fenced):
            await first.mark_announced(old, {0: 50})
        with pytest.raises(ValueError, match="not in the claim"):
            await second.apply(new, Batch([], {2: 1}), NOW, {})
        await assert_is_fold(place, events)
        await second.apply(new, Batch(others, {0: 100}), NOW, {0: 50})
        assert (await second.claim(TOPIC, [0, 1], "second")).positions == {0: Position(100, 50)}
    await assert_is_fold(place, events + others)


async def test_only_the_partition_that_was_taken_is_fenced(place: Place) -> None:
    async with place.writer() as first, place.writer() as second:
        old = await first.claim(TOPIC, [0, 1], "first")
        await second.claim(TOPIC, [1], "second")
        await first.apply(old, Batch(traffic(5), {0: 5}), NOW, {})
        with pytest.raises(Fenced):
            await first.apply(old, Batch([], {0: 6, 1: 5}), NOW, {})
        assert (await first.claim(TOPIC, [0], "first")).positions == {0: Position(5, 0)}


async def test_offsets_never_move_back(place: Place) -> None:
    events = traffic(20)
    async with place.writer() as writer:
        claim = await writer.claim(TOPIC, [0, 1], "test")
        assert claim.positions == {}
        await writer.apply(claim, Batch(events, {0: 20}), NOW, {})
        await writer.apply(claim, Batch(events[:5], {0: 5}), NOW, {0: 15})
        await writer.mark_announced(claim, {0: 3})
        assert (await writer.claim(TOPIC, [0, 1], "test")).positions == {0: Position(20, 15)}


async def test_progress_tells_how_fresh_the_store_is(place: Place) -> None:
    async with place.writer() as writer, place.reader() as reader:
        empty = await reader.progress()
        assert (empty.positions, empty.newest_event_at, empty.applied_at) == ({}, None, None)
        newest = migrations.shipped("sqlite" if place.is_sqlite else "postgresql")[-1].version
        assert (empty.schema_version, empty.classification_version) == (newest, shipped_classifier().version)
        claim = await writer.claim(TOPIC, [0, 1], "test")
        assert (await reader.progress()).positions == {}
        await writer.apply(claim, Batch(traffic(20), {0: 20}), NOW, {})
        await writer.apply(claim, Batch(traffic(7, partition=1), {1: 7}), NOW + 9, {0: 20})
        found = await reader.progress()
        await reader.check()
    assert found.positions == {TOPIC: {0: Position(20, 20), 1: Position(7, 0)}}
    assert (found.newest_event_at, found.applied_at) == (START_MS + 19, NOW + 9)


async def test_a_reader_waits_for_the_schema_and_refuses_a_newer_one(place: Place) -> None:
    with pytest.raises(Unavailable):
        async with place.reader():
            pass
    async with place.writer():
        pass
    async with place.reader() as reader:
        await reader.check()
        await place.query("insert into schema_version values (99, 0)")
        with pytest.raises(Misconfigured, match="newer program"):
            await reader.check()
    for side in (place.reader, place.writer):
        with pytest.raises(Misconfigured, match="newer program"):
            async with side():
                pass


def test_a_url_of_no_known_database_is_refused() -> None:
    settings = StoreSettings(url="mysql://somewhere/db")
    with pytest.raises(Misconfigured, match="mysql"):
        open_reader(settings)
    with pytest.raises(Misconfigured, match="mysql"):
        open_writer(settings, shipped_classifier())


KILLED_EVENTS = 4_000


def kill_a_worker(url: str, after_s: float) -> bool:
    """Starts a process that applies, and ends it with SIGKILL; whether it was done before that."""
    worker = subprocess.Popen([sys.executable, "-m", "tests.contract.applying", url], stdout=subprocess.PIPE)
    assert worker.stdout is not None
    with worker:
        assert worker.stdout.readline() == b"applying\n"
        time.sleep(after_s)  # the moment is what is random here; nothing is waited for
        finished = worker.poll() == 0
        worker.send_signal(signal.SIGKILL)
    return finished


async def test_a_writer_killed_anywhere_leaves_whole_batches(place: Place) -> None:
    """SIGKILL at random moments: what is there is the fold of all below next_offset, and the next writer goes on."""
    events, random = traffic(KILLED_EVENTS), Random(os.urandom(8))
    kills, done = 0, 0
    async with place.writer():
        pass
    while done < KILLED_EVENTS:  # each one lives longer, so that a slow machine comes to an end too
        finished = await asyncio.to_thread(kill_a_worker, place.settings.url, random.uniform(0, 0.1 + 0.03 * kills))
        kills += not finished
        async with place.writer() as writer:
            done = (await writer.claim(TOPIC, [0], "checker")).positions.get(0, Position(0, 0)).next_offset
        await assert_is_fold(place, events[:done])
    assert kills >= 2, "the worker was done too soon for this test to mean anything"


@pytest.mark.parametrize("place", ["postgresql"], indirect=True)
async def test_a_server_that_has_gone_back_is_not_written_past(place: Place) -> None:
    """A standby that took over without the last transactions, or a backup that was restored under a live owner."""
    events = traffic(30)
    async with place.writer() as writer:
        claim = await writer.claim(TOPIC, [0, 1], "test")
        await writer.apply(claim, Batch(events[:10], {0: 10}), NOW, {})
        await writer.apply(claim, Batch(events[10:20], {0: 20}), NOW, {0: 10})
        for lost in ("history", "messages", "deliveries", "statistics_added", "statistics"):
            await place.query(f"delete from {lost}")
        await place.query("update offsets set next_offset = null, announced_offset = 0 where topic_partition = 0")
        with pytest.raises(Fenced, match="gone back"):
            await writer.apply(claim, Batch(events[20:], {0: 30}), NOW, {})
        with pytest.raises(Fenced, match="gone back"):
            await writer.mark_announced(claim, {0: 20})
        claim = await writer.claim(TOPIC, [0, 1], "test")
        assert claim.positions == {}
        await writer.apply(claim, Batch(events, {0: 30}), NOW, {})
    await assert_is_fold(place, events)


@pytest.mark.parametrize("place", ["postgresql"], indirect=True)
async def test_a_server_that_has_gone_back_behind_an_erasure_is_asked_anew(place: Place) -> None:
    """Its last erasure is lost, and the number of that is another's later: nobody may take the one for the other."""
    place = Place(msgspec.structs.replace(place.settings, erasure_key="0123456789abcdef0123456789abcdef"))
    events = [
        received(Notification(tracking_id=who, rcpt_to=f"{who}@example.org"), NOW + 1, 0) for who in ("ada", "bob")
    ]
    letters = open_letters(place.settings)
    await letters.open()
    async with place.writer() as writer:
        claim = await writer.claim(TOPIC, [0], "test")
        await erase(place, "ada@example.org")
        assert (await writer.apply(claim, Batch(events[:1], {0: 1}), NOW, {})).erased == 1
        assert (await letters.erasures()).number == 1
        await place.query("delete from erasures")
        assert (await writer.apply(claim, Batch(events[:1], {0: 2}), NOW, {})).inserted == 1
        assert (await letters.erasures()).number == 0
        await place.query("alter table erasures alter number restart with 1")
        await erase(place, "ada@example.org")
        assert (await writer.apply(claim, Batch(events[:1], {0: 3}), NOW, {})).erased == 1
        assert (await letters.erasures()).number == 1
        await place.query("delete from erasures")
        await place.query("alter table erasures alter number restart with 1")
        await erase(place, "bob@example.org")
        await end_other_sessions(place)  # as it is where a standby takes over
        with suppress(Unavailable):
            await writer.apply(claim, Batch(events[1:], {0: 4}), NOW, {})
        assert (await writer.apply(claim, Batch(events[1:], {0: 4}), NOW, {})).erased == 1
        with suppress(Unavailable):
            await letters.erasures()
        assert (await letters.erasures()).is_erased("bob@example.org")
    await letters.close()


async def erase(place: Place, address: str) -> None:
    eraser = open_eraser(place.settings, shipped_classifier(), address)
    await eraser.open()
    await eraser.remember(NOW)
    await eraser.close()


async def end_other_sessions(place: Place) -> None:
    """The server's other connections to this database are gone."""
    await place.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
    )


async def test_a_store_goes_on_with_other_topics(place: Place) -> None:
    """Where the topics were lost: the store keeps all that it has, and begins at the new topics' start."""
    lost, fresh = traffic(30), traffic(40)[20:]
    async with place.writer() as writer, place.reader() as reader:
        claim = await writer.claim(TOPIC, [0], "test")
        await writer.apply(claim, Batch(lost, {0: 30}), NOW, {0: 30})
        other = await writer.claim(f"{TOPIC}.2", [0], "test")
        assert other.positions == {}
        again = [msgspec.structs.replace(event, offset=number) for number, event in enumerate(fresh)]
        await writer.apply(other, Batch(again, {0: 20}), NOW, {0: 20})
        assert (await reader.progress()).positions == {
            TOPIC: {0: Position(30, 30)},
            f"{TOPIC}.2": {0: Position(20, 20)},
        }
    await assert_is_fold(place, lost + fresh)
