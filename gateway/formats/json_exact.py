"""The careful reading of JSON: row by row, with each row's own bytes, each number's own digits, and where a syntax error is.

A text that is no JSON is read once more as people write it: see json_relaxed.py.
"""

import json
import re
from collections.abc import Callable, Generator, Iterator
from typing import Any, NamedTuple

from delivery.errors import TooLarge, Unreadable
from gateway.formats.binding import NoNumber, RawNumber, bind_json, member_of
from gateway.formats.json_relaxed import CHARACTERS_MAX, Relaxed
from gateway.formats.json_stop import path_of_stop
from gateway.formats.limits import Limits
from gateway.formats.text import Charset, decode
from gateway.rows import BadRow, Rows

_BLANK = re.compile(r"[ \t\r\n]*")
_BLANK_AND_COMMAS = re.compile(r"[ \t\r\n]*(?:,[ \t\r\n]*)?")
_DIGITS_MAX = 4300  # beyond it Python refuses to convert, for the time it takes
_WRAPPERS_MAX = 3


class Span(NamedTuple):
    """One value with its place in the text."""

    value: Any
    start: int
    end: int


ContentOf = Callable[[int, int], bytes]
"""The bytes that were sent from one offset of a text to another."""


class _Stop(Exception):
    """The text stops being JSON at this offset."""

    def __init__(self, offset: int) -> None:
        self.offset = offset


def _last_wins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object with its members in the order of their last occurrence, so that of two spellings the later one wins."""
    members = dict(pairs)
    if len(members) < len(pairs):
        members = {}
        for name, value in pairs:
            members.pop(name, None)
            members[name] = value
    return members


def _integer(digits: str) -> int | RawNumber:
    return int(digits) if len(digits) <= _DIGITS_MAX else RawNumber(digits)


_scan = json.JSONDecoder(
    object_pairs_hook=_last_wins, parse_float=RawNumber, parse_int=_integer, parse_constant=NoNumber, strict=False
).raw_decode


def read_exactly(content: bytes, written: Charset, limits: Limits) -> Rows:
    """The rows of a text in UTF-8; Unreadable, with the path where it stopped, if it is not JSON to its end."""
    text = decode(content)
    text = text.rstrip("\0") or text  # C programs send the end of their text
    try:
        return _read(text, lambda start, end: written.restore(text[start:end]), limits)
    except _Stop as stop:
        relaxed = Relaxed(text) if len(text) <= CHARACTERS_MAX else None
        if relaxed is None or not relaxed.is_changed:
            raise broken_off(text, stop.offset) from stop
    return _read_relaxed(text, relaxed, written, limits)


def _read_relaxed(sent: str, relaxed: Relaxed, written: Charset, limits: Limits) -> Rows:
    def content_of(start: int, end: int) -> bytes:
        return written.restore(sent[relaxed.sent_at(start) : relaxed.sent_at(end - 1) + 1])

    try:
        return _read(relaxed.text, content_of, limits)
    except _Stop as stop:
        raise broken_off(sent, relaxed.sent_at(stop.offset), path_of_stop(relaxed.text)) from stop


def _read(text: str, content_of: ContentOf, limits: Limits) -> Rows:
    """The rows of a text; a bad one's bytes are found by its place."""
    rows = Rows([])
    try:
        for index, span in enumerate(spans_of_rows(text)):
            if index >= limits.rows_max:
                raise TooLarge("rows_max", limits.rows_max)
            _add_row(rows, index, span, content_of, limits)
    except RecursionError as problem:
        raise Unreadable(f"The body is nested deeper than depth_max={limits.depth_max}.", "[0]") from problem
    return rows


def _add_row(rows: Rows, index: int, span: Span, content_of: ContentOf, limits: Limits) -> None:
    """Binds one row and adds it to the accepted or to the rejected ones."""
    errors: dict[str, list[str]] = {}
    notification = bind_json(_unwrapped_row(span.value), f"[{index}]", limits.depth_max, errors)
    if notification is not None:
        rows.accepted.append(notification)
    else:
        rows.rejected.append(BadRow(index, errors, content_of(span.start, span.end)))


def broken_off(text: str, offset: int, path: str | None = None) -> Unreadable:
    """The error for a text that stops being JSON there, at this path of it."""
    line = text.count("\n", 0, offset) + 1
    column = offset - text.rfind("\n", 0, offset)
    what = "it breaks off" if offset >= len(text.rstrip()) else f"unexpected {text[offset]!a}"
    return Unreadable(
        f"The body is not JSON: {what} at line {line}, column {column}.", path_of_stop(text) if path is None else path
    )


def spans_of_rows(text: str) -> Iterator[Span]:
    """Every row of the text: of an array its elements; single objects; any number of either, with blanks or commas between."""
    position = _after_blanks(text, 0)
    if text.startswith("null", position) and not text[position + 4 :].strip(" \t\r\n"):
        return
    while position < len(text):
        position = yield from _rows_at(text, position, 0)
        following = _BLANK_AND_COMMAS.match(text, position)
        position = following.end() if following else position


def _rows_at(text: str, start: int, wrappers: int) -> Generator[Span, None, int]:
    """The rows of the value that starts here; returns the offset behind it."""
    if text[start] == "[":
        return (yield from elements(text, start))
    span = _value_at(text, start)
    if not isinstance(span.value, dict):
        raise _Stop(start)
    inner = _inside_wrapper(text, span) if wrappers < _WRAPPERS_MAX else None
    if inner is None:
        yield span
    else:
        yield from _rows_at(text, inner, wrappers + 1)
    return span.end


def _inside_wrapper(text: str, span: Span) -> int | None:
    """Where the rows begin in an object that only wraps them: no known member, and one that holds an array or an object.

    So are {"notifications": […]} and Newtonsoft's {"$id": …, "$values": […]} read.
    """
    if any(member_of(name) for name in span.value):
        return None
    held = [name for name, value in span.value.items() if isinstance(value, dict | list)]
    others = [name for name in span.value if not name.startswith("$") and name not in held]
    if len(held) != 1 or others:
        return None
    return next(start for name, start in members(text, span.start) if name == held[0])


def _unwrapped_row(value: Any) -> Any:
    """A row that is wrapped in one object, such as its type's name, without it."""
    if isinstance(value, dict) and len(value) == 1:
        (inner,) = value.values()
        (name,) = value
        if isinstance(inner, dict) and not member_of(name) and any(member_of(key) for key in inner):
            return inner
    return value


def elements(text: str, start: int) -> Generator[Span, None, int]:
    """The elements of the array that starts here, a comma behind the last being let pass; returns the offset behind it."""
    position = _after_blanks(text, start + 1)
    while text[position : position + 1] != "]":
        span = _value_at(text, position)
        yield span
        position = _after_blanks(text, span.end)
        if text[position : position + 1] == ",":
            position = _after_blanks(text, position + 1)
        elif text[position : position + 1] != "]":
            raise _Stop(position)
    return position + 1


def members(text: str, start: int) -> Iterator[tuple[str, int]]:
    """The names of the (well-formed) object that starts here, each with the offset of its value."""
    position = _after_blanks(text, start + 1)
    while text[position] != "}":
        name, position = _scan(text, position)
        position = _after_blanks(text, _after_blanks(text, position) + 1)
        yield name, position
        position = _after_blanks(text, _scan(text, position)[1])
        if text[position] == ",":
            position = _after_blanks(text, position + 1)


def value_span(text: str, start: int) -> Span:
    """The value that starts here; Unreadable where none does."""
    try:
        return _value_at(text, start)
    except _Stop as stop:
        raise broken_off(text, stop.offset) from stop
    except RecursionError as problem:
        raise Unreadable("The body is nested too deep.") from problem


def _value_at(text: str, start: int) -> Span:
    try:
        value, end = _scan(text, start)
    except json.JSONDecodeError as problem:
        raise _Stop(problem.pos) from problem
    return Span(value, start, end)


def _after_blanks(text: str, start: int) -> int:
    found = _BLANK.match(text, start)
    return found.end() if found else start
