"""Message: all that is known under one tracking id, over all of its recipients."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

import strawberry

from delivery import views
from delivery.classification import Kind
from graphql_api.context import Info
from graphql_api.fields import resolved
from graphql_api.filters import DeliveryOrder, EventOrder, order_of
from graphql_api.pagination import DELIVERY_KEY, EVENT_KEY, window_of
from graphql_api.scalars import DateTime, Long
from graphql_api.sight import Sight
from graphql_api.types.connection import After, Before, Connection, First, Last, connect, page_request
from graphql_api.types.delivery import Delivery, delivery_key, delivery_window, mail_from_of, phase_time, sender_of
from graphql_api.types.event import Event, event_key
from graphql_api.types.node import Node, encode_id
from graphql_api.types.phase import PHASES, Phase
from store.questions import DeliveryFilter, EventFilter, Key


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
        where = DeliveryFilter(tracking_ids=(self.tracking_id,))
        counted = partial(info.context.reader.count_deliveries, where, info.context.settings.count_max)
        counting = info.context.counting(rows, window, sum(self.view.deliveries.values()), counted)
        return connect(
            rows,
            window,
            DELIVERY_KEY,
            key=partial(delivery_key, sight=sight),
            node=partial(Delivery.of, sight=sight),
            counting=counting,
        )

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
        window = window_of(page_request(first, after, last, before), EVENT_KEY, info.context.settings)
        rows = await info.context.loaders.events_of((self.tracking_id, None), order_of(order_by), window)
        where = EventFilter(tracking_ids=(self.tracking_id,))
        counted = partial(info.context.reader.count_events, where, info.context.settings.count_max)
        counting = info.context.counting(rows, window, self.view.revision, counted)
        node = partial(Event.of, sight=info.context.sight)
        return connect(rows, window, EVENT_KEY, key=event_key, node=node, counting=counting)

    @classmethod
    def of(cls, view: views.Message, sight: Sight) -> "Message":
        return cls(view=view, **{name: read(view, sight) for name, read in MESSAGE_FIELDS.items()})


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


def message_key(view: views.Message) -> Key:
    """A message's place in its lists."""
    return (view.last_event_at, view.tracking_id)
