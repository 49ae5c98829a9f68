"""What subscribers of the status topic get: the newest view of a message as plain JSON, key = tracking_id.

A record with a lower revision than one already seen for its key is an older view: drop it. A record without a value says
that the message is gone. Times are ms since 1970. Messages with many deliveries, or very large ones, come without them
(`deliveries_complete` is false): the counts are there, the rest is a query.
"""

from collections.abc import Sequence

import msgspec

from delivery.classification import Classification, Kind
from delivery.event import CONTENT_TYPE, SPEC_VERSION, Header, Record
from delivery.trace_context import is_traceparent
from delivery.views import Delivery, Message, owner

VALUE_BYTES_MAX = 1_000_000
"""Of a view with its deliveries: what consumers take in without a setting of their own."""
STATUS_TYPE = b"email-delivery-status.message-status.v1"
_SHARED_HEADERS: tuple[Header, ...] = (
    ("ce_specversion", SPEC_VERSION),
    ("ce_source", b"consumers"),
    ("ce_type", STATUS_TYPE),
    ("content-type", CONTENT_TYPE),
)
_OUTCOMES = tuple(sorted({Kind.DELIVERED, Kind.BOUNCED, Kind.COMPLAINED, Kind.UNSUBSCRIBED, Kind.OPENED, Kind.CLICKED}))


class LastResponse(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """The newest SMTP reply; `resp_class` is the sender's bounce class."""

    code: int | None = None
    enhanced_code: str | None = None
    message: str | None = None
    resp_class: int | None = None


class DeliveryStatus(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One recipient's state. `first_at` holds when each fact was first reported, by its kind."""

    recipient: str
    phase: Kind
    first_event_at: int
    last_event_at: int
    tries: int | None = None
    classification: Classification | None = None
    last_response: LastResponse | None = None
    first_at: dict[Kind, int] = msgspec.field(default_factory=dict)


class MessageStatus(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """The newest view of one tracking_id. `phase_at` is when it came so far, absent while the phase is unknown."""

    tracking_id: str
    revision: int
    phase: Kind
    first_event_at: int
    last_event_at: int
    delivery_counts: dict[Kind, int]
    deliveries_complete: bool
    phase_at: int | None = None
    sender_id: int | None = None
    mail_from: str | None = None
    deliveries: list[DeliveryStatus] = msgspec.field(default_factory=list)


def message_status(message: Message, deliveries: Sequence[Delivery]) -> MessageStatus:
    """The public form of a message's views. `deliveries` are all of the message's, or none."""
    phase, origin, counts = message.phase, message.mail_from, message.deliveries
    return MessageStatus(
        message.tracking_id, message.revision, phase.kind, message.first_event_at, message.last_event_at,
        dict(sorted(counts.items())) if len(counts) > 1 else counts, bool(deliveries),
        phase.at if phase.kind is not Kind.UNKNOWN else None,
        owner(message), origin.value if origin is not None else None, [_delivery_status(each) for each in deliveries],
    )  # fmt: skip


def _delivery_status(delivery: Delivery) -> DeliveryStatus:
    last, facts = delivery.response, delivery.facts
    return DeliveryStatus(
        delivery.recipient, delivery.phase.kind, delivery.first_event_at, delivery.last_event_at, delivery.tries,
        delivery.classification,
        LastResponse(last.code, last.enhanced_code, last.message, last.resp_class) if last is not None else None,
        {kind: facts[kind].first for kind in _OUTCOMES if kind in facts},
    )  # fmt: skip


def status_tombstone(tracking_id: str, now: int) -> Record:
    """The record that says that a message is gone; one that follows begins anew, whatever revisions there were."""
    key = tracking_id.encode()
    return Record(key, None, [("ce_specversion", SPEC_VERSION), ("ce_source", b"consumers"), ("ce_subject", key)], now)


def status_record(
    message: Message,
    deliveries: Sequence[Delivery],
    now: int,
    traceparent: str | None = None,
    value_bytes_max: int = VALUE_BYTES_MAX,
) -> Record:
    """The record that announces a message's newest view. `traceparent` is that of the newest event behind it, if it had one.

    With the deliveries as long as it is no larger than `value_bytes_max`.
    """
    key = message.tracking_id.encode()
    headers = [*_SHARED_HEADERS, ("ce_id", key + b"/%d" % message.revision), ("ce_subject", key)]
    if traceparent is not None and is_traceparent(traceparent):
        headers.append(("traceparent", traceparent.encode()))
    value = _encode(message_status(message, deliveries))
    if len(value) > value_bytes_max:
        value = _encode(message_status(message, ()))
    return Record(key, value, headers, now)


_encode = msgspec.json.Encoder().encode  # what has an order of its own was put into it
read_status = msgspec.json.Decoder(MessageStatus).decode
