"""Forms: the original's keys `[0].tries=`, `[0][tries]=`, index lists, and every other shape that is as clear as these.

A key is cut into its names, at dots and brackets. The first known member among them is the member; what stands before it
names the row, whatever that is (`[0]`, `[a]`, `items[0]`, `notifications[0]`, nothing at all). `tries[0]` is read too. Rows
stand in the order of the index list if there is one, else of their numbers, else of their first keys. Of a member that is
sent twice for one row the first counts; where several are, two rows share one index, and that row is refused, as it is where
the index is empty.
Members that we do not know are kept with their row; keys that belong to no row are passed over, as in the original.
JSON or XML under this content type (what `curl -d` sends), alone or in one field, is read as what it is.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote_to_bytes

from delivery.errors import TooLarge, Unreadable
from delivery.notification import INTEGER_MEMBERS, MEMBERS, Notification
from gateway.formats.binding import Misfit, build_row, integer_of_form, member_of, shown_name
from gateway.formats.form_keys import Key, read_key
from gateway.formats.form_plain import read_plain_form
from gateway.formats.limits import Limits
from gateway.formats.text import Charset, decode, to_utf8
from gateway.rows import BadRow, Rows

_PLAIN_HEAD_LENGTH_MAX = 12
_KNOWN = {f".{name}": name for name in MEMBERS} | {f"[{name}]": name for name in MEMBERS}
_NAMED_MEMBER = "(?:" + "|".join(MEMBERS) + ")"
_SEPARATOR = re.compile(rf";(?=[A-Za-z_]*\[\w*\](?:\.{_NAMED_MEMBER}|\[{_NAMED_MEMBER}\])=)", re.I)
_UNINDEXED = re.compile(rf"{_NAMED_MEMBER}=[^;&]*(?:;{_NAMED_MEMBER}=[^;&]*)+", re.I)
_FIELD_OF_BODY = re.compile(r"[\w.\-]*=\s*(?=[\[{<])")
_BODY = re.compile(r"\s*(?:\{|<|\[\s*[\[{]|\[\s*\]\s*\Z)")
_ENCODED_BODY = re.compile(r"(?:[\w.\-]*=)?(?:%5B(?:%7B|%0A|%0D|%20|\+)|%7B|%3C)", re.I)
SCALAR = "Expected members, got a value."
BELOW = "Expected a text or a number, got a member below it."
TWICE = "Sent more than once, with different values: two rows share this index."
UNNUMBERED = "The index is empty and the row's members come several times: number the rows."
OUTSIDE = "Stands outside of the rows: its key has no index, and others have."

DecodeOther = Callable[[bytes, str], Rows]


class _Row:
    """What is known of one row while the keys are read."""

    __slots__ = ("errors", "extras", "repeated", "values")

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.extras: dict[str, Any] = {}
        self.repeated: set[str] = set()
        self.errors: dict[str, str] = {}  # member to reason; "" is the row itself


class _Form:
    """The rows of one form, by the text of their heads."""

    def __init__(self, written: Charset) -> None:
        self.rows: dict[tuple[str, ...], _Row] = {}
        self.by_head: dict[str, _Row] = {}
        self.order: list[str] = []
        self.loose: list[tuple[Key, str]] = []
        self._fallback = written.codec if written.codec != "utf-8" else None

    def row(self, head: tuple[str, ...]) -> _Row:
        row = self.rows.get(head)
        if row is None:
            row = self.rows[head] = _Row()
        return row

    def unquote(self, text: str) -> str:
        """A percent-encoded text; its bytes are UTF-8, or else in the single-byte charset that was named."""
        text = text.replace("+", " ")
        if "%" not in text:
            return text
        content = unquote_to_bytes(text)
        try:
            return content.decode()
        except UnicodeDecodeError as problem:
            if self._fallback is not None:
                return decode(content, self._fallback)
            wrong = content[problem.start : problem.start + 1].hex().upper()
            raise Misfit(f"The text is not valid utf-8: byte 0x{wrong}.") from problem


def decode_form(body: bytes, charset: str | None, limits: Limits, decode_other: DecodeOther) -> Rows:
    """The rows of a form; `decode_other` reads the JSON or XML that may stand in its place (bytes, media type)."""
    content, written = to_utf8(body, charset)
    text = _decode_form_text(content, charset)
    hidden = _hidden_body(text)
    if hidden is not None:
        return decode_other(*hidden)
    if text.count("&") > limits.values_max // 2:  # a pair costs twice what a value of JSON does
        raise TooLarge("values_max", limits.values_max // 2)
    plain = read_plain_form(text, limits)
    if plain is not None:
        return Rows(plain)
    form = _Form(_named(charset, written))
    pairs = split_pairs(text)
    for pair in pairs:
        _add(form, pair, limits)
    return _bind(form, pairs, limits)


def _named(charset: str | None, written: Charset) -> Charset:
    """The charset of percent-encoded bytes: ASCII bodies name theirs, and only their escapes are written in it."""
    if charset is None or written.codec != "utf-8":
        return written
    return to_utf8(b"\xe9", charset)[1]


def _decode_form_text(content: bytes, charset: str | None) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return decode(content)


def _hidden_body(text: str) -> tuple[bytes, str] | None:
    """A JSON or XML body in place of the form or in one field of it, with its media type."""
    found = _FIELD_OF_BODY.match(text)
    start = found.end() if found and member_of(text[: text.index("=")]) is None else 0
    if _BODY.match(text, start):
        return _typed(text[start:])
    if start == 0 and _ENCODED_BODY.match(text):
        name, equals, value = text.partition("=")
        encoded = value if equals and "%" not in name else text
        if member_of(name) is None:
            plain = decode(unquote_to_bytes(encoded.partition("&")[0].replace("+", " ")))
            if _BODY.match(plain):
                return _typed(plain.rstrip("="))
    return None


def _typed(text: str) -> tuple[bytes, str]:
    return text.encode(), "application/xml" if text.lstrip()[:1] == "<" else "application/json"


def split_pairs(text: str) -> list[str]:
    """The pairs between `&`, or between `;` where a whole key follows it. Empty ones are left out."""
    text = text.strip("\r\n\0")
    if ";" in text:
        text = text.replace(";", "&") if _UNINDEXED.fullmatch(text) else _SEPARATOR.sub("&", text)
    return [pair for pair in text.split("&") if pair and pair != "="]


def _add(form: _Form, pair: str, limits: Limits) -> None:
    name, _, value = pair.partition("=")
    end = name.rfind("." if name[-1:] != "]" else "[")
    member = _KNOWN.get(name[end:]) if end > 0 else None
    if member is None:
        _add_slowly(form, name, value, limits)
        return
    row = form.by_head.get(name[:end])
    if row is None:
        key = _read_encoded_key(form, name)
        if key.member != member or key.below:
            _add_slowly(form, name, value, limits)
            return
        row = form.by_head[name[:end]] = form.row(key.head)
        if len(form.rows) > limits.rows_max:
            raise TooLarge("rows_max", limits.rows_max)
    _set(form, row, member, value)


def _read_encoded_key(form: _Form, name: str) -> Key:
    try:
        return read_key(form.unquote(name))
    except Misfit as problem:
        raise Unreadable(f"A key of the form can't be read. {problem}") from problem


def _set(form: _Form, row: _Row, member: str, value: str) -> None:
    if "%" in value or "+" in value:
        try:
            value = form.unquote(value)
        except Misfit as problem:
            row.errors.setdefault(member, str(problem))
            return
    known = row.values.setdefault(member, value)
    if known != value:
        row.repeated.add(member)


def _add_slowly(form: _Form, name: str, value: str, limits: Limits) -> None:
    key = _read_encoded_key(form, name)
    if key.is_order:
        form.order.append(value)
    elif key.member is None:
        form.loose.append((key, value))
    elif key.below:
        form.row(key.head).errors[key.member] = BELOW
    else:
        _set(form, form.row(key.head), key.member, value)
    if len(form.rows) > limits.rows_max:
        raise TooLarge("rows_max", limits.rows_max)


def _place_loose(form: _Form) -> None:
    """Gives the keys without a known member to their rows: as unknown members, or as a value where a row is due."""
    for key, value in form.loose:
        head, name = key.unknown(form.rows)
        if head is None:
            continue
        row = form.row(head)
        if not name:
            row.errors.setdefault("", SCALAR)
            continue
        try:
            row.extras.setdefault(name, form.unquote(value))
        except Misfit as problem:
            row.errors.setdefault(name, str(problem))


def _ordered(form: _Form) -> list[tuple[str, ...]]:
    heads = list(form.rows)
    if form.order:
        place = {index: number for number, index in reversed(list(enumerate(form.order)))}
        return sorted(heads, key=lambda head: place.get(head[-1] if head else "", len(place)))
    if all(head and head[-1].isascii() and head[-1].isdigit() and len(head[-1]) < 10 for head in heads):
        return sorted(heads, key=lambda head: (head[:-1], int(head[-1])))
    return heads


def _bind(form: _Form, pairs: list[str], limits: Limits) -> Rows:
    _place_loose(form)
    if len(form.rows) > limits.rows_max:
        raise TooLarge("rows_max", limits.rows_max)
    if pairs and not form.rows:
        shown = shown_name(pairs[0].partition("=")[0])
        raise Unreadable(
            f"No key of the form names a member of a row, such as [0].tracking_id; the first is {shown!a}."
        )
    if () in form.rows and len(form.rows) > 1:
        outside = form.rows[()]
        outside.errors |= dict.fromkeys(outside.values, OUTSIDE)
    rows = Rows([])
    bad: dict[tuple[str, ...], tuple[int, dict[str, list[str]]]] = {}
    for position, head in enumerate(_ordered(form)):
        index = _own_index(head, position)
        errors: dict[str, list[str]] = {}
        if head and not head[-1] and form.rows[head].repeated:
            form.rows[head].errors.setdefault("", UNNUMBERED)
        notification = _bind_row(form.rows[head], f"[{index}]", errors)
        if notification is not None:
            rows.accepted.append(notification)
        else:
            bad[head] = (index, errors)
    if bad:
        content = _content_of(form, pairs, bad.keys())
        rows.rejected = [
            BadRow(index, errors, b"&".join(content.get(head, []))) for head, (index, errors) in bad.items()
        ]
    return rows


def _own_index(head: tuple[str, ...], position: int) -> int:
    """The number that the sender gave to the row, which is what it will look for; the row's place where there is none."""
    text = head[-1] if head else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 and len(head) == 1 else position


def _bind_row(row: _Row, path: str, errors: dict[str, list[str]]) -> Notification | None:
    for name, reason in row.errors.items():
        errors[f"{path}.{shown_name(name)}" if name else path] = [reason]
    if len(row.repeated) > 1 or "tracking_id" in row.repeated:
        for name in sorted(row.repeated):
            errors.setdefault(f"{path}.{name}", []).append(TWICE)
    values: dict[str, Any] = row.values  # texts become integers in place
    for name in INTEGER_MEMBERS & values.keys():
        text = values[name]
        try:
            values[name] = int(text) if _is_plain_number(text) else integer_of_form(text)
        except Misfit as problem:
            errors.setdefault(f"{path}.{name}", []).append(str(problem))
    return build_row(values, row.extras, path, errors)


def _is_plain_number(text: str) -> bool:
    return len(text) < 19 and text.isdigit() and text.isascii()


def _content_of(form: _Form, pairs: list[str], heads: Any) -> dict[tuple[str, ...], list[bytes]]:
    """The pairs of the rows that are refused, as they came."""
    content: dict[tuple[str, ...], list[bytes]] = {}
    for pair, key in _keys(form, pairs):
        head = key.head if key.member else key.unknown(form.rows)[0]
        if head in heads and head is not None:
            content.setdefault(head, []).append(pair.encode())
    return content


def _keys(form: _Form, pairs: list[str]) -> Iterator[tuple[str, Key]]:
    for pair in pairs:
        yield pair, read_key(form.unquote(pair.partition("=")[0]))
