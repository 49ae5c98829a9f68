"""Retention in PostgreSQL: partitions go whole (detached concurrently, then dropped: no writer waits), the rest by rows.

A partition whose removal was cut off is found by being marked as leaving, or by its name without being attached.
"""
# ruff: noqa: S608 (names are the server's own, quoted by it, and integers)

from typing import Any

import asyncpg

from delivery.errors import Unavailable
from delivery.views import decode_message
from store import migrations
from store.announcements import add_from
from store.filters import PHASES, same_text
from store.postgresql import partitions as partitions
from store.postgresql.connection import NO_TIME_LIMIT, connect, schema_version, translated
from store.retention import MESSAGES_MAX, ROWS_MAX, Limits, Old
from store.settings import StoreSettings
from store.statistics import DIMENSIONS, TURN

BLOCKS = 500  # of the first partition, looked through in one step

_LOCK = "hashtext('retention of email delivery status in ' || current_schema())"
RETENTION_TURN = f"select pg_try_advisory_lock({_LOCK})"
RETENTION_RESTS = f"select pg_try_advisory_xact_lock({_LOCK})"
"""Whether no run is under way; to the transaction's end none begins."""
_MOVE = "update retention set horizon = greatest(horizon, $1)"
_ABOUT = "select greatest(reltuples, 0)::bigint from pg_class where oid = $1::text::regclass"
_OLD_MESSAGES = f"""
select tracking_id, last_event_at, state from messages
where {same_text("phase", "$1")} and (last_event_at, tracking_id) > ($2, $3) and last_event_at < $4
order by last_event_at, tracking_id limit $5"""
_HOLD = """
select tracking_id from messages where tracking_id = any($1::text[]) and last_event_at < $2 order by tracking_id
for update skip locked"""
_WITHOUT_HISTORY = """
select asked.key from unnest($1::text[]) asked (key) where not exists (
    select 1 from history h where h.key = asked.key and h.tracked)"""
_COUNT_VIEWS = """
select count(*) from messages m where m.last_event_at < $1 and not exists (
    select 1 from history h where h.key = m.tracking_id and h.tracked and ($2::bigint is null or h.received_at >= $2))"""
_ANNOUNCE = add_from("messages where tracking_id = any($1::text[])", removed=True, postgresql=True)
_DELETE_STATISTICS = """
delete from statistics where ctid = any(array(
    select ctid from statistics where span = $1 and dimension = $2 and bucket < $3 limit $4))"""
_COUNT_STATISTICS = """
select count(*) from statistics where (span = 'hour' and bucket < $1) or (span = 'day' and bucket < $2)"""


class PostgresqlTrimmer:
    """A trimmer over one connection, which holds the turn."""

    def __init__(self, settings: StoreSettings) -> None:
        self._settings = settings
        self._open: asyncpg.Connection | None = None
        self._block = 0
        self._view: tuple[int, int, str] = (0, -(2**63), "")

    async def open(self) -> bool:
        with translated():
            connection = await connect(self._settings)
            self._open = connection
            migrations.require_current(migrations.shipped("postgresql"), await schema_version(connection))
            return bool(await connection.fetchval(RETENTION_TURN))

    async def close(self) -> None:
        connection, self._open = self._open, None
        if connection is not None:
            connection.terminate()  # the server gives its lock back

    async def horizon(self) -> int | None:
        with translated():
            found: int | None = await self._connection().fetchval("select horizon from retention")
        return found

    async def measure(self, limits: Limits) -> Old:
        connection = self._connection()
        with translated():
            async with connection.transaction():
                await connection.execute(NO_TIME_LIMIT)
                return await self._measure(connection, limits)

    async def _measure(self, connection: asyncpg.Connection, limits: Limits) -> Old:
        history = messages = 0
        if limits.history is not None:
            history = await connection.fetchval("select count(*) from history where received_at < $1", limits.history)
        if limits.views is not None:
            messages = await connection.fetchval(_COUNT_VIEWS, limits.views, limits.history)
        nothing = -(2**63)
        hours, days = limits.hours, limits.days
        statistics = await connection.fetchval(
            _COUNT_STATISTICS, nothing if hours is None else hours, nothing if days is None else days
        )
        return Old(history, messages, statistics)

    async def move_horizon(self, at: int) -> None:
        with translated():
            await self._connection().execute(_MOVE, at)

    async def remove_history(self) -> int | None:
        connection, horizon = self._connection(), await self.horizon()
        if horizon is None:
            return None
        with translated():
            for table in await partitions.left(connection):
                return await self._drop(table)
            found = await partitions.listed(connection)
            for one in found:
                if one.until <= horizon:
                    await connection.execute(f"alter table history detach partition {one.table} concurrently")
                    return await self._drop(one.table)
            if found and found[0].since < horizon < found[0].until and found[0].table.endswith(".history_before"):
                return await self._remove_blocks(found[0].table, horizon)
        return None

    async def _drop(self, table: str) -> int:
        """The table's rows, which are no part of the history any more, go. Where counting them takes longer than a statement
        may, their number is the server's estimate."""
        connection = self._connection()
        try:
            count: int = await connection.fetchval(f"select count(*) from {table}")
        except asyncpg.QueryCanceledError:
            count = await connection.fetchval(_ABOUT, table)
        await partitions.drop(connection, table)
        return count

    async def _remove_blocks(self, table: str, horizon: int) -> int | None:
        """What was there before there were partitions, and arrivals of before the first, go some blocks at a time."""
        connection, block = self._connection(), self._block
        blocks = await connection.fetchval(
            "select pg_relation_size($1::text::regclass) / current_setting('block_size')::bigint", table
        )
        if block >= blocks:
            return None
        status = await connection.execute(
            f"delete from {table} where ctid >= '({block},0)' and ctid < '({block + BLOCKS},0)' and received_at < $1",
            horizon,
        )
        self._block += BLOCKS
        return int(status.rpartition(" ")[2])

    async def remove_views(self, before: int) -> int | None:
        connection = self._connection()
        phase, after, tracking_id = self._view
        with translated():
            if phase == len(PHASES):
                return None
            rows = await connection.fetch(_OLD_MESSAGES, PHASES[phase], after, tracking_id, before, MESSAGES_MAX)
            if not rows:
                self._view = (phase + 1, -(2**63), "")
                return 0
            taken: list[Any] = []
            deliveries = 0
            for row in rows:
                deliveries += sum(decode_message(row["state"]).deliveries.values())
                if taken and deliveries > ROWS_MAX:
                    break
                taken.append(row)
            removed = await self._remove_messages([row["tracking_id"] for row in taken], before)
            self._view = (phase, taken[-1]["last_event_at"], taken[-1]["tracking_id"])
        return removed

    async def _remove_messages(self, keys: list[str], before: int) -> int:
        """Messages are held first and looked up in the history after that: who adds to them meanwhile has to start over."""
        connection = self._connection()
        async with connection.transaction():
            held = [row[0] for row in await connection.fetch(_HOLD, keys, before)]
            gone = [row[0] for row in await connection.fetch(_WITHOUT_HISTORY, held)]
            if gone:
                await connection.execute(_ANNOUNCE, gone)
                for table in ("deliveries", "messages"):
                    await connection.execute(f"delete from {table} where tracking_id = any($1::text[])", gone)
        return len(gone)

    async def remove_statistics(self, span: str, before: int) -> int | None:
        connection = self._connection()
        with translated():
            for dimension in DIMENSIONS:
                async with connection.transaction():
                    await connection.execute(f"select pg_advisory_xact_lock({TURN})")
                    status = await connection.execute(_DELETE_STATISTICS, span, dimension, before, ROWS_MAX)
                if removed := int(status.rpartition(" ")[2]):
                    return removed
        return None

    def _connection(self) -> asyncpg.Connection:
        if self._open is None or self._open.is_closed():
            raise Unavailable("the store: retention has no connection")
        return self._open
