"""How fast large bodies are read: each takes a moment that ordinary requests wait for, and no client needs many."""

import asyncio

from graphql_api.errors import UNAVAILABLE
from graphql_api.http.requests import BadRequest

LARGE_BYTES = 65_536
BYTES_PER_S = 16_000_000
WAIT_S_MAX = 2.0


class Pace:
    """One server's, over all of its connections."""

    def __init__(self) -> None:
        self._free_at_s = float("-inf")

    async def take(self, size: int) -> None:
        """Waits until a body of so many bytes may be read, which is LARGE_BYTES or more. BadRequest where too many wait."""
        now_s = asyncio.get_running_loop().time()
        begins_s = max(now_s, self._free_at_s)
        if begins_s - now_s > WAIT_S_MAX:
            raise BadRequest("too many large bodies at once", 503, {"retry-after": "2"}, UNAVAILABLE)
        self._free_at_s = begins_s + size / BYTES_PER_S
        await asyncio.sleep(begins_s - now_s)
