"""What the bus hands to the store: events with the offsets to go on from, and the records that are no events."""

from collections.abc import Set as AbstractSet
from typing import Self

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

    def without(self, partitions: AbstractSet[int]) -> Self | None:
        """The batch without records of the partitions; None where nothing is left."""
        next_offsets = {number: offset for number, offset in self.next_offsets.items() if number not in partitions}
        if not next_offsets:
            return None
        events = [event for event in self.events if event.partition not in partitions]
        poison = [one for one in self.poison if one.partition not in partitions]
        return msgspec.structs.replace(self, events=events, next_offsets=next_offsets, poison=poison)
