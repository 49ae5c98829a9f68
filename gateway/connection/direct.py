"""The direct way of a post: from the bytes that arrived to its exchange, and from its reply to the bytes that go out.

Sanic reads a request in a task of the connection, which costs more than all that we do with one row. So a plain post that
comes while Sanic waits for the next request is taken here, once it is whole, and Sanic's task sleeps on. Every other request
is Sanic's: what is not plain, takes a while to arrive, or comes before the answer to the one before. Both ways meet in
exchange.py, and they answer alike, byte for byte.
"""

import logging
from asyncio import TimerHandle
from time import monotonic
from typing import Any, ClassVar, NamedTuple

from sanic.http import Http, Stage
from sanic.server import HttpProtocol

from delivery.errors import DeliveryStatusError
from gateway import replies
from gateway.connection.head import Head
from gateway.connection.plain_heads import PlainHead, PlainHeads
from gateway.connection.response import as_bytes
from gateway.connection.shown import Shown, shown_on
from gateway.exchange import Desk, Exchange
from gateway.negotiation import ReplyForm
from gateway.replies import Reply

_END = b"\r\n\r\n"
WHOLE_BYTES_MAX = 256 * 1024  # what Sanic, too, buffers of a connection before anybody looks at it
REST_S_MAX = 0.02  # Sanic sees to it that slow senders hold nothing for long
_log = logging.getLogger("gateway")


class Arriving(NamedTuple):
    """A plain post of which a part is in the connection's buffer: where its body begins, where it ends, and until when it
    may arrive here."""

    plain: PlainHead
    start: int
    end: int
    timer: TimerHandle


class DirectProtocol(HttpProtocol):
    """One connection of Sanic's."""

    __slots__ = ("_arriving", "_exchange", "_is_read")
    desk: ClassVar[Desk]
    heads: ClassVar[PlainHeads]

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._http: Http | None = None  # Sanic makes it when its task begins
        self._arriving: Arriving | None = None
        self._exchange: Exchange | None = None
        self._is_read = False  # the body of the request that is under way, or was last

    def data_received(self, data: bytes) -> None:
        if self._exchange is not None:
            self._keep_for_later(data)
        elif self._arriving is not None:
            self._add(self._arriving, data)
        elif not (self._sanic_waits() and self._take(data)):
            super().data_received(data)

    def check_timeouts(self) -> None:
        """Sanic calls this now and then. A request that is taken directly has its own deadline."""
        if self._exchange is not None:
            self._time = monotonic()
        super().check_timeouts()  # type: ignore[no-untyped-call]

    def close_if_idle(self) -> bool:
        """Whether the connection was idle, and is closed now."""
        return self._exchange is None and bool(super().close_if_idle())

    def connection_lost(self, exc: Exception | None) -> None:
        exchange, self._exchange = self._exchange, None
        if exchange is not None:
            self.desk.abandon(exchange)
        if self._arriving is not None:
            self._arriving.timer.cancel()
            self._arriving = None
        super().connection_lost(exc)  # type: ignore[no-untyped-call]

    def _sanic_waits(self) -> bool:
        """Whether Sanic's task waits for the first byte of a request, and what is written goes out."""
        http = self._http
        return (
            http is not None
            and http.stage is Stage.IDLE
            and http.request is None  # else it still gets rid of the body of the one before
            and not self.recv_buffer
            and self._can_write.is_set()
        )

    def _take(self, data: bytes) -> bool:
        """Takes these bytes where they are a plain post, or begin one."""
        start = data.find(_END) + len(_END)
        if start < len(_END):
            return False
        plain = self.heads.read(data[: start - len(_END)])
        if plain is None or self.desk.admission.draining:
            return False
        end = start + plain.body_bytes
        if len(data) == end:
            self._post(plain, data[start:])
            return True
        if len(data) > end or end > WHOLE_BYTES_MAX:
            return False
        self.recv_buffer += data
        self._time = monotonic()
        self._arriving = Arriving(plain, start, end, self.loop.call_later(REST_S_MAX, self._leave_to_sanic))
        return True

    def _add(self, arriving: Arriving, data: bytes) -> None:
        buffer = self.recv_buffer
        buffer += data
        if len(buffer) < arriving.end:
            return
        if len(buffer) > arriving.end or self.desk.admission.draining:
            self._leave_to_sanic()
            return
        arriving.timer.cancel()
        self._arriving = None
        body = bytes(buffer[arriving.start :])
        buffer.clear()
        self._post(arriving.plain, body)

    def _leave_to_sanic(self) -> None:
        """What has arrived so far is Sanic's to read, and what follows it."""
        if self._arriving is not None:
            self._arriving.timer.cancel()
            self._arriving = None
            self._data_received.set()

    def _post(self, plain: PlainHead, body: bytes) -> None:
        desk = self.desk
        exchange = self._exchange = desk.open(plain.head)
        self._is_read = False
        try:
            desk.enter(exchange, self._shown, exchange.expire)
            desk.admission.hold(exchange, plain.body_bytes)
            self._is_read = True
            desk.store(exchange, body, self._answer)
        except DeliveryStatusError as problem:
            self._answer(desk.refuse(exchange, problem))
        except Exception as defect:
            _log.error("defect: %s", defect, exc_info=defect)
            reply = replies.reply_with_message(500, replies.FAILED, ReplyForm())
            desk.close(exchange, reply)
            self._answer(reply)

    def _answer(self, reply: Reply) -> None:
        exchange, self._exchange = self._exchange, None
        if exchange is None or self.transport is None:
            return
        # A request that is refused unread ends its connection, as it would if its body had not been here already.
        keep_alive = self._is_read and not self.desk.admission.draining
        self.transport.write(as_bytes(reply, exchange.request_id, keep_alive=keep_alive))
        self._time = monotonic()
        if not keep_alive:
            self.close()
        elif self.recv_buffer:
            self._data_received.set()  # the next request came before this answer: Sanic reads it

    def _keep_for_later(self, data: bytes) -> None:
        self.recv_buffer += data
        if len(self.recv_buffer) >= self.app.config.REQUEST_BUFFER_SIZE and self.transport is not None:
            self.transport.pause_reading()

    def _shown(self, head: Head) -> Shown:
        return shown_on(head.headers, head.path, head.query, self.conn_info, self.transport)
