"""Forms as programs write them: rows numbered upwards, each with the same keys in the same order. The rest is form.py's.

The first row's keys make one pattern for a whole row, so that no Python runs for a pair.
"""

import re
from urllib.parse import unquote_to_bytes

from delivery.notification import Notification
from gateway.formats.columns import Columns, columns_of
from gateway.formats.limits import Limits

_KEY = re.compile(r"(\[|%5B)(\d{1,9})(\]\.|\]\[|%5D\.|%5D%5B)(\w+)(\]|%5D|)", re.I | re.A)
_BYTES_MIN = 4096  # below it, making the pattern costs more than it saves
_KEYS_MAX = 40


def read_plain_form(text: str, limits: Limits) -> list[Notification] | None:
    """The rows of a form, all of them good; None where the form is not that plain."""
    if len(text) < _BYTES_MIN or ";" in text:
        return None
    names, pattern = _shape_of_first_row(text)
    columns = columns_of(names) if names else None
    if columns is None:
        return None
    rows: list[Notification] = []
    position, before = 0, -1
    for found in re.compile(pattern, re.A).finditer(text):
        index, *texts = found.groups()
        if found.start() != position or int(index) <= before or len(rows) >= limits.rows_max:
            return None
        position, before = found.end(), int(index)
        row = _bind(columns, texts)
        if row is None:
            return None
        rows.append(row)
    return rows if position == len(text) else None


def _shape_of_first_row(text: str) -> tuple[list[str], str]:
    names: list[str] = []
    parts: list[str] = []
    first = ""
    for pair in text.split("&", _KEYS_MAX + 1)[: _KEYS_MAX + 1]:
        found = _KEY.fullmatch(pair.partition("=")[0])
        if found is None:
            return [], ""
        head, index, middle, name, tail = found.groups()
        if names and index != first:
            return names, "&".join(parts) + r"(?:&|\Z)"
        number = r"\1" if names else r"(\d{1,9})"
        first = index
        parts.append(f"{re.escape(head)}{number}{re.escape(middle)}{name}{re.escape(tail)}=([^&]*)")
        names.append(name)
    return [], ""


def _bind(columns: Columns, texts: list[str]) -> Notification | None:
    joined = "".join(texts)
    if "%" in joined or "+" in joined:
        try:
            texts = [_unquote(text) if "%" in text or "+" in text else text for text in texts]
        except UnicodeDecodeError:
            return None
    return columns.bind(texts)


_ASCII = {f"{code:02{case}}": chr(code) for code in range(128) for case in "xX"}
_ASCII |= {f"{code:02x}"[0] + f"{code:02X}"[1]: chr(code) for code in range(128)}


def _unquote(text: str) -> str:
    """A percent-encoded text; UnicodeDecodeError where its bytes are no UTF-8. Escapes of ASCII alone are the quick case."""
    text = text.replace("+", " ")
    start, *parts = text.split("%")
    pieces = [start]
    for part in parts:
        character = _ASCII.get(part[:2])
        if character is None:
            return unquote_to_bytes(text).decode()
        pieces += (character, part[2:])
    return "".join(pieces)
