"""The queries' own work: arguments → what to read → rows → types."""

import asyncio
from collections.abc import Sequence

from delivery.errors import Unavailable
from delivery.event import view_text
from graphql_api.access.sight import EVENT, LETTER, RECIPIENT
from graphql_api.context import Context
from graphql_api.errors import BAD_ID, limit_exceeded, problem
from graphql_api.questions import Interval, StatisticsFilter, question_of
from graphql_api.types.dead_letter import resolve_letter
from graphql_api.types.delivery import Delivery
from graphql_api.types.event import Event
from graphql_api.types.message import Message
from graphql_api.types.node import Node, decode_id
from graphql_api.types.pipeline import Pipeline
from graphql_api.types.statistics import Statistics

SEALED = {"Delivery": RECIPIENT, "Event": EVENT, "DeadLetter": LETTER}
"""What the last part of an id is, by the type's name."""


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
    if type_name == "Message":
        return type_name, key
    *owner, sealed = key
    try:
        return type_name, (*owner, context.sight.unseal(SEALED[type_name], sealed, *owner))
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
