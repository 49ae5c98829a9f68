"""The law of the store: whatever the order, the doubles, the cuts and the arrivals, it holds the fold of the events."""

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings

from delivery.batch import Batch
from delivery.classification import Kind, shipped_classifier
from delivery.event import Received
from delivery.notification import Notification
from delivery.state import SEEN_MAX, fold
from store.contract import ANNOUNCED_DELIVERIES_MAX
from tests.contract.stores import NOW, TOPIC, Place, apply_all, assert_is_fold
from tests.histories import START_MS, batches, received

pytestmark = pytest.mark.anyio


def test_any_history_is_folded(place: Place) -> None:
    @settings(max_examples=60 if place.is_sqlite else 20, suppress_health_check=list(HealthCheck))
    @given(batches())
    def law(cut: list[Batch]) -> None:
        asyncio.run(_assert_folded(place, cut))

    law()


async def _assert_folded(place: Place, cut: list[Batch]) -> None:
    events = [event for batch in cut for event in batch.events]
    async with place.writer() as writer:
        await place.empty()
        claim = await writer.claim(TOPIC, [0], "test")
        applied = await apply_all(writer, claim, cut)
        assert sum(each.inserted for each in applied) == len({(event.tracking_id, event.id) for event in events})
        assert sum(each.inserted + each.duplicates for each in applied) == len(events)
        assert all(sum(each.kinds.values()) == each.inserted for each in applied)
        views = fold(events, shipped_classifier())
        last = {change.message.tracking_id: change for each in applied for change in each.changes}
        assert {tracking_id: change.message for tracking_id, change in last.items()} == {
            tracking_id: view.message for tracking_id, view in views.items()
        }
        for tracking_id, change in last.items():
            assert {each.recipient: each for each in change.deliveries} == views[tracking_id].deliveries
        await assert_is_fold(place, events)
        again = await apply_all(writer, claim, cut)
        assert not any(each.inserted for each in again)
    await assert_is_fold(place, events)


def _opened(number: int, at: int | None, recipient: str = "ann@example.org") -> Received:
    notification = Notification(event_code=107, tracking_id="hot", rcpt_to=recipient, tries=number, time_finished=at)
    return received(notification, START_MS + number, number)


async def test_more_events_than_ids_are_kept(place: Place) -> None:
    """Beyond SEEN_MAX the history decides; a copy of a timeless event that arrived earlier is still found."""
    timed = [_opened(number, START_MS // 1000 + number) for number in range(3 * SEEN_MAX)]
    timeless = [_opened(1000 + number, None) for number in range(3 * SEEN_MAX)]
    earlier = [received(event.notification, event.received_at - 5000, event.offset) for event in timeless[::5]]
    later = [received(event.notification, event.received_at + 5000, event.offset) for event in timeless[::3]]
    parts = [timed[:20], timeless[:30], timed, timeless[30:], later, earlier, timed + timeless]
    async with place.writer() as writer:
        claim = await writer.claim(TOPIC, [0], "test")
        applied = await apply_all(writer, claim, [Batch(part, {0: 1}) for part in parts])
    assert [each.inserted for each in applied] == [20, 30, len(timed) - 20, len(timeless) - 30, 0, 0, 0]
    await assert_is_fold(place, [event for part in parts for event in part])


async def test_what_came_in_is_counted_by_what_it_reports(place: Place) -> None:
    events = [_opened(number, None) for number in range(3)]
    events.append(received(Notification(tracking_id="hot", event_label="delivered"), START_MS, 7))
    async with place.writer() as writer:
        claim = await writer.claim(TOPIC, [0], "test")
        applied = await apply_all(writer, claim, [Batch(events, {0: 1}), Batch(events, {0: 1})])
    assert [each.kinds for each in applied] == [{Kind.OPENED: 3, Kind.DELIVERED: 1}, {}]


async def test_a_message_with_many_recipients_is_announced_without_them(place: Place) -> None:
    recipients = [f"r{number}@example.org" for number in range(ANNOUNCED_DELIVERIES_MAX + 1)]
    events = [_opened(number, 1000 + number, recipient) for number, recipient in enumerate(recipients)]
    more = [_opened(500 + number, 5000 + number, recipient) for number, recipient in enumerate(recipients[:3])]
    async with place.writer() as writer:
        claim = await writer.claim(TOPIC, [0], "test")
        few = await writer.apply(claim, Batch(events[:-1], {0: 20}), NOW, {})
        many = await writer.apply(claim, Batch(events[-1:], {0: 21}), NOW, {})
        still = await writer.apply(claim, Batch(more, {0: 24}), NOW, {})
    assert len(few.changes[0].deliveries) == ANNOUNCED_DELIVERIES_MAX
    assert many.changes[0].deliveries == []
    assert still.changes[0].deliveries == []
    assert still.changes[0].message.revision == len(events) + 3
    await assert_is_fold(place, events + more)
