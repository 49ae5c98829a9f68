"""Places in a topic: where its partitions begin and end, where a time begins, and what comes behind a place from now on."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from confluent_kafka import Consumer, KafkaException, TopicPartition

from bus.client import client_options
from bus.reading import ANSWER_TIMEOUT_S, CHUNK_RECORDS, watermarks
from bus.records import Stored, stored
from bus.settings import KafkaSettings
from delivery.errors import Unavailable

IDLE_S = 0.2


def bounds(settings: KafkaSettings, topic: str) -> dict[int, tuple[int, int]]:
    """The first and the next offset of each partition. Blocks. Unavailable where Kafka does not say, or has no such topic."""
    with _consumer(settings, topic) as consumer:
        return watermarks(consumer, topic)


def offsets_at(settings: KafkaSettings, topic: str, time_ms: int) -> dict[int, int]:
    """For each partition an offset before which every record is older than this time; its end where all are. Blocks.

    Records behind it may be older too: their timestamps are arrivals, and need not grow with the offsets.
    """
    with _consumer(settings, topic) as consumer:
        ends = {number: high for number, (_, high) in watermarks(consumer, topic).items()}
        # Kafka's index takes a record that is exactly as old as the time asked for as older: so ask for the one before.
        wanted = [TopicPartition(topic, number, max(0, time_ms - 1)) for number in ends]
        found = consumer.offsets_for_times(wanted, timeout=ANSWER_TIMEOUT_S)
        return {one.partition: one.offset if one.offset >= 0 else ends[one.partition] for one in found}


def follow(settings: KafkaSettings, topic: str, starts: Mapping[int, int]) -> Iterator[Stored | None]:
    """The topic's records from these offsets on, as they come, without an end; None each time when there is none for a while."""
    with _consumer(settings, topic) as consumer:
        consumer.assign([TopicPartition(topic, number, offset) for number, offset in starts.items()])
        while True:
            messages = consumer.consume(CHUNK_RECORDS, timeout=IDLE_S)
            for message in messages:
                error = message.error()
                if error is None:
                    yield stored(message)
                elif error.fatal() or not error.retriable():
                    raise KafkaException(error)
            if not messages:
                yield None


@contextmanager
def _consumer(settings: KafkaSettings, topic: str) -> Iterator[Consumer]:
    options = client_options(settings, "reader") | {
        "group.id": f"{settings.group}-reader",  # never joined, nothing is committed
        "enable.auto.commit": False,
        "enable.auto.offset.store": False,
        # Records that retention took away before they were read are not an error for somebody who looks on.
        "auto.offset.reset": "earliest",
        "queued.max.messages.kbytes": settings.fetch_bytes_max // 1024,
        "fetch.queue.backoff.ms": 20,
    }
    consumer = Consumer(options)
    try:
        yield consumer
    except KafkaException as problem:
        raise Unavailable(f"{topic} can't be read: {problem.args[0].str()}") from problem
    finally:
        consumer.close()
