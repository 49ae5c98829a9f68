"""What a batch costs, in counted work: a hot message costs by its batch, not by what came before it."""

import pytest

import store.arranging
import store.plan
from delivery.batch import Batch
from delivery.event import Received
from delivery.notification import Notification
from delivery.views import decode_delivery
from store.contract import ANNOUNCED_DELIVERIES_MAX
from tests.contract.stores import NOW, TOPIC, Place, assert_counted
from tests.histories import START_MS, received

pytestmark = pytest.mark.anyio

BATCH = 1_000
BATCHES = 10


class Work:
    """Counts the views that are read and the views that are written, batch by batch."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.read = self.written = 0
        merge_all = store.plan.merge_all

        def decoding(state: str) -> object:
            self.read += 1
            return decode_delivery(state)

        def merging(*given: object) -> object:
            for writes in merge_all(*given):  # type: ignore[arg-type]
                self.written += len(writes.new_deliveries) + len(writes.changed_deliveries) + len(writes.history)
                yield writes

        monkeypatch.setattr(store.arranging, "decode_delivery", decoding)
        monkeypatch.setattr(store.plan, "merge_all", merging)

    def taken(self) -> tuple[int, int]:
        found = self.read, self.written
        self.read = self.written = 0
        return found


def _hot(number: int, recipient: int) -> Received:
    members = Notification(
        event_code=107, tracking_id="hot", rcpt_to=f"r{recipient}@example.org", time_finished=START_MS // 1000 + number
    )
    return received(members, START_MS + number, number)


async def _costs(place: Place, work: Work, events: list[Received]) -> list[tuple[int, int]]:
    costs = []
    async with place.writer() as writer:
        claim = await writer.claim(TOPIC, [0], "test")
        # PostgreSQL makes the partition of a month with the first batch that needs it, and then takes that batch again.
        first = received(Notification(tracking_id="first"), START_MS, 1_000_000)
        await writer.apply(claim, Batch([first], {0: 0}), NOW, {})
        work.taken()
        for start in range(0, len(events), BATCH):
            part = events[start : start + BATCH]
            applied = await writer.apply(claim, Batch(part, {0: start + BATCH}), NOW, {})
            assert applied.inserted == len(part)
            assert len(applied.changes[0].deliveries) <= ANNOUNCED_DELIVERIES_MAX
            costs.append(work.taken())
    await assert_counted(place, [first, *events])
    return costs


async def test_a_hot_delivery_costs_by_its_batch(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each batch reads its one view and writes it once, however long the history has become."""
    events = [_hot(number, 1) for number in range(BATCH * BATCHES)]
    costs = await _costs(place, Work(monkeypatch), events)
    assert costs == [(0, 1 + BATCH)] + [(1, 1 + BATCH)] * (BATCHES - 1)
    states = await place.query("select max(length(state)) from deliveries")
    assert states[0][0] < 2_000


async def test_ten_thousand_recipients_cost_by_their_batch(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """New recipients read nothing; later events of some read those, and not the other thousands."""
    new = [_hot(number, number) for number in range(BATCH * BATCHES)]
    again = [_hot(20_000 + number, number * 7) for number in range(BATCH)]
    costs = await _costs(place, Work(monkeypatch), new + again)
    assert costs[:-1] == [(0, 2 * BATCH)] * BATCHES
    assert costs[-1] == (BATCH, 2 * BATCH)
    states = await place.query("select max(length(state)) from messages")
    assert states[0][0] < 1_000
