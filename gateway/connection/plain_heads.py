"""Heads of requests as bytes, where they are plain: what a sender sends again and again, and no two servers read differently.

Plain is a POST to the interface over HTTP/1.1 with a Content-Length, in ASCII, that neither ends its connection nor asks for
anything else. Every other head is for Sanic to read; what is read here means the same there. A sender's heads repeat, but for
some lines that are each request's own: its length, its id, its trace, its signature. What the others mean is kept.
"""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from sanic.compat import Header as Headers

from gateway.connection.head import READ_OF_ALL, Head, head_of, with_own
from gateway.documents.interface import is_interface

KEPT_MAX = 1_024
KEPT_BYTES_MAX = 1_024
BYTES_MAX = 8_192
_REQUEST_LINE = re.compile(rb"POST (/[\w.~%/-]*)(?:\?([\w.~%=&+,:/-]*))? HTTP/1\.1")
_LINE = re.compile(r"([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*([\t -~]*)")
_LENGTH = re.compile(r"[0-9]{1,9}")
_NOT_PLAIN = frozenset({"transfer-encoding", "expect", "upgrade"})
_LENGTH_NAME = "content-length"
_OWN = frozenset({_LENGTH_NAME, "x-request-id", "traceparent", "tracestate"})


class PlainHead(NamedTuple):
    """A head with the bytes of the body that follows it."""

    head: Head
    body_bytes: int


class PlainHeads:
    """Reads heads, and remembers them, or what they have in common, while there is room. `own` are names of more headers that
    no two requests have alike."""

    def __init__(self, own: Iterable[str] = ()) -> None:
        names = _OWN.union(name.lower() for name in own) - READ_OF_ALL - _NOT_PLAIN
        some = "|".join(map(re.escape, sorted(names)))
        self._own = re.compile(rf"\r\n({some}):[ \t]*([\t -~]*)(?=\r\n|\Z)".encode(), re.I)
        self._kept: dict[bytes, PlainHead] = {}
        self._common: dict[bytes, Head | None] = {}

    def read(self, raw: bytes) -> PlainHead | None:
        """The head in these bytes, up to the blank line; None where it isn't plain."""
        found = self._kept.get(raw)
        return found if found is not None else self._read_new(raw)

    def _read_new(self, raw: bytes) -> PlainHead | None:
        if len(raw) > BYTES_MAX:
            return None
        parts = self._own.split(raw)  # text, name, value, text, name, value, …, text
        common = self._read_common(b"".join(parts[::3]))
        if common is None:
            return None
        own = [(name.decode().lower(), value.decode()) for name, value in zip(parts[1::3], parts[2::3], strict=True)]
        head = with_own(common, own)
        lengths = head.headers.getall(_LENGTH_NAME, [])
        if len(lengths) != 1 or not _LENGTH.fullmatch(lengths[0]):
            return None
        found = PlainHead(head, int(lengths[0]))
        if len(own) == 1 and len(raw) <= KEPT_BYTES_MAX:  # with more than its length it is never the same again
            _make_room(self._kept)
            self._kept[raw] = found
        return found

    def _read_common(self, raw: bytes) -> Head | None:
        try:
            return self._common[raw]
        except KeyError:
            found = _read_plain(raw)
            if len(raw) <= KEPT_BYTES_MAX:
                _make_room(self._common)
                self._common[raw] = found
            return found


def _make_room(kept: dict[bytes, Any]) -> None:
    if len(kept) >= KEPT_MAX:
        kept.clear()


def _read_plain(raw: bytes) -> Head | None:
    """The head in these bytes, which lack what is the request's own; None where it isn't plain."""
    line = _REQUEST_LINE.match(raw)
    if line is None or not raw.isascii():
        return None
    path, query = line[1].decode(), (line[2] or b"").decode()
    if not is_interface(path):
        return None
    headers = _read_lines(raw[line.end() :].decode("ascii"))
    return None if headers is None else head_of(headers, path, query)


def _read_lines(text: str) -> Headers | None:
    """The headers in these lines, each with the end of the one before in front of it."""
    nothing, *lines = text.split("\r\n")
    if nothing:
        return None
    headers = []
    for line in lines:
        found = _LINE.fullmatch(line)
        if found is None:
            return None
        name, value = found[1].lower(), found[2].lstrip()
        if name in _NOT_PLAIN or (name == "connection" and value.lower() != "keep-alive"):
            return None
        headers.append((name, value))
    return Headers(headers)
