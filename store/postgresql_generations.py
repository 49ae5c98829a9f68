"""Generations in PostgreSQL: one serves in the schema that sessions find their tables in, another is made in a schema beside it.

The swap moves tables from schema to schema in one transaction, so readers and writers need to know nothing of it: their
statements find the tables of that name, and are planned anew. A statement finds either the old ones or the new: the swap takes
all of the old tables' locks first, which waits for every statement that has found one of them.
"""
# ruff: noqa: S608 (names are the server's own, quoted by it)

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import msgspec

from delivery.classification import Classifier
from delivery.errors import Misconfigured, Rejected, Unavailable
from store import comparison, migrations
from store.audit import Auditor
from store.columns import EVENT_COLUMNS, received
from store.contract import Position, Writer
from store.filters import Dialect, Statement
from store.generations import (
    BUILD_TABLE,
    COMPARED_MESSAGES,
    STORE_TABLES,
    TABLES,
    Build,
    Compared,
    Cursor,
    Held,
    Walked,
)
from store.postgresql_auditor import PostgresqlAuditor
from store.postgresql_connection import WRITERS_LOCK, connect, schema_version, translated
from store.postgresql_partitions import PARTITIONS_LOCK
from store.postgresql_writer import PostgresqlWriter
from store.settings import StoreSettings

LOCKS_MS = 200  # readers wait no longer than this for a swap that waits for one of them; less than deadlock_timeout
LOCK_ATTEMPTS = 100
LOCK_PAUSE_S = 0.1
CLEAR_MS = 15_000  # an automatic vacuum is ended by the server within a second

_TURN = "select pg_try_advisory_lock(hashtext('rebuild of email delivery status in ' || current_schema()))"
_SESSION = {
    "statement_timeout": "0", "enable_hashjoin": "on", "enable_mergejoin": "on", "client_min_messages": "warning",
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
_POSITIONS = """
select topic_partition, next_offset, announced_offset from {serving}.offsets where topic = $1 and next_offset is not null"""
_OFFSETS = """
insert into {making}.offsets (topic, topic_partition, epoch, owner, next_offset, announced_offset, newest_event_at, applied_at)
select topic, topic_partition, epoch, owner, next_offset, announced_offset, newest_event_at, applied_at from {serving}.offsets
on conflict (topic, topic_partition) do update set epoch = greatest(offsets.epoch, excluded.epoch),
    next_offset = excluded.next_offset, announced_offset = excluded.announced_offset,
    newest_event_at = excluded.newest_event_at, applied_at = excluded.applied_at"""
_STILL_DUE = """
insert into {making}.announcements (topic_partition, tracking_id, removed)
select topic_partition, tracking_id, removed from {serving}.announcements order by number"""
_RAISE = """
update {making}.offsets o set epoch = epoch + 1, owner = 'rebuild', announced_offset = least(announced_offset, coalesce(
    (select announced from unnest($2::int[], $3::bigint[]) a (part, announced) where o.topic = $1 and part = o.topic_partition),
    announced_offset))"""
_RELATIONS = """
select relname, relispartition from pg_class where relnamespace = $1::text::regnamespace and relkind in ('r', 'p')
order by relname"""
_FAMILY = """
select c.relname from unnest($2::text[]) named (relname)
join pg_class root on root.relname = named.relname and root.relnamespace = $1::text::regnamespace
cross join lateral pg_partition_tree(root.oid) tree join pg_class c on c.oid = tree.relid
union select c.relname from unnest($2::text[]) named (relname)
join pg_class c on c.relname = named.relname and c.relnamespace = $1::text::regnamespace"""
_GRANTS = """
select format('grant %s on table %s.%I to %s', a.privilege_type, $2::text, c.relname,
    case when a.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end)
from pg_class c cross join lateral aclexplode(c.relacl) a
where c.relnamespace = $1::text::regnamespace and c.relname = any($3::text[]) and a.grantee <> c.relowner"""


class PostgresqlGenerations:
    """Generations over a connection that holds the turn and the swap, and one beside it for long reads."""

    def __init__(self, settings: StoreSettings, classifier: Classifier) -> None:
        self._settings = settings
        self._classifier = classifier
        self._control: asyncpg.Connection | None = None
        self._side: asyncpg.Connection | None = None
        self._serving = self._making = self._old = ""

    async def open(self) -> None:
        with translated():
            self._control = control = await connect(self._settings, _SESSION)
            self._side = await connect(self._settings, _SESSION)
            if await schema_version(control) == 0:
                raise Misconfigured("there is no store in this database yet: the consumers create it")
            name: str = await control.fetchval("select current_schema()")
            quote = "select quote_ident($1)"
            self._serving = await control.fetchval(quote, name)
            self._making = await control.fetchval(quote, f"{name}_making")
            self._old = await control.fetchval(quote, f"{name}_retired")
            if not await control.fetchval(_TURN):
                raise Rejected({"": ["A rebuild or an erasure of this store is under way."]})

    async def close(self) -> None:
        for connection in (self._control, self._side):
            if connection is not None:
                connection.terminate()  # the server gives its locks back
        self._control = self._side = None

    async def positions(self, topic: str) -> dict[int, Position]:
        with translated():
            found = await self._of_side().fetch(_POSITIONS.format(serving=self._serving), topic)
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
            sql = _COUNT.format(serving=self._serving)
            found = await self._of_side().fetch(sql, list(topic_starts), list(topic_starts.values()))
        return found[0][0], found[0][1]

    async def build(self) -> Build | None:
        with translated():
            if await self._of_control().fetchval("select to_regclass($1)", f"{self._making}.build") is None:
                return None
            state = await self._of_control().fetchval(f"select state from {self._making}.build")
        return msgspec.json.decode(state, type=Build) if state is not None else None

    async def begin(self, build: Build) -> None:
        control = self._of_control()
        with translated():
            async with control.transaction():
                await control.execute(f"drop schema if exists {self._making} cascade")
                await control.execute(f"create schema {self._making}")
                await control.execute(f"set local search_path to {self._making}")
                await control.execute(migrations.VERSIONS)
                for step in migrations.shipped("postgresql"):
                    await control.execute(step.script)
                for table in STORE_TABLES:
                    await control.execute(f"drop table {self._making}.{table}")
                await control.execute(BUILD_TABLE)
                await control.execute("insert into build values ($1)", _encoded(build))

    async def note(self, build: Build) -> None:
        with translated():
            await self._of_control().execute(f"update {self._making}.build set state = $1", _encoded(build))

    async def discard(self) -> None:
        with translated():
            await self._of_control().execute(f"drop schema if exists {self._making} cascade")

    async def writer(self) -> Writer:
        writer = PostgresqlWriter(self._settings, self._classifier, f"{self._making}, {self._serving}")
        await writer.open()
        return writer

    def auditor(self) -> Auditor:
        return PostgresqlAuditor(self._settings, f"{self._making}, {self._serving}")

    async def walk(self, cursor: Cursor | None, events_max: int) -> Walked:
        key, at, identity = cursor or _START
        with translated():
            sql = _WALK.format(serving=self._serving)
            found = await self._of_side().fetch(sql, key, at, bytes.fromhex(str(identity)), events_max)
        events = [received(tuple(row)) for row in found]
        if len(found) < events_max:
            return Walked(events, None)
        last = found[-1]
        return Walked(events, (last["key"], last["occurred_at"], last["event_id"].hex()))

    async def settle(self) -> None:
        with translated():
            for relation in await self._of_side().fetch(_RELATIONS, self._making):
                if not relation[1]:
                    await self._of_side().execute(f"analyze {self._making}.{relation[0]}")

    async def compare(self, after: str | None) -> Compared:
        with translated():
            last, messages = (await self._run(comparison.last_key(Dialect.POSTGRESQL, self._serving, after)))[0]
            if messages < COMPARED_MESSAGES:
                last = None
            found = await self._run(
                comparison.differences(Dialect.POSTGRESQL, self._serving, self._making, after, last)
            )
        changed = [row[0] for row in found if row[1] == row[2]]
        with translated():
            if after is None:
                await self._of_side().execute(f"delete from {self._making}.announcements")  # of a look that was cut off
            await self._of_side().execute(comparison.announce_changed(Dialect.POSTGRESQL, self._making), changed)
        return Compared(last, messages, changed, [row[0] for row in found if row[1] != row[2]])

    async def unequal(self, tracking_ids: Sequence[str]) -> list[str]:
        with translated():
            sql = comparison.unequal(Dialect.POSTGRESQL, self._serving, self._making)
            return [row[0] for row in await self._of_side().fetch(sql, list(tracking_ids))]

    async def announce(self, tracking_ids: Sequence[str]) -> None:
        with translated():
            for sql in comparison.announce_unequal(Dialect.POSTGRESQL, self._serving, self._making):
                await self._of_side().execute(sql, list(tracking_ids))

    async def shortfall(self, tracking_ids: Sequence[str]) -> list[tuple[str, int, int]]:
        with translated():
            sql = _SHORTFALL.format(serving=self._serving, making=self._making)
            return [(row[0], row[1], row[2]) for row in await self._of_side().fetch(sql, list(tracking_ids))]

    @asynccontextmanager
    async def held(self, topic: str) -> AsyncIterator[Held]:
        control = self._of_control()
        with translated():
            async with control.transaction():
                await control.execute(f"set local lock_timeout = {self._settings.write_timeout_ms}")
                await control.execute(f"select pg_advisory_xact_lock({WRITERS_LOCK})")
                yield _Held(self, control, topic)

    async def retired(self) -> bool:
        with translated():
            found: bool = await self._of_control().fetchval("select to_regnamespace($1) is not null", self._old)
        return found

    async def drop_retired(self) -> None:
        with translated():
            await self._of_control().execute(f"drop schema if exists {self._old} cascade")

    async def swap(self, control: asyncpg.Connection, topic: str, announced: Mapping[int, int]) -> None:
        """Within the transaction that holds the writers."""
        await control.execute(PARTITIONS_LOCK)  # none is made from here on
        making = [row[0] for row in await control.fetch(_RELATIONS, self._making) if row[0] != "build"]
        serving = [row[0] for row in await control.fetch(_FAMILY, self._serving, TABLES)]
        roots = ", ".join(f"only {self._serving}.{table}" for table in TABLES if table in serving)
        await control.execute(f"set local lock_timeout = {CLEAR_MS}")
        await control.execute(f"lock table {roots} in share update exclusive mode")
        for _ in range(LOCK_ATTEMPTS):
            try:
                async with control.transaction():
                    await control.execute(f"set local lock_timeout = {LOCKS_MS}")
                    await control.execute(f"lock table {roots} in access exclusive mode")
                    await self._move(control, serving, making, topic, announced)
            except asyncpg.LockNotAvailableError:
                await asyncio.sleep(LOCK_PAUSE_S)
            else:
                return
        raise Unavailable("the store: readers that don't end keep the swap from its locks")

    async def _move(
        self,
        control: asyncpg.Connection,
        serving: Sequence[str],
        making: Sequence[str],
        topic: str,
        announced: Mapping[int, int],
    ) -> None:
        names = {"serving": self._serving, "making": self._making}
        await control.execute(_OFFSETS.format(**names))
        await control.execute(_RAISE.format(**names), topic, list(announced), list(announced.values()))
        await control.execute(_STILL_DUE.format(**names))
        for row in await control.fetch(_GRANTS, self._serving, self._making, making):
            await control.execute(row[0])
        await control.execute(f"create schema {self._old}")
        for table in serving:
            await control.execute(f"alter table {self._serving}.{table} set schema {self._old}")
        for table in making:
            await control.execute(f"alter table {self._making}.{table} set schema {self._serving}")
        await control.execute(f"drop table {self._making}.build")
        await control.execute(f"drop schema {self._making}")

    async def _run(self, statement: Statement) -> list[Any]:
        found: list[Any] = await self._of_side().fetch(statement.sql, *statement.parameters)
        return found

    def _of_control(self) -> asyncpg.Connection:
        return _opened(self._control)

    def _of_side(self) -> asyncpg.Connection:
        return _opened(self._side)


class _Held:
    """The serving generation, standing still."""

    def __init__(self, generations: PostgresqlGenerations, control: asyncpg.Connection, topic: str) -> None:
        self._generations = generations
        self._control = control
        self._topic = topic

    async def positions(self) -> dict[int, Position]:
        return await self._generations.positions(self._topic)

    async def swap(self, announced: Mapping[int, int]) -> None:
        await self._generations.swap(self._control, self._topic, announced)


def _opened(connection: asyncpg.Connection | None) -> asyncpg.Connection:
    if connection is None:
        raise RuntimeError("the store is not open")
    return connection


def _encoded(build: Build) -> str:
    return msgspec.json.encode(build).decode()
