"""Indexes that wait: a generation in the making has no indexes but its keys while it is filled. Those of the lists are made
when it is, which takes a fraction of what keeping them on the way would.

Their definitions are kept in the generation itself until they are made, each in one transaction with its index: whatever cuts
that off, the next run makes the rest.
"""
# ruff: noqa: S608 (definitions and names are the database's own)

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Sequence

import asyncpg

from store.postgresql.partitions import index_name
from store.sqlite.connection import transaction

TABLE = "late_indexes"
_CREATE = f"create table {TABLE} (definition text not null)"
_ALL = f"select definition from {TABLE}"
_SQLITE = """
select name, sql from sqlite_master
where type = 'index' and tbl_name in ('messages', 'deliveries', 'history') and sql like 'create index%' order by name"""
_POSTGRESQL = """
select indexrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index
where not indisunique and (indrelid in ('messages'::regclass, 'deliveries'::regclass)
    or indrelid in (select relid from pg_partition_tree('history'::regclass) where isleaf))
order by 1"""
_PARTITIONS = """
select relid::regclass::text, array(
    select substring(pg_get_indexdef(indexrelid) from ' USING .*') from pg_index where indrelid = relid and not indisunique)
from pg_partition_tree($1::text::regclass) where isleaf"""


async def put_off_postgresql(connection: asyncpg.Connection) -> None:
    """Takes the indexes off the tables of the session's schema."""
    await connection.execute(_CREATE)
    for name, definition in await connection.fetch(_POSTGRESQL):
        await connection.execute(f"insert into {TABLE} values ($1)", definition)
        await connection.execute(f"drop index {name}")


Work = Callable[[asyncpg.Connection, str], Awaitable[object]]


async def shared(connections: Sequence[asyncpg.Connection], statements: Sequence[str], work: Work) -> None:
    """Does the work with each statement, on whichever connection is free: the server has a process for each."""
    waiting = list(reversed(statements))

    async def on(connection: asyncpg.Connection) -> None:
        while waiting:
            await work(connection, waiting.pop())

    tasks = [asyncio.create_task(on(connection)) for connection in connections]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def execute(connection: asyncpg.Connection, statement: str) -> None:
    """The plainest work."""
    await connection.execute(statement)


async def make_postgresql(connections: Sequence[asyncpg.Connection], schema: str) -> None:
    """Makes the indexes that this schema still lacks. Partitions that came on the way get what the others have."""

    async def make(connection: asyncpg.Connection, definition: str) -> None:
        async with connection.transaction():
            await connection.execute(definition)
            await connection.execute(f"delete from {schema}.{TABLE} where definition = $1", definition)

    connection = connections[0]
    await shared(
        connections, [row[0] for row in await connection.fetch(f"select definition from {schema}.{TABLE}")], make
    )
    partitions = await connection.fetch(_PARTITIONS, f"{schema}.history")
    wanted: list[str] = max((indexes for _, indexes in partitions), key=len, default=[])
    lacking = [
        f"create index {index_name(each, index)} on {each}{index}"
        for each, indexes in partitions
        for index in wanted
        if index not in indexes
    ]
    await shared(connections, lacking, execute)


def lacking(schema: str) -> str:
    """Asks whether there are some still. Who makes a generation serve without them has forgotten to settle it."""
    return f"select exists (select 1 from {schema}.{TABLE})"


def put_off_sqlite(connection: sqlite3.Connection) -> None:
    """Takes the indexes off the tables of this file."""
    with transaction(connection):
        connection.execute(_CREATE)
        for name, definition in connection.execute(_SQLITE).fetchall():
            connection.execute(f"insert into {TABLE} values (?)", (definition,))
            connection.execute(f"drop index {name}")


def make_sqlite(connection: sqlite3.Connection) -> None:
    """Makes the indexes that are still lacking."""
    connection.execute("pragma temp_store = file")  # what is sorted may be more than the memory
    for row in connection.execute(_ALL).fetchall():
        with transaction(connection):
            connection.execute(row[0])
            connection.execute(f"delete from {TABLE} where definition = ?", row)
