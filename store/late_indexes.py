"""Indexes that wait: a generation in the making has no indexes but its keys while it is filled. Those of the lists are made
when it is, which takes a fraction of what keeping them on the way would.

Their definitions are kept in the generation itself until they are made, each in one transaction with its index: whatever cuts
that off, the next run makes the rest.
"""
# ruff: noqa: S608 (definitions and names are the database's own)

import sqlite3

import asyncpg

from store.sqlite_connection import transaction

TABLE = "late_indexes"
_CREATE = f"create table {TABLE} (definition text not null)"
_NEXT = f"select definition from {TABLE} limit 1"
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


async def make_postgresql(connection: asyncpg.Connection, schema: str) -> None:
    """Makes the indexes that this schema still lacks. Partitions that came on the way get what the others have."""
    while (definition := await connection.fetchval(_NEXT.replace(TABLE, f"{schema}.{TABLE}"))) is not None:
        async with connection.transaction():
            await connection.execute(definition)
            await connection.execute(f"delete from {schema}.{TABLE} where definition = $1", definition)
    partitions = await connection.fetch(_PARTITIONS, f"{schema}.history")
    wanted: list[str] = max((indexes for _, indexes in partitions), key=len, default=[])
    for partition, indexes in partitions:
        for index in wanted:
            if index not in indexes:
                await connection.execute(f"create index on {partition}{index}")


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
    while (row := connection.execute(_NEXT).fetchone()) is not None:
        with transaction(connection):
            connection.execute(row[0])
            connection.execute(f"delete from {TABLE} where definition = ?", row)
