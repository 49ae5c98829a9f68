"""Reading a topic from here to there, without a group: for rebuilds, checks, tools and tests."""

import time
from collections.abc import Iterator, Mapping

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from bus.client import client_options
from bus.records import Stored, stored
from bus.settings import KafkaSettings
from delivery.errors import Unavailable

ANSWER_TIMEOUT_S = 10.0
SILENCE_MAX_S = 30.0
CHUNK_RECORDS = 500
WAIT_S = 0.05
RETRY_S = 0.1
_PASSING = frozenset(
    {
        KafkaError.OFFSET_NOT_AVAILABLE,
        KafkaError.NOT_LEADER_FOR_PARTITION,
        KafkaError.LEADER_NOT_AVAILABLE,
        KafkaError.UNKNOWN_TOPIC_OR_PART,
        KafkaError._TRANSPORT,
    }
)


def read_all(
    settings: KafkaSettings,
    topic: str,
    starts: Mapping[int, int] | None = None,
    ends: Mapping[int, int] | None = None,
) -> Iterator[Stored]:
    """What `read_messages` gives, as records."""
    return map(stored, read_messages(settings, topic, starts, ends))


def read_messages(
    settings: KafkaSettings,
    topic: str,
    starts: Mapping[int, int] | None = None,
    ends: Mapping[int, int] | None = None,
) -> Iterator[Message]:
    """The topic's records up to the end that it has when the reading begins; each partition in its order. Blocks.

    `starts` are the first offsets, `ends` the ones to stop before, by partition; where a partition has none, it is read
    from its beginning, to its end. Unavailable where Kafka does not answer or falls silent.
    """
    options = client_options(settings, "reader") | {
        "group.id": f"{settings.group}-reader",  # never joined, nothing is committed
        "enable.auto.commit": False,
        "enable.auto.offset.store": False,
        "auto.offset.reset": "earliest",
        "enable.partition.eof": True,
        "queued.max.messages.kbytes": settings.fetch_bytes_max // 1024,
        "fetch.queue.backoff.ms": 20,
    }
    consumer = Consumer(options)
    try:
        yield from _read(consumer, topic, starts or {}, ends or {})
    except KafkaException as problem:
        raise Unavailable(f"{topic} can't be read: {problem.args[0].str()}") from problem
    finally:
        consumer.close()


def watermarks(
    consumer: Consumer, topic: str, timeout_s: float = ANSWER_TIMEOUT_S
) -> dict[int, tuple[int, int]]:  # fmt: skip
    """The first and the next offset of each partition. Blocks; KafkaException where Kafka does not answer in time."""
    found = consumer.list_topics(topic, timeout=timeout_s).topics[topic]
    if found.error is not None:
        raise KafkaException(found.error)
    deadline = time.monotonic() + timeout_s
    return {number: watermarks_of(consumer, TopicPartition(topic, number), deadline) for number in found.partitions}


def watermarks_of(consumer: Consumer, place: TopicPartition, deadline: float) -> tuple[int, int]:
    """The same of one partition; asked again while its leader changes, until that time of the monotonic clock."""
    while True:
        left_s = max(deadline - time.monotonic(), RETRY_S)
        try:
            return consumer.get_watermark_offsets(place, timeout=left_s)
        except KafkaException as problem:
            # A partition whose leader is new does not know its end for a moment.
            if not problem.args[0].retriable() and problem.args[0].code() not in _PASSING:
                raise
            if time.monotonic() + RETRY_S > deadline:
                raise
        time.sleep(RETRY_S)


def _read(consumer: Consumer, topic: str, starts: Mapping[int, int], ends: Mapping[int, int]) -> Iterator[Message]:
    todo: dict[int, int] = {}
    for partition, (low, high) in watermarks(consumer, topic).items():
        start, end = max(low, starts.get(partition, low)), min(high, ends.get(partition, high))
        if start < end:
            todo[partition] = end
            consumer.incremental_assign([TopicPartition(topic, partition, start)])
    heard_at = time.monotonic()
    while todo:
        messages = consumer.consume(CHUNK_RECORDS, timeout=WAIT_S)
        if messages:
            heard_at = time.monotonic()
        elif time.monotonic() - heard_at > SILENCE_MAX_S:
            raise Unavailable(f"{topic}: no record within {SILENCE_MAX_S:.0f} s")
        for message in messages:
            partition, offset = message.partition() or 0, message.offset() or 0
            error = message.error()
            if error is not None and error.code() != KafkaError._PARTITION_EOF:
                raise KafkaException(error)
            if partition not in todo:
                continue
            if error is None and offset < todo[partition]:
                yield message
            # A compacted topic has gaps: the last record, or the partition's end, may lie beyond the last one wanted.
            if offset + (error is None) >= todo[partition]:
                del todo[partition]
                consumer.incremental_unassign([TopicPartition(topic, partition)])
