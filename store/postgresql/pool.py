"""Connections that only read, opened as they are needed, up to a number. Taking one costs a list's pop, not a task.

A connection is used by one call at a time. One whose call was given up is proven before anybody else gets it; one that the
server has closed is dropped, as is one that nobody used for long: something between here and there may have forgotten it.
What asyncpg has begun is never broken off: its questions about TLS would fail later, and nobody hear of it.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

import asyncpg

Result = TypeVar("Result")

IDLE_S_MAX = 300.0
PROOF_S_MAX = 5.0
CLOSE_S_MAX = 5.0


class Pool:
    """`connect` opens a connection. `wait_s_max` is how long a call waits for one: TimeoutError then."""

    def __init__(
        self,
        connect: Callable[[], Coroutine[Any, Any, asyncpg.Connection]],
        connections_max: int,
        wait_s_max: float,
    ) -> None:
        self._connect = connect
        self._connections_max = connections_max
        self._wait_s_max = wait_s_max
        self._idle: list[tuple[asyncpg.Connection, float]] = []
        self._count = 0
        self._waiting: deque[asyncio.Future[asyncpg.Connection | None]] = deque()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._is_closed = False
        self._empty = asyncio.Event()

    async def open(self, connections: int) -> None:
        """Opens so many beforehand."""
        opened = [await self._take() for _ in range(connections)]
        for connection in opened:
            self._give(connection)

    async def close(self) -> None:
        """Closes all; calls under way, proofs and connections that are being opened have a moment to end."""
        self._is_closed = True
        while self._idle:
            await self._drop(self._idle.pop()[0])
        self._empty.clear()
        if self._count:
            with suppress(TimeoutError):
                async with asyncio.timeout(CLOSE_S_MAX):
                    await self._empty.wait()
        for task in self._tasks:
            task.cancel()

    async def fetch(self, sql: str, *parameters: object) -> list[Any]:
        """The rows of a statement."""
        connection = await self._take()
        try:
            rows: list[Any] = await connection.fetch(sql, *parameters)
        except asyncio.CancelledError:
            self._begin(self._prove(connection))
            raise
        except BaseException:
            self._give(connection)
            raise
        self._give(connection)
        return rows

    async def _take(self) -> asyncpg.Connection:
        while not self._is_closed:
            while self._idle:
                connection, since_s = self._idle.pop()
                if not connection.is_closed() and time.monotonic() - since_s < IDLE_S_MAX:
                    return connection
                self._forget(connection)
            if self._count < self._connections_max:
                self._open_one()
            given = await self._wait()
            if given is not None:
                return given
        raise asyncpg.InterfaceError("the pool is closed")

    def _open_one(self) -> None:
        """Opens a connection for whoever waits longest when it is there: others may be given back sooner."""
        self._count += 1
        self._begin(self._connect()).add_done_callback(self._opened)

    def _opened(self, opening: asyncio.Task[asyncpg.Connection]) -> None:
        problem = asyncpg.InterfaceError("the pool is closed") if opening.cancelled() else opening.exception()
        if problem is None:
            self._give(opening.result())
            return
        self._less()
        while self._waiting and not self._count:  # else others are there, or on their way
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_exception(problem)

    def _begin(self, work: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _wait(self) -> asyncpg.Connection | None:
        """A connection that somebody gave back; None where there is room for a new one."""
        waiting: asyncio.Future[asyncpg.Connection | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        try:
            async with asyncio.timeout(self._wait_s_max):
                return await waiting
        except BaseException:
            if waiting.done() and not waiting.cancelled() and waiting.exception() is None:
                given = waiting.result()
                if given is not None:
                    self._give(given)
            raise

    def _give(self, connection: asyncpg.Connection) -> None:
        if self._is_closed or connection.is_closed():
            self._forget(connection)
            self._wake(None)
        elif not self._wake(connection):
            self._idle.append((connection, time.monotonic()))

    def _wake(self, connection: asyncpg.Connection | None) -> bool:
        """Hands the connection, or the room for one, to whoever waits longest."""
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_result(connection)
                return True
        return False

    def _forget(self, connection: asyncpg.Connection) -> None:
        if not connection.is_closed():
            connection.terminate()
        self._less()

    def _less(self) -> None:
        self._count -= 1
        if not self._count:
            self._empty.set()

    async def _drop(self, connection: asyncpg.Connection) -> None:
        lost = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError)
        with suppress(*lost):
            await connection.close(timeout=CLOSE_S_MAX)
        self._forget(connection)

    async def _prove(self, connection: asyncpg.Connection) -> None:
        """A call was given up in the middle: the server is told to stop it, which takes a moment."""
        proven = False
        try:
            with suppress(Exception):
                async with asyncio.timeout(PROOF_S_MAX):
                    proven = await connection.fetchval("select true")
        finally:
            if not proven:
                connection.terminate()
            self._give(connection)
