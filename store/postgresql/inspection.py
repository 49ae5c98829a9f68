"""A look at the store in PostgreSQL from outside."""

from collections.abc import Callable

import asyncpg

from store import migrations
from store.inspection import Inspection
from store.postgresql.connection import connect, schema_version, translated
from store.settings import StoreSettings

_PLACE = "select current_database() || ', schema ' || coalesce(current_schema(), '?') || ', as ' || current_user"
_READ_ONLY = "select pg_is_in_recovery() or current_setting('transaction_read_only')::boolean"
# Partitions of the history have the rights of their parent's owner; the parent is what is asked.
_UNWRITABLE = """
select string_agg(c.relname, ', ' order by c.relname) from pg_class c
where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
    and c.relname = any($1::text[]) and not (
        has_table_privilege(c.oid, 'insert') and has_table_privilege(c.oid, 'update') and has_table_privilege(c.oid, 'delete'))"""
_MAY_CREATE = "select current_schema() is not null and has_schema_privilege(current_schema(), 'create')"
_OTHERS = """
select string_agg(nspname, ', ' order by nspname) from pg_namespace
where nspname in (current_schema() || '_making', current_schema() || '_retired')"""
TABLES = (
    "messages", "deliveries", "history", "offsets", "progress", "statistics", "statistics_added", "announcements", "dead_letters",
    "latencies",
)  # fmt: skip


async def inspect(settings: StoreSettings, now: Callable[[], int]) -> Inspection:
    """The store that the settings name. `now` in ms. Unavailable where the server is away, Misconfigured where nobody is let in."""
    with translated():
        connection = await connect(settings)
        try:
            return await _inspect(connection, now)
        finally:
            await connection.close()


async def _inspect(connection: asyncpg.Connection, now: Callable[[], int]) -> Inspection:
    known = len(migrations.shipped("postgresql"))
    place = f"PostgreSQL {connection.get_server_version().major}, {await connection.fetchval(_PLACE)}"
    version = await schema_version(connection)
    asked_at = now()
    clock_s = float(await connection.fetchval("select extract(epoch from clock_timestamp())"))
    ahead_ms = round(clock_s * 1000) - (asked_at + now()) // 2
    others = await connection.fetchval(_OTHERS)
    notes = (f"another generation is kept: {others}",) if others else ()
    return Inspection(place, version, known, await _unwritable(connection, version), ahead_ms, notes)


async def _unwritable(connection: asyncpg.Connection, version: int) -> str | None:
    if await connection.fetchval(_READ_ONLY):
        return "the server is read-only: a standby, or a failover under way"
    if not version:
        return None if await connection.fetchval(_MAY_CREATE) else "the role may not create tables in the schema"
    tables = await connection.fetchval(_UNWRITABLE, list(TABLES))
    return f"the role may not insert, update and delete in {tables}" if tables else None
