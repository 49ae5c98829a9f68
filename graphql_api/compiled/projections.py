"""Rows whose plain fields are read as they are asked for, without making the schema's object of each row."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from graphql_api.access.sight import Sight
from graphql_api.compiled.calls import Run
from graphql_api.compiled.completions import Complete, Completion, Member, settle
from graphql_api.types.delivery import DELIVERY_COLUMNS, DELIVERY_FIELDS, Delivery
from graphql_api.types.event import EVENT_FIELDS, Event, EventRow
from graphql_api.types.message import MESSAGE_COLUMNS, MESSAGE_FIELDS, Message

Read = Callable[[Any, Sight], Any]


Column = Callable[[Sequence[Any], Sight], list[Any]]
"""A field of many rows as it stands in the answer."""


class Projection(msgspec.Struct, frozen=True):
    """How a list's rows are read: each once by `prepare`, then field by field; `make` is for fields that need the object.

    `columns` are fields that many rows are asked for: what reading and serializing come to, in one step.
    """

    prepare: Callable[[Any], Any] | None
    fields: Mapping[str, Read]
    make: Callable[[Any, Sight], Any]
    columns: Mapping[str, Column] = {}


PROJECTIONS = {
    "Message": Projection(None, MESSAGE_FIELDS, Message.of, MESSAGE_COLUMNS),
    "Delivery": Projection(None, DELIVERY_FIELDS, Delivery.of, DELIVERY_COLUMNS),
    "Event": Projection(EventRow, EVENT_FIELDS, Event.of),
}
"""By the type's name in the schema."""


class Reading(msgspec.Struct, frozen=True):
    """A plain field of a row: how it is read, and how its value is completed (at once: nothing of a row calls the store)."""

    key: str
    read: Read
    completion: Completion
    column: Column | None = None


def row_of(projection: Projection, readings: Sequence[Reading], rest: Sequence[Member]) -> Completion:
    """The completion of a row: of its members some are read from it, the rest need its object."""
    make, at_once = projection.make, _reader(projection.prepare, readings)
    others = [(member.key, member.value) for member in rest]
    waiting = [member.key for member in rest if member.is_async]

    if not others:
        return Completion(at_once, is_async=False, many=_columns(projection.prepare, readings))

    def begun(row: Any, run: Run) -> dict[str, Any]:
        answer = at_once(row, run)
        made = make(row, run.context.sight)
        for key, value in others:
            answer[key] = value(made, run)
        return answer

    if not waiting:
        return Completion(begun, is_async=False)

    async def complete(row: Any, run: Run) -> dict[str, Any]:
        answer = begun(row, run)
        await settle(answer, waiting, run)
        return answer

    return Completion(complete, is_async=True)


def _columns(prepare: Callable[[Any], Any] | None, readings: Sequence[Reading]) -> Complete | None:
    """All rows at once, a field after the other, where nothing stands below them."""
    if not readings or any(one.completion.leaf is None for one in readings):
        return None
    keys, columns = [one.key for one in readings], [one.column or _column(one) for one in readings]

    def many(rows: Sequence[Any], run: Run) -> list[dict[str, Any]]:
        sources, sight = rows if prepare is None else [prepare(row) for row in rows], run.context.sight
        read = [column(sources, sight) for column in columns]
        return [dict(zip(keys, values, strict=True)) for values in zip(*read, strict=True)]

    return many


def _column(reading: Reading) -> Column:
    read, leaf = reading.read, reading.completion.leaf
    assert leaf is not None  # noqa: S101 (asked for leaves alone)
    return lambda rows, sight: [leaf(read(row, sight)) for row in rows]


def _reader(prepare: Callable[[Any], Any] | None, readings: Sequence[Reading]) -> Callable[[Any, Run], dict[str, Any]]:
    leaves = [(one.key, one.read, one.completion.leaf) for one in readings if one.completion.leaf is not None]
    below = [(one.key, one.read, one.completion.complete) for one in readings if one.completion.leaf is None]

    def read_leaves(row: Any, run: Run) -> dict[str, Any]:
        source, sight = row if prepare is None else prepare(row), run.context.sight
        return {key: leaf(read(source, sight)) for key, read, leaf in leaves}

    def read_all(row: Any, run: Run) -> dict[str, Any]:
        source, sight = row if prepare is None else prepare(row), run.context.sight
        answer = {key: leaf(read(source, sight)) for key, read, leaf in leaves}
        for key, read, complete in below:
            answer[key] = complete(read(source, sight), run)
        return answer

    return read_all if below else read_leaves


def in_order(row: Completion, keys: Sequence[str]) -> Completion:
    """The same with the members in this order, which is the document's."""
    complete = row.complete
    if row.is_async:

        async def ordered_later(source: Any, run: Run) -> dict[str, Any]:
            answer = await complete(source, run)
            return {key: answer[key] for key in keys}

        return Completion(ordered_later, is_async=True)

    def ordered(source: Any, run: Run) -> dict[str, Any]:
        answer = complete(source, run)
        return {key: answer[key] for key in keys}

    return Completion(ordered, is_async=False)
