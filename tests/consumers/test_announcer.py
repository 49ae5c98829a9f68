"""Nothing older is announced behind a successor's back: compaction keeps the record that came last."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from bus.publisher import Publisher
from bus.settings import KafkaSettings
from consumers import materializer as materializer_room
from consumers.announcer import Announcer
from consumers.materializer import Materializer
from consumers.metrics import Metrics
from delivery.batch import Batch
from delivery.classification import shipped_classifier
from delivery.errors import Fenced, TooLarge, Unavailable
from delivery.event import Record
from delivery.notification import Notification
from delivery.state import fold
from delivery.status import read_status
from store.contract import Change
from store.settings import StoreSettings
from tests.contract.stores import NOW, TOPIC, Place
from tests.contract.test_ownership import traffic
from tests.histories import received

pytestmark = pytest.mark.anyio


class Small(Publisher):
    """A topic that takes so many bytes of values at once, and so many of a key."""

    def __init__(self) -> None:
        super().__init__(KafkaSettings())
        self.records: list[Record] = []

    async def publish(self, topic: str, records: Sequence[Record]) -> None:
        if sum(len(record.value or b"") for record in records) > 20_000:
            raise TooLarge("queue_bytes_max", 20_000)
        if any(len(record.key or b"") > 5_000 for record in records):
            raise TooLarge("record_bytes_max", 5_000)
        self.records += records


class Away(Publisher):
    """Kafka that is away until `back` is set; keeps what is published."""

    def __init__(self) -> None:
        super().__init__(KafkaSettings())
        self.back = asyncio.Event()
        self.asked = asyncio.Event()
        self.records: list[Record] = []

    async def publish(self, topic: str, records: Sequence[Record]) -> None:
        self.asked.set()
        if not self.back.is_set():
            raise Unavailable("away")
        self.records += records


class Member:
    """A materializer of partition 0 whose announcements are refused."""

    def __init__(self, publisher: Away, announcer: Announcer, materializer: Materializer) -> None:
        self.publisher = publisher
        self.announcer = announcer
        self.materializer = materializer


@asynccontextmanager
async def member(place: Place) -> AsyncIterator[Member]:
    publisher, metrics = Away(), Metrics()
    announcer = Announcer(publisher, "status", metrics, 0.01)
    async with place.writer() as writer:
        materializer = Materializer(
            writer, publisher, announcer, metrics, topic=TOPIC, dead_letters_topic="dead", owner="first", retry_s=0.01,
            now=lambda: NOW,
        )  # fmt: skip
        await materializer.assigned([0])
        try:
            yield Member(publisher, announcer, materializer)
        finally:
            announcer.forget()


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(StoreSettings(url=f"sqlite:///{tmp_path}/store.db"))


async def test_who_waited_for_kafka_and_lost_the_partition_announces_nothing(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(materializer_room, "PROOF_S", 0.0)
    events = traffic(40)
    async with member(place) as first, place.writer() as other:
        await first.materializer.take(Batch(events[:20], {0: 20}))
        await first.publisher.asked.wait()
        claim = await other.claim(TOPIC, [0], "second")
        await other.apply(claim, Batch(events[20:], {0: 40}), NOW, {})
        first.publisher.back.set()
        with pytest.raises(Fenced):
            await first.materializer.idle()
        assert first.publisher.records == []


async def test_the_next_membership_announces_nothing_of_the_one_before(place: Place) -> None:
    """Kafka was away for so long that the session ended while the last batch was still to be announced."""
    events = traffic(40)
    async with member(place) as first, place.writer() as other:
        await first.materializer.take(Batch(events[:20], {0: 20}))
        await first.publisher.asked.wait()
        announcing = first.announcer._task
        assert announcing is not None
        claim = await other.claim(TOPIC, [0], "second")
        await other.apply(claim, Batch(events[20:], {0: 40}), NOW, {})
        first.materializer.join()
        first.publisher.back.set()
        await asyncio.wait((announcing,), timeout=30)
        assert announcing.done()
        assert first.publisher.records == []


async def test_what_is_announced_is_proven_by_the_claim_that_it_began_with(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(materializer_room, "PROOF_S", 0.0)
    async with member(place) as first, place.writer() as other:
        prove = first.materializer._proof()
        await prove()
        first.materializer.join()
        await other.claim(TOPIC, [0], "second")
        with pytest.raises(Fenced):
            await prove()


async def test_a_recent_proof_is_enough(place: Place) -> None:
    async with member(place) as first:
        first.publisher.back.set()
        await first.materializer.take(Batch(traffic(20), {0: 20}))
        await first.materializer.idle()
        assert {read_status(record.value or b"").tracking_id for record in first.publisher.records} == {
            event.tracking_id for event in traffic(20) if event.tracking_id
        }


async def test_a_view_that_no_record_can_hold_ends_nothing() -> None:
    """Others of the same portion are announced, each with as much of it as fits."""
    long = "m" * 10_000
    rows = [
        Notification(tracking_id=tracking_id, event_code=107, rcpt_to=f"{who}@example.org", resp_msg="x" * 2_000)
        for tracking_id in ("one", long, "two")
        for who in range(3)
    ]
    events = [received(row, NOW, offset) for offset, row in enumerate(rows)]
    views = fold(events, shipped_classifier())
    publisher, metrics = Small(), Metrics()
    announcer = Announcer(publisher, "status", metrics, 0.01, value_bytes_max=7_000)

    async def prove() -> None:
        return None

    more = [Change(views["two"].message, list(views["two"].deliveries.values())[:1])] * 8
    changes = [Change(each.message, list(each.deliveries.values())) for each in views.values()]
    await announcer.announce([*changes, *more], {0: 9}, NOW, prove)
    await announcer.finish()
    told = [read_status(record.value or b"") for record in publisher.records]
    assert [(each.tracking_id, len(each.deliveries)) for each in told] == [("one", 3), ("two", 3), *[("two", 1)] * 8]
    assert announcer.take_offsets() == {0: 9}
    assert metrics.registry.get_sample_value("eds_consumer_unannounced_total") == 1
    assert metrics.registry.get_sample_value("eds_consumer_announcements_total") == 10


async def test_what_was_given_up_is_no_problem_any_more(place: Place) -> None:
    async with member(place) as first:
        await first.materializer.take(Batch(traffic(20), {0: 20}))
        await first.publisher.asked.wait()
        await asyncio.sleep(0)
        assert first.announcer.problem == "away"
        first.materializer.join()
        assert first.announcer.problem is None


async def test_an_older_proof_is_asked_for_again(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(materializer_room, "PROOF_S", 0.0)
    async with member(place) as first:
        first.publisher.back.set()
        for start in (0, 20):
            await first.materializer.take(Batch(traffic(40)[start : start + 20], {0: start + 20}))
        await first.materializer.idle()
        assert len(first.publisher.records) > 1


async def test_a_batch_of_other_partitions_proves_nothing(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(materializer_room, "PROOF_S", 1_000.0)
    async with member(place) as first, place.writer() as other:
        await first.materializer.assigned([1])
        await first.materializer.take(Batch(traffic(20), {0: 20}))
        await first.publisher.asked.wait()
        await other.claim(TOPIC, [0], "second")
        first.materializer._proven_at = float("-inf")  # long ago
        taking = asyncio.create_task(first.materializer.take(Batch(traffic(20, partition=1), {1: 20})))
        await until_applied(place, 1)
        first.publisher.back.set()
        with pytest.raises(Fenced):
            await taking
        assert first.publisher.records == []


async def until_applied(place: Place, partition: int) -> None:
    """Returns once the store has a batch of the partition."""
    sql = f"select 1 from offsets where topic_partition = {partition} and next_offset is not null"
    async with asyncio.timeout(30):
        while not await place.query(sql):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_the_next_batch_is_applied_while_kafka_is_away_and_nothing_is_lost(place: Place) -> None:
    """A change that is committed and not announced when the process dies is announced by whoever comes next."""
    events = traffic(40)
    async with member(place) as first:
        await first.materializer.take(Batch(events[:20], {0: 20}))
        await first.publisher.asked.wait()
        taking = asyncio.create_task(first.materializer.take(Batch(events[20:], {0: 40})))
        async with asyncio.timeout(30):
            while await place.query("select next_offset from offsets") != [(40,)]:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        taking.cancel()  # the process dies: both batches are applied, neither is announced
        with suppress(asyncio.CancelledError):
            await taking
    async with member(place) as second:
        assert await second.materializer.assigned([0]) == {0: 0}
        second.publisher.back.set()
        await second.materializer.take(Batch(events, {0: 40}))
        await second.materializer.idle()
        told = [read_status(record.value or b"") for record in second.publisher.records]
        views = fold(events, shipped_classifier())
        assert {status.tracking_id: status.revision for status in told} == {
            tracking_id: view.message.revision for tracking_id, view in views.items()
        }
    assert await place.query("select next_offset, announced_offset from offsets") == [(40, 40)]


async def test_lost_partitions_end_what_waits_for_kafka(place: Place) -> None:
    async with member(place) as first:
        await first.materializer.take(Batch(traffic(20), {0: 20}))
        waiting = asyncio.create_task(first.materializer.idle())
        await first.publisher.asked.wait()
        await asyncio.sleep(0)  # it may have been asked before this task has begun to wait
        first.announcer.forget()
        first.publisher.back.set()
        with pytest.raises(Fenced):
            await waiting
        assert first.publisher.records == []
