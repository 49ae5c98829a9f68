"""Nothing older is announced behind a successor's back: compaction keeps the record that came last."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bus.publisher import Publisher
from bus.settings import KafkaSettings
from consumers import materializer as materializer_room
from consumers.announcer import Announcer
from consumers.materializer import Materializer
from consumers.metrics import Metrics
from delivery.batch import Batch
from delivery.errors import Fenced, Unavailable
from delivery.event import Record
from delivery.status import read_status
from store.settings import StoreSettings
from tests.contract.stores import NOW, TOPIC, Place
from tests.contract.test_ownership import traffic

pytestmark = pytest.mark.anyio


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


async def test_a_recent_proof_is_enough(place: Place) -> None:
    async with member(place) as first:
        first.publisher.back.set()
        await first.materializer.take(Batch(traffic(20), {0: 20}))
        await first.materializer.idle()
        assert {read_status(record.value or b"").tracking_id for record in first.publisher.records} == {
            event.tracking_id for event in traffic(20) if event.tracking_id
        }


async def test_an_older_proof_is_asked_for_again(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(materializer_room, "PROOF_S", 0.0)
    async with member(place) as first:
        first.publisher.back.set()
        for start in (0, 20):
            await first.materializer.take(Batch(traffic(40)[start : start + 20], {0: start + 20}))
        await first.materializer.idle()
        assert len(first.publisher.records) > 1


async def test_lost_partitions_end_what_waits_for_kafka(place: Place) -> None:
    async with member(place) as first:
        await first.materializer.take(Batch(traffic(20), {0: 20}))
        waiting = asyncio.create_task(first.materializer.idle())
        await first.publisher.asked.wait()
        first.announcer.forget()
        first.publisher.back.set()
        with pytest.raises(Fenced):
            await waiting
        assert first.publisher.records == []
