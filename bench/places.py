"""Empty stores for a benchmark: a file, or a database of its own on the server, brought up to date and gone in the end."""

import os
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import asyncpg

from store.settings import StoreSettings

_SECONDARY = """
select string_agg(format('drop index %s', indexrelid::regclass), '; ') from pg_index
where not indisunique and (indrelid in ('messages'::regclass, 'deliveries'::regclass)
    or indrelid in (select relid from pg_partition_tree('history'::regclass)))"""


@asynccontextmanager
async def fresh(url: str) -> AsyncIterator[StoreSettings]:
    """An empty store; PostgreSQL where the url of a server's database is given."""
    if not url:
        with tempfile.TemporaryDirectory() as directory:
            yield StoreSettings(url=f"sqlite:///{directory}/store.db")
        return
    name = f"bench_{os.getpid()}_{time.monotonic_ns()}"
    server = await asyncpg.connect(url)
    try:
        await server.execute("checkpoint")  # so that one contender doesn't pay for the one before
        await server.execute(f"create database {name}")
        try:
            yield StoreSettings(url=urlsplit(url)._replace(path=f"/{name}").geturl())
        finally:
            await server.execute(f"drop database {name} with (force)")
    finally:
        await server.close()


async def without_list_indexes(settings: StoreSettings) -> None:
    """Removes the indexes that answer lists and filters from a store of PostgreSQL; keys stay. Partitions that are made later
    have what these have."""
    connection = await asyncpg.connect(settings.url)
    try:
        await connection.execute(await connection.fetchval(_SECONDARY))
    finally:
        await connection.close()
