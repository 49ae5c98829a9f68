"""A dead letter: the exact bytes that could not be used, with all that is needed to understand and to send them again.

On the topic the record's value is those bytes; everything else is in headers named eds_….
"""

from enum import StrEnum

import msgspec

from delivery.event import Header, Record


class Part(StrEnum):
    """What the bytes are: a whole body, one row of it, or a record of the events topic."""

    BODY = "body"
    ROW = "row"
    RECORD = "record"


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """`errors` maps member paths such as `[3].tries` to reasons. `received_at` in ms. `index` is the row's place in its body."""

    part: Part
    content: bytes | None
    reason: str
    errors: dict[str, list[str]]
    received_at: int
    source: str = ""
    content_type: str = ""
    content_encoding: str = ""
    index: int | None = None
    key: bytes | None = None
    topic: str = ""
    partition: int | None = None
    offset: int | None = None
    traceparent: str = ""


# The fields that are headers, and those headers' names.
HEADER_NAMES = {
    "part": "eds_part",
    "reason": "eds_reason",
    "source": "eds_source",
    "content_type": "content-type",
    "content_encoding": "content-encoding",
    "index": "eds_index",
    "topic": "eds_topic",
    "partition": "eds_partition",
    "offset": "eds_offset",
    "traceparent": "traceparent",
}


def to_record(letter: DeadLetter) -> Record:
    """The record that keeps this dead letter. Absent fields have no header."""
    headers: list[Header] = [("eds_errors", msgspec.json.encode(letter.errors))]
    for field, name in HEADER_NAMES.items():
        value = getattr(letter, field)
        if value is not None and value != "":
            headers.append((name, str(value).encode()))
    return Record(letter.key, letter.content, headers, letter.received_at)


def read_dead_letter(record: Record) -> DeadLetter:
    """A dead letter from its record; msgspec.ValidationError where the record is none."""
    found = dict(record.headers)
    fields: dict[str, object] = {
        field: found[name].decode("utf-8", "replace") for field, name in HEADER_NAMES.items() if name in found
    }
    fields["errors"] = msgspec.json.decode(found.get("eds_errors", b"{}"))
    fields |= {"content": record.value, "key": record.key, "received_at": record.timestamp_ms}
    return msgspec.convert(fields, DeadLetter, strict=False)
