"""The short way of a plain request: from the bytes that arrived to its exchange, and from the answer to the bytes that go out.

Sanic reads a request in a task of its connection, through objects that cost more than a point read itself. So a GET or a POST of
/graphql that is nothing special, and comes while Sanic waits for the next request, is answered here while Sanic's task sleeps on.
Every other request is Sanic's: another path, a WebSocket or a stream, an odd head, a body in pieces that take a while, or what
comes before the answer to the request in front of it. Both ways meet in exchange.py, and answer alike.
"""

import fcntl
import re
import sys
import termios
from asyncio import Task, TimerHandle
from contextlib import suppress
from time import monotonic
from typing import Any, ClassVar

from sanic.headers import format_http1_response
from sanic.http import Http, Stage
from sanic.server import HttpProtocol

from graphql_api.http.exchange import Answer, Exchange, Question
from graphql_api.live.streams import chosen as chosen_framing
from graphql_api.settings import GraphQLSettings

HEAD_BYTES_MAX = 16_384
WHOLE_BYTES_MAX = 256 * 1024
PIECES_S_MAX = 0.02  # for the rest of a body; then it is Sanic's to wait for
_END = b"\r\n\r\n"
_BEGINNING = re.compile(rb"(GET|POST) /graphql(?:\?([\w.~%=&+,:/!$'()*;@-]*))? HTTP/1\.1\r\n")
_LINE = re.compile(r"([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*([\t -~]*)")
_LENGTH = re.compile(r"[0-9]{1,9}")
_SPECIAL = frozenset({"transfer-encoding", "expect", "upgrade"})


def read_head(raw: bytes) -> tuple[str, str, dict[str, str], int] | None:
    """Method, query, headers and the body's length of a head up to its blank line; None where it isn't plain.

    Plain is what no two servers read differently: ASCII, no header twice, one length for a body and none without.
    """
    line = _BEGINNING.match(raw)
    if line is None or len(raw) > HEAD_BYTES_MAX or not raw.isascii():
        return None
    headers: dict[str, str] = {}
    for text in raw[line.end() :].decode("ascii").split("\r\n"):
        found = _LINE.fullmatch(text)
        if found is None:
            return None
        name = found[1].lower()
        if name in headers or name in _SPECIAL:
            return None
        headers[name] = found[2].rstrip()
    if headers.get("connection", "keep-alive").lower() != "keep-alive" or "host" not in headers:
        return None
    length = headers.get("content-length")
    if line[1] == b"GET":
        length = "0" if length is None else ""
    if length is None or not _LENGTH.fullmatch(length) or chosen_framing(headers.get("accept")) is not None:
        return None
    return line[1].decode(), (line[2] or b"").decode(), headers, int(length)


class DirectProtocol(HttpProtocol):
    """One connection of Sanic's."""

    __slots__ = ("_answering", "_end", "_rest", "_unread", "_unread_bytes")
    exchange: ClassVar[Exchange]
    body_bytes_max: ClassVar[int]
    unread_s_max: ClassVar[float]

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._http: Http | None = None  # Sanic makes it when its task begins
        self._answering: Task[None] | None = None
        self._rest: TimerHandle | None = None
        self._end = 0
        self._unread: TimerHandle | None = None
        self._unread_bytes = 0

    def data_received(self, data: bytes) -> None:
        if self._answering is not None:
            self._keep_for_later(data)
        elif self._rest is not None:
            self._add(data)
        elif not (self._sanic_waits() and self._take(data)):
            super().data_received(data)

    def check_timeouts(self) -> None:
        """Sanic calls this now and then. An operation has its own time limit."""
        if self._answering is not None:
            self._time = monotonic()
        super().check_timeouts()  # type: ignore[no-untyped-call]

    def close_if_idle(self) -> bool:
        """Whether the connection was idle, and is closed now."""
        return self._answering is None and bool(super().close_if_idle())

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answering is not None:
            self._answering.cancel()
        for timer in (self._rest, self._unread):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)  # type: ignore[no-untyped-call]

    def pause_writing(self) -> None:
        super().pause_writing()  # type: ignore[no-untyped-call]
        self._watch_unread()

    def resume_writing(self) -> None:
        super().resume_writing()  # type: ignore[no-untyped-call]
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _watch_unread(self) -> None:
        """Looks again in a while whether the client has taken some of what is held for it."""
        self._unread_bytes = _held(self.transport)
        self._unread = self.loop.call_later(self.unread_s_max, self._require_less)

    def _require_less(self) -> None:
        if self.transport is None:
            return  # taken over: see live/takeover.py
        if _held(self.transport) < self._unread_bytes:
            self._watch_unread()
        else:
            self.transport.abort()

    def _sanic_waits(self) -> bool:
        """Whether Sanic's task waits for the first byte of a request, and what is written goes out."""
        http = self._http
        return (
            http is not None
            and http.stage is Stage.IDLE
            and http.request is None
            and not self.recv_buffer
            and self._can_write.is_set()
        )

    def _take(self, data: bytes) -> bool:
        """Takes these bytes where they are a plain request, or begin one."""
        start = data.find(_END) + len(_END)
        if start < len(_END):
            return False
        head = read_head(data[: start - len(_END)])
        if head is None or head[3] > self.body_bytes_max:
            return False
        end = start + head[3]
        if len(data) == end:
            self._ask(head, data[start:])
            return True
        if len(data) > end or end > WHOLE_BYTES_MAX:
            return False
        self.recv_buffer += data
        self._end = end
        self._rest = self.loop.call_later(PIECES_S_MAX, self._leave_to_sanic)
        return True

    def _add(self, data: bytes) -> None:
        buffer = self.recv_buffer
        buffer += data
        if len(buffer) < self._end:
            return
        if len(buffer) > self._end:
            self._leave_to_sanic()
            return
        whole = bytes(buffer)
        start = whole.find(_END) + len(_END)
        head = read_head(whole[: start - len(_END)])
        if head is None or self._rest is None:
            self._leave_to_sanic()
            return
        self._rest.cancel()
        self._rest = None
        buffer.clear()
        self._ask(head, whole[start:])

    def _leave_to_sanic(self) -> None:
        """What has arrived so far is Sanic's to read, and what follows it."""
        if self._rest is not None:
            self._rest.cancel()
            self._rest = None
        self._time = monotonic()
        self._data_received.set()

    def _keep_for_later(self, data: bytes) -> None:
        self.recv_buffer += data
        if len(self.recv_buffer) >= self.app.config.REQUEST_BUFFER_SIZE and self.transport is not None:
            self.transport.pause_reading()

    def _ask(self, head: tuple[str, str, dict[str, str], int], body: bytes) -> None:
        self._time = monotonic()
        question = Question(head[0], head[1], head[2], body)
        self._answering = self.loop.create_task(self._answer(question))

    async def _answer(self, question: Question) -> None:
        try:
            answer = await self.exchange.answer(question)
            if self.transport is not None:
                self.transport.write(as_bytes(answer))
        finally:
            self._answering = None
        self._time = monotonic()
        if self.recv_buffer:
            self._data_received.set()  # the next request came before this answer: Sanic reads it


def _held(transport: Any) -> int:
    """Bytes that the client has not taken: ours, and those that the system holds, which are megabytes."""
    count = bytes(4)
    with suppress(OSError, AttributeError):  # a connection that has just ended
        count = fcntl.ioctl(transport.get_extra_info("socket").fileno(), termios.TIOCOUTQ, count)
    return int(transport.get_write_buffer_size()) + int.from_bytes(count, sys.byteorder)


def as_bytes(answer: Answer) -> bytes:
    """The answer as it goes out. Its headers are ours, or were read from a plain head: none holds a line break."""
    named = list(answer.headers.items())
    if answer.status != 304:
        named.append(("content-length", str(len(answer.body))))
    named.append(("connection", "keep-alive"))
    head: bytes = format_http1_response(answer.status, [(name.encode(), value.encode()) for name, value in named])
    return head + answer.body


def direct_protocol(exchange: Exchange, settings: GraphQLSettings) -> type[DirectProtocol]:
    """The protocol class of one server."""

    class GraphQLProtocol(DirectProtocol):
        __slots__ = ()
        body_bytes_max = settings.body_bytes_max
        unread_s_max = settings.unread_ms_max / 1000

    GraphQLProtocol.exchange = exchange
    return GraphQLProtocol
