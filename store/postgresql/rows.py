"""Rows in the binary form of PostgreSQL's COPY, packed here: a driver that encodes value by value takes three times as long.

A row is the number of its fields, and each field its length and its bytes; -1 as the length is null. Integers are big-endian.
Fields of a fixed length stand first, so that one call packs them all.
"""

from collections.abc import Mapping, Sequence
from struct import Struct

from delivery.beginning import Told
from delivery.classification import Kind
from delivery.event import view_text
from delivery.views import Delivery, Message, domain_of, encode_view, owner
from store.columns import TEXTS, is_timeless, key_text

COPY_START = b"PGCOPY\n\xff\r\n\0" + bytes(8)
COPY_END = b"\xff\xff"

HISTORY_COLUMNS = (
    "event_id", "occurred_at", "timeless", "tracked", "received_at", "topic_partition", "topic_offset",
    "event_code", "sender_id", "kind", "domain", "source", "recipient", "key", "value",
)  # fmt: skip
MESSAGE_COLUMNS = ("last_event_at", "revision", "topic_partition", "sender_id", "phase", "tracking_id", "state")
CHANGED_MESSAGE_COLUMNS = ("revision_before", *MESSAGE_COLUMNS)
DELIVERY_COLUMNS = (
    "last_event_at", "sender_id", "phase", "category", "domain", "recipient", "tracking_id", "state",
)  # fmt: skip
STATISTICS_COLUMNS = ("bucket", "total", "span", "dimension", "value", "sender", "kind")

_length = Struct(">i").pack
_bigint = Struct(">iq").pack
_history = Struct(">h i16s iq i? i? iq ii iq").pack
_one_bigint = Struct(">h iq").pack
_two_bigints = Struct(">h iq iq").pack
_message = Struct(">h iq iq ii").pack
_changed_message = Struct(">h iq iq iq ii").pack
_NULL = _length(-1)


def _text(text: str) -> bytes:
    content = text.encode()
    return _length(len(content)) + content


_TEXTS = {kind: _text(text) for kind, text in TEXTS.items()}


def _optional(value: int | None) -> bytes:
    return _NULL if value is None else _bigint(8, value)


def packed_history(told: Sequence[Told]) -> bytes:
    """Rows of the history. What is the same in many, or in neighbours, is packed once."""
    found: list[bytes] = []
    shared: dict[tuple[Kind, int | None, int | None], bytes] = {}
    sources: dict[str, bytes] = {}
    last_key: str | None = None
    last_recipient: str | None = None
    key_field = recipient_field = domain_field = b""
    for recipient, event, meaning in told:
        notification, tracking_id, value, at = event.notification, event.tracking_id, event.value, event.occurred_at
        meant = (meaning.kind, notification.event_code, notification.sender_id)
        if (meant_fields := shared.get(meant)) is None:
            meant_fields = shared[meant] = _optional(meant[1]) + _optional(meant[2]) + _TEXTS[meaning.kind]
        source = event.source
        if (source_field := sources.get(source)) is None:
            source_field = sources[source] = _text(view_text(source))
        if tracking_id is None:
            key_field, last_key = _text(event.id), None
        elif tracking_id != last_key:
            key_field, last_key = _text(key_text(tracking_id)), tracking_id
        if recipient != last_recipient:
            recipient_field, domain_field = _text(key_text(recipient)), _text(key_text(domain_of(recipient)))
            last_recipient = recipient
        fixed = _history(
            15, 16, bytes.fromhex(event.id), 8, at, 1, at == event.received_at and is_timeless(event),
            1, tracking_id is not None, 8, event.received_at, 4, event.partition, 8, event.offset,
        )  # fmt: skip
        found += (
            fixed, meant_fields, domain_field, source_field, recipient_field, key_field, _length(len(value)), value
        )  # fmt: skip
    return b"".join(found)


def packed_messages(messages: Sequence[Message], partitions: Mapping[str, int]) -> bytes:
    """Rows of new messages; `partitions` has the topic's partition of each."""
    found: list[bytes] = []
    for message in messages:
        count, at, partition = len(MESSAGE_COLUMNS), message.last_event_at, partitions[message.tracking_id]
        found.append(_message(count, 8, at, 8, message.revision, 4, partition))
        found += _message_fields(message)
    return b"".join(found)


def packed_changes(changes: Sequence[tuple[Message, int]], partitions: Mapping[str, int]) -> bytes:
    """Rows of changed messages, each with the revision that it had."""
    found: list[bytes] = []
    for message, before in changes:
        count, at, partition = len(CHANGED_MESSAGE_COLUMNS), message.last_event_at, partitions[message.tracking_id]
        found.append(_changed_message(count, 8, before, 8, at, 8, message.revision, 4, partition))
        found += _message_fields(message)
    return b"".join(found)


def _message_fields(message: Message) -> tuple[bytes, ...]:
    state, sender = encode_view(message), owner(message)
    return (
        _NULL if sender is None else _bigint(8, sender),
        _TEXTS[message.phase.kind],
        _text(key_text(message.tracking_id)),
        _length(len(state)),
        state,
    )


def packed_deliveries(deliveries: Sequence[Delivery]) -> bytes:
    """Rows of deliveries."""
    found: list[bytes] = []
    for delivery in deliveries:
        sender, classification, recipient = owner(delivery), delivery.classification, delivery.recipient
        state = encode_view(delivery)
        found += (
            _one_bigint(len(DELIVERY_COLUMNS), 8, delivery.last_event_at),
            _NULL if sender is None else _bigint(8, sender),
            _TEXTS[delivery.phase.kind],
            _NULL if classification is None else _text(classification.category),
            _text(key_text(domain_of(recipient))),
            _text(key_text(recipient)),
            _text(key_text(delivery.tracking_id)),
            _length(len(state)),
            state,
        )
    return b"".join(found)


def packed_statistics(added: Sequence[tuple[str, str, int, str, str, str, int]]) -> bytes:
    """Rows of what is added to the statistics."""
    found: list[bytes] = []
    for span, dimension, bucket, value, sender, kind, total in added:
        found.append(_two_bigints(len(STATISTICS_COLUMNS), 8, bucket, 8, total))
        found += (_text(span), _text(dimension), _text(value), _text(sender), _text(kind))
    return b"".join(found)
