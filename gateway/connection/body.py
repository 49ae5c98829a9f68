"""Reading a body from the network, within the limits, and getting rid of one that nobody will read.

A body that has arrived with its headers, as most do, is taken without a wait and without a timer.
"""

import asyncio
from typing import Any, cast

from sanic import HTTPResponse, Request
from sanic.exceptions import SanicException
from sanic.http import Http

from gateway.admission import Admission, Ticket

LINGER_S = 1.0
LINGER_BYTES_MAX = 8 * 1024 * 1024


def connection_of(request: Request) -> Any:
    """The request's HTTP/1.1 connection. Sanic's class is not typed; the members used here are its public ones."""
    return cast(Http, request.stream)


async def read_body(request: Request, admission: Admission, ticket: Ticket, timeout_s: float) -> bytes:
    """The whole body. TooLarge before reading where the headers say so; TimeoutError where it doesn't arrive in time."""
    stream = connection_of(request)
    if not stream.request_body:
        return b""
    if stream.request_body != "chunked":
        size: int = stream.request_bytes_left
        admission.hold(ticket, size)
        if len(stream.recv_buffer) >= size and not stream.expecting_continue:
            body: bytes = await stream.read() or b""
            await stream.read()  # ends the body; it returns at once
            return body
    async with asyncio.timeout(timeout_s):
        return await _collect(request, admission, ticket)


async def _collect(request: Request, admission: Admission, ticket: Ticket) -> bytes:
    stream = connection_of(request)
    chunked = stream.request_body == "chunked"
    pieces: list[bytes] = []
    while stream.request_body:
        piece = await stream.read()
        if piece:
            if chunked:
                admission.hold(ticket, len(piece))
            pieces.append(piece)
    return b"".join(pieces)


async def send_and_abandon(request: Request, response: HTTPResponse) -> None:
    """Answers a request whose body was not read to its end, and has its connection closed.

    What still arrives is thrown away for a moment: a socket closed over unread bytes resets the connection, and the
    sender would never see the answer.
    """
    stream = connection_of(request)
    stream.keep_alive = False
    waits_for_continue, stream.expecting_continue = stream.expecting_continue, False
    await request.respond(response)
    await response.send(end_stream=True)
    if not waits_for_continue:
        stream.request_max_size = LINGER_BYTES_MAX
        try:
            async with asyncio.timeout(LINGER_S):
                while stream.request_body:
                    await stream.read()
        except (TimeoutError, SanicException):
            pass
    stream.request_body = None
