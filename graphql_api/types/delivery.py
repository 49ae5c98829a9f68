"""Delivery: the state of one message for one recipient."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from delivery import classification, views
from delivery.classification import Kind
from delivery.event import format_time
from graphql_api.access.sight import RECIPIENT, Sight, addresses
from graphql_api.context import Info
from graphql_api.fields import resolved
from graphql_api.filters import EventOrder, order_of
from graphql_api.pagination import DELIVERY_KEY, EVENT_KEY, PageRequest, unsealed, window_of
from graphql_api.scalars import DateTime, Long
from graphql_api.settings import GraphQLSettings
from graphql_api.types.connection import After, Before, Connection, First, Last, connect, page_request
from graphql_api.types.event import Event, event_key, event_window
from graphql_api.types.node import Node, encode_id
from graphql_api.types.phase import (
    CLASSIFICATION_KINDS,
    EVENT_KINDS,
    PHASE_NAMES,
    PHASES,
    ClassificationKind,
    EventKind,
    Phase,
)
from store.questions import EventFilter, Key, Window

if TYPE_CHECKING:
    from graphql_api.types.message import Message


@strawberry.type(description="Why mail was deferred or bounced, and which rule says so.")
class Classification:
    kind: ClassificationKind = strawberry.field(description="How grave it is.")
    category: str = strawberry.field(description="The reason in one word, such as mailbox_full.")
    rule: str = strawberry.field(description="The line of the classification table that decided.")
    enhanced_code: str | None = strawberry.field(description="The enhanced status code (RFC 3463) of the reply.")

    @classmethod
    def of(cls, row: classification.Classification) -> "Classification":
        kind = CLASSIFICATION_KINDS.get(row.kind, ClassificationKind.UNKNOWN)
        return cls(kind=kind, category=row.category, rule=row.rule, enhanced_code=row.enhanced_code)


@strawberry.type(description="The latest SMTP reply.")
class Response:
    code: Long | None = strawberry.field(description="The reply's code, such as 250.")
    enhanced_code: str | None = strawberry.field(description="The enhanced status code (RFC 3463), such as 5.1.1.")
    message: str | None = strawberry.field(description="The reply's text.")
    resp_class: Long | None = strawberry.field(name="class", description="The sender's own class: 0 is delivered.")
    at: DateTime = strawberry.field(description="When the event occurred that carried it.")

    @classmethod
    def of(cls, row: views.Response, sight: Sight) -> "Response":
        return cls(
            code=None if row.code is None else Long(row.code),
            enhanced_code=row.enhanced_code,
            message=sight.text(row.message),
            resp_class=None if row.resp_class is None else Long(row.resp_class),
            at=DateTime(row.at),
        )


@strawberry.type(description="When something was reported first and last, and how often.")
class Fact:
    kind: EventKind = strawberry.field(description="What was reported.")
    first_at: DateTime = strawberry.field(description="The first time.")
    last_at: DateTime = strawberry.field(description="The last time.")
    count: Long = strawberry.field(description="By how many distinct events.")


@strawberry.type(description="The state of one message for one recipient.")
class Delivery(Node):
    tracking_id: str = strawberry.field(description="The message's tracking id.")
    recipient: str | None = strawberry.field(description="The address in its normal form; null where none was named.")
    recipient_domain: str | None = strawberry.field(description="The address's domain.")
    phase: Phase = strawberry.field(description="How far the mail has come.")
    phase_at: DateTime | None = strawberry.field(description="When it came so far; null while the phase is unknown.")
    classification: Classification | None = strawberry.field(description="Why it is deferred or bounced, else null.")
    tries: Long | None = strawberry.field(description="Deferred attempts, the greatest number that was reported.")
    last_response: Response | None = strawberry.field(description="The latest SMTP reply.")
    sender_id: Long | None = strawberry.field(
        description="The account that sent the mail; null where events name none, or several."
    )
    mail_from: str | None = strawberry.field(description="The envelope's sender.")
    delivered_at: DateTime | None = strawberry.field(description="The first delivery.")
    bounced_at: DateTime | None = strawberry.field(description="The first bounce.")
    complained_at: DateTime | None = strawberry.field(description="The first complaint.")
    opened_at: DateTime | None = strawberry.field(description="The first open.")
    clicked_at: DateTime | None = strawberry.field(description="The first click.")
    unsubscribed_at: DateTime | None = strawberry.field(description="The first unsubscribe.")
    first_event_at: DateTime = strawberry.field(description="When the first event occurred.")
    last_event_at: DateTime = strawberry.field(description="When the latest event occurred.")
    event_count: Long = strawberry.field(description="The distinct events so far.")
    view: strawberry.Private[views.Delivery]

    @resolved("All that was reported, with first and last time and how often.")
    def facts(self) -> list[Fact]:
        return [
            Fact(
                kind=EVENT_KINDS[kind],
                first_at=DateTime(fact.first),
                last_at=DateTime(fact.last),
                count=Long(fact.count),
            )
            for kind, fact in sorted(self.view.facts.items())
        ]

    @resolved("Its history, newest first unless ordered otherwise.")
    async def events(
        self,
        info: Info,
        order_by: Annotated[EventOrder | None, strawberry.argument(description="The list's order.")] = strawberry.UNSET,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Connection[Event]:
        sight = info.context.sight
        window = event_window(page_request(first, after, last, before), sight, info.context.settings)
        owner = (self.view.tracking_id, self.view.recipient)
        rows = await info.context.loaders.events_of(owner, order_of(order_by), window)
        key, node = partial(event_key, sight=sight), partial(Event.of, sight=sight)
        where = EventFilter(tracking_ids=(self.view.tracking_id,), recipient=self.view.recipient)
        counted = partial(info.context.reader.count_events, where, info.context.settings.count_max)
        counting = info.context.counting(rows, window, self.view.event_count, counted)
        return connect(rows, window, EVENT_KEY, key=key, node=node, counting=counting)

    @resolved("The message that it is part of.")
    async def message(self, info: Info) -> Annotated["Message", strawberry.lazy("graphql_api.types.message")] | None:
        from graphql_api.types.message import Message

        view = await info.context.loaders.messages.load(self.view.tracking_id)
        return None if view is None else Message.of(view, info.context.sight)

    @classmethod
    def of(cls, view: views.Delivery, sight: Sight) -> "Delivery":
        return cls(view=view, **{name: read(view, sight) for name, read in DELIVERY_FIELDS.items()})


DELIVERY_FIELDS: dict[str, Callable[[views.Delivery, Sight], Any]] = {
    "id": lambda view, sight: encode_id(
        "Delivery", view.tracking_id, sight.seal(RECIPIENT, view.recipient, view.tracking_id)
    ),
    "tracking_id": lambda view, _: view.tracking_id,
    "recipient": lambda view, sight: sight.address(view.recipient) or None,
    "recipient_domain": lambda view, _: views.domain_of(view.recipient) or None,
    "phase": lambda view, _: PHASES[view.phase.kind],
    "phase_at": lambda view, _: phase_time(view.phase),
    "classification": lambda view, _: None if view.classification is None else Classification.of(view.classification),
    "tries": lambda view, _: view.tries,
    "last_response": lambda view, sight: None if view.response is None else Response.of(view.response, sight),
    "sender_id": lambda view, _: sender_of(view),
    "mail_from": lambda view, sight: sight.address(mail_from_of(view)),
    "delivered_at": lambda view, _: _first(view, Kind.DELIVERED),
    "bounced_at": lambda view, _: _first(view, Kind.BOUNCED),
    "complained_at": lambda view, _: _first(view, Kind.COMPLAINED),
    "opened_at": lambda view, _: _first(view, Kind.OPENED),
    "clicked_at": lambda view, _: _first(view, Kind.CLICKED),
    "unsubscribed_at": lambda view, _: _first(view, Kind.UNSUBSCRIBED),
    "first_event_at": lambda view, _: view.first_event_at,
    "last_event_at": lambda view, _: view.last_event_at,
    "event_count": lambda view, _: view.event_count,
}
"""How the plain fields come from a row."""

DELIVERY_COLUMNS: dict[str, Callable[[Sequence[views.Delivery], Sight], list[Any]]] = {
    "tracking_id": lambda rows, _: [view.tracking_id for view in rows],
    "recipient": lambda rows, sight: [text or None for text in addresses([view.recipient for view in rows], sight)],
    "phase": lambda rows, _: [PHASE_NAMES[view.phase.kind] for view in rows],
    "tries": lambda rows, _: [view.tries for view in rows],
    "first_event_at": lambda rows, _: [format_time(view.first_event_at) for view in rows],
    "last_event_at": lambda rows, _: [format_time(view.last_event_at) for view in rows],
}
"""The same of many rows, as they stand in an answer."""


def _first(view: views.Delivery, kind: Kind) -> DateTime | None:
    fact = view.facts.get(kind)
    return None if fact is None else DateTime(fact.first)


def phase_time(phase: views.Phase) -> DateTime | None:
    """When the phase was decided; an unknown one never was."""
    return DateTime(phase.at) if phase.kind is not Kind.UNKNOWN else None


def sender_of(view: views.Message | views.Delivery) -> Long | None:
    found = views.owner(view)
    return None if found is None else Long(found)


def mail_from_of(view: views.Message | views.Delivery) -> str | None:
    return None if view.mail_from is None else str(view.mail_from.value)


def delivery_key(view: views.Delivery, sight: Sight) -> Key:
    """A delivery's place in its lists, as its cursor holds it."""
    return (view.last_event_at, view.tracking_id, sight.seal(RECIPIENT, view.recipient, view.tracking_id))


def delivery_window(page: PageRequest, sight: Sight, settings: GraphQLSettings) -> Window:
    """The part of a list of deliveries that the arguments ask for."""

    def key_of(at: int, tracking_id: str, sealed: str) -> Key:
        return (at, tracking_id, sight.unseal(RECIPIENT, sealed, tracking_id))

    return unsealed(window_of(page, DELIVERY_KEY, settings), key_of)
