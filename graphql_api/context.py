"""What the resolvers of one operation share."""

from collections.abc import Awaitable, Callable, Mapping

import msgspec
import strawberry

from graphql_api.access import Caller
from graphql_api.loaders import Loaders, RowBudget
from graphql_api.settings import GraphQLSettings
from graphql_api.sight import WHOLE, Sight
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
    """One operation's sources, limits and loaders. Rows are read by `reader` and the loaders only: they keep to the scope."""

    sources: Sources
    reader: Reader
    sight: Sight
    settings: GraphQLSettings
    budget: RowBudget
    loaders: Loaders
    operation_name: str | None


class Contexts:
    """Opens the contexts of one server's operations, each with what its caller may see."""

    def __init__(self, sources: Sources, settings: GraphQLSettings, masked: Sight) -> None:
        self._sources = sources
        self._settings = settings
        self._masked = masked

    def open(self, caller: Caller, operation_name: str | None) -> Context:
        budget = RowBudget(self._settings.operation_rows_max)
        reader = self._sources.reader
        return Context(
            sources=self._sources,
            reader=reader,
            sight=WHOLE if caller.scope.addresses else self._masked,
            settings=self._settings,
            budget=budget,
            loaders=Loaders(reader, budget),
            operation_name=operation_name,
        )


Info = strawberry.Info[Context, None]
