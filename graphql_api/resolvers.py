"""The queries' own work: arguments → what to read → rows → types."""

import asyncio
from collections.abc import Sequence
from functools import partial

from delivery.errors import Unavailable
from delivery.event import view_text
from graphql_api import filters
from graphql_api.context import Context
from graphql_api.errors import BAD_ID, FORBIDDEN, limit_exceeded, problem
from graphql_api.pagination import DELIVERY_KEY, EVENT_KEY, MESSAGE_KEY, PageRequest, window_of
from graphql_api.questions import Interval, StatisticsFilter, question_of
from graphql_api.sight import WHOLE
from graphql_api.types.connection import Connection, connect, known
from graphql_api.types.dead_letter import resolve_letter
from graphql_api.types.delivery import Delivery, delivery_key, delivery_window
from graphql_api.types.event import Event, event_key
from graphql_api.types.message import Message, message_key
from graphql_api.types.node import Node, decode_id
from graphql_api.types.pipeline import Pipeline
from graphql_api.types.statistics import Statistics
from store.contract import DeliveryFilter, EventFilter, MessageFilter, Slice


async def resolve_node(context: Context, node_id: str) -> Node | None:
    """The object with this id, None where there is none (any more) or the scope has no sight of it."""
    type_name, key = _decode_id(context, node_id)
    loaders = context.loaders
    if type_name == "Message":
        message = await loaders.messages.load(key[0])
        return None if message is None else Message.of(message, context.sight)
    if type_name == "Delivery":
        delivery = await loaders.deliveries.load((key[0], key[1]))
        return None if delivery is None else Delivery.of(delivery, context.sight)
    if type_name == "DeadLetter":
        return await resolve_letter(context, key[0])
    event = await loaders.events.load((key[0], key[1]))
    return None if event is None else Event.of(event, context.sight)


def _decode_id(context: Context, node_id: str) -> tuple[str, tuple[str, ...]]:
    type_name, key = decode_id(node_id)
    if type_name != "Delivery":
        return type_name, key
    try:
        return type_name, (key[0], context.sight.unseal(key[1], key[0]))
    except ValueError:
        raise problem(f"{node_id[:100]!r} is not an id of this API", BAD_ID) from None


async def resolve_nodes(context: Context, node_ids: Sequence[str]) -> list[Node | None]:
    """The objects with these ids, in their order, in at most one round trip a type."""
    if len(node_ids) > context.settings.page_size_max:
        raise limit_exceeded("page_size_max", context.settings.page_size_max, len(node_ids))
    for node_id in node_ids:
        _decode_id(context, node_id)  # a bad id is told before anything is read
    return list(await asyncio.gather(*(resolve_node(context, node_id) for node_id in node_ids)))


async def resolve_message(context: Context, tracking_id: str) -> Message | None:
    view = await context.loaders.messages.load(view_text(tracking_id))
    return None if view is None else Message.of(view, context.sight)


async def resolve_messages(
    context: Context, where: filters.MessageFilter | None, order: filters.MessageOrder | None, page: PageRequest
) -> Connection[Message]:
    window = window_of(page, MESSAGE_KEY, context.settings)
    wanted = filters.message_filter(where, context.settings)
    _require_sight(context, wanted)
    context.budget.take(window.limit)
    node = partial(Message.of, sight=context.sight)
    if filters.admits_nothing(wanted):
        return connect(Slice([], more=False), window, MESSAGE_KEY, key=message_key, node=node, counting=known(0))
    rows = await context.reader.page_messages(wanted, filters.order_of(order), window)
    counting = partial(context.reader.count_messages, wanted, context.settings.count_max)
    return connect(rows, window, MESSAGE_KEY, key=message_key, node=node, counting=counting)


async def resolve_deliveries(
    context: Context, where: filters.DeliveryFilter | None, order: filters.DeliveryOrder | None, page: PageRequest
) -> Connection[Delivery]:
    window = delivery_window(page, context.sight, context.settings)
    wanted = filters.delivery_filter(where, context.settings)
    _require_sight(context, wanted)
    context.budget.take(window.limit)
    node = partial(Delivery.of, sight=context.sight)
    key = partial(delivery_key, sight=context.sight)
    if filters.admits_nothing(wanted):
        return connect(Slice([], more=False), window, DELIVERY_KEY, key=key, node=node, counting=known(0))
    rows = await context.reader.page_deliveries(wanted, filters.order_of(order), window)
    counting = partial(context.reader.count_deliveries, wanted, context.settings.count_max)
    return connect(rows, window, DELIVERY_KEY, key=key, node=node, counting=counting)


async def resolve_events(
    context: Context, where: filters.EventFilter | None, order: filters.EventOrder | None, page: PageRequest
) -> Connection[Event]:
    window = window_of(page, EVENT_KEY, context.settings)
    wanted = filters.event_filter(where, context.settings)
    _require_sight(context, wanted)
    context.budget.take(window.limit)
    node = partial(Event.of, sight=context.sight)
    if filters.admits_nothing(wanted):
        return connect(Slice([], more=False), window, EVENT_KEY, key=event_key, node=node, counting=known(0))
    rows = await context.reader.page_events(wanted, filters.order_of(order), window)
    counting = partial(context.reader.count_events, wanted, context.settings.count_max)
    return connect(rows, window, EVENT_KEY, key=event_key, node=node, counting=counting)


def _require_sight(context: Context, wanted: MessageFilter | DeliveryFilter | EventFilter) -> None:
    """Who sees addresses masked can't ask by them either: the answer would tell whether a guess is right."""
    if wanted.recipient is not None and context.sight is not WHOLE:
        raise problem("recipient: the token's scope has no addresses; ask by recipientDomain", FORBIDDEN)


def resolve_statistics(context: Context, where: StatisticsFilter | None, interval: Interval | None) -> Statistics:
    return Statistics.of(question_of(where, interval, context.sources.now(), context.settings))


async def resolve_pipeline(context: Context) -> Pipeline:
    """The store's progress against the broker's ends. A broker that is away leaves them unknown; the rest still answers."""
    # The progress first: in the other order events that arrive and are applied in between would hide a lag.
    progress = await context.reader.progress()
    try:
        ends = await context.sources.end_offsets()
    except Unavailable:
        ends = None
    return Pipeline.of(progress, ends, context.sources.now(), context.sources.version)
