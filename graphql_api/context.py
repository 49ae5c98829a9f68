"""What the resolvers of one operation share."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

import msgspec
import strawberry

from graphql_api.access.access import Caller
from graphql_api.access.scoped_reader import ScopedReader
from graphql_api.access.sight import WHOLE, Sight
from graphql_api.loaders import Loaders, RowBudget
from graphql_api.requeuing import Requeue
from graphql_api.settings import GraphQLSettings
from graphql_api.types.connection import Counting, known
from store.contract import Reader, Slice
from store.questions import Window

Row = TypeVar("Row")

EndOffsets = Callable[[], Awaitable[Mapping[str, Mapping[int, int]]]]
"""Asks the broker where each partition ends, by topic. Unavailable where it doesn't answer."""


CheckBroker = Callable[[], Awaitable[str | None]]
"""What is wrong with the broker or its topics, None where all is well."""


class Sources(msgspec.Struct, frozen=True, kw_only=True):
    """Where the answers come from: the store, the broker (and its topic of the events), and the clock (ms since 1970).

    `requeue` sends dead letters on; None where this process can't.
    """

    reader: Reader
    end_offsets: EndOffsets
    check_broker: CheckBroker
    topic: str
    now: Callable[[], int]
    version: str
    requeue: Requeue | None = None


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """One operation's sources, limits and loaders. Rows are read by `reader` and the loaders only: they keep to the scope."""

    sources: Sources
    caller: Caller
    reader: Reader
    sight: Sight
    settings: GraphQLSettings
    budget: RowBudget
    loaders: Loaders
    operation_name: str | None
    scoped: bool

    def counting(self, rows: Slice[Row], window: Window, held: int, count: Counting) -> Counting:
        """How many rows hang on a view that says it is `held`: within a scope only those that can be seen are counted."""
        if not self.scoped:
            return known(held)
        if not rows.more and window.after is None and window.before is None:
            return known(len(rows.rows))
        return count


class Contexts:
    """Opens the contexts of one server's operations, each with what its caller may see."""

    def __init__(self, sources: Sources, settings: GraphQLSettings, masked: Sight) -> None:
        self.sources = sources
        self._settings = settings
        self._masked = masked
        self.version = sources.version

    def over(self, sources: Sources) -> "Contexts":
        """The same over other sources."""
        return Contexts(sources, self._settings, self._masked)

    def open(self, caller: Caller, operation_name: str | None, operations: int = 1) -> Context:
        """The context of one operation, or of several that share their loaders."""
        budget = RowBudget(self._settings.operation_rows_max * operations)
        reader, senders = self.sources.reader, caller.scope.sender_ids
        if senders is not None:
            reader = ScopedReader(reader, senders)
        return Context(
            sources=self.sources,
            caller=caller,
            reader=reader,
            sight=WHOLE if caller.scope.addresses else self._masked,
            settings=self._settings,
            budget=budget,
            loaders=Loaders(reader, budget),
            operation_name=operation_name,
            scoped=senders is not None,
        )


Info = strawberry.Info[Context, None]
