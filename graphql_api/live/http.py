"""Where live connections begin: a WebSocket's handshake, and a request whose results come one after the other."""

from collections.abc import Mapping

from sanic import Request

from graphql_api.access.access import Caller
from graphql_api.http.requests import GraphQLRequest
from graphql_api.live.service import Live
from graphql_api.live.streams import Framing, StreamConnection
from graphql_api.live.subscriber import Subscriber
from graphql_api.live.takeover import take_over
from graphql_api.live.websocket import WebSocketConnection, handshake


def is_handshake(headers: Mapping[str, str]) -> bool:
    """Whether the request asks for a WebSocket."""
    return headers.get("upgrade", "").lower() == "websocket"


def open_websocket(live: Live, request: Request, caller: Caller | None) -> None:
    """Makes the connection a WebSocket. BadRequest where it can't be one. Who asks may be told later, by connection_init."""
    live.require_room()
    protocol, head = handshake(list(request.headers.items()), live.settings.message_bytes_max)
    take_over(request, WebSocketConnection(live, caller, protocol), head)


async def open_stream(
    live: Live, request: Request, wanted: GraphQLRequest, framing: Framing, caller: Caller, headers: dict[str, str]
) -> None:
    """Runs the operation and leaves its results to the connection. BadRequest where it is none, or one too many."""
    live.require_room()
    connection = StreamConnection(live, caller, framing)
    try:
        outcome = await live.start(
            Subscriber(connection, "", b""), wanted, caller, after=request.headers.get("last-event-id") or None
        )
    except BaseException:
        connection.leave_all()
        raise
    if request.transport is None or request.transport.is_closing():
        connection.leave_all()
        return
    take_over(request, connection, connection.head(headers))
    if isinstance(outcome, bytes):
        connection.tell(outcome)
    elif outcome is not None:
        connection.fail_all(outcome)
