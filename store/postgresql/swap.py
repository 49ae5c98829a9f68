"""The swap of two generations in PostgreSQL: tables move from schema to schema, within one transaction."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

import asyncpg
import msgspec

from delivery.errors import Unavailable
from store import late_indexes
from store.contract import Position
from store.generations import TABLES
from store.postgresql.partitions import PARTITIONS_LOCK

LOCKS_MS = 200  # readers wait no longer than this for a swap that waits for one of them; less than deadlock_timeout
LOCK_ATTEMPTS = 100
LOCK_PAUSE_S = 0.1
_OWN_TABLES = ("build", late_indexes.TABLE)  # of a generation in the making alone
CLEAR_MS = 15_000  # an automatic vacuum is ended by the server within a second


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
select relname from pg_class where relnamespace = $1::text::regnamespace and relkind in ('r', 'p') order by relname"""
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


class Schemas(msgspec.Struct, frozen=True):
    """Where the generations are: names as SQL takes them."""

    serving: str
    making: str
    old: str


class HeldGeneration:
    """The serving generation, standing still."""

    def __init__(
        self,
        control: asyncpg.Connection,
        schemas: Schemas,
        topic: str,
        positions: Callable[[], Awaitable[dict[int, Position]]],
    ) -> None:
        self._control = control
        self._schemas = schemas
        self._topic = topic
        self._positions = positions

    async def positions(self) -> dict[int, Position]:
        return await self._positions()

    async def swap(self, announced: Mapping[int, int]) -> None:
        await swap(self._control, self._schemas, self._topic, announced)


async def swap(control: asyncpg.Connection, schemas: Schemas, topic: str, announced: Mapping[int, int]) -> None:
    """The generation in the making serves; within the transaction that holds the writers."""
    if await control.fetchval(late_indexes.lacking(schemas.making)):
        raise RuntimeError("the generation in the making is not settled")
    await control.execute(PARTITIONS_LOCK)  # none is made from here on
    making = [row[0] for row in await control.fetch(_RELATIONS, schemas.making) if row[0] not in _OWN_TABLES]
    serving = [row[0] for row in await control.fetch(_FAMILY, schemas.serving, TABLES)]
    roots = ", ".join(f"only {schemas.serving}.{table}" for table in TABLES if table in serving)
    await control.execute(f"set local lock_timeout = {CLEAR_MS}")
    await control.execute(f"lock table {roots} in share update exclusive mode")
    for _ in range(LOCK_ATTEMPTS):
        try:
            async with control.transaction():
                await control.execute(f"set local lock_timeout = {LOCKS_MS}")
                await control.execute(f"lock table {roots} in access exclusive mode")
                await _move(control, schemas, serving, making, topic, announced)
        except asyncpg.LockNotAvailableError:
            await asyncio.sleep(LOCK_PAUSE_S)
        else:
            return
    raise Unavailable("the store: readers that don't end keep the swap from its locks")


async def _move(
    control: asyncpg.Connection,
    schemas: Schemas,
    serving: Sequence[str],
    making: Sequence[str],
    topic: str,
    announced: Mapping[int, int],
) -> None:
    names = {"serving": schemas.serving, "making": schemas.making}
    await control.execute(_OFFSETS.format(**names))
    await control.execute(_RAISE.format(**names), topic, list(announced), list(announced.values()))
    await control.execute(_STILL_DUE.format(**names))
    for row in await control.fetch(_GRANTS, schemas.serving, schemas.making, making):
        await control.execute(row[0])
    await control.execute(f"create schema {schemas.old}")
    for table in serving:
        await control.execute(f"alter table {schemas.serving}.{table} set schema {schemas.old}")
    for table in making:
        await control.execute(f"alter table {schemas.making}.{table} set schema {schemas.serving}")
    for table in _OWN_TABLES:
        await control.execute(f"drop table {schemas.making}.{table}")
    await control.execute(f"drop schema {schemas.making}")
