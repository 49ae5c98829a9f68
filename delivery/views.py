"""The status view: what is known of a message and of each delivery of it, and its one canonical text."""

from functools import lru_cache
from typing import Generic, TypeVar

import msgspec

from delivery.classification import Classification, Kind
from delivery.event import view_text
from delivery.notification import Notification


class Phase(msgspec.Struct, gc=False, array_like=True):
    """Which event decided: greatest (rank, at, by) wins. `at` in ms, `by` an event id."""

    rank: int
    at: int
    by: str
    kind: Kind


class Fact(msgspec.Struct, gc=False, array_like=True):
    """When something was reported first and last (ms), and by how many distinct events."""

    first: int
    last: int
    count: int


Value = TypeVar("Value", int, str)


class Earliest(msgspec.Struct, Generic[Value], gc=False, array_like=True):
    """A value as its earliest event (least (at, by)) gave it."""

    at: int
    by: str
    value: Value


class Response(msgspec.Struct, gc=False, array_like=True):
    """The SMTP reply of the latest event (greatest (at, by)) that carried one."""

    at: int
    by: str
    code: int | None
    enhanced_code: str | None
    message: str | None
    resp_class: int | None


class Delivery(msgspec.Struct, gc=False, omit_defaults=True):
    """The state of one (tracking_id, recipient). `recipient` is "" where events named none. Times in ms.

    `shared` says that its events name more than one sender: it then belongs to none of them (see `owner`).
    """

    tracking_id: str
    recipient: str
    phase: Phase
    first_event_at: int
    last_event_at: int
    event_count: int = 0
    tries: int | None = None
    classification: Classification | None = None
    response: Response | None = None
    sender_id: Earliest[int] | None = None
    mail_from: Earliest[str] | None = None
    shared: bool = False
    facts: dict[Kind, Fact] = msgspec.field(default_factory=dict)
    seen: dict[str, int] = msgspec.field(default_factory=dict)


class Message(msgspec.Struct, gc=False, omit_defaults=True):
    """The roll-up of a tracking_id. `deliveries` counts them by phase; `revision` is the number of distinct events; `shared` is a
    delivery's.
    """

    tracking_id: str
    phase: Phase
    first_event_at: int
    last_event_at: int
    revision: int = 0
    sender_id: Earliest[int] | None = None
    mail_from: Earliest[str] | None = None
    shared: bool = False
    deliveries: dict[Kind, int] = msgspec.field(default_factory=dict)


def recipient_of(notification: Notification) -> str:
    """The recipient as the view's key: without blanks and angle brackets, in lower case; "" without one.

    RFC 5321 section 2.4 leaves the local part's case to its host, and tells senders not to rely on it: one box, one delivery.
    """
    address = notification.rcpt_to
    return _normal(address) if address else ""


@lru_cache(maxsize=8192)
def _normal(address: str) -> str:
    """Kept, because the events of a recipient come by twos and threes."""
    return view_text(address.strip().strip("<>").strip().lower())


def domain_of(recipient: str) -> str:
    """The domain of a recipient, "" without one."""
    return recipient.rpartition("@")[2] if "@" in recipient else ""


def owner(view: Message | Delivery) -> int | None:
    """Whose it is: the one sender that its events name. None where they name none, or several: its roll-up tells of all of them."""
    return None if view.sender_id is None or view.shared else view.sender_id.value


class Views(msgspec.Struct):
    """The views of one tracking_id."""

    message: Message
    deliveries: dict[str, Delivery]


def encode_view(view: Message | Delivery) -> bytes:
    """A view's one canonical JSON text: equal views have equal bytes."""
    return _encode(view)


_encode = msgspec.json.Encoder(order="deterministic").encode


decode_message = msgspec.json.Decoder(Message).decode


decode_delivery = msgspec.json.Decoder(Delivery).decode
