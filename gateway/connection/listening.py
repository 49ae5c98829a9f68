"""The listening socket of a gateway process, from its binding to the end of its last connection."""

import asyncio
import socket
from typing import Any, cast

from sanic import Sanic
from sanic.config import Config
from sanic.server import AsyncioServer

from delivery.errors import Misconfigured
from delivery.tls import Tls
from gateway.admission import Admission
from gateway.connection.protocol import BoundedProtocol
from gateway.settings import GatewaySettings

CLOSE_S_MAX = 2.0


def bind(settings: GatewaySettings, *, reuse_port: bool = False) -> socket.socket:
    """The listening socket; Misconfigured where its address can't be had."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if reuse_port:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind((settings.host, settings.port))
        listener.setblocking(False)
    except OSError as problem:
        listener.close()
        raise Misconfigured(f"[gateway] {settings.host}:{settings.port}: {problem.strerror}") from problem
    return listener


def address_of(listener: socket.socket, tls: Tls | None = None) -> str:
    """The URL of a bound socket."""
    host, port = listener.getsockname()[:2]
    scheme = "http" if tls is None else "https"
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


async def listen(
    app: Sanic[Config, Any],
    listener: socket.socket,
    protocol: type[BoundedProtocol],
    settings: GatewaySettings,
    tls: Tls | None,
) -> AsyncioServer:
    created = await app.create_server(
        sock=listener,
        protocol=protocol,
        backlog=settings.backlog,
        ssl=None if tls is None else tls.context,
        asyncio_server_kwargs=None if tls is None else {"ssl_handshake_timeout": settings.tls_handshake_ms_max / 1000},
    )
    server = cast(AsyncioServer, created)
    await server.startup()  # type: ignore[no-untyped-call]
    await server.start_serving()  # type: ignore[no-untyped-call]
    return server


async def drain(server: AsyncioServer, admission: Admission) -> None:
    """No new connections, no new requests; every request in flight is answered; then the connections end."""
    cast(asyncio.Server, server.server).close()
    await admission.drain()
    loop = asyncio.get_running_loop()
    deadline = loop.time() + CLOSE_S_MAX
    while server.connections and loop.time() < deadline:
        for connection in list(server.connections):
            connection.close_if_idle()
        await asyncio.sleep(0.01)
    for connection in list(server.connections):
        connection.abort()
    await asyncio.sleep(0)
