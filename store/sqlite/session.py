"""One writing connection to the embedded store for work beside the batches, on a thread of its own."""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from store.settings import StoreSettings
from store.sqlite.connection import connect, make_durable, migrate, transaction, translated
from store.sqlite.pointer import Pointer, Stamp

Result = TypeVar("Result")


class SqliteSession:
    """Transactions, one at a time, of the generation that serves."""

    def __init__(self, settings: StoreSettings, path: Path, name: str) -> None:
        self._settings = settings
        self._pointer = Pointer(path)
        self._stamp: Stamp = None
        self._thread = ThreadPoolExecutor(1, name)
        self._open: sqlite3.Connection | None = None

    async def open(self, now: int) -> None:
        """Opens the file, and brings its schema up to date."""

        await self._run(lambda: self._connect(now))

    def _connect(self, now: int) -> None:
        """Opens the file that serves by now. What was open before goes once that has succeeded: else it is tried again."""
        stamp, before = self._pointer.stamp(), self._open
        path = self._pointer.path()
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = connect(path, self._settings.write_timeout_ms)
        try:
            make_durable(connection, self._settings.cache_bytes)
            migrate(connection, now)
        except BaseException:
            connection.close()
            raise
        self._stamp, self._open = stamp, connection
        if before is not None:
            before.close()

    def _current(self) -> sqlite3.Connection:
        """The connection, made again where another generation serves by now."""
        if self._open is None:
            raise RuntimeError("the store is not open")
        if self._pointer.stamp() != self._stamp:
            self._connect(time.time_ns() // 1_000_000)
        return self._open

    async def close(self) -> None:
        def closing() -> None:
            if self._open is not None:
                self._open.close()
                self._open = None

        try:
            await self._run(closing)
        finally:
            self._thread.shutdown(wait=False)

    async def transaction(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """What the work gives, once it is on the disk; all of it or nothing."""

        def working() -> Result:
            while True:
                with transaction(self._current()):
                    # Who makes another generation serve holds this one's lock: it can't change from here on.
                    if self._open is not None and self._pointer.stamp() == self._stamp:
                        return work(self._open)

        return await self._run(working)

    async def plain(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """The same outside of a transaction."""

        def working() -> Result:
            return work(self._current())

        return await self._run(working)

    async def _run(self, work: Callable[[], Result]) -> Result:
        def translating() -> Result:
            with translated():
                return work()

        return await asyncio.get_running_loop().run_in_executor(self._thread, translating)
