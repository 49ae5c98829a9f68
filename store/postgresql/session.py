"""One connection to PostgreSQL for work beside the batches: opened when it is needed, and anew after something went wrong."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from delivery.errors import Fenced
from store.postgresql.connection import connect, migrate, translated
from store.settings import StoreSettings


class PostgresqlSession:
    """Transactions, one at a time: whoever comes meanwhile waits."""

    def __init__(self, settings: StoreSettings) -> None:
        self._settings = settings
        self._open: asyncpg.Connection | None = None
        self._turn = asyncio.Lock()

    async def migrate(self, now: int) -> None:
        """Brings the schema up to date."""
        async with self._turn:
            with translated():
                await migrate(await self._connection(), now)

    async def close(self) -> None:
        connection, self._open = self._open, None
        if connection is not None:
            try:
                await connection.close(timeout=self._settings.connect_timeout_ms / 1000)
            except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError):
                connection.terminate()  # lost already; the server has undone what was open

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[asyncpg.Connection]:
        """All or nothing. A connection on which something went wrong is not used again."""
        async with self._turn:
            with translated():
                connection = await self._connection()
                try:
                    async with connection.transaction():
                        yield connection
                except Fenced:
                    raise
                except BaseException:
                    self._open = None
                    connection.terminate()
                    raise

    async def _connection(self) -> asyncpg.Connection:
        if self._open is None or self._open.is_closed():
            self._open = await connect(self._settings)
        return self._open
