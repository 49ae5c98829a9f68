"""graphql-transport-ws over WebSocket: the protocol of the npm package graphql-ws (github.com/enisdenjo/graphql-ws, PROTOCOL.md).

`websockets` reads the frames, and writes those that are rare. Payloads, which are many and alike, are framed here: a server's
frames are neither masked nor compressed.
"""

import asyncio
import logging
from collections.abc import Coroutine
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import orjson
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.frames import Opcode
from websockets.http11 import Request as HandshakeRequest
from websockets.protocol import State
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol

from graphql_api.access.access import Caller, Unauthenticated
from graphql_api.errors import LIMIT_EXCEEDED, internal_error, problem
from graphql_api.http.requests import BadRequest, GraphQLRequest, read_operation
from graphql_api.live.connection import Connection
from graphql_api.live.endings import DEFECT, INIT_LATE, Ending
from graphql_api.live.payload import Payload
from graphql_api.live.subscriber import Subscriber

if TYPE_CHECKING:
    from graphql_api.live.service import Live

SUBPROTOCOL = Subprotocol("graphql-transport-ws")
OPERATIONS_MAX = 100  # of one connection that are being started, or are queries
ID_CHARACTERS_MAX = 200
BAD_MESSAGE, UNAUTHORIZED, FORBIDDEN, NO_SUBPROTOCOL, DUPLICATE, INIT_TWICE = 4400, 4401, 4403, 4406, 4409, 4429
AGAIN_LATER = 1013
_log = logging.getLogger("graphql_api.websockets")
_log.setLevel(logging.CRITICAL)  # a client's broken frames are its own affair


def handshake(headers: list[tuple[str, str]], message_bytes_max: int) -> tuple[ServerProtocol, bytes]:
    """The protocol's state and the response's head. BadRequest where it is no handshake."""
    protocol = ServerProtocol(
        subprotocols=[SUBPROTOCOL],
        select_subprotocol=lambda _, offered: SUBPROTOCOL if SUBPROTOCOL in offered else None,
        state=State.OPEN,
        max_size=message_bytes_max,
        logger=_log,
    )
    response = protocol.accept(HandshakeRequest("/graphql", Headers(headers)))
    if response.status_code != 101:
        text = bytes(response.body).decode("utf-8", "replace").strip()
        upgrade = {"upgrade": "websocket"} if response.status_code == 426 else None
        raise BadRequest(text, response.status_code, upgrade)
    lines = "".join(f"{name}: {value}\r\n" for name, value in response.headers.raw_items())
    return protocol, f"HTTP/1.1 101 Switching Protocols\r\n{lines}\r\n".encode()


class WebSocketConnection(Connection):
    """`caller` is None until connection_init says who it is, unless the handshake did."""

    __slots__ = ("_init", "_init_timer", "_parts", "_protocol", "_starting", "_tasks")
    kind = "ws"

    def __init__(self, live: "Live", caller: Caller | None, protocol: ServerProtocol) -> None:
        super().__init__(live, caller)
        self._protocol = protocol
        self._init = False
        self._init_timer: asyncio.TimerHandle | None = None
        self._parts: list[bytes] | None = None
        self._starting: dict[str, asyncio.Task[None]] | None = None
        self._tasks: set[asyncio.Task[None]] | None = None

    def attach(self, transport: asyncio.Transport, unread: bytes) -> None:
        late_s = self.live.settings.connection_init_ms_max / 1000
        self._init_timer = asyncio.get_running_loop().call_later(late_s, self.drop, INIT_LATE)
        super().attach(transport, unread)
        if self._protocol.subprotocol is None:
            self._close(NO_SUBPROTOCOL, f"Subprotocol not acceptable: offer {SUBPROTOCOL}")

    # From the client.

    def data_received(self, data: bytes) -> None:
        self.heard()
        self._protocol.receive_data(data)
        for frame in self._protocol.events_received():
            if self.is_closed:
                break
            self._take(frame.opcode, bytes(frame.data), frame.fin)  # type: ignore[union-attr]  # only frames come
        self._write_rare()

    def eof_received(self) -> bool:
        self._protocol.receive_eof()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        for task in list(self._tasks or ()):
            task.cancel()
        self._stop_init_timer()
        super().connection_lost(exc)

    def _take(self, opcode: Opcode, data: bytes, fin: bool) -> None:
        if opcode is Opcode.CLOSE:
            self.close_soon()
        elif opcode is Opcode.BINARY:
            self._close(BAD_MESSAGE, "Messages are text")
        elif opcode in (Opcode.TEXT, Opcode.CONT):
            if fin and self._parts is None:
                self._read(data)
            else:
                self._parts = [*(self._parts or ()), data]
                if fin:
                    parts, self._parts = self._parts, None
                    self._read(b"".join(parts))

    def _read(self, text: bytes) -> None:
        try:
            message = orjson.loads(text)
            kind = message["type"]
        except (orjson.JSONDecodeError, TypeError, KeyError):
            self._close(BAD_MESSAGE, "A message is a JSON object with a type")
            return
        match kind:
            case "subscribe":
                self._subscribe(message)
            case "complete":
                self._completed(message.get("id"))
            case "ping":
                self._send(b'{"type":"pong"}')
            case "pong":
                pass
            case "connection_init":
                self._initialise(message.get("payload"))
            case _:
                self._close(BAD_MESSAGE, "Unknown type of message")

    def _initialise(self, payload: Any) -> None:
        if self._init:
            self._close(INIT_TWICE, "Too many initialisation requests")
            return
        self._init = True
        if self.caller is not None:
            self._acknowledge()
        else:
            self._run(self._identify(payload))

    async def _identify(self, payload: Any) -> None:
        given = payload if isinstance(payload, dict) else {}
        authorization = next((given[name] for name in ("authorization", "Authorization") if name in given), None)
        try:
            self.caller = await self.live.identify(authorization if isinstance(authorization, str) else None)
        except Unauthenticated as refusal:
            self._close(FORBIDDEN, f"Forbidden: {refusal.message}")
        except BadRequest as refusal:
            self._close(AGAIN_LATER, refusal.message)
        except Exception as defect:
            internal_error(defect)
            self.end(DEFECT)
        else:
            self.expire_with(self.caller)
            self._acknowledge()

    def _acknowledge(self) -> None:
        self._stop_init_timer()
        self._send(b'{"type":"connection_ack"}')

    def _subscribe(self, message: dict[str, Any]) -> None:
        operation_id, payload = message.get("id"), message.get("payload")
        if not isinstance(operation_id, str) or not 0 < len(operation_id) <= ID_CHARACTERS_MAX:
            self._close(BAD_MESSAGE, "subscribe needs an id: a text that is not empty, and not long")
        elif self.caller is None or self._init_timer is not None:
            self._close(UNAUTHORIZED, "Unauthorized")
        elif operation_id in self.subscribers or (self._starting and operation_id in self._starting):
            self._close(DUPLICATE, f"Subscriber for {operation_id} already exists")
        elif not isinstance(payload, dict):
            self._close(BAD_MESSAGE, "subscribe needs a payload: an object with a query")
        elif self._starting is not None and len(self._starting) >= OPERATIONS_MAX:
            reason = problem(
                f"more than {OPERATIONS_MAX} operations of one connection are being started", LIMIT_EXCEEDED
            )
            self._error(operation_id, [dict(reason.formatted)])
        else:
            self._starting = self._starting or {}
            self._starting[operation_id] = self._run(self._start(self.caller, operation_id, payload))

    async def _start(self, caller: Caller, operation_id: str, payload: dict[str, Any]) -> None:
        head = b'{"id":%b,"type":"next","payload":' % orjson.dumps(operation_id)
        subscriber = Subscriber(self, operation_id, head)
        try:
            request: GraphQLRequest = read_operation(payload)
            outcome = await self.live.start(subscriber, request, caller)
        except BadRequest as refusal:
            outcome = [dict(problem(refusal.message, refusal.code).formatted)]
        except Exception as defect:
            outcome = [internal_error(defect)]
        self._started(operation_id)
        if isinstance(outcome, list):
            self._error(operation_id, outcome)
        elif outcome is not None:
            self._send(b"%b%b}" % (head, outcome))
            self._send(b'{"id":%b,"type":"complete"}' % orjson.dumps(operation_id))

    def _started(self, operation_id: str) -> asyncio.Task[None] | None:
        """The id is that of no operation which is being started any more; gives the one that was."""
        if self._starting is None:
            return None
        task = self._starting.pop(operation_id, None)
        self._starting = self._starting or None
        return task

    def _completed(self, operation_id: object) -> None:
        if not isinstance(operation_id, str):
            self._close(BAD_MESSAGE, "complete needs an id")
            return
        if (starting := self._started(operation_id)) is not None:
            starting.cancel()  # it subscribes nothing any more: the client may use the id again at once
        elif operation_id in self.subscribers:
            self.leave(self.subscribers[operation_id])

    def _run(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        self._tasks = self._tasks or set()
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[None]) -> None:
        if self._tasks is not None:
            self._tasks.discard(task)
            self._tasks = self._tasks or None

    # To the client.

    def deliver(self, subscriber: Subscriber, payload: Payload) -> None:
        self._send(b"%b%b}" % (subscriber.prefix, payload.content))

    def complete(self, subscriber: Subscriber) -> None:
        if self.leave(subscriber):
            self._send(b'{"id":%b,"type":"complete"}' % orjson.dumps(subscriber.id))

    def fail(self, subscriber: Subscriber, errors: list[dict[str, Any]]) -> None:
        if self.leave(subscriber):  # else the id may be another's by now
            self._error(subscriber.id, errors)

    def end(self, ending: Ending) -> None:
        self._close(ending.code, ending.text)

    def beat(self) -> None:
        """A ping of WebSocket, which every client answers by itself."""
        self._protocol.send_ping(b"")
        self._write_rare()

    def tell_stale(self, stale: str | None) -> None:
        """The subprotocol's own ping: its clients can read the payload."""
        if self.caller is not None:
            self._send(orjson.dumps({"type": "ping", "payload": {"stale": stale}}))

    def _error(self, operation_id: str, errors: list[dict[str, Any]]) -> None:
        self._send(orjson.dumps({"id": operation_id, "type": "error", "payload": errors}))

    def _send(self, text: bytes) -> None:
        if not self.is_closed:
            size = len(text)
            if size < 126:
                head = bytes((0x81, size))
            elif size < 65_536:
                head = b"\x81\x7e" + size.to_bytes(2, "big")
            else:
                head = b"\x81\x7f" + size.to_bytes(8, "big")
            self.transport.write(head + text)

    def _close(self, code: int, reason: str) -> None:
        if not self.is_closed:
            with suppress(ConnectionClosed):  # a reason has at most 123 bytes
                self._protocol.send_close(code, reason.encode()[:120].decode("utf-8", "ignore"))
            self.close_soon()
            self._write_rare()

    def close_soon(self) -> None:
        self._stop_init_timer()
        super().close_soon()

    def _write_rare(self) -> None:
        for data in self._protocol.data_to_send():
            if data:
                self.transport.write(data)
            else:
                self.close_soon()
                self.transport.close()

    def _stop_init_timer(self) -> None:
        if self._init_timer is not None:
            self._init_timer.cancel()
            self._init_timer = None
