"""The serving file held: nobody writes to it while another one takes its place."""

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable, Mapping

from delivery.errors import Unavailable
from store.contract import Position
from store.sqlite.making import positions

LOOK_S = 0.002  # between two tries to take the lock: batches leave it free for moments only

Swap = Callable[[sqlite3.Connection, str, Mapping[int, int]], Awaitable[None]]


async def hold(holder: sqlite3.Connection, wait_s: float) -> None:
    """Takes the write lock of this connection's file. Unavailable where its writers leave no moment for it."""
    deadline = time.monotonic() + wait_s
    while True:
        try:
            holder.execute("begin immediate")
        except sqlite3.OperationalError as problem:
            if problem.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            if time.monotonic() > deadline:
                raise Unavailable(f"the store: {problem}: its writers leave no moment for the swap") from problem
            await asyncio.sleep(LOOK_S)
        else:
            return


class HeldGeneration:
    """The serving generation, standing still."""

    def __init__(self, holder: sqlite3.Connection, topic: str, swap: Swap) -> None:
        self._holder = holder
        self._topic = topic
        self._swap = swap

    async def positions(self) -> dict[int, Position]:
        return positions(self._holder, self._topic)

    async def swap(self, announced: Mapping[int, int]) -> None:
        await self._swap(self._holder, self._topic, announced)
