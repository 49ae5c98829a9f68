"""One writing connection to the embedded store for work beside the batches, on a thread of its own."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from store.settings import StoreSettings
from store.sqlite_connection import connect, make_durable, migrate, transaction, translated

Result = TypeVar("Result")


class SqliteSession:
    """Transactions, one at a time."""

    def __init__(self, settings: StoreSettings, path: Path, name: str) -> None:
        self._settings = settings
        self._path = path
        self._thread = ThreadPoolExecutor(1, name)
        self._open: sqlite3.Connection | None = None

    async def open(self, now: int) -> None:
        """Opens the file, and brings its schema up to date."""

        def opening() -> None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            connection = connect(self._path, self._settings.write_timeout_ms)
            try:
                make_durable(connection, self._settings.cache_bytes)
                migrate(connection, now)
            except BaseException:
                connection.close()
                raise
            self._open = connection

        await self._run(opening)

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
            if self._open is None:
                raise RuntimeError("the store is not open")
            with transaction(self._open):
                return work(self._open)

        return await self._run(working)

    async def plain(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """The same outside of a transaction."""

        def working() -> Result:
            if self._open is None:
                raise RuntimeError("the store is not open")
            return work(self._open)

        return await self._run(working)

    async def _run(self, work: Callable[[], Result]) -> Result:
        def translating() -> Result:
            with translated():
                return work()

        return await asyncio.get_running_loop().run_in_executor(self._thread, translating)
