"""Taking a connection over from the HTTP server, in the midst of a request, for as long as it lasts.

Sanic keeps a request, its task and its timers for every connection, some 20 KB; a connection that only waits needs none of them.
What is relied upon here is Sanic's HttpProtocol and Http as of 25.12: a protocol without a transport closes nothing, and an
upgraded request needs no response. The handler has to return None afterwards, and to be marked by `may_take_over`.
"""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar, cast

from sanic import Request

from graphql_api.live.connection import Connection

Handler = TypeVar("Handler", bound=Callable[..., Any])


def may_take_over(handler: Handler) -> Handler:
    """Lets Sanic accept that the handler returns no response."""
    handler.is_websocket = True  # type: ignore[attr-defined]
    return handler


def take_over(request: Request, connection: Connection, head: bytes) -> None:
    """Sends the response's head, and leaves the transport to the connection."""
    transport = cast("asyncio.Transport", request.transport)
    served = cast("Any", transport.get_protocol())
    unread = bytes(served.recv_buffer)
    transport.set_protocol(connection)
    served.transport = None
    served.connections.discard(served)
    if request.stream is not None:
        cast("Any", request.stream).upgrade_websocket = True
    transport.write(head)
    connection.attach(transport, unread)
