"""The history's partitions in PostgreSQL: by arrival, some days each. Those for today and the next days are made ahead.

There are two edges, made by the migration: what arrived before the first day, and from 2100 on. An arrival between them whose
partition is lacking makes one: COPY then fails with CheckViolationError, and is tried again after `make`.
Each partition has the indexes of its own that `like … including all` copies from an edge.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime

import asyncpg
import msgspec

from delivery.notification import INT64_MAX, INT64_MIN

DAY_MS = 86_400_000

PARTITIONS_LOCK = "select pg_advisory_xact_lock(hashtext('partitions of email delivery status'))"
_PARTITIONS = """
select format('%I.%I', n.nspname, c.relname), pg_get_expr(c.relpartbound, c.oid), i.inhdetachpending
from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_namespace n on n.oid = c.relnamespace
where i.inhparent = 'history'::regclass"""
_LEFT = """
select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r' and not c.relispartition and c.relname ~ '^history_[0-9]{8}$|^history_before$'
and n.oid = (select relnamespace from pg_class where oid = 'history'::regclass) order by 1"""
_SCHEMA = """
select quote_ident(n.nspname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.oid = 'history'::regclass"""
_LIST_INDEXES = """
select indexrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index
where indrelid = $1::text::regclass and not indisunique"""
_LEADING = re.compile(r" USING \w+ \((?:hashtextextended\()?(\w+)")
_BOUNDS = re.compile(r"FOR VALUES FROM \((?:'(-?\d+)'|MINVALUE)\) TO \((?:'(-?\d+)'|MAXVALUE)\)")


class Partition(msgspec.Struct, frozen=True):
    """A table that holds arrivals in [since, until), in ms; `leaving`: its removal was begun."""

    table: str
    since: int
    until: int
    leaving: bool = False


def lacking(partitions: Iterable[Partition], arrivals: Iterable[int], days: int) -> list[tuple[int, int]]:
    """Bounds of the partitions to make, so that each arrival has one: whole spans of `days`, cut where another one is."""
    bounds = sorted((each.since, each.until) for each in partitions)
    width = days * DAY_MS
    made = []
    for arrival in sorted(set(arrivals)):
        if any(since <= arrival < until for since, until in bounds):
            continue
        start = arrival // width * width
        floor = max((until for _, until in bounds if until <= arrival), default=INT64_MIN)
        ceiling = min((since for since, _ in bounds if since > arrival), default=INT64_MAX + 1)
        bounds.append((max(start, floor), min(start + width, ceiling)))
        made.append(bounds[-1])
    return made


async def listed(connection: asyncpg.Connection) -> list[Partition]:
    """The partitions that there are, by their arrivals."""
    found = []
    for table, bounds, leaving in await connection.fetch(_PARTITIONS):
        match = _BOUNDS.fullmatch(bounds)
        if match is None:
            raise ValueError(f"{table} is no partition by arrival: {bounds}")
        since = INT64_MIN if match[1] is None else int(match[1])
        until = INT64_MAX + 1 if match[2] is None else int(match[2])
        found.append(Partition(table, since, until, leaving))
    return sorted(found, key=lambda each: each.since)


async def left(connection: asyncpg.Connection) -> list[str]:
    """Tables whose removal was begun and not ended: the history is without them, and their rows are there all the same."""
    leaving = [one.table for one in await listed(connection) if one.leaving]
    return leaving + [row[0] for row in await connection.fetch(_LEFT)]


async def drop(connection: asyncpg.Connection, table: str) -> None:
    """Ends the removal of a table."""
    if any(one.leaving and one.table == table for one in await listed(connection)):
        await connection.execute(f"alter table history detach partition {table} finalize")
    await connection.execute(f"drop table if exists {table}")


async def make(connection: asyncpg.Connection, arrivals: Iterable[int], days: int) -> None:
    """Makes the partitions that these arrivals lack. Writers go on meanwhile: a new table is attached, none is locked."""
    wanted = list(arrivals)
    if not lacking(await listed(connection), wanted, days):
        return
    async with connection.transaction():
        await connection.execute(PARTITIONS_LOCK)
        schema = await connection.fetchval(_SCHEMA)
        partitions = await listed(connection)
        like = partitions[-1].table
        for since, until in lacking(partitions, wanted, days):
            table = f"{schema}.history_{datetime.fromtimestamp(since / 1000, UTC):%Y%m%d}"
            await connection.execute(f"create table {table} (like {like} including all)")
            for index, definition in await connection.fetch(_LIST_INDEXES, table):
                await connection.execute(f"alter index {index} rename to {index_name(table, definition)}")
            await connection.execute(
                f"alter table history attach partition {table} for values from ({since}) to ({until})"
            )


def index_name(table: str, definition: str) -> str:
    """The name of a list's index of a partition: after its leading column. Those that the server chooses are numbered where
    expressions lead, and the same for two that are made at once."""
    leading = _LEADING.search(definition)
    if leading is None:
        raise ValueError(f"{table}: {definition} leads with no column")
    return f"{table.rpartition('.')[2]}_{leading[1]}"


def ahead(now: int, days: int) -> tuple[int, int]:
    """Arrivals whose partitions should be there at this time: today's and the next one's."""
    return now, now + days * DAY_MS
