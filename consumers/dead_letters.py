"""Records of the events topic that can't be read go to the dead letters, with their place, before the view passes them."""

from collections.abc import Sequence

from delivery.batch import Poison
from delivery.dead_letter import DeadLetter, Part, to_record
from delivery.event import Record

REASON = "no_event"


def dead_records(topic: str, poison: Sequence[Poison]) -> list[Record]:
    """The dead letters of a batch's poison."""
    return [to_record(_letter(topic, record)) for record in poison]


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
