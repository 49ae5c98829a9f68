"""A return of `publish` is a promise; every refusal comes in time, and the publisher goes on after it."""

import asyncio
import ctypes
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import confluent_kafka
import pytest
from msgspec.structs import replace

from bus import topics as kafka_topics
from bus.producing import PARK_ABOVE_RECORDS
from bus.publisher import Publisher
from bus.reading import read_all
from bus.settings import KafkaSettings
from delivery.errors import Overloaded, Retryable, TooLarge, Unavailable
from delivery.event import Record
from ops.local_kafka import choose_port
from tests.bus.conftest import Start

pytestmark = pytest.mark.anyio
SENDERS_WAIT_S = 4.5


def records(count: int, *, size: int = 100, prefix: str = "k") -> list[Record]:
    return [
        Record(f"{prefix}{n}".encode(), b"v" * size, [("n", str(n).encode())], 1_700_000_000_000 + n)
        for n in range(count)
    ]


@asynccontextmanager
async def opened(settings: KafkaSettings) -> AsyncIterator[Publisher]:
    publisher = Publisher(settings)
    await publisher.open()
    try:
        yield publisher
    finally:
        await publisher.close(timeout_s=1)


async def test_what_was_published_is_in_the_topic_as_it_was(topics: KafkaSettings) -> None:
    sent = [*records(50), Record(None, b"no key", [], 1), Record(b"tombstone", None, [], 2)]
    async with opened(topics) as publisher:
        await publisher.publish(topics.notifications_topic, sent)
        assert publisher.records_in_flight == publisher.bytes_in_flight == 0
    found = [stored.record for stored in read_all(topics, topics.notifications_topic)]
    assert sorted(found, key=lambda record: record.timestamp_ms) == sorted(sent, key=lambda record: record.timestamp_ms)


async def test_each_of_many_requests_at_once_is_stored_once(topics: KafkaSettings) -> None:
    requests = [records(100, prefix=f"{turn}-") for turn in range(100)]
    async with opened(topics) as publisher:
        assert len(requests) * 100 > PARK_ABOVE_RECORDS
        await asyncio.gather(*(publisher.publish(topics.notifications_topic, request) for request in requests))
        await publisher.publish(topics.notifications_topic, records(1, prefix="after-"))
    found = [stored.record.key for stored in read_all(topics, topics.notifications_topic)]
    assert sorted(filter(None, found)) == sorted(
        record.key for request in [*requests, records(1, prefix="after-")] for record in request if record.key
    )


# Java's partitioner: (murmur2(key) & 0x7fffffff) % partitions; its hashes of these keys are Apache Kafka's own test vectors.
JAVA_HASHES = {
    b"21": -973932308,
    b"foobar": -790332482,
    b"a-little-bit-long-string": -985981536,
    b"a-little-bit-longer-string": -1486304829,
    b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
    b"abc": 479470107,
}


async def test_keys_find_the_partitions_that_java_finds(topics: KafkaSettings) -> None:
    async with opened(topics) as publisher:
        await publisher.publish(topics.notifications_topic, [Record(key, b"", [], 1) for key in JAVA_HASHES])
    found = {stored.record.key: stored.partition for stored in read_all(topics, topics.notifications_topic)}
    assert found == {key: (murmur2 & 0x7FFFFFFF) % 3 for key, murmur2 in JAVA_HASHES.items()}


async def test_without_kafka_it_refuses_in_time_and_recovers(tmp_path: Path, crash_kafka: Start) -> None:
    port = choose_port()
    settings = KafkaSettings(bootstrap=f"127.0.0.1:{port}", partitions=1)
    async with opened(settings) as publisher:
        started = time.monotonic()
        with pytest.raises(Unavailable):
            await publisher.publish(settings.notifications_topic, records(3))
        assert time.monotonic() - started < SENDERS_WAIT_S
        cluster = await asyncio.to_thread(crash_kafka, 1, port)
        assert cluster.bootstrap == settings.bootstrap
        await asyncio.to_thread(kafka_topics.ensure, settings)
        await until_published(publisher, settings, seconds=10)

        await asyncio.to_thread(cluster.kill, 1)
        started = time.monotonic()
        with pytest.raises(Unavailable):
            await publisher.publish(settings.notifications_topic, records(3))
        assert time.monotonic() - started < SENDERS_WAIT_S
        await asyncio.to_thread(cluster.restart, 1)
        await until_published(publisher, settings, seconds=10)


async def until_published(publisher: Publisher, settings: KafkaSettings, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            return await publisher.publish(settings.notifications_topic, records(1))
        except Retryable:
            if time.monotonic() > deadline:
                raise


async def test_whichever_of_three_brokers_dies_writing_goes_on_and_nothing_acknowledged_is_lost(
    crash_kafka: Start,
) -> None:
    cluster = await asyncio.to_thread(crash_kafka, 3, None)
    settings = KafkaSettings(bootstrap=cluster.bootstrap, partitions=6, replication_factor=3, retention_days=0)
    await asyncio.to_thread(kafka_topics.ensure, settings)
    acknowledged: list[bytes] = []
    slowest = 0.0

    async def write(publisher: Publisher, writer: int, stop: asyncio.Event) -> None:
        nonlocal slowest
        turn = 0
        while not stop.is_set():
            turn += 1
            request = records(10, prefix=f"{writer}-{turn}-")
            started = time.monotonic()
            try:
                await publisher.publish(settings.notifications_topic, request)
                acknowledged.extend(record.key for record in request if record.key)
            except Unavailable:
                pass  # its sender is told in time, and sends again
            slowest = max(slowest, time.monotonic() - started)
            await asyncio.sleep(0.01)

    async with opened(settings) as publisher:
        stop = asyncio.Event()
        writers = [asyncio.create_task(write(publisher, number, stop)) for number in range(4)]
        for broker_id in cluster.broker_ids:
            await asyncio.to_thread(cluster.kill, broker_id)
            before = len(acknowledged)
            await until(lambda before=before: len(acknowledged) > before + 500, 60)  # type: ignore[misc]
            await asyncio.to_thread(cluster.restart, broker_id)
            await until_in_sync(settings)
        stop.set()
        await asyncio.gather(*writers)
    assert slowest < SENDERS_WAIT_S
    assert set(acknowledged) <= {stored.record.key for stored in read_all(settings, settings.notifications_topic)}


async def until(holds: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it took too long"
        await asyncio.sleep(0.02)


async def until_in_sync(settings: KafkaSettings) -> None:
    deadline = time.monotonic() + 30
    while await asyncio.to_thread(kafka_topics.out_of_sync, settings):
        assert time.monotonic() < deadline, "replicas did not catch up"
        await asyncio.sleep(0.1)


async def test_a_topic_that_is_missing_is_refused_in_time(topics: KafkaSettings) -> None:
    async with opened(topics) as publisher:
        started = time.monotonic()
        with pytest.raises(Unavailable):
            await publisher.publish("smtp.missing", records(2))
        assert time.monotonic() - started < SENDERS_WAIT_S
        await publisher.publish(topics.notifications_topic, records(2))


async def test_memory_is_bounded_by_bytes_and_by_records(topics: KafkaSettings) -> None:
    small = replace(topics, queue_bytes_max=1_048_576, queue_records_max=1_000)
    async with opened(small) as publisher:
        first = asyncio.create_task(publisher.publish(small.notifications_topic, records(900, size=10)))
        await asyncio.sleep(0)
        with pytest.raises(Overloaded, match="queue_records_max"):
            await publisher.publish(small.notifications_topic, records(200, size=10))
        with pytest.raises(Overloaded, match="queue_bytes_max"):
            await publisher.publish(small.notifications_topic, records(9, size=100_000))
        await first
        with pytest.raises(TooLarge, match="queue_bytes_max"):
            await publisher.publish(small.notifications_topic, records(11, size=100_000))
        with pytest.raises(TooLarge, match="queue_records_max"):
            await publisher.publish(small.notifications_topic, records(1_001, size=1))
        await publisher.publish(small.notifications_topic, records(1))
        assert publisher.records_in_flight == publisher.bytes_in_flight == 0


async def test_a_full_queue_half_way_leaves_the_count_right(topics: KafkaSettings) -> None:
    small = replace(topics, queue_records_max=1_000)
    async with opened(small) as publisher:
        # Records that our count doesn't know of fill librdkafka's queue before ours is full.
        producer = publisher._link._producer  # type: ignore[union-attr]
        for _ in range(900):
            producer.produce(small.dead_letters_topic, b"foreign")
        with pytest.raises(Overloaded):
            await publisher.publish(small.notifications_topic, records(200))
        await until(lambda: publisher.records_in_flight == 0, 5)
        assert publisher.bytes_in_flight == 0
        await publisher.publish(small.notifications_topic, records(200))


async def test_a_record_that_no_topic_takes_is_too_large(topics: KafkaSettings) -> None:
    small = replace(topics, record_bytes_max=2_000)
    async with opened(small) as publisher:
        with pytest.raises(TooLarge, match="record_bytes_max=2000"):
            await publisher.publish(small.notifications_topic, [*records(3), *records(1, size=5_000)])
        await until(lambda: publisher.records_in_flight == 0, 5)
        await publisher.publish(small.notifications_topic, records(3))


async def test_a_fatal_error_is_retryable_and_the_producer_is_made_anew(topics: KafkaSettings) -> None:
    async with opened(topics) as publisher:
        await publisher.publish(topics.notifications_topic, records(5))
        broken = publisher._link
        assert broken is not None
        _break(broken._producer)
        with pytest.raises(Retryable):
            await publisher.publish(topics.notifications_topic, records(5))
        await until(lambda: publisher._link is not broken, 5)
        await publisher.publish(topics.notifications_topic, records(5))


def _break(producer: confluent_kafka.Producer) -> None:
    """Makes the producer fail for good, through librdkafka's own test function."""
    library = next(Path(confluent_kafka.__file__).parent.with_name("confluent_kafka.libs").glob("librdkafka*"))
    handle = ctypes.c_void_p.from_address(id(producer) + object.__basicsize__)
    fail = ctypes.CDLL(str(library)).rd_kafka_test_fatal_error
    fail.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p]
    assert fail(handle, 45, b"out of order sequence") == 0


async def test_closing_fails_what_is_left_and_says_how_much(topics: KafkaSettings) -> None:
    settings = replace(topics, bootstrap=f"127.0.0.1:{choose_port()}")
    publisher = Publisher(settings)
    await publisher.open()
    waiting = asyncio.create_task(publisher.publish(settings.notifications_topic, records(7)))
    await asyncio.sleep(0)
    assert await publisher.close(timeout_s=0.2) == 7
    with pytest.raises(Retryable):
        await waiting
    with pytest.raises(Unavailable, match="not open"):
        await publisher.publish(settings.notifications_topic, records(1))


async def test_a_publisher_that_gives_up_waiting_leaves_the_count_right(topics: KafkaSettings) -> None:
    async with opened(topics) as publisher:
        waiting = asyncio.create_task(publisher.publish(topics.notifications_topic, records(500)))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        assert publisher.records_in_flight == 500
        await until(lambda: publisher.records_in_flight == 0, 5)
