"""Message: all that is known under one tracking id, over all of its recipients."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

import strawberry

from delivery import views
from delivery.classification import Kind
from delivery.event import format_time
from graphql_api.access.sight import Sight, addresses
from graphql_api.context import Context, Info
from graphql_api.fields import resolved
from graphql_api.filters import DeliveryOrder, EventOrder, order_of
from graphql_api.pagination import DELIVERY_KEY, EVENT_KEY
from graphql_api.scalars import DateTime, Long
from graphql_api.types.connection import After, Before, Connection, First, Last, connect, page_request
from graphql_api.types.delivery import Delivery, delivery_key, delivery_window, mail_from_of, phase_time, sender_of
from graphql_api.types.event import Event, event_key, event_window
from graphql_api.types.node import Node, encode_id
from graphql_api.types.phase import PHASE_NAMES, PHASES, Phase
from store.contract import Count, HistoryEvent, Slice
from store.questions import DeliveryFilter, EventFilter, Key, Window


@strawberry.type(description="How many deliveries of a message are in each phase.")
class DeliveryCounts:
    unknown: int = strawberry.field(description="Deliveries whose phase is UNKNOWN.")
    queued: int = strawberry.field(description="Deliveries whose phase is QUEUED.")
    deferred: int = strawberry.field(description="Deliveries whose phase is DEFERRED.")
    delivered: int = strawberry.field(description="Deliveries whose phase is DELIVERED.")
    bounced: int = strawberry.field(description="Deliveries whose phase is BOUNCED.")
    total: int = strawberry.field(description="All deliveries.")

    @classmethod
    def of(cls, counts: dict[Kind, int]) -> "DeliveryCounts":
        return cls(
            unknown=counts.get(Kind.UNKNOWN, 0),
            queued=counts.get(Kind.QUEUED, 0),
            deferred=counts.get(Kind.DEFERRED, 0),
            delivered=counts.get(Kind.DELIVERED, 0),
            bounced=counts.get(Kind.BOUNCED, 0),
            total=sum(counts.values()),
        )


@strawberry.type(description="A message: what is known under one tracking id, over all of its recipients.")
class Message(Node):
    tracking_id: str = strawberry.field(description="The sender's id of the message.")
    phase: Phase = strawberry.field(
        description="How far it has come, by the rule of a delivery over all of its events."
    )
    phase_at: DateTime | None = strawberry.field(description="When it came so far; null while the phase is unknown.")
    sender_id: Long | None = strawberry.field(
        description="The account that sent it; null where events name none, or several."
    )
    mail_from: str | None = strawberry.field(description="The envelope's sender.")
    first_event_at: DateTime = strawberry.field(description="When the first event occurred.")
    last_event_at: DateTime = strawberry.field(description="When the latest event occurred.")
    revision: Long = strawberry.field(description="Grows by one with every distinct event.")
    view: strawberry.Private[views.Message]

    @resolved("How many of its deliveries are in each phase.")
    def delivery_counts(self) -> DeliveryCounts:
        return DeliveryCounts.of(self.view.deliveries)

    @resolved("Its deliveries, one a recipient, newest last event first unless ordered otherwise.")
    async def deliveries(
        self,
        info: Info,
        order_by: Annotated[
            DeliveryOrder | None, strawberry.argument(description="The list's order.")
        ] = strawberry.UNSET,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Connection[Delivery]:
        sight = info.context.sight
        window = delivery_window(page_request(first, after, last, before), sight, info.context.settings)
        rows = await info.context.loaders.deliveries_of(self.tracking_id, order_of(order_by), window)
        return deliveries_page(info.context, self.view, rows, window)

    @resolved("Its history over all recipients, newest first unless ordered otherwise.")
    async def events(
        self,
        info: Info,
        order_by: Annotated[EventOrder | None, strawberry.argument(description="The list's order.")] = strawberry.UNSET,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Connection[Event]:
        window = event_window(page_request(first, after, last, before), info.context.sight, info.context.settings)
        rows = await info.context.loaders.events_of((self.tracking_id, None), order_of(order_by), window)
        return events_page(info.context, self.view, rows, window)

    @classmethod
    def of(cls, view: views.Message, sight: Sight) -> "Message":
        return cls(view=view, **{name: read(view, sight) for name, read in MESSAGE_FIELDS.items()})


def deliveries_page(
    context: Context, view: views.Message, rows: Slice[views.Delivery], window: Window
) -> Connection[Delivery]:
    """A page of this message's deliveries."""
    sight = context.sight

    async def counted() -> Count:
        where = DeliveryFilter(tracking_ids=(view.tracking_id,))
        return await context.reader.count_deliveries(where, context.settings.count_max)

    return connect(
        rows,
        window,
        DELIVERY_KEY,
        key=lambda row: delivery_key(row, sight),
        node=lambda row: Delivery.of(row, sight),
        counting=context.counting(rows, window, sum(view.deliveries.values()), counted),
    )


def events_page(context: Context, view: views.Message, rows: Slice[HistoryEvent], window: Window) -> Connection[Event]:
    """A page of this message's events."""
    sight = context.sight

    async def counted() -> Count:
        where = EventFilter(tracking_ids=(view.tracking_id,))
        return await context.reader.count_events(where, context.settings.count_max)

    return connect(
        rows,
        window,
        EVENT_KEY,
        key=lambda row: event_key(row, sight),
        node=lambda row: Event.of(row, sight),
        counting=context.counting(rows, window, view.revision, counted),
    )


MESSAGE_FIELDS: dict[str, Callable[[views.Message, Sight], Any]] = {
    "id": lambda view, _: encode_id("Message", view.tracking_id),
    "tracking_id": lambda view, _: view.tracking_id,
    "phase": lambda view, _: PHASES[view.phase.kind],
    "phase_at": lambda view, _: phase_time(view.phase),
    "sender_id": lambda view, _: sender_of(view),
    "mail_from": lambda view, sight: sight.address(mail_from_of(view)),
    "first_event_at": lambda view, _: view.first_event_at,
    "last_event_at": lambda view, _: view.last_event_at,
    "revision": lambda view, _: view.revision,
}
"""How the plain fields come from a row."""

MESSAGE_COLUMNS: dict[str, Callable[[Sequence[views.Message], Sight], list[Any]]] = {
    "tracking_id": lambda rows, _: [view.tracking_id for view in rows],
    "phase": lambda rows, _: [PHASE_NAMES[view.phase.kind] for view in rows],
    "sender_id": lambda rows, _: [sender_of(view) for view in rows],
    "mail_from": lambda rows, sight: addresses([mail_from_of(view) for view in rows], sight),
    "first_event_at": lambda rows, _: [format_time(view.first_event_at) for view in rows],
    "last_event_at": lambda rows, _: [format_time(view.last_event_at) for view in rows],
    "revision": lambda rows, _: [view.revision for view in rows],
}
"""The same of many rows, as they stand in an answer."""


def message_key(view: views.Message) -> Key:
    """A message's place in its lists."""
    return (view.last_event_at, view.tracking_id)
