"""HTTP connections with bounds that Sanic's own lack: how many there are, and how long headers may take to arrive.

Sanic's request timeout starts anew with every byte, so a sender that drips its headers would hold a connection for ever.
Plain posts that arrive whole don't go through Sanic at all: see direct.py.
"""

from asyncio import BaseTransport, Transport
from time import monotonic
from typing import ClassVar, cast

from sanic.exceptions import RequestTimeout
from sanic.http import Http, Stage

from gateway.connection.direct import DirectProtocol
from gateway.connection.plain_heads import PlainHeads
from gateway.exchange import Desk
from gateway.metrics import GatewayMetrics
from gateway.settings import GatewaySettings

_FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json; charset=utf-8\r\nretry-after: %d\r\n"
    b"connection: close\r\ncontent-length: %d\r\n\r\n%b"
)
_FULL_TEXT = b'{"Message":"Too many connections are open."}'


class BoundedProtocol(DirectProtocol):
    """One connection. The bounds are set by `bounded_protocol`, for all connections of a gateway."""

    __slots__ = ("_header_since", "_headers_read")
    connections_max: ClassVar[int]
    header_s_max: ClassVar[float]
    full: ClassVar[bytes]
    metrics: ClassVar[GatewayMetrics]

    def connection_made(self, transport: BaseTransport) -> None:
        if len(self.connections) >= self.connections_max:
            cast(Transport, transport).write(self.full)
            transport.close()
            return
        self._header_since = 0.0
        self._headers_read = -1
        super().connection_made(transport)  # type: ignore[no-untyped-call]
        self.metrics.connections = len(self.connections)

    def connection_lost(self, exc: Exception | None) -> None:
        if self.conn_info is not None:  # else it was refused above
            super().connection_lost(exc)
            self.metrics.connections = len(self.connections)

    def check_timeouts(self) -> None:
        """Sanic calls this twice in `header_ms_max`, as long as the connection lives."""
        if self._http is not None and self._http.stage is Stage.REQUEST:
            self._check_header(self._http)
        super().check_timeouts()

    def _check_header(self, http: Http) -> None:
        headers_read: int = self.state["requests_count"]
        if headers_read != self._headers_read:  # nobody waited for this request's headers when last looked
            self._headers_read = headers_read
            self._header_since = monotonic()
        elif monotonic() - self._header_since > self.header_s_max * 0.75 and self._task is not None:
            http.exception = RequestTimeout("The request's headers took too long to arrive.")
            self._task.cancel()


def bounded_protocol(settings: GatewaySettings, metrics: GatewayMetrics, desk: Desk) -> type[BoundedProtocol]:
    """The protocol class of one gateway."""

    class GatewayProtocol(BoundedProtocol):
        __slots__ = ()
        connections_max = settings.connections_max
        header_s_max = settings.header_ms_max / 1000
        full = _FULL % (settings.retry_after_s, len(_FULL_TEXT), _FULL_TEXT)

    GatewayProtocol.metrics = metrics
    GatewayProtocol.desk = desk
    GatewayProtocol.heads = PlainHeads(desk.signature_headers)
    return GatewayProtocol
