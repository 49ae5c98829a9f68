"""NDJSON: one notification a line. Lines stand for themselves, so one that is not JSON is a bad row like any other."""

import re

import msgspec

from delivery.errors import TooLarge, Unreadable
from delivery.notification import Notification
from gateway.formats.json import decode_json
from gateway.formats.limits import Limits
from gateway.formats.text import Charset, to_utf8
from gateway.rows import BadRow, Rows

_LINE = re.compile(rb"(?:[ \t\r]*+\n)*+([^\n]+)")  # passes over any number of blank lines at once
_NO_ROW = "The line is not one JSON object."


def decode_lines(body: bytes, charset: str | None, limits: Limits) -> Rows:
    """The rows of an NDJSON body. A last line that has no end and is not JSON means that the body broke off: Unreadable."""
    content, written = to_utf8(body, charset)
    lines: list[bytes] = []
    for found in _LINE.finditer(content):
        if found[1].strip():
            lines.append(found[1])
            if len(lines) > limits.rows_max:
                raise TooLarge("rows_max", limits.rows_max)
    joined = b"[" + b",".join(lines) + b"]"
    try:
        msgspec.json.decode(joined, type=list[msgspec.Raw])
    except (msgspec.DecodeError, RecursionError):
        return _decode_each(lines, content.endswith(b"\n"), written, limits)
    rows = decode_json(joined, None, limits)
    if len(rows.accepted) + len(rows.rejected) != len(lines):
        return _decode_each(lines, content.endswith(b"\n"), written, limits)
    return rows


def _decode_each(lines: list[bytes], is_ended: bool, written: Charset, limits: Limits) -> Rows:
    rows = Rows([])
    for index, line in enumerate(lines):
        found = _decode_line(line, limits, is_last=not is_ended and index == len(lines) - 1)
        if isinstance(found, Notification):
            rows.accepted.append(found)
            continue
        errors = {f"[{index}]{path.removeprefix('[0]')}": reasons for path, reasons in found.items()}
        rows.rejected.append(BadRow(index, errors, _as_written(line, written)))
    return rows


def _decode_line(line: bytes, limits: Limits, is_last: bool) -> Notification | dict[str, list[str]]:
    """The notification of one line, or its errors under the paths of a body of its own."""
    if line.strip()[:1] != b"{":
        return {"": [_NO_ROW]}
    try:
        rows = decode_json(b"[" + line + b"]", None, limits)
    except Unreadable as problem:
        if is_last:
            raise
        return {"": next(iter(problem.errors.values()))}
    if len(rows.accepted) + len(rows.rejected) != 1:
        return {"": [_NO_ROW]}
    return rows.accepted[0] if rows.accepted else rows.rejected[0].errors


def _as_written(line: bytes, written: Charset) -> bytes:
    try:
        return written.restore(line.decode())
    except UnicodeDecodeError:
        return line
