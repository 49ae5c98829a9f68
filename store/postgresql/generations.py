"""Generations in PostgreSQL: one serves in the schema that sessions find their tables in, another is made in a schema beside it.

The swap moves tables from schema to schema in one transaction, so readers and writers need to know nothing of it: their
statements find the tables of that name, and are planned anew. A statement finds either the old ones or the new: the swap takes
all of the old tables' locks first, which waits for every statement that has found one of them.
"""
# ruff: noqa: S608 (names are the server's own, quoted by it)

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg
import msgspec

from delivery.classification import Classifier
from delivery.errors import Misconfigured, Rejected, Unavailable
from store import comparison, late_indexes, migrations
from store.audit import Auditor
from store.columns import EVENT_COLUMNS, received
from store.contract import Position, Writer
from store.filters import Dialect, Statement
from store.generations import (
    BUILD_TABLE,
    COMPARED_MESSAGES,
    RETENTION_LOOK_S,
    RETENTION_UNDER_WAY,
    RETENTION_WAIT_S,
    STORE_TABLES,
    Build,
    Compared,
    Cursor,
    Held,
    Walked,
)
from store.postgresql import carrying as carrying
from store.postgresql.auditor import PostgresqlAuditor
from store.postgresql.connection import WRITERS_LOCK, connect, schema_version, translated
from store.postgresql.retention import RETENTION_TURN
from store.postgresql.swap import HeldGeneration, Schemas
from store.postgresql.writer import PostgresqlWriter
from store.settings import StoreSettings

_TURN = "select pg_try_advisory_lock(hashtext('rebuild of email delivery status in ' || current_schema()))"
UNLOCK_S_MAX = 2.0
_SESSION = {
    "statement_timeout": "0", "enable_hashjoin": "on", "enable_mergejoin": "on", "client_min_messages": "warning",
    "maintenance_work_mem": "256MB",
    # What a crash takes from the end of a generation in the making is made again; the swap waits for the disk.
    "synchronous_commit": "off",
}  # fmt: skip
_EVENTS = ", ".join(EVENT_COLUMNS)
_WALK = f"""
select {_EVENTS} from {{serving}}.history where (key, occurred_at, event_id) > ($1, $2, $3)
order by key, occurred_at, event_id limit $4"""
_START: Cursor = ("", -(2**63), "")
_COUNT = """
select count(*), count(*) filter (where topic_offset < low) from {serving}.history
left join unnest($1::int[], $2::bigint[]) lows (part, low) on part = topic_partition"""
_SHORTFALL = """
select asked.key, h.events, coalesce(m.revision, 0) from unnest($1::text[]) asked (key)
cross join lateral (select count(*) as events from {serving}.history h where h.key = asked.key and h.tracked) h
left join {making}.messages m on m.tracking_id = asked.key where h.events <> coalesce(m.revision, 0)"""
# No statement asks for what is in a state or a value, and these are wide. A partitioned table itself has no statistics in ordinary
# life either: the automatic vacuum sees to its partitions alone.
_ANALYZE = """
select format('analyze %s (%s)', c.oid::regclass, string_agg(quote_ident(a.attname), ', ' order by a.attnum))
from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relnamespace = $1::text::regnamespace and c.relkind = 'r' and a.attname not in ('state', 'event_id')
    and not (c.relispartition and a.attname = 'value')
group by c.oid order by c.oid"""
_POSITIONS = """
select topic_partition, next_offset, announced_offset from {serving}.offsets where topic = $1 and next_offset is not null"""


class PostgresqlGenerations:
    """Generations over a connection that holds the turn and the swap, and one beside it for long reads."""

    def __init__(self, settings: StoreSettings, classifier: Classifier) -> None:
        self._settings = settings
        self._classifier = classifier
        self._control: asyncpg.Connection | None = None
        self._side: asyncpg.Connection | None = None
        self._schemas = Schemas("", "", "")

    async def open(self) -> None:
        with translated():
            self._control = control = await connect(self._settings, _SESSION)
            self._side = await connect(self._settings, _SESSION)
            if await schema_version(control) == 0:
                raise Misconfigured("there is no store in this database yet: the consumers create it")
            name: str = await control.fetchval("select current_schema()")
            quote = "select quote_ident($1)"
            names = (name, f"{name}_making", f"{name}_retired")
            self._schemas = Schemas(*[await control.fetchval(quote, each) for each in names])
            if not await control.fetchval(_TURN):
                raise Rejected({"": ["A rebuild or an erasure of this store is under way."]})

    async def close(self) -> None:
        for connection in (self._control, self._side):
            if connection is not None:
                # The server would give its locks back a moment later: who comes next has them at once.
                with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
                    await connection.execute("select pg_advisory_unlock_all()", timeout=UNLOCK_S_MAX)
                connection.terminate()
        self._control = self._side = None

    async def positions(self, topic: str) -> dict[int, Position]:
        with translated():
            found = await self._of_side().fetch(_POSITIONS.format(serving=self._schemas.serving), topic)
        return {row[0]: Position(row[1], row[2]) for row in found}

    async def schema_version(self) -> int:
        with translated():
            return await schema_version(self._of_side())

    async def horizon(self) -> int | None:
        with translated():
            found: int | None = await self._of_side().fetchval("select horizon from retention")
        return found

    async def count(self, topic_starts: Mapping[int, int]) -> tuple[int, int]:
        with translated():
            sql = _COUNT.format(serving=self._schemas.serving)
            found = await self._of_side().fetch(sql, list(topic_starts), list(topic_starts.values()))
        return found[0][0], found[0][1]

    async def build(self) -> Build | None:
        with translated():
            if await self._of_control().fetchval("select to_regclass($1)", f"{self._schemas.making}.build") is None:
                return None
            state = await self._of_control().fetchval(f"select state from {self._schemas.making}.build")
        return msgspec.json.decode(state, type=Build) if state is not None else None

    async def begin(self, build: Build) -> None:
        control = self._of_control()
        with translated():
            async with control.transaction(isolation="repeatable_read"):
                await control.execute(f"drop schema if exists {self._schemas.making} cascade")
                await control.execute(f"create schema {self._schemas.making}")
                await control.execute(f"set local search_path to {self._schemas.making}")
                await control.execute(migrations.VERSIONS)
                for step in migrations.shipped("postgresql"):
                    await control.execute(step.script)
                for table in STORE_TABLES:
                    await control.execute(f"drop table {self._schemas.making}.{table}")
                await late_indexes.put_off_postgresql(control)
                await control.execute(BUILD_TABLE)
                if build.horizon is not None:
                    found = await control.fetch(_POSITIONS.format(serving=self._schemas.serving), build.topic)
                    build.counted = {row[0]: row[1] for row in found}
                    await carrying.keep_statistics(control, self._schemas.serving, self._schemas.making, build.horizon)
                await control.execute("insert into build values ($1)", _encoded(build))

    async def note(self, build: Build) -> None:
        with translated():
            await self._note(self._of_control(), build)

    async def _note(self, connection: asyncpg.Connection, build: Build) -> None:
        await connection.execute(f"update {self._schemas.making}.build set state = $1", _encoded(build))

    async def keep_history(self) -> None:
        deadline = time.monotonic() + RETENTION_WAIT_S
        with translated():
            while not await self._of_control().fetchval(RETENTION_TURN):
                if time.monotonic() > deadline:
                    raise Unavailable(RETENTION_UNDER_WAY)
                await asyncio.sleep(RETENTION_LOOK_S)

    async def carry(self, build: Build) -> Build:
        control = self._of_control()
        with translated():
            async with control.transaction(isolation="repeatable_read"):
                moved = await carrying.carry(
                    control, self._schemas.serving, self._schemas.making, build, self._classifier,
                    self._settings.history_partition_days,
                )  # fmt: skip
                await self._note(control, moved)
        return moved

    async def count_carried(self, build: Build) -> None:
        with translated():
            async with self._of_control().transaction():
                await carrying.count_carried(self._of_control(), self._schemas.making, build, self._classifier)

    async def discard(self) -> None:
        with translated():
            await self._of_control().execute(f"drop schema if exists {self._schemas.making} cascade")

    async def writer(self) -> Writer:
        writer = PostgresqlWriter(self._settings, self._classifier, f"{self._schemas.making}, {self._schemas.serving}")
        await writer.open()
        return writer

    def auditor(self) -> Auditor:
        return PostgresqlAuditor(self._settings, f"{self._schemas.making}, {self._schemas.serving}")

    async def walk(self, cursor: Cursor | None, events_max: int) -> Walked:
        key, at, identity = cursor or _START
        with translated():
            sql = _WALK.format(serving=self._schemas.serving)
            found = await self._of_side().fetch(sql, key, at, bytes.fromhex(str(identity)), events_max)
        events = [received(tuple(row)) for row in found]
        if len(found) < events_max:
            return Walked(events, None)
        last = found[-1]
        return Walked(events, (last["key"], last["occurred_at"], last["event_id"].hex()))

    async def settle(self) -> None:
        with translated():
            both = (self._of_side(), self._of_control())
            await late_indexes.make_postgresql(both, self._schemas.making)
            analyses = [row[0] for row in await both[0].fetch(_ANALYZE, self._schemas.making)]
            await late_indexes.shared(both, analyses, late_indexes.execute)

    async def compare(self, after: str | None) -> Compared:
        with translated():
            last, messages = (await self._run(comparison.last_key(Dialect.POSTGRESQL, self._schemas.serving, after)))[0]
            if messages < COMPARED_MESSAGES:
                last = None
            ours, theirs = (
                comparison.digest(schema, after, last) for schema in (self._schemas.serving, self._schemas.making)
            )
            old, new = await asyncio.gather(
                self._run(ours), self._of_control().fetch(theirs.sql, *theirs.parameters)
            )  # fmt: skip
            differing = comparison.differences(
                Dialect.POSTGRESQL, self._schemas.serving, self._schemas.making, after, last
            )
            found = await self._run(differing) if old != new else []
        changed = [row[0] for row in found if row[1] == row[2]]
        with translated():
            if after is None:
                await self._of_side().execute(
                    f"delete from {self._schemas.making}.announcements"
                )  # of a look that was cut off
            await self._of_side().execute(
                comparison.announce_changed(Dialect.POSTGRESQL, self._schemas.making), changed
            )
        return Compared(last, messages, changed, [row[0] for row in found if row[1] != row[2]])

    async def unequal(self, tracking_ids: Sequence[str]) -> list[str]:
        with translated():
            sql = comparison.unequal(Dialect.POSTGRESQL, self._schemas.serving, self._schemas.making)
            return [row[0] for row in await self._of_side().fetch(sql, list(tracking_ids))]

    async def announce(self, tracking_ids: Sequence[str]) -> None:
        with translated():
            for sql in comparison.announce_unequal(Dialect.POSTGRESQL, self._schemas.serving, self._schemas.making):
                await self._of_side().execute(sql, list(tracking_ids))

    async def shortfall(self, tracking_ids: Sequence[str]) -> list[tuple[str, int, int]]:
        with translated():
            sql = _SHORTFALL.format(serving=self._schemas.serving, making=self._schemas.making)
            return [(row[0], row[1], row[2]) for row in await self._of_side().fetch(sql, list(tracking_ids))]

    @asynccontextmanager
    async def held(self, topic: str) -> AsyncIterator[Held]:
        control = self._of_control()
        with translated():
            async with control.transaction():
                await control.execute(f"set local lock_timeout = {self._settings.write_timeout_ms}")
                await control.execute("set local synchronous_commit = on")
                await control.execute(f"select pg_advisory_xact_lock({WRITERS_LOCK})")
                yield HeldGeneration(control, self._schemas, topic, lambda: self.positions(topic))

    async def retired(self) -> bool:
        with translated():
            found: bool = await self._of_control().fetchval("select to_regnamespace($1) is not null", self._schemas.old)
        return found

    async def drop_retired(self) -> None:
        with translated():
            await self._of_control().execute(f"drop schema if exists {self._schemas.old} cascade")

    async def _run(self, statement: Statement) -> list[Any]:
        found: list[Any] = await self._of_side().fetch(statement.sql, *statement.parameters)
        return found

    def _of_control(self) -> asyncpg.Connection:
        return _opened(self._control)

    def _of_side(self) -> asyncpg.Connection:
        return _opened(self._side)


def _opened(connection: asyncpg.Connection | None) -> asyncpg.Connection:
    if connection is None:
        raise RuntimeError("the store is not open")
    return connection


def _encoded(build: Build) -> str:
    return msgspec.json.encode(build).decode()
