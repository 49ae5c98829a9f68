"""A connection that carries subscriptions: what is alike for WebSocket and for streams over HTTP.

It takes a transport over from the HTTP server (`takeover`), so that nothing of the request stays behind. It holds little: there
are thousands.
"""

import asyncio
from abc import abstractmethod
from typing import TYPE_CHECKING, Any

from graphql_api.access.access import Caller
from graphql_api.live.endings import EXPIRED, SILENT, SLOW, Ending
from graphql_api.live.payload import Payload
from graphql_api.live.subscriber import Subscriber

if TYPE_CHECKING:
    from graphql_api.live.service import Live

WRITE_BYTES_HIGH = 32_768
WRITE_BYTES_LOW = 8_192
CLOSE_S_MAX = 2.0
"""How long a client has to take the last bytes."""


class Connection(asyncio.Protocol):
    """`paused` while the client doesn't take what was written. `waiting_bytes` are held for it meanwhile."""

    __slots__ = (
        "_beats_missed", "_expiry", "_timer", "_writable", "caller", "is_closed", "live", "paused", "subscribers", "transport",
        "waiting_bytes",
    )  # fmt: skip
    kind: str

    def __init__(self, live: "Live", caller: Caller | None) -> None:
        self.live = live
        self.caller = caller
        self.paused = False
        self.is_closed = False
        self.waiting_bytes = 0
        self.subscribers: dict[str, Subscriber] = {}
        self.transport: asyncio.Transport
        self._timer: asyncio.TimerHandle | None = None
        self._expiry: asyncio.TimerHandle | None = None
        self._beats_missed = 0
        self._writable: asyncio.Future[None] | None = None

    def attach(self, transport: asyncio.Transport, unread: bytes) -> None:
        """The transport is this connection's from now on; `unread` came behind the request."""
        self.transport = transport
        transport.set_write_buffer_limits(high=WRITE_BYTES_HIGH, low=WRITE_BYTES_LOW)
        self.live.add(self)
        self._beat_later()
        if self.caller is not None:
            self.expire_with(self.caller)
        if not transport.is_reading():
            transport.resume_reading()
        if unread:
            self.data_received(unread)

    def expire_with(self, caller: Caller) -> None:
        """Ends when the caller's token does."""
        if caller.expires_at_s is not None:
            left_s = caller.expires_at_s - self.live.now_s()
            self._expiry = asyncio.get_running_loop().call_later(max(0.0, left_s), self.drop, EXPIRED)

    # What a subscriber and its group ask for.

    @abstractmethod
    def deliver(self, subscriber: Subscriber, payload: Payload) -> None:
        """Writes a payload."""

    @abstractmethod
    def complete(self, subscriber: Subscriber) -> None:
        """The subscription has come to its end."""

    @abstractmethod
    def fail(self, subscriber: Subscriber, errors: list[dict[str, Any]]) -> None:
        """The subscription ends with these errors."""

    @abstractmethod
    def end(self, ending: Ending) -> None:
        """Tells the client why, and closes."""

    @abstractmethod
    def beat(self) -> None:
        """Shows that the server is there."""

    @abstractmethod
    def tell_stale(self, stale: str | None) -> None:
        """Says from when on nothing may come, and why; None says that it is over."""

    def add_waiting(self, size: int) -> None:
        """So many more bytes are held for this client. One that is too slow is dropped."""
        self.waiting_bytes += size
        self.live.waiting_bytes += size
        if (
            size > 0
            and not self.is_closed
            and (
                self.waiting_bytes > self.live.settings.subscriber_bytes_max
                or self.live.waiting_bytes > self.live.settings.subscribers_bytes_max
            )
        ):
            self.drop(SLOW)

    def drop(self, ending: Ending) -> None:
        """Ends the connection for this reason."""
        if not self.is_closed:
            self.live.metrics.dropped.labels(ending.reason).inc()
            self.end(ending)

    def leave(self, subscriber: Subscriber) -> bool:
        """The subscription is over, whoever ended it; False where it was before. Its id may be another's by then."""
        if self.subscribers.get(subscriber.id) is not subscriber:
            return False
        del self.subscribers[subscriber.id]
        self.live.left(self, subscriber)
        return True

    def leave_all(self) -> None:
        for subscriber in list(self.subscribers.values()):
            self.leave(subscriber)

    def close_soon(self) -> None:
        """Nothing more is sent; what is written goes out, within a time."""
        if self.is_closed:
            return
        self.is_closed = True
        self._release()
        self.leave_all()
        for timer in (self._timer, self._expiry):
            if timer is not None:
                timer.cancel()
        self._expiry = None
        self._timer = asyncio.get_running_loop().call_later(CLOSE_S_MAX, self.transport.abort)

    # What the transport calls.

    def pause_writing(self) -> None:
        self.paused = True
        if not self.is_closed and self.transport.is_reading():
            self.transport.pause_reading()  # who doesn't read can't ask for more

    def resume_writing(self) -> None:
        self.paused = False
        self._beats_missed = 0
        self._release()
        if self.is_closed:
            return
        if not self.transport.is_reading():
            self.transport.resume_reading()
        for subscriber in list(self.subscribers.values()):
            subscriber.flush()

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_closed = True
        self._release()
        self.leave_all()
        for timer in (self._timer, self._expiry):
            if timer is not None:
                timer.cancel()
        self.live.remove(self)

    async def until_writable(self) -> None:
        """Waits while the client doesn't take what was written. Returns at once where it is gone."""
        while self.paused and not self.is_closed:
            if self._writable is None:
                self._writable = asyncio.get_running_loop().create_future()
            await asyncio.shield(self._writable)

    def _release(self) -> None:
        if self._writable is not None and not self._writable.done():
            self._writable.set_result(None)
        self._writable = None

    def heard(self) -> None:
        """The client is there."""
        self._beats_missed = 0

    def _beat_later(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(self.live.settings.ping_ms / 1000, self._beat)

    def _beat(self) -> None:
        self._beats_missed += 1
        if self._beats_missed > 2:
            self.drop(SLOW if self.paused else SILENT)
            return
        if not self.paused:
            self.beat()
        self._beat_later()
