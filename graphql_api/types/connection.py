"""Connections as Relay describes them, with the rows themselves beside the edges and a count that says how exact it is."""

from collections.abc import Awaitable, Callable
from enum import Enum
from typing import Annotated, Any, Generic, TypeVar

import strawberry

from graphql_api.fields import resolved
from graphql_api.pagination import KeyShape, PageRequest, encode_cursor
from store.contract import Count, Slice
from store.questions import Key, Window

Item = TypeVar("Item")
Row = TypeVar("Row")
Value = TypeVar("Value")
Counting = Callable[[], Awaitable[Count]]
"""Counts when it is asked to."""

First = Annotated[int | None, strawberry.argument(description="The page's size, from the front. 50 if none is given.")]
After = Annotated[str | None, strawberry.argument(description="Only rows behind this cursor.")]
Last = Annotated[int | None, strawberry.argument(description="The page's size, from the back.")]
Before = Annotated[str | None, strawberry.argument(description="Only rows in front of this cursor.")]


def page_request(first: int | None, after: str | None, last: int | None, before: str | None) -> PageRequest:
    """The arguments of a connection, of which any may be left out."""
    return PageRequest(first=_given(first), after=_given(after), last=_given(last), before=_given(before))


def _given(value: Value | None) -> Value | None:
    return None if value is strawberry.UNSET else value


@strawberry.enum(description="How exact a count is.")
class Precision(Enum):
    EXACT = strawberry.enum_value("exact", description="There are exactly so many.")
    AT_LEAST = strawberry.enum_value("at_least", description="Counting stopped here; there are more.")


@strawberry.type(description="How many rows a list has in all.")
class TotalCount:
    count: int = strawberry.field(description="The rows counted.")
    precision: Precision = strawberry.field(description="Whether these are all.")


@strawberry.type(description="Where a page lies in its list.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether rows follow this page.")
    has_previous_page: bool = strawberry.field(description="Whether rows precede this page.")
    start_cursor: str | None = strawberry.field(description="The first row's cursor; null on an empty page.")
    end_cursor: str | None = strawberry.field(description="The last row's cursor; null on an empty page.")


@strawberry.type(description="A row and its place in the list.")
class Edge(Generic[Item]):
    cursor: str = strawberry.field(description="The row's place, for `after` and `before`. Opaque.")
    node: Item = strawberry.field(description="The row.")


@strawberry.type(description="A page of a list.")
class Connection(Generic[Item]):
    """Keeps the rows as the store gave them: a plan reads fields from them without making the nodes."""

    shape: strawberry.Private[KeyShape]
    window: strawberry.Private[Window]
    found: strawberry.Private[Slice[Any]]
    key: strawberry.Private[Callable[[Any], Key]]
    node: strawberry.Private[Callable[[Any], Item]]
    counting: strawberry.Private[Counting]

    @property
    def rows(self) -> list[Any]:
        """The rows as the store gave them."""
        return self.found.rows

    @resolved("Where the page lies in its list.")
    def page_info(self) -> PageInfo:
        rows, window, more = self.rows, self.window, self.found.more
        # A page that starts behind a cursor has that cursor's row before it.
        return PageInfo(
            has_next_page=window.before is not None if window.backward else more,
            has_previous_page=more if window.backward else window.after is not None,
            start_cursor=self._cursor(rows[0]) if rows else None,
            end_cursor=self._cursor(rows[-1]) if rows else None,
        )

    @resolved("The page's rows, in the list's order.")
    def nodes(self) -> list[Item]:
        return [self.node(row) for row in self.rows]

    @resolved("The page's rows with their cursors.")
    def edges(self) -> list[Edge[Item]]:
        return [Edge(cursor=cursor, node=self.node(row)) for cursor, row in self.places()]

    def places(self) -> list[tuple[str, Any]]:
        """The rows with their cursors, as the store gave them."""
        return [(self._cursor(row), row) for row in self.rows]

    def _cursor(self, row: Any) -> str:
        return encode_cursor(self.shape, self.key(row))

    @resolved("How many rows the whole list has. Counted only where it is asked for, up to a limit.")
    async def total_count(self) -> TotalCount:
        counted = await self.counting()
        return TotalCount(
            count=counted.count, precision=Precision.EXACT if counted.exact else Precision.AT_LEAST
        )  # fmt: skip


def connect(
    rows: Slice[Row],
    window: Window,
    shape: KeyShape,
    *,
    key: Callable[[Row], Key],
    node: Callable[[Row], Item],
    counting: Counting,
) -> Connection[Item]:
    """The page of these rows."""
    return Connection(shape=shape, window=window, found=rows, key=key, node=node, counting=counting)


def known(count: int) -> Counting:
    """A count that a view holds already."""

    async def counting() -> Count:
        return Count(count, exact=True)

    return counting
