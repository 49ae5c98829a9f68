"""Removing an address from PostgreSQL: a message's `ref` is its key, and rows are walked by their primary keys."""

# ruff: noqa: S608 (names come from this room alone, and every value is bound)

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from delivery.errors import Misconfigured
from delivery.event import Received
from store import letters
from store.announcements import add_from
from store.columns import EVENT_COLUMNS, received
from store.erasing import Found, HistoryRow, Portion, Ref, Sizes, event_row_of
from store.erasures import Remembered
from store.filters import Dialect, same_text
from store.postgresql import partitions as partitions
from store.postgresql.erasures import BATCHES_WAIT
from store.postgresql.retention import RETENTION_RESTS
from store.postgresql.session import PostgresqlSession
from store.settings import StoreSettings

LOOK_EVERY_S = 0.2
_EVENTS = ", ".join(EVENT_COLUMNS)
_THEIRS = same_text("recipient", "$1")
_OWN = f"""
select (select count(*) from (select tracking_id, recipient from deliveries where {_THEIRS}) d
        join history h on h.key = d.tracking_id and h.tracked and h.recipient = d.recipient)
    + (select count(*) from history where not tracked and {_THEIRS}),
    (select count(*) from deliveries where {_THEIRS})"""
# What the last analyze found: -1 where there was none. The history is in parts.
_SIZE = """
select coalesce(sum(greatest(reltuples, 0)), 0)::bigint from pg_class where relkind = 'r' and oid in (
    select $1::text::regclass::oid union all select inhrelid from pg_inherits where inhparent = $1::text::regclass)"""
_UNTRACKED = f"""
delete from history h using (select key, occurred_at, event_id from history where not tracked and {_THEIRS} limit $2) gone
where h.key = gone.key and h.occurred_at = gone.occurred_at and h.event_id = gone.event_id and not h.tracked"""
_DELETE_OWN = "delete from history where key = $1 and tracked and recipient = $2"
_HISTORY_KEY = ("key", "occurred_at", "event_id")
_BEGINNINGS: dict[str, tuple[Any, ...]] = {
    "history": ("", -(2**63), b""), "deliveries": ("", ""), "messages": ("",),
}  # fmt: skip


def _rows_of(status: str) -> int:
    return int(status.rpartition(" ")[2])


class PostgresqlTables:
    """Tables within one transaction."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def refs(self, recipient: str, limit: int) -> list[Ref]:
        sql = f"select tracking_id from deliveries where {_THEIRS} limit $2"
        return [row[0] for row in await self._connection.fetch(sql, recipient, limit)]

    async def count_own(self, recipient: str) -> Found:
        [(events, deliveries)] = await self._connection.fetch(_OWN, recipient)
        return Found(events, deliveries, deliveries)

    async def delete_untracked(self, recipient: str, limit: int) -> int:
        return _rows_of(await self._connection.execute(_UNTRACKED, recipient, limit))

    async def delete_events(self, ref: Ref, recipient: str) -> int:
        return _rows_of(await self._connection.execute(_DELETE_OWN, ref, recipient))

    async def delete_delivery(self, ref: Ref, recipient: str) -> int:
        sql = "delete from deliveries where tracking_id = $1 and recipient = $2"
        return _rows_of(await self._connection.execute(sql, ref, recipient))

    async def deliveries(self, ref: Ref) -> list[str]:
        rows = await self._connection.fetch("select state from deliveries where tracking_id = $1", ref)
        return [row[0] for row in rows]

    async def history(self, ref: Ref, recipient: str) -> list[Received]:
        sql = f"select {_EVENTS} from history where key = $1 and tracked and recipient = $2"
        return [received(tuple(row)) for row in await self._connection.fetch(sql, ref, recipient)]

    async def announce(self, ref: Ref, *, removed: bool) -> None:
        await self._connection.execute(
            add_from("messages where tracking_id = $1", removed=removed, postgresql=True), ref
        )  # fmt: skip

    async def delete_message(self, ref: Ref) -> None:
        await self._connection.execute("delete from messages where tracking_id = $1", ref)

    async def update_message(self, ref: Ref, row: Sequence[object]) -> None:
        sql = "update messages set phase = $1, sender_id = $2, revision = $3, last_event_at = $4, state = $5"
        await self._connection.execute(f"{sql} where tracking_id = $6", *row, ref)

    async def update_delivery(self, ref: Ref, recipient: str, row: Sequence[object]) -> None:
        sql = "update deliveries set phase = $1, category = $2, sender_id = $3, last_event_at = $4, state = $5"
        await self._connection.execute(f"{sql} where tracking_id = $6 and recipient = $7", *row, ref, recipient)

    async def update_event(self, row: HistoryRow, value: bytes, kind: str) -> None:
        sql = "update history set value = $1, kind = $2 where key = $3 and occurred_at = $4 and event_id = $5"
        await self._connection.execute(sql, value, kind, *row.place)

    async def delete_event(self, row: HistoryRow) -> None:
        sql = "delete from history where key = $1 and occurred_at = $2 and event_id = $3"
        await self._connection.execute(sql, *row.place)

    async def walk_history(self, after: tuple[Any, ...] | None, needle: str, limit: int) -> Portion:
        rows, last = await self._walk("history", _HISTORY_KEY, _EVENTS, "encode(value, 'escape')", after, needle, limit)
        return Portion([_history_row(tuple(row)) for row in rows], last)

    async def walk_deliveries(self, after: tuple[Any, ...] | None, needle: str, limit: int) -> Portion:
        key = ("tracking_id", "recipient")
        return Portion(
            *await self._walk("deliveries", key, "tracking_id, recipient, state", "state", after, needle, limit)
        )

    async def walk_messages(self, after: tuple[Any, ...] | None, needle: str, limit: int) -> Portion:
        return Portion(
            *await self._walk("messages", ("tracking_id",), "tracking_id, state", "state", after, needle, limit)
        )

    async def _walk(
        self, table: str, key: tuple[str, ...], columns: str, text: str, after: tuple[Any, ...] | None,
        needle: str, limit: int,
    ) -> tuple[list[Any], tuple[Any, ...] | None]:  # fmt: skip
        begin = after if after is not None else _BEGINNINGS[table]
        names, width = ", ".join(key), len(key)
        behind = f"({names}) > ({', '.join(f'${number + 1}' for number in range(width))})"
        found = await self._connection.fetch(
            f"select {names} from {table} where {behind} order by {names} limit 1 offset {limit - 1}", *begin
        )
        last = tuple(found[0]) if found else None
        test = (
            f"(${width + 1}::text = '' or position(${width + 1} in lower({text})) > 0 or position('\\u' in {text}) > 0)"
        )
        until, ends = "", ()
        if last is not None:
            until = f" and ({names}) <= ({', '.join(f'${width + 2 + number}' for number in range(width))})"
            ends = last
        rows = await self._connection.fetch(
            f"select {columns} from {table} where {behind}{until} and {test}", *begin, needle, *ends
        )
        return [tuple(row) for row in rows], last


def _history_row(row: tuple[Any, ...]) -> HistoryRow:
    named = dict(zip(EVENT_COLUMNS, row, strict=True))
    ref = named["key"] if named["tracked"] else None
    return event_row_of((named["key"], named["occurred_at"], named["event_id"]), ref, named["recipient"], row)


class PostgresqlErasing:
    """Database over one connection."""

    def __init__(self, settings: StoreSettings) -> None:
        self._session = PostgresqlSession(settings)

    async def open(self) -> None:
        await self._session.migrate(0)

    async def close(self) -> None:
        await self._session.close()

    async def check_key(self, check_value: bytes) -> None:
        async with self._session.transaction() as connection:
            await _check(connection, check_value)

    async def remembered(self) -> list[Remembered]:
        async with self._session.transaction() as connection:
            rows = await connection.fetch("select address_hash, erased_at from erasures order by number")
        return [Remembered(bytes(row[0]), row[1]) for row in rows]

    async def remember(self, digest: bytes, check_value: bytes, now: int) -> bool:
        async with self._session.transaction() as connection:
            await connection.execute(BATCHES_WAIT)
            if not await _check(connection, check_value):
                await connection.execute("insert into erasure_key values ($1)", check_value)
            sql = "insert into erasures (address_hash, erased_at) values ($1, $2) on conflict do nothing"
            return _rows_of(await connection.execute(sql, digest, now)) == 1

    @asynccontextmanager
    async def changing(self) -> AsyncIterator[PostgresqlTables]:
        async with self._session.transaction() as connection:
            await connection.execute(BATCHES_WAIT)
            yield PostgresqlTables(connection)

    @asynccontextmanager
    async def looking(self) -> AsyncIterator[PostgresqlTables]:
        async with self._session.transaction() as connection:
            yield PostgresqlTables(connection)

    async def letters(self, after: str, limit: int) -> list[Any]:
        statement = letters.walk_statement(Dialect.POSTGRESQL, after, limit)
        async with self._session.transaction() as connection:
            return list(await connection.fetch(statement.sql, *statement.parameters))

    async def sizes(self) -> Sizes:
        async with self._session.transaction() as connection:
            return Sizes(*[await connection.fetchval(_SIZE, table) for table in Sizes.__struct_fields__])

    async def waiting(self) -> int:
        async with self._session.transaction() as connection:
            found: int = await connection.fetchval("select count(*) from announcements")
        return found

    async def compact(self) -> None:
        """What retention took out of the history and has not dropped yet may hold the address, where no walk sees it: it goes.

        Removed rows are the server's to clean up: its automatic vacuum does.
        """
        while not await self._drop_left():  # noqa: ASYNC110 (another process's work)
            await asyncio.sleep(LOOK_EVERY_S)

    async def _drop_left(self) -> bool:
        """Whether nothing is left. A run of retention that is under way drops its tables itself."""
        async with self._session.transaction() as connection:
            tables = await partitions.left(connection)
            if tables and not await connection.fetchval(RETENTION_RESTS):
                return False
            for table in tables:
                await partitions.drop(connection, table)
        return True


async def _check(connection: asyncpg.Connection, check_value: bytes) -> bool:
    known = await connection.fetchval("select check_value from erasure_key")
    if known is not None and bytes(known) != check_value:
        raise Misconfigured("the store's erasures were made with another key: set [store] erasure_key_file to that one")
    return known is not None
