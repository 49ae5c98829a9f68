"""Charsets: a body's bytes as UTF-8, and back.

A byte order mark wins over the charset that was named. utf-16 without a mark is little-endian, as the original has it. Any
other name means UTF-8 to the original, whose senders rely on that; only where the bytes are no UTF-8 does the name of a
single-byte charset (iso-8859-1, windows-1252 …) count. Bytes that are not in the charset are an error, never U+FFFD.
"""

import codecs
import re
from typing import NamedTuple

from delivery.errors import Unreadable

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before utf-16-le, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE = {"utf-16": "utf-16-le", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be", "unicode": "utf-16-le"}
_SINGLE_BYTE = re.compile(r"iso-8859-(?:[1-9]|1[0-6])|windows-125[0-8]|cp125[0-8]|latin-?1|koi8-[ru]")
_FIRST_BYTES_OF_MARKS = frozenset(mark[0] for mark, _ in _MARKS)


class Charset(NamedTuple):
    """How a body's text was written: Python's codec, and the mark that makes a part of it readable by itself."""

    codec: str = "utf-8"
    mark: bytes = b""

    def restore(self, text: str) -> bytes:
        """A part of the text in the bytes that the sender wrote."""
        return text.encode(self.codec) if self.codec == "utf-8" else self.mark + text.encode(self.codec)


UTF8 = Charset()


def to_utf8(body: bytes, charset: str | None, declared: str | None = None) -> tuple[bytes, Charset]:
    """The body in UTF-8 without a mark, and how it was written; `declared` is what the text itself says of its charset.

    Where it seems to be UTF-8 it is passed on unchecked: every decoder checks that itself.
    """
    if body[:1] and body[0] in _FIRST_BYTES_OF_MARKS:
        for mark, codec in _MARKS:
            if body.startswith(mark):
                rest = body[len(mark) :]
                return (rest, UTF8) if codec == "utf-8" else (decode(rest, codec).encode(), Charset(codec, mark))
    if charset is None and declared is None:
        return body, UTF8
    wide = _WIDE.get(charset or "")
    if wide:
        mark = codecs.BOM_UTF16_LE if wide == "utf-16-le" else codecs.BOM_UTF16_BE
        return decode(body, wide).encode(), Charset(wide, mark)
    for name in (charset, declared):
        if name and _SINGLE_BYTE.fullmatch(name.lower()) and not _is_utf8(body):
            return decode(body, name).encode(), Charset(name)
    return body, UTF8


def decode(content: bytes, codec: str = "utf-8") -> str:
    """The text of the bytes; Unreadable where they are not in the charset."""
    try:
        return content.decode(codec)
    except UnicodeDecodeError as problem:
        wrong = content[problem.start : problem.start + 1].hex().upper()
        raise Unreadable(f"The body is not valid {codec}: byte 0x{wrong} at offset {problem.start}.") from problem


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
