"""How many rows a list of the answer could hold: by its arguments, and by what their variables hold at each run."""

from collections.abc import Mapping
from typing import Any

import msgspec
from graphql import ObjectValueNode, ValueNode, VariableNode, value_from_ast_untyped

from graphql_api.filters import TimeRange
from graphql_api.questions import Interval, bucket_count
from graphql_api.scalars import DateTime, read_time


class Bounds(msgspec.Struct, frozen=True):
    """What no list exceeds, as its resolver refuses more; and the time, in ms since 1970."""

    page_size_max: int
    buckets_max: int
    now: int


class Held(msgspec.Struct, frozen=True):
    """What a variable holds, as it came. `default` is its definition's, None where it has none."""

    variable: str
    default: Any

    def at(self, variables: Mapping[str, Any]) -> Any:
        return variables.get(self.variable, self.default)


class Size(msgspec.Struct, frozen=True):
    """The most that one of the arguments asks for, `default` where none of them asks for any."""

    default: int
    asked: tuple[int | Held, ...] = ()

    def of(self, variables: Mapping[str, Any], bounds: Bounds) -> int:
        found = [_size_of(one.at(variables)) if isinstance(one, Held) else one for one in self.asked]
        asked = [one for one in found if one is not None]
        return max(1, min(max(asked), bounds.page_size_max)) if asked else self.default

    def is_fixed(self) -> bool:
        """Whether no variable makes a difference."""
        return not any(isinstance(one, Held) for one in self.asked)


class Buckets(msgspec.Struct, frozen=True):
    """Those of statistics with these arguments, in which variables may stand."""

    where: Any
    interval: Any

    def of(self, variables: Mapping[str, Any], bounds: Bounds) -> int:
        where = _filled(self.where, variables)
        times = where.get("occurredAt") if isinstance(where, dict) else None
        ends = times if isinstance(times, dict) else {}
        interval = _filled(self.interval, variables)
        try:
            given = TimeRange(gte=_time(ends.get("gte")), lt=_time(ends.get("lt")))
            asked = None if interval is None else Interval[str(interval)]
        except (ValueError, KeyError):
            return 1  # no coercion admits it, and nothing runs
        return max(1, min(bucket_count(given, asked, bounds.now), bounds.buckets_max))

    def is_fixed(self) -> bool:
        """Never: some end with the present."""
        return False


def _size_of(value: Any) -> int | None:
    """The size as coercion makes it of an integer, or of a list; None where none is asked for, or no coercion admits the value."""
    if isinstance(value, list):
        return len(value) or None
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    return value if isinstance(value, int) else None


def _time(value: Any) -> DateTime | None:
    return None if value is None else DateTime(read_time(value))


def unfilled(value: ValueNode, defaults: Mapping[str, Any]) -> Any:
    """A value of the document, with its variables still to be put in where they stand by themselves or in objects."""
    if isinstance(value, VariableNode):
        return Held(value.name.value, defaults.get(value.name.value))
    if isinstance(value, ObjectValueNode):
        return {field.name.value: unfilled(field.value, defaults) for field in value.fields}
    return value_from_ast_untyped(value)


def _filled(value: Any, variables: Mapping[str, Any]) -> Any:
    if isinstance(value, Held):
        return value.at(variables)
    if isinstance(value, dict):
        return {name: _filled(inner, variables) for name, inner in value.items()}
    return value
