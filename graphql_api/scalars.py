"""The scalars that GraphQL lacks: instants, integers beyond 32 bits, and JSON as it came."""

from typing import Any, NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

from delivery.event import TIME_MAX_MS, format_time, parse_time
from delivery.notification import INT64_MAX, INT64_MIN

DateTime = NewType("DateTime", int)
"""An instant in ms since 1970."""

Long = NewType("Long", int)
"""An integer of 64 bits."""

Json = NewType("Json", object)
"""Any JSON value."""


def serialize_time(value: Any) -> str:
    """RFC 3339 in UTC with milliseconds. A store holds no time that has no such form."""
    return format_time(value)


def read_time(value: Any) -> int:
    """Milliseconds since 1970 of an RFC 3339 text that names its zone."""
    if not isinstance(value, str):
        raise ValueError('a DateTime is a text such as "2026-11-22T10:00:00.000Z"')
    time_ms = parse_time(value)
    if not -TIME_MAX_MS <= time_ms <= TIME_MAX_MS:
        raise ValueError(f"{value!r} is out of range")
    return time_ms


def read_long(value: Any) -> int:
    """An integer of 64 bits, from a JSON number or from a text of digits."""
    if isinstance(value, str) and value.removeprefix("-").isdecimal() and value.isascii() and len(value) <= 20:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not INT64_MIN <= value <= INT64_MAX:
        raise ValueError("a Long is an integer from -2^63 to 2^63-1, as a number or as text")
    return value


def _same(value: Any) -> Any:
    return value


SCALARS: dict[object, ScalarDefinition] = {
    DateTime: strawberry.scalar(
        name="DateTime",
        description=(
            "An instant as RFC 3339 in UTC with milliseconds, such as 2026-11-22T10:00:00.000Z. "
            "As input any RFC 3339 text that names its zone."
        ),
        specified_by_url="https://scalars.graphql.org/andimarek/date-time",
        serialize=serialize_time,
        parse_value=read_time,
    ),
    Long: strawberry.scalar(
        name="Long",
        description=(
            "An integer of 64 bits, written as a JSON number. JavaScript reads it exactly up to 2^53. "
            "As input a number, or a text of digits."
        ),
        serialize=_same,
        parse_value=read_long,
    ),
    Json: strawberry.scalar(
        name="JSON",
        description="Any JSON value, as the sender wrote it.",
        specified_by_url="https://ecma-international.org/publications-and-standards/standards/ecma-404/",
        serialize=_same,
        parse_value=_same,
    ),
}
