"""SMTPNotification: the thirteen members of the interface, and the members that we do not know but keep.

All members are optional. A member that the sender left out, or sent as null, is None here and absent on the wire.
Times are Unix times as the sender wrote them: seconds, or milliseconds when above 10^11.
"""

from operator import attrgetter
from typing import Annotated, Any

import msgspec

from delivery.json_text import encode_json

INT64_MIN = -(2**63)
INT64_MAX = 2**63 - 1

type_of_integer = Annotated[int, msgspec.Meta(ge=INT64_MIN, le=INT64_MAX)]


class Notification(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One row of a request. Members stand in ordinal order, which is also their order on the wire."""

    event_code: type_of_integer | None = None
    event_label: str | None = None
    mail_from: str | None = None
    rcpt_to: str | None = None
    resp_class: type_of_integer | None = None
    resp_code: type_of_integer | None = None
    resp_msg: str | None = None
    sender_id: type_of_integer | None = None
    status: str | None = None
    time_finished: type_of_integer | None = None
    time_started: type_of_integer | None = None
    tracking_id: str | None = None
    tries: type_of_integer | None = None


class ExtendedNotification(Notification, frozen=True, gc=False, omit_defaults=True):
    """A notification whose sender added members of its own; their names and JSON values are kept as they came."""

    extras: dict[str, Any] = msgspec.field(default_factory=dict)


INTEGER_MEMBERS = frozenset(
    {"event_code", "resp_class", "resp_code", "sender_id", "time_finished", "time_started", "tries"}
)
MEMBERS: tuple[str, ...] = Notification.__struct_fields__
TEXT_MEMBERS = frozenset(MEMBERS) - INTEGER_MEMBERS

_encode = msgspec.json.Encoder().encode
_members_of = attrgetter(*MEMBERS)


def encode_notification(notification: Notification) -> bytes:
    """The one canonical JSON text of a notification: known members in ordinal order, then extras sorted by name.

    Two notifications with the same content have the same bytes, whatever the order or format they came in.
    """
    if type(notification) is not ExtendedNotification:
        return _encode(notification)
    known = _encode(Notification(*_members_of(notification)))
    if not notification.extras:
        return known
    extras = encode_json(notification.extras, is_sorted=True)
    return extras if known == b"{}" else known[:-1] + b"," + extras[1:]
