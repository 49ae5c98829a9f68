"""How the embedded store is read: its connections, and what is read at once or in a thread.

Rows by key take microseconds and are read at once. So are lists and counts, within a budget of steps: most take less than a
thread costs. One that needs more is begun anew in a thread, and those like it go there straight away for a while.
"""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from threading import Event
from typing import TypeVar

from delivery.errors import Unavailable
from store import migrations
from store.filters import Filters
from store.remembered import Remembered
from store.settings import StoreSettings
from store.sqlite.connection import TooLong, connect, schema_version, steps_limit, time_limit, translated
from store.sqlite.pointer import Pointer, Stamp

Result = TypeVar("Result")

STEPS_MAX = 60_000  # of SQLite's machine, a millisecond or two: what the event loop may be kept from its other work
LONG_S = 5.0
TURN_S_MAX = 0.004  # of lists in one turn of the event loop; what one operation asks for beyond goes to threads
FEW = 10
LONG_KEPT_MAX = 1_000


class _Opened:
    """A connection, and the pointer's stamp from before it was made."""

    def __init__(self, stamp: Stamp, connection: sqlite3.Connection) -> None:
        self.stamp = stamp
        self.connection = connection


class SqliteReading:
    """Connections to the file that serves, or to `file` whichever serves.

    `is_alone` says that nothing else goes on in this process that long reads would keep waiting: they need no threads then.
    """

    def __init__(
        self, settings: StoreSettings, path: Path, file: Path | None = None, *, is_alone: bool = False
    ) -> None:  # fmt: skip
        self._is_alone = is_alone
        self._settings = settings
        self._pointer = Pointer(path)
        self._file = file
        self._threads = ThreadPoolExecutor(settings.pool_connections_max, "store-reader")
        self._opened: list[_Opened] = []
        self._idle: SimpleQueue[_Opened] = SimpleQueue()
        self._long: dict[Hashable, float] = {}
        self._spent_s = 0.0
        self._remembered = Remembered()
        self._steps = migrations.shipped("sqlite")

    async def open(self) -> None:
        """One connection for this thread, one for each of the pool's."""
        with translated():
            for _ in range(1 + (0 if self._is_alone else self._settings.pool_connections_max)):
                self._opened.append(self._connect())
        for opened in self._opened[1:]:
            self._idle.put(opened)

    def _connect(self) -> _Opened:
        stamp = self._pointer.stamp()
        path = self._file or self._pointer.path()
        if not path.exists():
            raise Unavailable(f"there is no store at {path} yet: the consumers create it")
        connection = connect(path, self._settings.read_timeout_ms)
        try:
            connection.execute("pragma query_only = on")
            connection.execute("pragma mmap_size = 1073741824")
            migrations.require_current(self._steps, schema_version(connection))
        except BaseException:
            connection.close()
            raise
        return _Opened(stamp, connection)

    async def close(self) -> None:
        self._threads.shutdown(wait=True, cancel_futures=True)
        for opened in self._opened:
            opened.connection.close()
        self._opened.clear()

    @contextmanager
    def _quick(self) -> Iterator[sqlite3.Connection]:
        if not self._opened:
            raise RuntimeError("the store is not open")
        with self._reading(self._opened[0]) as connection:
            yield connection

    @contextmanager
    def _reading(
        self, opened: _Opened, given_up: Event | None = None, steps_max: int | None = None
    ) -> Iterator[sqlite3.Connection]:
        """One state of the database for all statements within, and a limit on their time; of the generation that serves now."""
        if opened.stamp != self._pointer.stamp() and self._file is None:
            fresh = self._connect()
            opened.connection.close()
            opened.stamp, opened.connection = fresh.stamp, fresh.connection
        connection = opened.connection
        limited = (
            time_limit(connection, self._settings.read_timeout_ms, given_up)
            if steps_max is None
            else steps_limit(connection, steps_max)
        )
        with translated(), limited:
            connection.execute("begin")
            try:
                yield connection
            finally:
                connection.execute("rollback")

    def _state(self) -> Hashable:
        """Names what all reads see now: which file serves, and how often others have changed it."""
        with self._quick() as connection:
            changes = connection.execute("pragma data_version").fetchone()[0]
        return self._opened[0].stamp, changes

    async def _of_each(
        self, wheres: Sequence[Filters], read: Callable[[sqlite3.Connection, Filters], Result]
    ) -> list[Result]:
        """One read for each: of a few messages at once, of many in a thread."""
        if len(wheres) > FEW:
            return await self._slow(lambda connection: [read(connection, where) for where in wheres])
        with self._quick() as connection:
            return [read(connection, where) for where in wheres]

    async def _soon(self, like: Hashable, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """Reads at once where that takes no more than STEPS_MAX, else in a thread. `like` are reads that take as long."""
        if not self._opened:
            raise RuntimeError("the store is not open")
        started_s = time.monotonic()
        if not self._is_alone and self._spent_s < TURN_S_MAX and self._long.get(like, 0.0) < started_s:
            if not self._spent_s:
                asyncio.get_running_loop().call_soon(self._end_turn)
            try:
                with self._reading(self._opened[0], steps_max=STEPS_MAX) as connection:
                    return work(connection)
            except TooLong:
                if len(self._long) >= LONG_KEPT_MAX:
                    self._long.clear()
                self._long[like] = started_s + LONG_S
            finally:
                self._spent_s += time.monotonic() - started_s
        return await self._slow(work)

    def _end_turn(self) -> None:
        """The event loop has come round, and looked after its other work."""
        self._spent_s = 0.0

    async def _slow(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        if not self._opened:
            raise RuntimeError("the store is not open")
        if self._is_alone:
            with self._reading(self._opened[0]) as connection:
                return work(connection)

        given_up = Event()

        def reading() -> Result:
            opened = self._idle.get()
            try:
                with self._reading(opened, given_up) as connection:
                    return work(connection)
            finally:
                self._idle.put(opened)

        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, reading)
        except asyncio.CancelledError:
            given_up.set()  # nobody waits for the rows any more: the thread is wanted for others
            raise
