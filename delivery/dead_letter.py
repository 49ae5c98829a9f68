"""A dead letter: the exact bytes that could not be used, with all that is needed to understand and to send them again.

On the topic the record's value is those bytes; everything else is in headers named eds_…. The record's key is the letter's id,
so that on a compacted topic a later record can replace a letter or, without a value, remove it. What was the key of a record
of the events topic stands in a header. Letters of earlier days have other keys and no eds_id: they are read all the same.
"""

import re
from enum import StrEnum
from hashlib import blake2b

import msgspec

from delivery.event import Header, Record, size_of


class Part(StrEnum):
    """What the bytes are: a whole body, one row of it, or a record of the events topic."""

    BODY = "body"
    ROW = "row"
    RECORD = "record"


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """`errors` maps member paths such as `[3].tries` to reasons. `received_at` in ms. `index` is the row's place in its body.

    `id` is a function of all the rest, and is made where it is empty; a redacted letter keeps the id that it had.
    """

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
    id: str = ""
    redacted: bool = False


# The fields that are headers of text, and those headers' names.
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
    "id": "eds_id",
}
ERRORS_HEADER = "eds_errors"
KEY_HEADER = "eds_key"
NO_VALUE_HEADER = (
    "eds_no_value"  # the letter is of a record without a value: without it an empty value is an empty value
)
REDACTED_HEADER = "eds_redacted"
RECORD_OVERHEAD_BYTES = 1_024  # of lengths, and of the batch around it
_YES = b"1"


_ID = re.compile("[0-9a-f]{32}")


def is_letter_id(text: str) -> bool:
    """Whether the text is an id as letter_id makes them."""
    return _ID.fullmatch(text) is not None


def letter_id(letter: DeadLetter) -> str:
    """blake2b-128 over what the letter is and where it came from, as 32 hex digits: written twice, it is one letter."""
    return blake2b(msgspec.json.encode(msgspec.structs.replace(letter, id="")), digest_size=16).hexdigest()


def to_record(letter: DeadLetter) -> Record:
    """The record that keeps this dead letter. Absent fields have no header."""
    if not letter.id:
        letter = msgspec.structs.replace(letter, id=letter_id(letter))
    headers: list[Header] = [(ERRORS_HEADER, msgspec.json.encode(letter.errors))]
    for field, name in HEADER_NAMES.items():
        value = getattr(letter, field)
        if value is not None and value != "":
            headers.append((name, str(value).encode()))
    if letter.key is not None:
        headers.append((KEY_HEADER, letter.key))
    if letter.content is None:
        headers.append((NO_VALUE_HEADER, _YES))
    if letter.redacted:
        headers.append((REDACTED_HEADER, _YES))
    return Record(letter.id.encode(), letter.content or b"", headers, letter.received_at)


def fits(letter: Record, record_bytes_max: int) -> bool:
    """Whether a topic with this limit takes the letter's record."""
    return size_of(letter) + RECORD_OVERHEAD_BYTES <= record_bytes_max


def removal(identity: str, now: int) -> Record:
    """The record that removes the letter with this id for good, once the topic is compacted."""
    return Record(identity.encode(), None, [], now)


def is_removal(record: Record) -> bool:
    """Whether the record removes a letter: no letter and no note is without both a value and headers of ours."""
    return record.value is None and not any(name.startswith("eds_") for name, _ in record.headers)


def is_redacted(record: Record) -> bool:
    """Whether the record is a letter that takes the place of what it was before an erasure."""
    return any(name == REDACTED_HEADER for name, _ in record.headers)


def read_dead_letter(record: Record) -> DeadLetter:
    """A dead letter from its record; msgspec.ValidationError where the record is none."""
    found = dict(record.headers)
    fields: dict[str, object] = {
        field: found[name].decode("utf-8", "replace") for field, name in HEADER_NAMES.items() if name in found
    }
    if not is_letter_id(str(fields.get("id", ""))):
        fields.pop("id", None)  # not of ours, and no key of a store
    fields["errors"] = msgspec.json.decode(found.get(ERRORS_HEADER, b"{}"))
    fields["content"] = None if NO_VALUE_HEADER in found else record.value
    fields["key"] = found.get(KEY_HEADER) if fields.get("id") else record.key
    fields |= {"received_at": record.timestamp_ms, "redacted": REDACTED_HEADER in found}
    letter = msgspec.convert(fields, DeadLetter, strict=False)
    return letter if letter.id else msgspec.structs.replace(letter, id=letter_id(letter))
