"""Bodies compressed as the client can read them: zstd, br or gzip, by the q values of Accept-Encoding."""

import asyncio
import gzip
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import brotli  # type: ignore[import-untyped]
import zstandard
from sanic import Request, Sanic
from sanic.response import BaseHTTPResponse

from graphql_api.guards.niceness import be_nice
from graphql_api.http.negotiation import qualities
from graphql_api.settings import GraphQLSettings

NICENESS = 10
"""Of the threads that compress: they need no lock of Python's, only the processor."""

CODINGS = ("zstd", "br", "gzip")
"""The quickest first, for clients that like them all the same."""

THREAD_BYTES_MIN = 65_536
"""From this size on a body takes a millisecond or more."""

ZSTD_LEVEL, BROTLI_QUALITY, GZIP_LEVEL = 3, 4, 5


def choose_coding(accept: str | None) -> str | None:
    """What the client likes best; None where it names nothing that is spoken here, or prefers a body as it is."""
    liked = qualities(accept or "")
    best = max(CODINGS, key=lambda coding: liked.get(coding, liked.get("*", 0.0)))
    quality = liked.get(best, liked.get("*", 0.0))
    return best if quality > 0 and quality >= liked.get("identity", 0.0) else None


async def encode_aside(body: bytes, coding: str) -> bytes:
    """The same for a large body, in a thread that leaves the processor to whoever else needs it."""
    return await asyncio.get_running_loop().run_in_executor(_threads(), encode, body, coding)


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(2, "compression", lambda: be_nice(NICENESS))


def encode(body: bytes, coding: str) -> bytes:
    """The body in this coding, at a level that costs some milliseconds a megabyte."""
    if coding == "zstd":
        return zstandard.ZstdCompressor(level=ZSTD_LEVEL).compress(body)
    if coding == "br":
        return bytes(brotli.compress(body, quality=BROTLI_QUALITY))
    return gzip.compress(body, GZIP_LEVEL, mtime=0)


def compress_replies(app: Sanic[Any, Any], settings: GraphQLSettings) -> None:
    """Compresses pages and texts that are large enough to be worth it. GraphQL answers come as they shall go: exchange.py."""

    async def compress(request: Request, response: BaseHTTPResponse) -> None:
        body = response.body
        if not body or len(body) < settings.compress_bytes_min or response.status != 200:
            return
        headers = response.headers
        vary = headers.get("vary")
        if vary and "accept-encoding" in vary:
            return
        headers["vary"] = f"{vary}, accept-encoding" if vary else "accept-encoding"
        coding = choose_coding(request.headers.get("accept-encoding"))
        if coding is not None and "content-encoding" not in headers:
            response.body = encode(body, coding)
            headers["content-encoding"] = coding

    app.register_middleware(compress, "response")
