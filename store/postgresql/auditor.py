"""What is audited, read from PostgreSQL. Statements may take long: nobody waits for them but whoever audits."""
# ruff: noqa: S608 (names come from this room alone, and every value is bound)

from collections.abc import Sequence
from random import Random
from typing import Any

import asyncpg

from delivery.errors import Misconfigured
from store.audit import CLASSIFIED, Alike, Counted, Kept, Key
from store.columns import DELIVERY_COLUMNS, HISTORY_COLUMNS, MESSAGE_COLUMNS
from store.filters import hashed
from store.postgresql.connection import connect, schema_version, translated
from store.settings import StoreSettings
from store.statistics import BY_DAY, HOUR_MS

_SESSION = {"statement_timeout": "0", "default_transaction_read_only": "on", "enable_hashjoin": "on"}
_KEYS = """
with recursive keys (key, step) as (
    select $1::text collate "C", 0
    union all
    select (select min(next.key) from (
        (select m.tracking_id as key from messages m where m.tracking_id > keys.key order by 1 limit 1) union all
        (select d.tracking_id from deliveries d where d.tracking_id > keys.key order by 1 limit 1) union all
        (select h.key from history h where h.key > keys.key and h.tracked order by 1 limit 1)) next), step + 1
    from keys where keys.key is not null and step < $2)
select key from keys where step > 0 and key is not null order by step"""
_SAMPLE = """
select key from (
    (select tracking_id as key from messages tablesample system ($1) order by md5(tracking_id || $3) limit $2) union
    (select key from history tablesample system ($1) where tracked order by md5(key || $3) limit $2)) drawn"""
_SIZE = "select greatest(reltuples, 1) from pg_class where oid = 'messages'::regclass"
_STATISTICS = "(select * from statistics union all select * from statistics_added) s"
_COUNTED = f"""
select dimension, value, sender, kind, sum(total)::bigint from {_STATISTICS}
where span = 'hour' and bucket = $1 and dimension = any($2) group by 1, 2, 3, 4"""
_ALIKE = f"""
select kind, sender_id, domain, source, null::bytea, count(*) from history
where kind <> all($1) and occurred_at >= $2 and occurred_at < $3 group by 1, 2, 3, 4
union all
select kind, sender_id, domain, source, value, 1 from history
where {hashed("kind")} = any(array(select {hashed("asked")} from unnest($1::text[]) asked)) and kind = any($1)
    and occurred_at >= $2 and occurred_at < $3"""
_HOURS = f"select distinct bucket from {_STATISTICS} where span = 'hour' and dimension = '' order by 1"
_HOURS_OF_HISTORY = f"select distinct occurred_at / {HOUR_MS} * {HOUR_MS} from history order by 1"
_DAY = f"""
select 1 from {_STATISTICS} where dimension = any($2)
    and (span = 'day' and bucket = $1 or span = 'hour' and bucket >= $1 and bucket < $1 + {24 * HOUR_MS})
group by dimension, value, sender, kind having sum(case span when 'day' then total else -total end) <> 0 limit 1"""


class PostgresqlAuditor:
    """Auditor over one connection; a `search_path` leads to a generation in the making."""

    def __init__(self, settings: StoreSettings, search_path: str = "") -> None:
        self._settings = settings
        self._session = _SESSION | ({"search_path": search_path} if search_path else {})
        self._opened: asyncpg.Connection | None = None

    async def open(self) -> None:
        with translated():
            self._opened = await connect(self._settings, self._session)
            if await schema_version(self._opened) == 0:
                raise Misconfigured("there is no store in this database yet: the consumers create it")

    async def close(self) -> None:
        if self._opened is not None:
            self._opened.terminate()
            self._opened = None

    async def classification_version(self) -> int:
        rows = await self._fetch("select classification_version from progress")
        return rows[0][0] if rows else 0

    async def statistics_version(self) -> int:
        rows = await self._fetch("select statistics_version from progress")
        return rows[0][0] if rows else 0

    async def horizon(self) -> int | None:
        found: int | None = (await self._fetch("select horizon from retention"))[0][0]
        return found

    async def has_erasures(self) -> bool:
        found: bool = (await self._fetch("select exists (select 1 from erasures)"))[0][0]
        return found

    async def keys(self, after: Key | None, keys_max: int) -> list[Key]:
        return [row[0] for row in await self._fetch(_KEYS, after or "", keys_max)]

    async def sample(self, keys_max: int, random: Random) -> list[Key]:
        size = (await self._fetch(_SIZE))[0][0]
        share = min(100.0, 400.0 * keys_max / size) if size > 50 * keys_max else 100.0
        salt = str(random.random())
        return [row[0] for row in await self._fetch(_SAMPLE, share, -(-keys_max // 2), salt)]

    async def kept(self, keys: Sequence[Key]) -> list[Kept]:
        found: dict[str, Kept] = {}
        connection = self._connection()
        tables = (("messages", MESSAGE_COLUMNS), ("deliveries", DELIVERY_COLUMNS), ("history", HISTORY_COLUMNS))
        with translated():
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                for table, columns in tables:
                    tracked = "and tracked" if table == "history" else ""
                    sql = f"select {', '.join(columns)} from {table} where {columns[0]} = any($1::text[]) {tracked}"
                    for row in await connection.fetch(sql, list(keys)):
                        one = found.setdefault(row[0], Kept([], [], []))
                        getattr(one, table).append(tuple(row))
        return list(found.values())

    async def hours(self) -> list[int]:
        return [row[0] for row in await self._fetch(_HOURS)]

    async def hours_of_history(self) -> list[int]:
        return [row[0] for row in await self._fetch(_HOURS_OF_HISTORY)]

    async def hour(self, hour: int, dimensions: Sequence[str]) -> tuple[list[Alike], Counted]:
        connection = self._connection()
        with translated():
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                events = [Alike(*row) for row in await connection.fetch(_ALIKE, CLASSIFIED, hour, hour + HOUR_MS)]
                rows = await connection.fetch(_COUNTED, hour, dimensions)
        return events, {(row[0], row[1], row[2], row[3]): row[4] for row in rows if row[4]}

    async def is_day_sum(self, day: int) -> bool:
        return not await self._fetch(_DAY, day, BY_DAY)

    async def _fetch(self, sql: str, *parameters: object) -> list[Any]:
        with translated():
            found: list[Any] = await self._connection().fetch(sql, *parameters)
        return found

    def _connection(self) -> asyncpg.Connection:
        if self._opened is None:
            raise RuntimeError("the store is not open")
        return self._opened
