"""What the bus hands to the store: events with the offsets to go on from, and the records that are no events."""

import msgspec

from delivery.event import Header, Received


class Poison(msgspec.Struct, frozen=True):
    """A record of the topic that can't be read as an event, with its reason; it goes to the dead letters."""

    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: list[Header]
    timestamp_ms: int
    reason: str


class Batch(msgspec.Struct):
    """Records of one poll, in the order of the topic.

    `next_offsets` holds, for each partition that the batch touches, the offset after its last record: where to go on once
    the batch is applied. A batch may hold records that were applied before; applying them again changes nothing.
    """

    events: list[Received]
    next_offsets: dict[int, int]
    poison: list[Poison] = msgspec.field(default_factory=list)
