"""A large batch in PostgreSQL goes over several connections: of each partition all or nothing, whatever becomes of the others."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.batch import Batch, Poison
from delivery.errors import Fenced, Unavailable
from delivery.event import Received
from delivery.notification import Notification
from store.contract import Position
from store.postgresql.lanes import LANE_EVENTS_MIN, joined, split
from store.settings import StoreSettings
from tests.contract.stores import NOW, TOPIC, Place, assert_is_fold
from tests.contract.test_ownership import traffic
from tests.histories import START_MS, received

EACH = LANE_EVENTS_MIN
OFFSETS = {0: EACH, 1: EACH, 2: EACH}


def _event(partition: int, offset: int) -> Received:
    notification = Notification(tracking_id=f"m-{offset % 5}", tries=offset, time_finished=START_MS + offset)
    return received(notification, START_MS + offset, offset, partition)


def _batch() -> Batch:
    """Of three partitions, mingled."""
    parts = [traffic(EACH, partition, seed=partition + 1) for partition in OFFSETS]
    return Batch([event for row in zip(*parts, strict=True) for event in row], dict(OFFSETS))


@given(st.lists(st.integers(0, 9), max_size=60), st.sets(st.integers(0, 12)), st.integers(0, 4))
def test_a_split_has_everything_once_and_partitions_whole(places: list[int], passed: set[int], parts_max: int) -> None:
    events = [_event(partition, offset) for offset, partition in enumerate(places)]
    poison = [Poison(partition, 100, None, None, [], 0, "") for partition in sorted(passed)]
    batch = Batch(events, {partition: partition + 1 for partition in {*places, *passed}}, poison)
    parts = split(batch, parts_max)
    assert 1 <= len(parts) <= max(1, parts_max)
    assert sorted((each for part in parts for each in part.events), key=lambda each: each.offset) == events
    assert [each for part in parts for each in part.events if each.partition == 3] == [
        each for each in events if each.partition == 3
    ]
    assert sorted((each for part in parts for each in part.poison), key=lambda each: each.partition) == poison
    assert sorted(pair for part in parts for pair in part.next_offsets.items()) == sorted(batch.next_offsets.items())
    for part in parts:
        assert {each.partition for each in part.events} <= part.next_offsets.keys()
        assert {each.partition for each in part.poison} <= part.next_offsets.keys()


def test_a_defect_is_told_before_a_fence_and_a_fence_before_what_passes() -> None:
    problems: list[BaseException] = [Unavailable("away"), Fenced("another"), TypeError("ours")]
    for expected in (TypeError, Fenced, Unavailable):
        with pytest.raises(expected):
            joined(problems)
        del problems[-1]


@pytest.mark.anyio
async def test_large_batches_of_several_partitions_are_folded(database: str) -> None:
    place, batch = Place(StoreSettings(url=database)), _batch()
    copies = [msgspec.structs.replace(event, received_at=event.received_at + 1) for event in batch.events]
    async with place.writer() as writer:
        claim = await writer.claim(TOPIC, [*OFFSETS, 7], "test")
        first = await writer.apply(claim, batch, NOW, {})
        again = await writer.apply(claim, Batch(copies, dict(OFFSETS)), NOW, {0: 1, 2: 3, 7: 4})
        assert (first.inserted + first.duplicates, again.inserted, again.duplicates) == (3 * EACH, 0, 3 * EACH)
        assert sum(first.kinds.values()) == first.inserted
        told = {change.message.tracking_id: change for change in again.changes}
        assert told == {change.message.tracking_id: change for change in first.changes}
        found = (await writer.claim(TOPIC, [*OFFSETS, 7], "test")).positions
        assert found == {0: Position(EACH, 1), 1: Position(EACH, 0), 2: Position(EACH, 3)}
    assert await place.query("select announced_offset from offsets where topic_partition = 7") == [(4,)]
    await assert_is_fold(place, [*batch.events, *copies])


@pytest.mark.anyio
async def test_a_partition_that_was_taken_costs_only_those_that_go_with_it(database: str) -> None:
    place, batch = Place(StoreSettings(url=database)), _batch()
    async with place.writer() as first, place.writer() as second:
        old = await first.claim(TOPIC, list(OFFSETS), "first")
        await second.claim(TOPIC, [1], "second")
        with pytest.raises(Fenced):
            await first.apply(old, batch, NOW, {})
        found = (await second.claim(TOPIC, list(OFFSETS), "second")).positions
        assert 1 not in found
        assert found
        await assert_is_fold(place, [event for event in batch.events if event.partition in found])
        fresh = await second.claim(TOPIC, list(OFFSETS), "second")
        await second.apply(fresh, batch, NOW, {})
    await assert_is_fold(place, batch.events)


@pytest.mark.anyio
async def test_a_message_in_two_partitions_is_announced_as_it_stands(database: str) -> None:
    """As after the topic's partitions were made more: both transactions want the same rows, and one is done again."""
    place = Place(StoreSettings(url=database))
    events = [_event(number % 2, number) for number in range(2 * EACH)]
    async with place.writer() as writer:
        claim = await writer.claim(TOPIC, [0, 1], "test")
        applied = await writer.apply(claim, Batch(events, {0: 1, 1: 1}), NOW, {})
    assert {change.message.tracking_id: change.message.revision for change in applied.changes} == {
        f"m-{number}": 2 * EACH // 5 for number in range(5)
    }
    assert len(applied.changes) == 5
    await assert_is_fold(place, events)
