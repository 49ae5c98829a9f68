"""Reading a topic from here to there, without a group: for rebuilds, checks, tools and tests. And records as a batch."""

import time
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Self

import msgspec
from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from bus.client import client_options
from bus.settings import KafkaSettings
from delivery.batch import Batch, Poison
from delivery.errors import Rejected, Unavailable
from delivery.event import Header, Record, read_event

ANSWER_TIMEOUT_S = 10.0
SILENCE_MAX_S = 30.0
CHUNK_RECORDS = 500
WAIT_S = 0.05
RETRY_S = 0.1


class Stored(msgspec.Struct, frozen=True, gc=False):
    """A record with its place in the topic."""

    partition: int
    offset: int
    record: Record


def stored(message: Message) -> Stored:
    """A message of the client as what the product knows."""
    headers: list[Header] = [(name, _bytes(content)) for name, content in _pairs(message)]
    record = Record(message.key(), message.value(), headers, message.timestamp()[1])
    partition, offset = message.partition(), message.offset()
    if partition is None or offset is None:
        raise ValueError("a message without a place in its topic")
    return Stored(partition, offset, record)


def _pairs(message: Message) -> list[tuple[str, str | bytes | None]]:
    # The client's type allows a dictionary, for what is produced; what was consumed is a list.
    return list(message.headers() or ())  # type: ignore[arg-type]


def _bytes(content: str | bytes | None) -> bytes:
    return content if isinstance(content, bytes) else (content or "").encode()


def to_batch(found: Iterable[Stored]) -> Batch:
    """The records' events in their order, next offsets, and what is no event as poison."""
    batch = Batch([], {})
    for one in found:
        record = one.record
        try:
            batch.events.append(
                read_event(record.value, record.headers, record.timestamp_ms, one.partition, one.offset)
            )
        except Rejected as problem:
            batch.poison.append(
                Poison(
                    one.partition, one.offset, record.key, record.value,
                    record.headers, record.timestamp_ms, str(problem),
                )
            )  # fmt: skip
        batch.next_offsets[one.partition] = one.offset + 1
    return batch


class RawBatch(msgspec.Struct):
    """Records of one poll as they are, in the order of the topic, and where to go on once they are done with."""

    records: list[Stored]
    next_offsets: dict[int, int]

    def without(self, partitions: AbstractSet[int]) -> Self | None:
        """The batch without records of the partitions; None where nothing is left."""
        next_offsets = {number: offset for number, offset in self.next_offsets.items() if number not in partitions}
        if not next_offsets:
            return None
        records = [one for one in self.records if one.partition not in partitions]
        return msgspec.structs.replace(self, records=records, next_offsets=next_offsets)


def to_raw_batch(found: Iterable[Stored]) -> RawBatch:
    """The records in their order, and next offsets."""
    records = list(found)
    return RawBatch(records, {one.partition: one.offset + 1 for one in records})


def read_all(
    settings: KafkaSettings,
    topic: str,
    starts: Mapping[int, int] | None = None,
    ends: Mapping[int, int] | None = None,
) -> Iterator[Stored]:
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
    return {number: _watermarks(consumer, TopicPartition(topic, number), deadline) for number in found.partitions}


def _watermarks(consumer: Consumer, place: TopicPartition, deadline: float) -> tuple[int, int]:
    while True:
        left_s = max(deadline - time.monotonic(), RETRY_S)
        try:
            return consumer.get_watermark_offsets(place, timeout=left_s)
        except KafkaException as problem:
            # A partition whose leader is new does not know its end for a moment.
            if not problem.args[0].retriable() and problem.args[0].code() != KafkaError.OFFSET_NOT_AVAILABLE:
                raise
            if time.monotonic() + RETRY_S > deadline:
                raise
        time.sleep(RETRY_S)


def _read(consumer: Consumer, topic: str, starts: Mapping[int, int], ends: Mapping[int, int]) -> Iterator[Stored]:
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
                yield stored(message)
            # A compacted topic has gaps: the last record, or the partition's end, may lie beyond the last one wanted.
            if offset + (error is None) >= todo[partition]:
                del todo[partition]
                consumer.incremental_unassign([TopicPartition(topic, partition)])
