"""Records of the events topic that can't be read go to the dead letters, with their place, before the view passes them.

One that is too large for that (others may write records that only fit into the topic compressed) is told of by its place alone.
"""

from collections.abc import Sequence

import msgspec

from delivery.batch import Poison
from delivery.dead_letter import DeadLetter, Part, fits, to_record
from delivery.event import Record

REASON = "no_event"


def dead_records(topic: str, poison: Sequence[Poison], record_bytes_max: int) -> list[Record]:
    """The dead letters of a batch's poison."""
    return [_record(topic, record, record_bytes_max) for record in poison]


def _record(topic: str, poison: Poison, record_bytes_max: int) -> Record:
    letter = _letter(topic, poison)
    record = to_record(letter)
    if fits(record, record_bytes_max):
        return record
    told = "The record is no notification, and too large to be kept here: see its place in the topic."
    return to_record(
        msgspec.structs.replace(
            letter, content=None, key=None, source="", content_type="", traceparent="", errors={"value": [told]}
        )
    )


def _letter(topic: str, poison: Poison) -> DeadLetter:
    headers = dict(poison.headers)
    return DeadLetter(
        part=Part.RECORD,
        content=poison.value,
        reason=REASON,
        errors={"value": [poison.reason]},
        received_at=poison.timestamp_ms,
        source=headers.get("ce_source", b"").decode("utf-8", "replace"),
        content_type=headers.get("content-type", b"").decode("utf-8", "replace"),
        key=poison.key,
        topic=topic,
        partition=poison.partition,
        offset=poison.offset,
        traceparent=headers.get("traceparent", b"").decode("utf-8", "replace"),
    )
