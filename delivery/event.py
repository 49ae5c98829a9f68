"""The event: a notification on its way through Kafka, in the CloudEvents 1.0 Kafka binding (binary mode).

key     tracking_id in UTF-8; without one the event id, so that such events spread over the partitions
value   the notification's canonical JSON (see notification.py)
headers ce_specversion, ce_id, ce_source, ce_type, ce_time, ce_subject, content-type; traceparent and tracestate when known
The id is blake2b-128 over the value, as 32 hex digits: the same content has the same id, however and whenever it came.
"""

from binascii import hexlify
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import msgspec

from delivery.errors import Rejected
from delivery.notification import Notification, encode_notification

SPEC_VERSION = b"1.0"
EVENT_TYPE = b"email-delivery-status.smtp-notification.v1"
CONTENT_TYPE = b"application/json"
MILLISECONDS_ABOVE = 10**11
TIME_MAX_MS = 253_402_300_799_999  # the last millisecond of the year 9999: later ones have no RFC 3339 form

Header = tuple[str, bytes]


class Record(msgspec.Struct, frozen=True, gc=False):
    """What is published: ready-made bytes, and the record's timestamp. A value of None is a tombstone."""

    key: bytes | None
    value: bytes | None
    headers: list[Header]
    timestamp_ms: int


def size_of(record: Record) -> int:
    """The bytes of its key, its value and its headers."""
    headers = sum(len(name) + len(content or b"") for name, content in record.headers)
    return len(record.key or b"") + len(record.value or b"") + headers


class Observed(Notification, frozen=True, gc=False, omit_defaults=True):
    """A notification read back for its meaning: the thirteen members, and the one extra that changes it.

    SMTP.com reports an unsubscribe as event_code 102 with feedback_type "remove".
    """

    feedback_type: Any = None


class Received(msgspec.Struct, frozen=True, gc=False):
    """What is consumed: an event with its meaning, its arrival and its place in the topic. Times in ms since 1970."""

    id: str
    tracking_id: str | None
    notification: Observed
    value: bytes
    received_at: int
    occurred_at: int
    source: str
    partition: int
    offset: int
    traceparent: str | None = None


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_blank = blake2b(digest_size=16)
_copy_blank = _blank.copy
_decode = msgspec.json.Decoder(Observed).decode
_SHARED_TAIL: tuple[Header, ...] = (
    ("ce_specversion", SPEC_VERSION),
    ("ce_type", EVENT_TYPE),
    ("content-type", CONTENT_TYPE),
)


def event_id(value: bytes) -> str:
    """The id of the event with this canonical value."""
    state = _copy_blank()
    state.update(value)
    return state.hexdigest()


@lru_cache(maxsize=256)
def format_time(time_ms: int) -> str:
    """RFC 3339 in UTC with milliseconds. Kept, because requests come by the dozen in one millisecond."""
    return f"{_format_second(time_ms // 1000)}.{time_ms % 1000:03d}Z"


@lru_cache(maxsize=1024)
def _format_second(time_s: int) -> str:
    """Kept, because requests and lines of log come by the thousand in one second."""
    return datetime.fromtimestamp(time_s, UTC).replace(tzinfo=None).isoformat()  # strftime writes the year 1 as "1"


def parse_time(text: str) -> int:
    """Milliseconds since 1970 of an RFC 3339 time; ValueError where it is none."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} names no time zone")
    return (moment - _EPOCH) // _MILLISECOND


def request_headers(received_at: int, source: str, trace: Sequence[Header] = ()) -> tuple[Header, ...]:
    """The headers that all events of one request share."""
    return _shared_headers(received_at, source, tuple(trace))


@lru_cache(maxsize=256)
def _shared_headers(received_at: int, source: str, trace: tuple[Header, ...]) -> tuple[Header, ...]:
    """Kept, because the requests of one millisecond mostly share theirs."""
    return (
        *_SHARED_TAIL,
        ("ce_source", source.encode()),
        ("ce_time", format_time(received_at).encode()),
        *trace,
    )


def build_event(notification: Notification, received_at: int, shared: Sequence[Header]) -> Record:
    """The event of one accepted notification; `shared` comes from request_headers, once a request."""
    value = encode_notification(notification)
    state = _copy_blank()
    state.update(value)
    id_bytes = hexlify(state.digest())
    tracking_id = notification.tracking_id
    key = tracking_id.encode() if tracking_id else id_bytes
    return Record(key, value, [("ce_id", id_bytes), ("ce_subject", key), *shared], received_at)


def occurred_at(notification: Notification, received_at: int) -> int:
    """When it happened, in ms: time_finished, else time_started, else the arrival. A time outside 1970 to 9999 is none."""
    for time in (notification.time_finished, notification.time_started):
        if time is not None and time > 0:
            time_ms = time if time > MILLISECONDS_ABOVE else time * 1000
            if time_ms <= TIME_MAX_MS:
                return time_ms
    return received_at


def view_text(text: str) -> str:
    """Text as a key of the view: PostgreSQL has no NUL in text, so it becomes U+FFFD there and everywhere."""
    return text.replace("\0", "\ufffd") if "\0" in text else text


@lru_cache(maxsize=4096)
def _source(content: bytes | None) -> str:
    """Kept, because few sources send all events."""
    return (content or b"").decode("utf-8", "replace")


def read_event(
    value: bytes | None,
    headers: Sequence[tuple[str, bytes | None]] | None,
    timestamp_ms: int,
    partition: int,
    offset: int,
) -> Received:
    """A record of the topic as an event; Rejected where it is none (it then goes to the dead letters).

    Records that other producers wrote count too: the id is computed from the value whatever ce_id says, as all that is
    exact rests on it; the arrival is the record's time.
    """
    if value is None:
        raise Rejected({"value": ["The record has no value."]})
    try:
        notification = _decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise Rejected({"value": [f"The record is not a notification: {problem}."]}) from problem
    source, traceparent = "", None
    for name, content in headers or ():
        if name == "ce_source":
            source = _source(content)
        elif name == "traceparent" and content is not None:
            traceparent = content.decode("ascii", "replace")
    tracking_id = view_text(notification.tracking_id) if notification.tracking_id else None
    return Received(
        event_id(value), tracking_id, notification, value, timestamp_ms,
        occurred_at(notification, timestamp_ms), source, partition, offset, traceparent,
    )  # fmt: skip
