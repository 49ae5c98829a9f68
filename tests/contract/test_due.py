"""What is due on the status topic: its partition's owner finds it as it stands, until it is announced, and no sooner gone."""

import pytest

from delivery.batch import Batch
from delivery.classification import shipped_classifier
from delivery.errors import Fenced
from delivery.event import Received
from delivery.notification import Notification
from delivery.state import fold
from delivery.views import Views
from store.announcements import add_from
from store.contract import ANNOUNCED_DELIVERIES_MAX, Due
from tests.contract.stores import NOW, TOPIC, Place
from tests.histories import START_MS, received

pytestmark = pytest.mark.anyio

LONG = "L" * 299


def _event(tracking_id: str, number: int, partition: int = 0, recipient: int = 0) -> Received:
    notification = Notification(tracking_id=tracking_id, rcpt_to=f"r{recipient}@example.org", tries=number)
    return received(notification, START_MS + number, number, partition)


MANY = [_event("many", 50 + number, 1, number) for number in range(ANNOUNCED_DELIVERIES_MAX + 1)]
EVENTS = [_event("a", 1), _event("b", 2), _event("c\0", 3), _event("elsewhere", 4, 1), _event(f"{LONG}1", 5), *MANY]
VIEWS: dict[str, Views] = fold(EVENTS, shipped_classifier())


async def _make_due(place: Place, *tracking_ids: str, removed: bool = False) -> None:
    listed = ", ".join(f"'{each}'" for each in tracking_ids)
    rows = f"messages where tracking_id in ({listed})"
    await place.query(add_from(rows, removed=removed, postgresql=not place.is_sqlite))


def _told(due: list[Due]) -> dict[str, tuple[bool, Views | None]]:
    return {
        one.tracking_id: (
            one.removed,
            Views(one.change.message, {each.recipient: each for each in one.change.deliveries}) if one.change else None,
        )
        for one in due
    }


async def test_what_is_due_is_the_owners_until_it_is_announced(place: Place) -> None:
    async with place.writer() as writer:
        claim = await writer.claim(TOPIC, [0], "test")
        both = await writer.claim(TOPIC, [0, 1], "test")
        await writer.apply(both, Batch(EVENTS, {0: 6, 1: 100}), NOW, {})
        assert await writer.due(both, 100) == []
        await _make_due(place, "a", "b", "c\ufffd", "elsewhere", "many")
        with pytest.raises(Fenced):
            await writer.due(claim, 100)
        mine = await writer.claim(TOPIC, [0], "test")
        first = await writer.due(mine, 2)
        assert _told(first) == {each: (False, VIEWS[each]) for each in ("a", "b")}
        assert _told(await writer.due(mine, 100)) == {each: (False, VIEWS[each]) for each in ("a", "b", "c\ufffd")}
        with pytest.raises(Fenced):
            await writer.mark_due_announced(both, first)
        await writer.mark_due_announced(mine, first)
        assert _told(await writer.due(mine, 100)) == {"c\ufffd": (False, VIEWS["c\ufffd"])}
        others = await writer.due(await writer.claim(TOPIC, [1], "other"), 100)
        assert _told(others) == {
            "elsewhere": (False, VIEWS["elsewhere"]),
            "many": (False, Views(VIEWS["many"].message, {})),
        }


async def test_a_message_that_is_due_again_meanwhile_stays_due(place: Place) -> None:
    async with place.writer() as writer:
        claim = await writer.claim(TOPIC, [0, 1], "test")
        await writer.apply(claim, Batch(EVENTS, {0: 6, 1: 100}), NOW, {})
        await _make_due(place, "a")
        before = await writer.due(claim, 100)
        await _make_due(place, "a", "b")
        await _make_due(place, "a", removed=True)
        found = await writer.due(claim, 100)
        assert _told(found) == {"a": (True, VIEWS["a"]), "b": (False, VIEWS["b"])}
        assert [len(one.numbers) for one in found] == [3, 1]
        await writer.mark_due_announced(claim, before)
        assert [len(one.numbers) for one in await writer.due(claim, 100)] == [2, 1]
        await writer.mark_due_announced(claim, found)
        assert await writer.due(claim, 100) == []


async def test_what_is_gone_is_due_by_its_whole_id(place: Place) -> None:
    later = _event(f"{LONG}1", 9)
    async with place.writer() as writer:
        claim = await writer.claim(TOPIC, [0, 1], "test")
        await writer.apply(claim, Batch(EVENTS, {0: 6, 1: 100}), NOW, {})
        rows = "messages where length(tracking_id) > 256 or tracking_id = 'elsewhere'"
        await place.query(add_from(rows, removed=True, postgresql=not place.is_sqlite))
        for table in ("history", "deliveries", "messages"):
            key = "key" if table == "history" else "tracking_id"
            await place.query(f"delete from {table} where length({key}) > 256 or {key} = 'elsewhere'")
        found = await writer.due(claim, 100)
        assert _told(found) == {f"{LONG}1": (True, None), "elsewhere": (True, None)}
        await writer.apply(claim, Batch([later], {0: 10}), NOW, {})
        anew = fold([later], shipped_classifier())[f"{LONG}1"]
        assert _told(await writer.due(claim, 100)) == {f"{LONG}1": (True, anew), "elsewhere": (True, None)}


async def test_a_message_is_due_where_its_last_event_came_from(place: Place) -> None:
    async with place.writer() as writer:
        claim = await writer.claim(TOPIC, [0, 1, 2], "test")
        await writer.apply(claim, Batch([_event("a", 1, 0)], {0: 2}), NOW, {})
        await writer.apply(claim, Batch([_event("a", 2, 2)], {2: 3}), NOW, {})
        await _make_due(place, "a")
        assert await writer.due(await writer.claim(TOPIC, [0, 1], "test"), 10) == []
        assert len(await writer.due(await writer.claim(TOPIC, [2], "test"), 10)) == 1
