"""A message with its newest deliveries and events: read in one round trip where an operation asks for just that."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from graphql import GraphQLObjectType
from strawberry import Schema

from delivery.event import view_text
from graphql_api.compiled.calls import Run, Taken, arguments_of
from graphql_api.compiled.selections import Nodes
from graphql_api.context import Context
from graphql_api.pagination import DELIVERY_KEY, EVENT_KEY, KeyShape, PageRequest, window_of
from graphql_api.types.message import deliveries_page, events_page
from store.contract import MessagePage
from store.questions import Window

LISTS = {"deliveries": DELIVERY_KEY, "events": EVENT_KEY}
MAKES: dict[str, Callable[[Context, MessagePage, Window], Any]] = {
    "deliveries": lambda context, page, window: deliveries_page(context, page.message, page.deliveries, window),
    "events": lambda context, page, window: events_page(context, page.message, page.events, window),
}
"""The lists' connections."""


class MessagePages(msgspec.Struct, frozen=True):
    """What an operation asks of one message: the arguments of its field and of its lists, by the list's name."""

    message: Taken
    lists: Mapping[str, Taken]

    async def read(self, run: Run) -> None:
        """Reads it all, for the plan and its resolvers to find. Raises what they would raise."""
        context = run.context
        tracking_id = view_text(self.message(run.variables)["tracking_id"])
        windows = {name: _window(run, LISTS[name], taken) for name, taken in self.lists.items()}
        sizes = {name: window.limit for name, window in windows.items()}
        context.budget.take(1)
        pages = await context.reader.message_pages([tracking_id], sizes.get("deliveries", 0), sizes.get("events", 0))
        page = run.page = pages[0]
        context.loaders.keep_page(tracking_id, page, windows.get("deliveries"), windows.get("events"))
        run.is_read = True
        if page is not None:
            run.lists = {name: MAKES[name](context, page, window) for name, window in windows.items()}


def _window(run: Run, shape: KeyShape, taken: Taken) -> Window:
    return window_of(PageRequest(taken(run.variables).get("first")), shape, run.context.settings)


def pages_of(
    schema: Schema, query: GraphQLObjectType, root: Mapping[str, Nodes], below: Mapping[str, Nodes]
) -> MessagePages | None:
    """The pages that an operation with these fields reads; None where it is another kind of operation."""
    if [nodes[0].name.value for nodes in root.values()] != ["message"]:
        return None
    message: Any = query.fields["message"].type
    lists = [nodes[0] for nodes in below.values() if nodes[0].name.value in LISTS]
    names = [node.name.value for node in lists]
    if not lists or len(set(names)) != len(names):
        return None
    if any(argument.name.value != "first" for node in lists for argument in node.arguments or ()):
        return None
    (asked,) = root.values()
    return MessagePages(
        arguments_of(schema, query.fields["message"], asked[0]),
        {node.name.value: arguments_of(schema, message.fields[node.name.value], node) for node in lists},
    )
