"""The lists of messages, deliveries and events: one piece of work, told three times what is its own."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Generic, TypeVar

import msgspec

from graphql_api import criteria
from graphql_api.access.sight import WHOLE, Sight
from graphql_api.context import Context
from graphql_api.criteria import All, Criterion, Rows, alternatives_of, asks_for
from graphql_api.errors import FORBIDDEN, problem
from graphql_api.filters import Given, OrderGiven, criterion_of, order_of
from graphql_api.pagination import DELIVERY_KEY, EVENT_KEY, MESSAGE_KEY, KeyShape, PageRequest, window_of
from graphql_api.search import searched
from graphql_api.types.connection import Connection, connect, known
from graphql_api.types.delivery import Delivery, delivery_key, delivery_window
from graphql_api.types.event import Event, event_key, event_window
from graphql_api.types.message import Message, message_key
from store.contract import Count, Reader, Slice
from store.questions import Key, Order, Window

Row = TypeVar("Row")
Item = TypeVar("Item")


class ListOf(msgspec.Struct, Generic[Row, Item], frozen=True):
    """What is one list's own: what it can be asked by, its keys, how the store reads and counts it, and its items."""

    rows: Rows
    shape: KeyShape
    window: Callable[[PageRequest, Context], Window]
    page: Callable[[Reader, Any, Order, Window], Awaitable[Slice[Row]]]
    count: Callable[[Reader, Any, int], Awaitable[Count]]
    key: Callable[[Row, Sight], Key]
    node: Callable[[Row, Sight], Item]


def _messages_window(page: PageRequest, context: Context) -> Window:
    return window_of(page, MESSAGE_KEY, context.settings)


def _deliveries_window(page: PageRequest, context: Context) -> Window:
    return delivery_window(page, context.sight, context.settings)


def _events_window(page: PageRequest, context: Context) -> Window:
    return event_window(page, context.sight, context.settings)


MESSAGES = ListOf(
    rows=criteria.MESSAGES,
    shape=MESSAGE_KEY,
    window=_messages_window,
    page=lambda reader, where, order, window: reader.page_messages(where, order, window),
    count=lambda reader, where, count_max: reader.count_messages(where, count_max),
    key=lambda row, _sight: message_key(row),
    node=Message.of,
)
DELIVERIES = ListOf(
    rows=criteria.DELIVERIES,
    shape=DELIVERY_KEY,
    window=_deliveries_window,
    page=lambda reader, where, order, window: reader.page_deliveries(where, order, window),
    count=lambda reader, where, count_max: reader.count_deliveries(where, count_max),
    key=delivery_key,
    node=Delivery.of,
)
EVENTS = ListOf(
    rows=criteria.EVENTS,
    shape=EVENT_KEY,
    window=_events_window,
    page=lambda reader, where, order, window: reader.page_events(where, order, window),
    count=lambda reader, where, count_max: reader.count_events(where, count_max),
    key=event_key,
    node=Event.of,
)


async def resolve_list(
    context: Context,
    of: ListOf[Row, Item],
    where: Given | None,
    search: str | None,
    order: OrderGiven | None,
    page: PageRequest,
) -> Connection[Item]:
    """A page of a list: what the filter and the search both admit."""
    window = of.window(page, context)
    criterion = _criterion(context, of.rows, where, search)
    wanted = alternatives_of(criterion, of.rows, context.settings.filter_alternatives_max)
    context.budget.take(window.limit)
    if wanted == ():
        rows, counting = Slice[Row]([], more=False), known(0)
    else:
        rows = await of.page(context.reader, wanted, order_of(order), window)
        counting = partial(of.count, context.reader, wanted, context.settings.count_max)
    sight = context.sight
    return connect(
        rows,
        window,
        of.shape,
        key=lambda row: of.key(row, sight),
        node=lambda row: of.node(row, sight),
        counting=counting,
    )


def _criterion(context: Context, rows: Rows, where: Given | None, search: str | None) -> Criterion:
    """Who sees addresses masked can't ask by them either: the answer would tell whether a guess is right."""
    asked = criterion_of(where, context.settings)
    found = searched(search, rows, context.sources.now(), context.settings)
    criterion = All((asked, found))
    if context.sight is not WHOLE and asks_for(criterion, "recipients"):
        raise problem("recipient: the token's scope has no addresses; ask by recipientDomain", FORBIDDEN)
    return criterion
