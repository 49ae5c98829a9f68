"""JSON: an array of notifications; also one notification alone, several bodies on end, or the array inside one member.

Three lanes, each taken only for what the one before can't do. Plain rows are decoded in one typed step, and rows whose
unknown members, or whose spelling of the members, are known by now. Rows with other names or texts for integers are parsed
once and bound by the shape of their names. Where a row is bad, a number's own digits matter, or the text is not one clean
JSON value, each row is read by itself with its exact bytes.
"""

import re
from typing import Any

import msgspec
import orjson

from delivery.errors import TooLarge
from delivery.notification import ExtendedNotification, Notification
from gateway.formats.binding import EMPTY, bind_json, member_of
from gateway.formats.json_exact import read_exactly
from gateway.formats.json_shapes import Shapes
from gateway.formats.json_size import refuse_many_values
from gateway.formats.json_spellings import Spellings
from gateway.formats.limits import Limits
from gateway.formats.text import to_utf8
from gateway.rows import Rows


class PlainNotification(Notification, frozen=True, gc=False, omit_defaults=True, forbid_unknown_fields=True):
    """A notification for decoding: a member that is not one of the thirteen is an error, so that none is lost."""


decode_plain = msgspec.json.Decoder(list[PlainNotification]).decode
_convert = msgspec.convert
_SHAPES_MAX = 64
_FLOAT_EXACT_MAX = 2.0**53
_SIMPLE = frozenset({str, int, bool, type(None)})


class _Shape(msgspec.Struct, frozen=True):
    """What the names of a row mean: their members in order, which are unknown, and whether one was written two ways."""

    names: tuple[str, ...]
    unknown: tuple[str, ...]
    is_renamed: bool
    is_doubtful: bool


def decode_json(body: bytes, charset: str | None, limits: Limits) -> Rows:
    """The rows of a JSON body. Blank and `null` hold none."""
    content, written = to_utf8(body, charset)
    refuse_many_values(content, limits)
    rows = _read_plain(content) or _read_known(content, limits)
    if rows is None:
        return read_exactly(content, written, limits)
    if len(rows) > limits.rows_max:
        raise TooLarge("rows_max", limits.rows_max)
    return Rows(rows)


def _read_plain(content: bytes) -> list[Notification] | None:
    try:
        rows: list[Any] = decode_plain(content)
    except msgspec.ValidationError as problem:
        unknown = _UNKNOWN.match(str(problem))
        return (_shapes.decode(content, unknown[1]) or _spellings.decode(content, unknown[1])) if unknown else None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return None if _EMPTY_PLAIN in rows else rows


_EMPTY_PLAIN = PlainNotification()
_UNKNOWN = re.compile(r"Object contains unknown field `([^`]+)`")
_shapes = Shapes()
_spellings = Spellings()


def _read_known(content: bytes, limits: Limits) -> list[Notification] | None:
    """The rows where each is a good one and its numbers are exact; else None."""
    try:
        rows: Any = orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
    if isinstance(rows, dict) and any(member_of(name) for name in rows):
        rows = [rows]
    if not isinstance(rows, list) or len(rows) > limits.rows_max or set(map(type, rows)) - {dict}:
        return None
    shapes: dict[tuple[str, ...], _Shape] = {}
    notifications: list[Notification] = []
    for row in rows:
        names = tuple(row)
        notification = _bind_known(row, shapes.get(names) or _add_shape(names, shapes), limits)
        if notification is None:
            return None
        notifications.append(notification)
    for names, shape in shapes.items():
        if not shape.is_renamed:
            _shapes.learn(shape.unknown)
        elif not shape.unknown:
            _spellings.learn({member: name for member, name in zip(shape.names, names, strict=True) if member != name})
    return None if EMPTY in notifications else notifications


def _bind_known(row: dict[str, Any], shape: _Shape, limits: Limits) -> Notification | None:
    if shape.is_doubtful:
        return None
    if shape.is_renamed:
        row = dict(zip(shape.names, row.values(), strict=True))
    if not shape.unknown:
        try:
            return _convert(row, Notification)
        except msgspec.ValidationError:
            return bind_json(row, "", limits.depth_max, {})
    extras = {name: row[name] for name in shape.unknown}
    if not _SIMPLE.issuperset(map(type, extras.values())):
        for value in extras.values():
            if not _is_exact(value, limits.depth_max - 2):
                return None
    held = row["extras"] if "extras" in extras else None
    row["extras"] = extras
    try:
        return _convert(row, ExtendedNotification)
    except msgspec.ValidationError:
        del row["extras"]
        if "extras" in extras:
            row["extras"] = held
        return bind_json(row, "", limits.depth_max, {})


def _add_shape(names: tuple[str, ...], shapes: dict[tuple[str, ...], _Shape]) -> _Shape:
    shape = _shape_of(names)
    if len(shapes) < _SHAPES_MAX:
        shapes[names] = shape
    return shape


def _shape_of(names: tuple[str, ...]) -> _Shape:
    members = [member_of(name) for name in names]
    known = [member for member in members if member]
    unknown = tuple(name for name, member in zip(names, members, strict=True) if member is None)
    written = tuple(member or name for name, member in zip(names, members, strict=True))
    is_doubtful = len(set(known)) < len(known) or not known  # a row without a known member may be a wrapped one
    return _Shape(written, unknown, written != names, is_doubtful)


def _is_exact(value: Any, depth_max: int) -> bool:
    """Whether a parsed value of an unknown member has lost nothing, and is not nested too deep."""
    kind = type(value)
    if kind is float:
        return bool(-_FLOAT_EXACT_MAX < value < _FLOAT_EXACT_MAX)
    if kind is dict:
        return depth_max > 0 and all(_is_exact(item, depth_max - 1) for item in value.values())
    if kind is list:
        return depth_max > 0 and all(_is_exact(item, depth_max - 1) for item in value)
    return True
