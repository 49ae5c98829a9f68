"""Replies as they go out: as a response of Sanic's, or as the bytes that Sanic makes of one.

Headers are constants, numbers, or checked already, so that they need no cleaning: nothing of a request may get into them
unchecked. Those of a reply that has some of its own are cleaned by Sanic all the same.
"""

from functools import lru_cache

from sanic import HTTPResponse
from sanic.headers import format_http1_response

from gateway.replies import Reply


class _OwnResponse(HTTPResponse):
    """Sanic takes line breaks out of every name and value, which costs a request as much as reading its row."""

    __slots__ = ()

    @property
    def processed_headers(self) -> list[tuple[bytes, bytes]]:  # type: ignore[override]
        self.headers.setdefault("content-type", self.content_type)
        return [(name.encode(), str(value).encode()) for name, value in self.headers.items()]


def as_sanic(reply: Reply, request_id: str) -> HTTPResponse:
    """The reply for Sanic to send."""
    kind = HTTPResponse if reply.headers else _OwnResponse
    response = kind(reply.body, reply.status, dict(reply.headers), reply.content_type)
    response.headers["x-request-id"] = request_id
    return response


def as_bytes(reply: Reply, request_id: str, *, keep_alive: bool) -> bytes:
    """The reply as it goes out."""
    before, after = _around(reply.status, reply.headers, reply.content_type, len(reply.body), keep_alive)
    return b"".join((before, request_id.encode(), after, reply.body))


@lru_cache(maxsize=1024)
def _around(
    status: int, headers: tuple[tuple[str, str], ...], content_type: str, body_bytes: int, keep_alive: bool
) -> tuple[bytes, bytes]:
    """What stands before the request id, and what behind it up to the body."""
    named = [
        *headers,
        ("x-request-id", "\0"),
        ("content-length", str(body_bytes)),
        ("connection", "keep-alive" if keep_alive else "close"),
        ("content-type", content_type),
    ]
    head: bytes = format_http1_response(status, [(name.encode(), value.encode()) for name, value in named])
    before, _, after = head.partition(b"\0")
    return before, after
