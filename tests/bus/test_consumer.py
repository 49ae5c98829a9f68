"""Batches carry every record once to a lone consumer, at least once to many, and say where to go on."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import AsyncExitStack

import pytest
from msgspec.structs import replace

from bus import consumer as consumer_room
from bus.consumer import BatchConsumer
from bus.health import Health
from bus.publisher import Publisher
from bus.records import to_batch
from bus.settings import KafkaSettings
from delivery.batch import Batch
from delivery.errors import Misconfigured, Unavailable
from delivery.event import Record, build_event, request_headers
from delivery.notification import Notification
from tests.parts.kafka import Kafka

pytestmark = pytest.mark.anyio
WAIT_S = 30


def events(count: int, start: int = 0) -> list[Record]:
    shared = request_headers(1_700_000_000_000, "test")
    return [
        build_event(Notification(tracking_id=f"m{n}", event_code=103, tries=n), 1_700_000_000_000 + n, shared)
        for n in range(start, start + count)
    ]


async def publish(settings: KafkaSettings, records: Iterable[Record]) -> None:
    publisher = Publisher(settings)
    await publisher.open()
    try:
        await publisher.publish(settings.notifications_topic, list(records))
    finally:
        await publisher.close()


class Owner:
    """A store in small: positions per partition, and what happened to them."""

    def __init__(self, positions: dict[int, int] | None = None) -> None:
        self.positions = positions if positions is not None else {}
        self.owned: set[int] = set()
        self.applied: Counter[str | None] = Counter()
        self.batches: list[Batch] = []

    async def on_assign(self, partitions: list[int]) -> Mapping[int, int]:
        self.owned |= set(partitions)
        return {number: self.positions[number] for number in partitions if number in self.positions}

    async def on_revoke(self, partitions: list[int]) -> None:
        self.owned -= set(partitions)

    def consumer(self, settings: KafkaSettings) -> BatchConsumer[Batch]:
        return BatchConsumer(settings, settings.notifications_topic, self.on_assign, self.on_revoke, to_batch)

    def apply(self, batch: Batch) -> None:
        assert set(batch.next_offsets) <= self.owned
        for event in batch.events:
            assert event.offset >= self.positions.get(event.partition, 0)
        self.applied.update(event.tracking_id for event in batch.events)
        self.positions |= batch.next_offsets
        self.batches.append(batch)

    async def take(self, consumer: BatchConsumer[Batch], count: int) -> None:
        """Applies batches until so many distinct events are applied."""
        async with asyncio.timeout(WAIT_S):
            while len(self.applied) < count:
                batch = await consumer.next()
                assert batch is not None
                self.apply(batch)


async def test_every_event_comes_once_and_a_second_start_goes_on(topics: KafkaSettings) -> None:
    await publish(topics, events(500))
    owner = Owner()
    async with owner.consumer(topics) as consumer:
        await owner.take(consumer, 500)
        assert owner.owned == {0, 1, 2}
    assert owner.owned == set()
    assert owner.positions == await Health(topics).end_offsets(topics.notifications_topic)
    await publish(topics, events(100, start=500))
    async with owner.consumer(topics) as consumer:
        await owner.take(consumer, 600)
    assert set(owner.applied.values()) == {1}
    assert owner.batches[0].events[0].source == "test"


async def test_next_offsets_are_those_after_the_last_record_of_each_partition(topics: KafkaSettings) -> None:
    await publish(topics, events(200))
    owner = Owner()
    async with owner.consumer(replace(topics, batch_events_max=7)) as consumer:
        await owner.take(consumer, 200)
    assert max(len(batch.events) for batch in owner.batches) == 7
    for batch in owner.batches:
        last: dict[int, int] = {}
        for event in batch.events:
            assert event.offset > last.get(event.partition, -1)
            last[event.partition] = event.offset
        assert batch.next_offsets == {number: offset + 1 for number, offset in last.items()}


async def test_batches_are_bounded_in_bytes(topics: KafkaSettings) -> None:
    await publish(topics, events(100))
    owner = Owner()
    one = len(events(1, start=99)[0].value or b"")
    async with owner.consumer(replace(topics, batch_bytes_max=5 * one)) as consumer:
        await owner.take(consumer, 100)
    for batch in owner.batches:
        sizes = [len(event.value) for event in batch.events]
        assert sum(sizes[:-1]) < 5 * one


async def test_poison_is_passed_with_its_reason(topics: KafkaSettings) -> None:
    bad = Record(b"m0", b'{"tries": "many"}', [("h", b"1")], 5)
    tombstone = Record(b"m0", None, [], 6)
    await publish(topics, [*events(1), bad, tombstone])
    owner = Owner()
    async with owner.consumer(topics) as consumer:
        await owner.take(consumer, 1)
        while sum(len(batch.poison) for batch in owner.batches) < 2:
            batch = await asyncio.wait_for(consumer.next(), WAIT_S)
            assert batch is not None
            owner.apply(batch)
    first, second = (one for batch in owner.batches for one in batch.poison)
    assert (first.key, first.value, first.headers, first.timestamp_ms) == (b"m0", bad.value, bad.headers, 5)
    assert "not a notification" in first.reason
    assert "no value" in second.reason
    assert owner.positions[second.partition] == second.offset + 1


async def test_two_consumers_share_the_partitions_and_one_takes_over(topics: KafkaSettings) -> None:
    positions: dict[int, int] = {}
    first, second = Owner(positions), Owner(positions)

    async def work(owner: Owner, consumer: BatchConsumer[Batch]) -> None:
        async for batch in consumer:
            owner.apply(batch)
            await asyncio.sleep(0.001)

    def done(count: int) -> bool:
        return len(first.applied | second.applied) == count

    async with AsyncExitStack() as stack:
        small = replace(topics, batch_events_max=5)
        one = await stack.enter_async_context(first.consumer(small))
        tasks = [asyncio.create_task(work(first, one))]
        await publish(topics, events(300))
        other = await stack.enter_async_context(second.consumer(small))
        tasks.append(asyncio.create_task(work(second, other)))
        await until(lambda: bool(first.owned and second.owned) and first.owned | second.owned == {0, 1, 2})
        assert not first.owned & second.owned
        await publish(topics, events(300, start=300))
        await until(lambda: done(600))
        await one.close()
        assert first.owned == set()
        await until(lambda: second.owned == {0, 1, 2})
        await publish(topics, events(50, start=600))
        await until(lambda: done(650))
        await other.close()
        await asyncio.gather(*tasks)
    # Handing over waited for the batch in hand, so that nothing was done twice.
    assert set((first.applied + second.applied).values()) == {1}


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(WAIT_S):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_slow_reader_keeps_its_membership_and_memory_stays_bounded(topics: KafkaSettings) -> None:
    await publish(topics, events(2_000))
    owner = Owner()
    async with owner.consumer(replace(topics, batch_events_max=10)) as consumer:
        batch = await asyncio.wait_for(consumer.next(), WAIT_S)
        assert batch is not None
        await asyncio.sleep(1)
        assert len(consumer._ready) == 1
        assert len(consumer._collector.leftover) <= 1_000
        assert not consumer._collector.held  # what was fetched ahead is still there
        owner.apply(batch)
        await owner.take(consumer, 2_000)
    assert set(owner.applied.values()) == {1}


async def test_a_reader_that_takes_very_long_stops_the_fetching_until_it_goes_on(
    topics: KafkaSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer_room, "HOLD_AFTER_S", 0.0)
    await publish(topics, events(200))
    owner = Owner()
    async with owner.consumer(replace(topics, batch_events_max=10)) as consumer:
        batch = await asyncio.wait_for(consumer.next(), WAIT_S)
        assert batch is not None
        await until(lambda: consumer._collector.held)
        owner.apply(batch)
        await owner.take(consumer, 200)
        await until(lambda: not consumer._collector.held)
    assert set(owner.applied.values()) == {1}


async def test_pausing_holds_batches_back(topics: KafkaSettings) -> None:
    owner = Owner()
    async with owner.consumer(topics) as consumer:
        consumer.pause()
        waiting = asyncio.create_task(consumer.next())
        await publish(topics, events(10))
        await until(lambda: len(consumer._ready) > 0)
        assert not waiting.done()
        consumer.resume()
        assert await asyncio.wait_for(waiting, WAIT_S) is not None


async def test_closing_ends_the_reading(topics: KafkaSettings) -> None:
    owner = Owner()
    consumer = owner.consumer(topics)
    async with consumer:
        waiting = asyncio.create_task(consumer.next())
        await until(lambda: owner.owned == {0, 1, 2})
    assert await asyncio.wait_for(waiting, WAIT_S) is None


async def test_a_store_that_is_ahead_of_the_topic_is_refused(topics: KafkaSettings) -> None:
    async with Owner({1: 10_000}).consumer(topics) as consumer:
        with pytest.raises(Misconfigured, match="partition 1, but the store has applied up to 10000"):
            await asyncio.wait_for(consumer.next(), WAIT_S)


async def test_what_the_callback_raises_is_raised_at_the_reader(topics: KafkaSettings) -> None:
    async def refuse(_: list[int]) -> Mapping[int, int]:
        raise Unavailable("the store is away")

    consumer = BatchConsumer(topics, topics.notifications_topic, refuse, Owner().on_revoke, to_batch)
    async with consumer:
        with pytest.raises(Unavailable, match="the store is away"):
            await asyncio.wait_for(consumer.next(), WAIT_S)


async def test_a_missing_topic_is_raised_at_the_reader(kafka: Kafka) -> None:
    async with Owner().consumer(kafka.settings()) as consumer:
        with pytest.raises(Unavailable, match="can't be read"):
            await asyncio.wait_for(consumer.next(), WAIT_S)


async def test_the_groups_offsets_are_there_for_the_tools(topics: KafkaSettings) -> None:
    await publish(topics, events(30))
    owner = Owner()
    async with owner.consumer(topics) as consumer:
        await owner.take(consumer, 30)
    committed = await asyncio.to_thread(committed_offsets, topics)
    assert committed == owner.positions


def committed_offsets(settings: KafkaSettings) -> dict[int, int]:
    from confluent_kafka import Consumer, TopicPartition

    consumer = Consumer({"bootstrap.servers": settings.bootstrap, "group.id": settings.group})
    try:
        wanted = [TopicPartition(settings.notifications_topic, number) for number in range(settings.partitions)]
        return {one.partition: one.offset for one in consumer.committed(wanted, timeout=10)}
    finally:
        consumer.close()
