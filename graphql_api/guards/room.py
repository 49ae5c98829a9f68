"""How much of what is costly is run at the same time, by cost; it takes turns, first come first.

So the rows and the texts that answers are made of fit into memory, however many ask for much at once.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

REST_S_MAX = 0.2
CHEAP = 2_000
"""Fields that an answer may hold to be run at once: a page of a hundred rows with some fields each is far below."""


class Room:
    """`cost_max` is what all that takes turns may cost together; one operation never costs more."""

    def __init__(self, cost_max: int) -> None:
        self._left = self._cost_max = cost_max
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()

    @asynccontextmanager
    async def take(self, cost: int) -> AsyncIterator[None]:
        """Waits for room, and holds it while the context is open."""
        cost = min(cost, self._cost_max)
        if self._waiting or cost > self._left:
            await self._wait(cost)
        else:
            self._left -= cost
        loop = asyncio.get_running_loop()
        begun_s = loop.time()
        try:
            yield
        finally:
            # Its room rests as long as it was used: half of the time is for what is cheap.
            loop.call_later(min(REST_S_MAX, loop.time() - begun_s), self._give, cost)

    async def _wait(self, cost: int) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((cost, turn))
        try:
            await turn
        except BaseException:
            if turn.done() and not turn.cancelled():
                self._give(cost)
            raise

    def _give(self, cost: int) -> None:
        self._left += cost
        while self._waiting:
            wanted, turn = self._waiting[0]
            if not turn.done():
                if wanted > self._left:
                    return
                self._left -= wanted
                turn.set_result(None)
            self._waiting.popleft()
