"""What the client has read, as what the product knows: records with their places, batches of events, batches of records."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import Self

import msgspec
from confluent_kafka import Message

from delivery.batch import Batch, Poison
from delivery.errors import Rejected
from delivery.event import Header, Record, read_event


class Stored(msgspec.Struct, frozen=True, gc=False):
    """A record with its place in the topic."""

    partition: int
    offset: int
    record: Record


def stored(message: Message) -> Stored:
    """A message of the client as what the product knows."""
    headers: list[Header] = [(name, _bytes(content)) for name, content in _pairs(message)]
    return Stored(*_place(message), Record(message.key(), message.value(), headers, message.timestamp()[1]))


def _place(message: Message) -> tuple[int, int]:
    partition, offset = message.partition(), message.offset()
    if partition is None or offset is None:
        raise ValueError("a message without a place in its topic")
    return partition, offset


def _pairs(message: Message) -> list[tuple[str, bytes | None]]:
    # The client's type allows a dictionary and text, for what is produced; what was consumed is a list of bytes.
    return message.headers() or []  # type: ignore[return-value]


def _bytes(content: bytes | None) -> bytes:
    return content if content is not None else b""


def to_batch(messages: Iterable[Message]) -> Batch:
    """The messages' events in their order, next offsets, and what is no event as poison."""
    batch = Batch([], {})
    add, next_offsets = batch.events.append, batch.next_offsets
    for message in messages:
        partition, offset = _place(message)
        try:
            add(read_event(message.value(), _pairs(message), message.timestamp()[1], partition, offset))
        except Rejected as problem:
            batch.poison.append(_poison(stored(message), str(problem)))
        next_offsets[partition] = offset + 1
    return batch


def _poison(one: Stored, reason: str) -> Poison:
    record = one.record
    return Poison(
        one.partition, one.offset, record.key, record.value, record.headers, record.timestamp_ms, reason
    )  # fmt: skip


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


def to_raw_batch(messages: Iterable[Message]) -> RawBatch:
    """The messages' records in their order, and next offsets."""
    return raw_batch(map(stored, messages))


def raw_batch(found: Iterable[Stored]) -> RawBatch:
    """The records as a batch."""
    records = list(found)
    return RawBatch(records, {one.partition: one.offset + 1 for one in records})
