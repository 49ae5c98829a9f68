"""What the resolvers of one operation share."""

from collections.abc import Awaitable, Callable, Mapping

import msgspec
import strawberry

from graphql_api.loaders import Loaders, RowBudget
from graphql_api.settings import GraphQLSettings
from store.contract import Reader

EndOffsets = Callable[[], Awaitable[Mapping[str, Mapping[int, int]]]]
"""Asks the broker where each partition ends, by topic. Unavailable where it doesn't answer."""


CheckBroker = Callable[[], Awaitable[str | None]]
"""What is wrong with the broker or its topics, None where all is well."""


class Sources(msgspec.Struct, frozen=True, kw_only=True):
    """Where the answers come from: the store, the broker, and the clock (ms since 1970)."""

    reader: Reader
    end_offsets: EndOffsets
    check_broker: CheckBroker
    now: Callable[[], int]
    version: str


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """One operation's sources, limits and loaders."""

    sources: Sources
    settings: GraphQLSettings
    budget: RowBudget
    loaders: Loaders
    operation_name: str | None

    @property
    def reader(self) -> Reader:
        return self.sources.reader


def open_context(sources: Sources, settings: GraphQLSettings, operation_name: str | None) -> Context:
    """A context for one operation."""
    budget = RowBudget(settings.operation_rows_max)
    return Context(
        sources=sources,
        settings=settings,
        budget=budget,
        loaders=Loaders(sources.reader, budget),
        operation_name=operation_name,
    )


Info = strawberry.Info[Context, None]
