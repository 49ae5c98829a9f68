"""What subscribers of the status topic get: the newest view of a message as plain JSON, key = tracking_id.

A record with a lower revision than one already seen for its key is an older view: drop it. A record without a value says
that the message is gone. Times are ms since 1970. Messages with many deliveries come without them (`deliveries_complete`
is false): the counts are there, the rest is a query.
"""

from collections.abc import Sequence

import msgspec

from delivery.classification import Classification, Kind
from delivery.event import CONTENT_TYPE, SPEC_VERSION, Header, Record
from delivery.state import Delivery, Message, owner

STATUS_TYPE = b"email-delivery-status.message-status.v1"
_OUTCOMES = (
    Kind.DELIVERED, Kind.BOUNCED, Kind.COMPLAINED, Kind.UNSUBSCRIBED, Kind.OPENED, Kind.CLICKED,
)  # fmt: skip


class LastResponse(msgspec.Struct, frozen=True, omit_defaults=True):
    """The newest SMTP reply; `resp_class` is the sender's bounce class."""

    code: int | None = None
    enhanced_code: str | None = None
    message: str | None = None
    resp_class: int | None = None


class DeliveryStatus(msgspec.Struct, frozen=True, omit_defaults=True):
    """One recipient's state. `first_at` holds when each fact was first reported, by its kind."""

    recipient: str
    phase: Kind
    first_event_at: int
    last_event_at: int
    tries: int | None = None
    classification: Classification | None = None
    last_response: LastResponse | None = None
    first_at: dict[Kind, int] = msgspec.field(default_factory=dict)


class MessageStatus(msgspec.Struct, frozen=True, omit_defaults=True):
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
    return MessageStatus(
        tracking_id=message.tracking_id,
        revision=message.revision,
        phase=message.phase.kind,
        first_event_at=message.first_event_at,
        last_event_at=message.last_event_at,
        delivery_counts=message.deliveries,
        deliveries_complete=bool(deliveries),
        phase_at=message.phase.at if message.phase.kind is not Kind.UNKNOWN else None,
        sender_id=owner(message),
        mail_from=message.mail_from.value if message.mail_from else None,
        deliveries=[_delivery_status(delivery) for delivery in deliveries],
    )


def _delivery_status(delivery: Delivery) -> DeliveryStatus:
    response = delivery.response
    return DeliveryStatus(
        recipient=delivery.recipient,
        phase=delivery.phase.kind,
        first_event_at=delivery.first_event_at,
        last_event_at=delivery.last_event_at,
        tries=delivery.tries,
        classification=delivery.classification,
        last_response=LastResponse(response.code, response.enhanced_code, response.message, response.resp_class)
        if response
        else None,
        first_at={kind: delivery.facts[kind].first for kind in _OUTCOMES if kind in delivery.facts},
    )


def status_tombstone(tracking_id: str, now: int) -> Record:
    """The record that says that a message is gone; one that follows begins anew, whatever revisions there were."""
    key = tracking_id.encode()
    return Record(key, None, [("ce_specversion", SPEC_VERSION), ("ce_source", b"consumers"), ("ce_subject", key)], now)


def status_record(message: Message, deliveries: Sequence[Delivery], now: int) -> Record:
    """The record that announces a message's newest view."""
    key = message.tracking_id.encode()
    headers: list[Header] = [
        ("ce_specversion", SPEC_VERSION),
        ("ce_id", key + b"/%d" % message.revision),
        ("ce_source", b"consumers"),
        ("ce_type", STATUS_TYPE),
        ("ce_subject", key),
        ("content-type", CONTENT_TYPE),
    ]
    return Record(key, _encode(message_status(message, deliveries)), headers, now)


_encode = msgspec.json.Encoder(order="deterministic").encode
read_status = msgspec.json.Decoder(MessageStatus).decode
