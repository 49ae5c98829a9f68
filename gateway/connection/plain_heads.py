"""Heads of requests as bytes, where they are plain: what a sender sends again and again, and no two servers read differently.

Plain is a POST to the interface over HTTP/1.1 with a Content-Length, in ASCII, that neither ends its connection nor asks for
anything else. Every other head is for Sanic to read; what is read here means the same there. A sender's heads repeat, but for
the length of the body, so what they mean is kept.
"""

import re
from typing import NamedTuple

from sanic.compat import Header as Headers

from gateway.connection.head import Head, head_of
from gateway.documents.interface import is_interface

KEPT_MAX = 1_024
KEPT_BYTES_MAX = 1_024
BYTES_MAX = 8_192
_REQUEST_LINE = re.compile(rb"POST (/[\w.~%/-]*)(?:\?([\w.~%=&+,:/-]*))? HTTP/1\.1\r\n")
_LINE = re.compile(r"([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*([\t -~]*)")
_LENGTH = re.compile(r"[0-9]{1,9}")
_NOT_PLAIN = frozenset({"transfer-encoding", "expect", "upgrade"})


class PlainHead(NamedTuple):
    """A head with the bytes of the body that follows it."""

    head: Head
    body_bytes: int


class PlainHeads:
    """Reads heads, and remembers them while there is room."""

    def __init__(self) -> None:
        self._kept: dict[bytes, PlainHead | None] = {}

    def read(self, raw: bytes) -> PlainHead | None:
        """The head in these bytes, up to the blank line; None where it isn't plain."""
        try:
            return self._kept[raw]
        except KeyError:
            return self._read_new(raw)

    def _read_new(self, raw: bytes) -> PlainHead | None:
        found = read_plain(raw)
        if len(raw) <= KEPT_BYTES_MAX:
            if len(self._kept) >= KEPT_MAX:
                self._kept.clear()
            self._kept[raw] = found
        return found


def read_plain(raw: bytes) -> PlainHead | None:
    """The head in these bytes, up to the blank line; None where it isn't plain."""
    line = _REQUEST_LINE.match(raw)
    if line is None or len(raw) > BYTES_MAX or not raw.isascii():
        return None
    path, query = line[1].decode(), (line[2] or b"").decode()
    if not is_interface(path):
        return None
    headers = _read_lines(raw[line.end() :].decode("ascii"))
    if headers is None:
        return None
    lengths = headers.getall("content-length", [])
    if len(lengths) != 1 or not _LENGTH.fullmatch(lengths[0]):
        return None
    return PlainHead(head_of(headers, path, query), int(lengths[0]))


def _read_lines(text: str) -> Headers | None:
    headers = []
    for line in text.split("\r\n"):
        found = _LINE.fullmatch(line)
        if found is None:
            return None
        name, value = found[1].lower(), found[2].lstrip()
        if name in _NOT_PLAIN or (name == "connection" and value.lower() != "keep-alive"):
            return None
        headers.append((name, value))
    return Headers(headers)
