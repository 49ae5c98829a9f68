"""Results over one HTTP response: server-sent events (graphql-sse, distinct connections mode), or multipart/mixed for Apollo.

The response has chunks of HTTP/1.1 and ends its connection.
"""

import asyncio
from typing import TYPE_CHECKING, Any, Protocol

import orjson

from graphql_api.access.access import Caller
from graphql_api.live.connection import Connection
from graphql_api.live.endings import Ending
from graphql_api.live.payload import Payload
from graphql_api.live.subscriber import Subscriber

if TYPE_CHECKING:
    from graphql_api.live.service import Live

LAST_CHUNK = b"0\r\n\r\n"


class Framing(Protocol):
    """How results stand in the response's body."""

    kind: str
    content_type: str
    beginning: bytes
    heartbeat: bytes
    ending: bytes

    def payload(self, payload: Payload) -> bytes: ...

    def result(self, content: bytes) -> bytes:
        """A result that has no place to go on from, such as one of errors."""

    def note(self, text: str) -> bytes:
        """A heartbeat that says why nothing may come."""


class Events:
    """text/event-stream. Clients take a stream that ends without `complete` for one that broke, and connect again."""

    kind = "sse"
    content_type = "text/event-stream; charset=utf-8"
    beginning = b":\n\n"
    heartbeat = b":\n\n"
    ending = b"event: complete\ndata:\n\n"

    def payload(self, payload: Payload) -> bytes:
        return payload.as_event()

    def result(self, content: bytes) -> bytes:
        return b"event: next\ndata: %b\n\n" % content

    def note(self, text: str) -> bytes:
        return b": %b\n\n" % text.replace("\n", " ").encode()


class Parts:
    """multipart/mixed;subscriptionSpec=1.0, each result in a part of its own."""

    kind = "multipart"
    content_type = 'multipart/mixed;boundary="graphql";subscriptionSpec="1.0"'
    beginning = b"\r\n--graphql"
    heartbeat = b"\r\ncontent-type: application/json\r\n\r\n{}\r\n--graphql"
    ending = b"--\r\n"

    def payload(self, payload: Payload) -> bytes:
        return self.result(payload.content)

    def result(self, content: bytes) -> bytes:
        return b'\r\ncontent-type: application/json\r\n\r\n{"payload":%b}\r\n--graphql' % content

    def note(self, text: str) -> bytes:
        return self.heartbeat


SSE, MULTIPART = Events(), Parts()


def chosen(accept: str | None) -> Framing | None:
    """How the client wants results that come one after the other; None where it wants one reply."""
    wanted = (accept or "").lower()
    if "text/event-stream" in wanted:
        return SSE
    if "multipart/mixed" in wanted and "subscriptionspec" in wanted:
        return MULTIPART
    return None


class StreamConnection(Connection):
    """A response that carries one operation."""

    __slots__ = ("_framing",)

    def __init__(self, live: "Live", caller: Caller, framing: Framing) -> None:
        super().__init__(live, caller)
        self._framing = framing
        self.paused = True  # until the response has begun

    def attach(self, transport: asyncio.Transport, unread: bytes) -> None:
        self.paused = False
        super().attach(transport, unread)
        for subscriber in list(self.subscribers.values()):
            subscriber.flush()

    @property
    def kind(self) -> str:  # type: ignore[override]
        return self._framing.kind

    def head(self, headers: dict[str, str]) -> bytes:
        """The response's head and its first bytes, which let proxies and browsers know that it has begun."""
        all_headers = {
            "content-type": self._framing.content_type,
            "cache-control": "no-cache, no-transform",
            "x-accel-buffering": "no",
            "x-content-type-options": "nosniff",
            "connection": "close",
            "transfer-encoding": "chunked",
        } | headers
        lines = "".join(f"{name}: {value}\r\n" for name, value in all_headers.items())
        return f"HTTP/1.1 200 OK\r\n{lines}\r\n".encode() + _chunk(self._framing.beginning)

    def data_received(self, data: bytes) -> None:
        """There is nothing more to say for the client."""

    def eof_received(self) -> bool:
        return False

    def deliver(self, subscriber: Subscriber, payload: Payload) -> None:
        self._write(self._framing.payload(payload))

    def tell(self, content: bytes) -> None:
        """The only result of an operation that is no subscription, or none that runs."""
        self._write(self._framing.result(content))
        self._finish()

    def complete(self, subscriber: Subscriber) -> None:
        self._finish()

    def fail_all(self, errors: list[dict[str, Any]]) -> None:
        """The operation doesn't run."""
        self.tell(orjson.dumps({"errors": errors}))

    def fail(self, subscriber: Subscriber, errors: list[dict[str, Any]]) -> None:
        self.fail_all(errors)

    def end(self, ending: Ending) -> None:
        """The reason, then the stream's end. A server that goes away only ends it: clients then connect again by themselves."""
        if ending.code == 1001:
            self._write(b"", last=True)
            self.close_soon()
        else:
            self.fail_all([ending.error()])

    def beat(self) -> None:
        self.heard()  # there is no answer; who doesn't read is known by what waits
        self._write(self._framing.heartbeat)

    def tell_stale(self, stale: str | None) -> None:
        self._write(self._framing.note("" if stale is None else f"stale: {stale}"))

    def _finish(self) -> None:
        self._write(self._framing.ending, last=True)
        self.close_soon()

    def _write(self, content: bytes, *, last: bool = False) -> None:
        if self.is_closed:
            return
        self.transport.write((_chunk(content) if content else b"") + (LAST_CHUNK if last else b""))
        if last:
            self.transport.close()


def _chunk(content: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(content), content)
