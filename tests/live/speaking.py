"""graphql-transport-ws, word by word: for what the npm client hides."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

WAIT_S = 20.0


@asynccontextmanager
async def speaking(
    url: str, init: dict[str, Any] | None = None, *, subprotocol: str = "graphql-transport-ws", **options: Any
) -> AsyncIterator[ClientConnection]:
    """A connection that is acknowledged."""
    async with opened(url, subprotocol=subprotocol, **options) as ws:
        await send(ws, type="connection_init", payload=init or {})
        assert await received(ws) == {"type": "connection_ack"}
        yield ws


def opened(url: str, *, subprotocol: str = "graphql-transport-ws", **options: Any) -> connect:
    """A connection that has said nothing yet."""
    address = url.replace("http", "ws") + "/graphql"
    return connect(address, subprotocols=[subprotocol], proxy=None, **options)  # type: ignore[list-item]  # plain text


async def send(ws: ClientConnection, **message: Any) -> None:
    await ws.send(json.dumps(message))


async def received(ws: ClientConnection) -> dict[str, Any]:
    """The next message."""
    message: dict[str, Any] = json.loads(await asyncio.wait_for(ws.recv(), WAIT_S))
    return message


async def subscribe(ws: ClientConnection, operation_id: str, query: str, **variables: Any) -> None:
    await send(ws, id=operation_id, type="subscribe", payload={"query": query, "variables": variables})


async def data_of(ws: ClientConnection) -> dict[str, Any]:
    """The next result's payload, which has no errors."""
    message = await received(ws)
    assert message["type"] == "next", message
    payload: dict[str, Any] = message["payload"]
    assert "errors" not in payload, payload
    return payload
