"""What is written into the tables: rows from views and events. The views' bytes are the truth, the other columns serve indexes."""

from hashlib import blake2b

import msgspec

from delivery.classification import Kind
from delivery.event import Observed, Received, occurred_at, view_text
from delivery.notification import INT64_MAX, INT64_MIN
from delivery.views import Delivery, Message, domain_of, encode_view, owner, recipient_of
from store.contract import HistoryEvent

KEY_CHARACTERS_MAX = 256  # two such keys fit into an index entry of PostgreSQL (2704 bytes) at four bytes a character

MESSAGE_COLUMNS = ("tracking_id", "phase", "sender_id", "revision", "last_event_at", "state", "topic_partition")
DELIVERY_COLUMNS = (
    "tracking_id", "recipient", "domain", "phase", "category", "sender_id", "last_event_at", "state",
)  # fmt: skip
HISTORY_COLUMNS = (
    "key", "tracked", "event_id", "occurred_at", "timeless", "received_at", "recipient", "domain", "kind",
    "event_code", "sender_id", "source", "topic_partition", "topic_offset", "value",
)  # fmt: skip
EVENT_COLUMNS = (
    "key", "tracked", "event_id", "occurred_at", "received_at", "recipient", "kind",
    "source", "topic_partition", "topic_offset", "value",
)  # fmt: skip

MessageRow = tuple[str, str, int | None, int, int, str, int]
DeliveryRow = tuple[str, str, str, str, str | None, int | None, int, str]
HistoryRow = tuple[
    str, bool, bytes, int, bool, int, str, str, str, int | None, int | None, str, int, int, bytes,
]  # fmt: skip
EventRow = tuple[str, bool, bytes, int, int, str, str, str, int, int, bytes]

_decode = msgspec.json.Decoder(Observed).decode


def key_text(text: str) -> str:
    """Text as it stands in a key column: an overlong one is its beginning and its hash, so that an index can hold it."""
    if len(text) <= KEY_CHARACTERS_MAX:
        return text
    return (
        text[:200] + "…" + blake2b(text.encode(), digest_size=28).hexdigest()
    )  # 257 characters: longer than any plain one


def asked_text(text: str) -> str:
    """What a caller asks for, as a key column would hold it."""
    return key_text(asked_plainly(text))


def asked_plainly(text: str) -> str:
    """What a caller asks for, as a column that holds whole texts would."""
    return view_text(text.encode("utf-8", "replace").decode())


def asked_integers(values: tuple[int, ...]) -> tuple[int, ...]:
    """Those of the integers that a column can hold."""
    return tuple(value for value in values if INT64_MIN <= value <= INT64_MAX)


def id_bytes(event_id: str) -> bytes | None:
    """An event id's 16 bytes; None where the text is no such id."""
    try:
        found = bytes.fromhex(event_id)
    except ValueError:
        return None
    return found if len(found) == 16 and found.hex() == event_id else None


TEXTS = {kind: kind.value for kind in Kind}  # an enum's own `value` is a function call


def message_row(message: Message, partition: int) -> MessageRow:
    return (
        key_text(message.tracking_id),
        TEXTS[message.phase.kind],
        owner(message),
        message.revision,
        message.last_event_at,
        encode_view(message).decode(),
        partition,
    )


def delivery_row(delivery: Delivery) -> DeliveryRow:
    classification = delivery.classification
    return (
        key_text(delivery.tracking_id),
        key_text(delivery.recipient),
        key_text(domain_of(delivery.recipient)),
        TEXTS[delivery.phase.kind],
        classification.category if classification is not None else None,
        owner(delivery),
        delivery.last_event_at,
        encode_view(delivery).decode(),
    )


def is_timeless(event: Received) -> bool:
    """Whether the event's time is only its arrival's, which copies don't share."""
    return event.occurred_at == event.received_at and occurred_at(event.notification, -1) == -1


def history_row(event: Received, recipient: str, kind: Kind) -> HistoryRow:
    notification, tracking_id = event.notification, event.tracking_id
    return (
        key_text(tracking_id) if tracking_id is not None else event.id,
        tracking_id is not None,
        bytes.fromhex(event.id),
        event.occurred_at,
        is_timeless(event),
        event.received_at,
        key_text(recipient),
        key_text(domain_of(recipient)),
        TEXTS[kind],
        notification.event_code,
        notification.sender_id,
        view_text(event.source),
        event.partition,
        event.offset,
        event.value,
    )


def received(row: EventRow) -> Received:
    """A history row as the event that it was."""
    key, tracked, identity, at, received_at, _recipient, _kind, source, partition, offset, value = row
    tracking_id = _full_key(key, value) if tracked else None
    return Received(identity.hex(), tracking_id, _decode(value), value, received_at, at, source, partition, offset)


def history_event(row: EventRow) -> HistoryEvent:
    """A history row as readers see it."""
    key, tracked, identity, at, received_at, recipient, kind, source, partition, offset, value = row
    if len(recipient) > KEY_CHARACTERS_MAX:
        recipient = recipient_of(_decode(value))
    return HistoryEvent(
        identity.hex(), _full_key(key, value) if tracked else None, recipient, Kind(kind), at, received_at,
        source, partition, offset, value,
    )  # fmt: skip


def _full_key(key: str, value: bytes) -> str:
    return key if len(key) <= KEY_CHARACTERS_MAX else view_text(_decode(value).tracking_id or "")
