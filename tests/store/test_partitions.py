"""The history's partitions in PostgreSQL: every arrival finds one, whatever there is already, and whoever makes it first."""

import asyncio
import time
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.batch import Batch
from delivery.event import Received
from delivery.notification import INT64_MAX, INT64_MIN, Notification
from store.postgresql.partitions import DAY_MS, Partition, lacking
from store.settings import StoreSettings
from tests.contract.stores import NOW, TOPIC, Place, assert_is_fold
from tests.histories import START_MS, received

EDGES = [Partition("before", INT64_MIN, 20 * DAY_MS), Partition("late", 90 * DAY_MS, INT64_MAX + 1)]
DAYS = st.integers(-5, 100)


@given(st.lists(st.tuples(st.sets(DAYS, min_size=1), st.integers(1, 40)), max_size=5))
def test_every_arrival_gets_one_partition_and_none_overlap(wanted: list[tuple[set[int], int]]) -> None:
    """Also where the number of days was another one before."""
    there = list(EDGES)
    for days, width in wanted:
        arrivals = {day * DAY_MS + day % 7 for day in days}
        made = lacking(there, arrivals, width)
        there += [Partition("", since, until) for since, until in made]
        assert all(0 < until - since <= width * DAY_MS for since, until in made)
        assert all(sum(each.since <= arrival < each.until for each in there) == 1 for arrival in arrivals)
        ordered = sorted(there, key=lambda each: each.since)
        assert all(one.until <= other.since for one, other in pairwise(ordered))
        assert lacking(there, arrivals, width) == []


def _event(number: int, received_at: int, *, timeless: bool = False) -> Received:
    at = None if timeless else START_MS // 1000
    notification = Notification(tracking_id="t-1", rcpt_to="a@example.org", tries=number, time_finished=at)
    return received(notification, received_at, number)


@pytest.mark.anyio
async def test_events_of_any_arrival_are_kept(database: str) -> None:
    """Of no time, of nonsense ones, and copies that move an event to an earlier partition."""
    place = Place(StoreSettings(url=database, history_partition_days=7))
    arrivals = [-1, 0, START_MS, START_MS + 30 * DAY_MS, 4_102_444_800_000, 250_000_000_000_000]
    events = [_event(number, arrival) for number, arrival in enumerate(arrivals)]
    copies = [_event(50, START_MS + days * DAY_MS, timeless=True) for days in (90, 60, 70, 5)]
    async with place.writer() as writer:
        claim = await writer.claim(TOPIC, [0], "test")
        await writer.apply(claim, Batch(events, {0: 50}), NOW, {})
        for number, copy in enumerate(copies):
            await writer.apply(claim, Batch([copy], {0: 51 + number}), NOW, {})
    await assert_is_fold(place, events + copies)
    kept = await place.query("select tableoid::regclass::text from history order by received_at")
    assert [row[0] for row in kept] == [
        "history_before", "history_before", "history_20251009", "history_20251009", "history_20251106", "history_late",
        "history_late",
    ]  # fmt: skip


@pytest.mark.anyio
async def test_partitions_are_there_before_they_are_needed(database: str) -> None:
    place = Place(StoreSettings(url=database))
    async with place.writer():
        pass
    now = time.time_ns() // 1_000_000
    for arrival in (now, now + 30 * DAY_MS):
        start = arrival // (30 * DAY_MS) * 30 * DAY_MS
        name = f"history_{datetime.fromtimestamp(start / 1000, UTC):%Y%m%d}"
        assert await place.query("select relispartition from pg_class where relname = $1", (name,)) == [(True,)]


@pytest.mark.anyio
async def test_two_writers_need_the_same_partitions_at_once(database: str) -> None:
    place = Place(StoreSettings(url=database, history_partition_days=1))
    parts: list[list[Received]] = []
    for partition in (0, 1):
        notifications = [Notification(tracking_id=f"p{partition}", tries=day) for day in range(20)]
        parts.append([
            received(each, START_MS + day * DAY_MS, day, partition) for day, each in enumerate(notifications)
        ])  # fmt: skip
    async with place.writer() as first, place.writer() as second:
        owners = [(first, await first.claim(TOPIC, [0], "a")), (second, await second.claim(TOPIC, [1], "b"))]
        await asyncio.gather(*(
            writer.apply(claim, Batch(parts[number], {number: 20}), NOW, {})
            for number, (writer, claim) in enumerate(owners)
        ))  # fmt: skip
    await assert_is_fold(place, parts[0] + parts[1])
