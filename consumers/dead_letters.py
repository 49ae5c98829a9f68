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
    return [to_record(_letter(topic, record, record_bytes_max)) for record in poison]


def _letter(topic: str, poison: Poison, record_bytes_max: int) -> DeadLetter:
    headers = dict(poison.headers)
    letter = DeadLetter(
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
    if fits(letter, record_bytes_max):
        return letter
    return msgspec.structs.replace(
        letter,
        content=None,
        key=None,
        source="",
        content_type="",
        traceparent="",
        errors={"value": ["The record is no notification, and too large to be kept here: see its place in the topic."]},
    )
