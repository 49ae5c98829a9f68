"""Event: one notification as it came, and what it was understood to mean."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import strawberry

from delivery.notification import MEMBERS
from graphql_api.access.sight import ADDRESSES, EVENT, WHOLE, Sight
from graphql_api.context import Info
from graphql_api.fields import resolved
from graphql_api.pagination import EVENT_KEY, PageRequest, unsealed, window_of
from graphql_api.scalars import DateTime, Json, Long
from graphql_api.settings import GraphQLSettings
from graphql_api.types.node import Node, encode_id
from graphql_api.types.phase import EVENT_KINDS, EventKind
from store.contract import HistoryEvent
from store.questions import Key, Window

if TYPE_CHECKING:
    from graphql_api.types.delivery import Delivery
    from graphql_api.types.message import Message


TEXTS = ("event_label", "resp_msg", "status")
_decode = msgspec.json.Decoder(dict[str, Any]).decode


@strawberry.type(description="One event of the history: the notification's members as they came, and its meaning.")
class Event(Node):
    event_id: str = strawberry.field(
        description="The event's id: the same content has the same id. It is the wire's, but within a scope without addresses."
    )
    tracking_id: str | None = strawberry.field(description="The message that it belongs to.")
    recipient: str | None = strawberry.field(description="The address in its normal form; null where none was named.")
    kind: EventKind = strawberry.field(description="What it reports.")
    occurred_at: DateTime = strawberry.field(description="When it happened; the arrival where the sender doesn't say.")
    received_at: DateTime = strawberry.field(description="When it arrived here.")
    source: str = strawberry.field(description="Where it came from, as the gateway names it.")
    partition: int = strawberry.field(description="The partition of the topic that holds it.")
    offset: Long = strawberry.field(description="Its offset in that partition.")
    event_code: Long | None = strawberry.field(description="event_code, such as 103 for a delivery.")
    event_label: str | None = strawberry.field(description="event_label, the code in words.")
    mail_from: str | None = strawberry.field(description="mail_from, the envelope's sender.")
    rcpt_to: str | None = strawberry.field(description="rcpt_to, the recipient as it was written.")
    resp_class: Long | None = strawberry.field(description="resp_class: 0 delivered, else a class of bounces.")
    resp_code: Long | None = strawberry.field(description="resp_code, the SMTP reply's code.")
    resp_msg: str | None = strawberry.field(description="resp_msg, the SMTP reply's text.")
    sender_id: Long | None = strawberry.field(description="sender_id, the account that sent the mail.")
    status: str | None = strawberry.field(description="status, in the sender's own words.")
    time_finished: Long | None = strawberry.field(description="time_finished as it was written: Unix seconds or ms.")
    time_started: Long | None = strawberry.field(description="time_started as it was written: Unix seconds or ms.")
    tries: Long | None = strawberry.field(description="tries, the deferred attempts before this one.")
    extras: Json | None = strawberry.field(description="The members beyond the thirteen, by name; null without any.")
    row: strawberry.Private[HistoryEvent]

    @resolved("The topic that holds it.")
    def topic(self, info: Info) -> str:
        return info.context.sources.topic

    @resolved("Its key in the topic: the tracking_id, or the event's id where it has none.")
    def key(self) -> str:
        return str(_decode(self.row.value).get("tracking_id") or self.event_id)

    @resolved("Its value as the topic holds it, a JSON text. Within a scope without addresses they are masked.")
    def value(self, info: Info) -> str:
        if info.context.sight is WHOLE:
            return self.row.value.decode()
        members = info.context.sight.members(_decode(self.row.value))
        return json.dumps(members, ensure_ascii=False, separators=(",", ":"))

    @resolved("The message that it belongs to; null for an event without a tracking_id.")
    async def message(self, info: Info) -> Annotated["Message", strawberry.lazy("graphql_api.types.message")] | None:
        from graphql_api.types.message import Message

        view = await info.context.loaders.messages.load(self.tracking_id) if self.tracking_id else None
        return None if view is None else Message.of(view, info.context.sight)

    @resolved("The delivery that it belongs to; null for an event without a tracking_id.")
    async def delivery(self, info: Info) -> Annotated["Delivery", strawberry.lazy("graphql_api.types.delivery")] | None:
        from graphql_api.types.delivery import Delivery

        if not self.tracking_id:
            return None
        view = await info.context.loaders.deliveries.load((self.tracking_id, self.row.recipient))
        return None if view is None else Delivery.of(view, info.context.sight)

    @classmethod
    def of(cls, row: HistoryEvent, sight: Sight) -> "Event":
        read_row = EventRow(row)
        return cls(row=row, **{name: read(read_row, sight) for name, read in EVENT_FIELDS.items()})


class EventRow:
    """A row with the notification's members, which are read at most once, and only where a field asks for one."""

    __slots__ = ("_members", "row")

    def __init__(self, row: HistoryEvent) -> None:
        self.row = row
        self._members: dict[str, Any] | None = None

    @property
    def members(self) -> dict[str, Any]:
        members = self._members
        if members is None:
            members = self._members = _decode(self.row.value)
        return members

    def extras(self, sight: Sight) -> Json | None:
        beyond = {name: value for name, value in self.members.items() if name not in MEMBERS}
        return Json(sight.members(beyond)) if beyond else None


def _member(name: str) -> Callable[[EventRow, Sight], Any]:
    if name in ADDRESSES:
        return lambda read, sight: sight.address(read.members.get(name))
    if name in TEXTS:
        return lambda read, sight: sight.text(read.members.get(name))
    return lambda read, _: read.members.get(name)


EVENT_FIELDS: dict[str, Callable[[EventRow, Sight], Any]] = {
    "id": lambda read, sight: encode_id("Event", read.row.tracking_id or "", _id_of(read.row, sight)),
    "event_id": lambda read, sight: _id_of(read.row, sight),
    "tracking_id": lambda read, _: read.row.tracking_id,
    "recipient": lambda read, sight: sight.address(read.row.recipient) or None,
    "kind": lambda read, _: EVENT_KINDS[read.row.kind],
    "occurred_at": lambda read, _: read.row.occurred_at,
    "received_at": lambda read, _: read.row.received_at,
    "source": lambda read, _: read.row.source,
    "partition": lambda read, _: read.row.partition,
    "offset": lambda read, _: read.row.offset,
    "extras": lambda read, sight: read.extras(sight),
} | {name: _member(name) for name in MEMBERS if name != "tracking_id"}
"""How the plain fields come from a row."""


def _id_of(row: HistoryEvent, sight: Sight) -> str:
    return sight.seal(EVENT, row.id, row.tracking_id or "")


def event_key(row: HistoryEvent, sight: Sight) -> Key:
    """An event's place in its lists, as its cursor holds it."""
    return (row.occurred_at, _id_of(row, sight), row.tracking_id or "")


def event_window(page: PageRequest, sight: Sight, settings: GraphQLSettings) -> Window:
    """The part of a list of events that the arguments ask for."""

    def key_of(at: int, sealed: str, tracking_id: str) -> Key:
        return (at, sight.unseal(EVENT, sealed, tracking_id), tracking_id)

    return unsealed(window_of(page, EVENT_KEY, settings), key_of)
