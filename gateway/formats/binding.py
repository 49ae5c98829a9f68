"""Values to members: the rules by which the original turns what was sent into integers and texts, and the reasons if it can't.

An integer is int64. Text becomes one where it is decimal digits with an optional sign, blanks around and NULs behind; null
and "" mean that the member is absent. A number or a boolean becomes a text as it was written. 12.0 and 1e3 are no integers.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from delivery.notification import INT64_MAX, INT64_MIN, INTEGER_MEMBERS, MEMBERS, ExtendedNotification, Notification

_SHOWN_LENGTH_MAX = 40
_NAME_LENGTH_MAX = 64
_INTEGER = re.compile(r"[\t-\r ]*([+-]?)0*([0-9]+)[\t-\r ]*\0*")
_HEXADECIMAL = re.compile(r"(?:#|0[xX]|&[hH])(?:0[xX])?0*([0-9a-fA-F]+)")
_CANONICAL = {name: name for name in MEMBERS}

WRAPPED = "The row has no member of a notification, but holds rows: post these alone."
NOTHING = "The row holds nothing: it has no member with a value."


class Misfit(ValueError):
    """A value that does not fit its member; the message is the reason that the sender reads."""


class RawNumber(str):
    """A JSON number that is no int64 or has a fraction, in the digits that were sent."""

    __slots__ = ()


class NoNumber(str):
    """NaN, Infinity or -Infinity, which are not JSON."""

    __slots__ = ()


def member_of(name: str) -> str | None:
    """The member that a name means, whatever its case; None for a name that the interface does not know."""
    exact = _CANONICAL.get(name)
    if exact is not None:
        return exact
    return _CANONICAL.get(name.lower()) if name.isascii() else None


def shown(text: str) -> str:
    """A value in a reason: quoted, in ASCII, and short."""
    return json.dumps(text if len(text) <= _SHOWN_LENGTH_MAX else text[: _SHOWN_LENGTH_MAX - 1] + "…")


def shown_name(name: str) -> str:
    """A sender's own name as a part of a path: short, and without what no reply could hold."""
    short = name if len(name) <= _NAME_LENGTH_MAX else name[: _NAME_LENGTH_MAX - 1] + "…"
    return short.encode("utf-8", "backslashreplace").decode()


def integer_of_text(text: str) -> int | None:
    """An integer written as text in JSON or XML; None for the empty text."""
    if not text:
        return None
    found = _INTEGER.fullmatch(text)
    if found is None:
        raise Misfit(f"Expected an integer, got {shown(text)}.")
    return _in_range(int(found[1] + found[2]) if len(found[2]) < 20 else INT64_MAX + 1, text)


def integer_of_form(text: str) -> int | None:
    """An integer of a form: also hexadecimal (`#1F`, `0x1F`, `&h1F`), and blank for absent."""
    trimmed = text.strip()
    found = _HEXADECIMAL.fullmatch(trimmed)
    if found is None:
        return integer_of_text(trimmed)
    return _in_range(int(found[1], 16) if len(found[1]) < 17 else INT64_MAX + 1, text)


def _in_range(number: int, text: str) -> int:
    if INT64_MIN <= number <= INT64_MAX:
        return number
    raise Misfit(f"Expected an integer of 64 bits, got {shown(text)}.")


def text_of_text(text: str) -> str:
    """A text as it is; lone surrogates have no bytes and are refused."""
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as problem:
            raise Misfit("The text has a lone surrogate, which is no character.") from problem
    return text


def _json_integer(value: Any) -> int | None:
    kind = type(value)
    if kind is int:
        return _in_range(value, str(value))
    if kind is str:
        return integer_of_text(value)
    raise Misfit(f"Expected an integer, got {_describe(value)}.")


def _json_text(value: Any) -> str:
    kind = type(value)
    if kind is str:
        return text_of_text(value)
    if kind is bool:
        return "true" if value else "false"
    if kind is int or kind is RawNumber:
        return str(value)
    raise Misfit(f"Expected a text, got {_describe(value)}.")


def _describe(value: Any) -> str:
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "an array"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, NoNumber):
        return f"{value}, which is not JSON"
    if isinstance(value, float):
        return repr(value)
    return str(value) if len(value) <= _SHOWN_LENGTH_MAX else f"{value[: _SHOWN_LENGTH_MAX - 1]}…"


_JSON_BINDERS: dict[str, Callable[[Any], Any]] = {
    name: _json_integer if name in INTEGER_MEMBERS else _json_text for name in MEMBERS
}


def bind_json(row: Any, path: str, depth_max: int, errors: dict[str, list[str]]) -> Notification | None:
    """One row that the quick lane would not take. What is wrong is added to `errors`, all of it; then the answer is None."""
    if not isinstance(row, dict):
        errors[path] = [f"Expected an object, got {'null' if row is None else _describe_row(row)}."]
        return None
    values: dict[str, Any] = {}
    extras: dict[str, Any] = {}
    for name, value in row.items():
        member = member_of(name)
        try:
            if member is None:
                extras[text_of_text(name)] = kept_value(value, depth_max - 2)
            else:
                values[member] = None if value is None else _JSON_BINDERS[member](value)
        except Misfit as problem:
            errors.setdefault(f"{path}.{member or shown_name(name)}", []).append(str(problem))
    if not values and any(map(_holds_row, row.values())):
        errors[path] = [WRAPPED]
    return build_row(values, extras, path, errors)


def _holds_row(value: Any) -> bool:
    """Whether this is a row, or an array of rows."""
    first = value[0] if isinstance(value, list) and value else value
    return isinstance(first, dict) and any(map(member_of, first))


def _describe_row(row: Any) -> str:
    return shown(row) if type(row) is str else str(row) if type(row) is int else _describe(row)


def build_row(
    values: dict[str, Any], extras: dict[str, Any], path: str, errors: dict[str, list[str]]
) -> Notification | None:
    """The notification of bound values; None, with the reason in `errors`, where the row holds nothing or has an error."""
    if errors:
        return None
    if extras:
        return ExtendedNotification(**values, extras=extras)
    notification = Notification(**values)
    if notification == EMPTY:
        errors[path] = [NOTHING]
        return None
    return notification


EMPTY = Notification()


def kept_value(value: Any, depth_max: int) -> Any:
    """The value of a member that we do not know, as JSON can write it again; Misfit where it can't."""
    kind = type(value)
    if kind is str:
        return text_of_text(value)
    if kind is dict or kind is list:
        if depth_max <= 0:
            raise Misfit("The value is nested too deep.")
        if kind is list:
            return [kept_value(item, depth_max - 1) for item in value]
        return {text_of_text(name): kept_value(item, depth_max - 1) for name, item in value.items()}
    if kind is RawNumber:
        return _kept_number(value)
    if kind is NoNumber:
        raise Misfit(f"{value} is not JSON.")
    return value


def _kept_number(raw: str) -> float:
    number = float(raw)
    if number in (float("inf"), float("-inf")) or not any(character in raw for character in ".eE"):
        raise Misfit(f"The number {shown(raw)} is out of range.")
    return number
