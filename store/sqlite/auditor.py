"""What is audited, read from the embedded store. Keys are the messages' numbers. Calls block for the time of their statements."""
# ruff: noqa: S608 (names come from this room alone, and every value is bound)

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

from delivery.errors import Misconfigured
from store.audit import CLASSIFIED, Alike, Counted, Kept, Key
from store.columns import DELIVERY_COLUMNS, HISTORY_COLUMNS, MESSAGE_COLUMNS
from store.settings import StoreSettings
from store.sqlite.connection import connect, schema_version, translated
from store.sqlite.pointer import Pointer
from store.statistics import BY_DAY, HOUR_MS

_TABLES = (("messages", MESSAGE_COLUMNS), ("deliveries", DELIVERY_COLUMNS), ("history", HISTORY_COLUMNS))
_KEYS = """
with recursive keys (number, step) as (
    select ?1, 0
    union all
    select (select min(next.number) from (
        select min(number) as number from messages where number > keys.number union all
        select min(number) from deliveries where number > keys.number union all
        select min(number) from history where number is not null and number > keys.number) next), step + 1
    from keys where keys.number is not null and step < ?2)
select number from keys where step > 0 and number is not null order by step"""
_LAST = "select (select max(number) from messages), (select max(id) from history)"
_DRAWN_MESSAGE = "select number from messages where number >= ? order by number limit 1"
_DRAWN_EVENT = "select number from history where id >= ? and number is not null order by id limit 1"
_CLASSIFIED = ", ".join(f"'{kind}'" for kind in CLASSIFIED)
_ALIKE = f"""
select kind, sender_id, domain, source, case when kind in ({_CLASSIFIED}) then value end as value, count(*) from history
indexed by history_kind where kind in (select distinct kind from history) and occurred_at >= ?1 and occurred_at < ?2
group by kind, sender_id, domain, source, case when kind in ({_CLASSIFIED}) then id end"""
_COUNTED = """
select dimension, value, sender, kind, total from statistics
where span = 'hour' and bucket = ?1 and dimension in (select value from json_each(?2))"""
_HOURS = "select distinct bucket from statistics where span = 'hour' and dimension = '' order by 1"
_HOURS_OF_HISTORY = f"select distinct occurred_at / {HOUR_MS} * {HOUR_MS} from history order by 1"
_DAY = f"""
select 1 from statistics where dimension in (select value from json_each(?2))
    and (span = 'day' and bucket = ?1 or span = 'hour' and bucket >= ?1 and bucket < ?1 + {24 * HOUR_MS})
group by dimension, value, sender, kind having sum(case span when 'day' then total else -total end) <> 0 limit 1"""


class SqliteAuditor:
    """Auditor over the file that serves, or over `file`."""

    def __init__(self, settings: StoreSettings, path: Path, file: Path | None = None) -> None:
        self._settings = settings
        self._pointer = Pointer(path)
        self._file = file
        self._opened: sqlite3.Connection | None = None

    async def open(self) -> None:
        path = self._file or self._pointer.path()
        if not path.exists():
            raise Misconfigured(f"there is no store at {path} yet: the consumers create it")
        with translated():
            self._opened = connect(path, self._settings.read_timeout_ms)
            self._opened.execute("pragma query_only = on")
            if schema_version(self._opened) == 0:
                raise Misconfigured(f"there is no store at {path} yet: the consumers create it")

    async def close(self) -> None:
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    async def classification_version(self) -> int:
        rows = self._fetch("select classification_version from progress")
        return rows[0][0] if rows else 0

    async def statistics_version(self) -> int:
        rows = self._fetch("select statistics_version from progress")
        return rows[0][0] if rows else 0

    async def horizon(self) -> int | None:
        found: int | None = (self._fetch("select horizon from retention"))[0][0]
        return found

    async def has_erasures(self) -> bool:
        return bool(self._fetch("select exists (select 1 from erasures)")[0][0])

    async def keys(self, after: Key | None, keys_max: int) -> list[Key]:
        return [row[0] for row in self._fetch(_KEYS, -(2**63) if after is None else after, keys_max)]

    async def sample(self, keys_max: int, random: Random) -> list[Key]:
        drawn: set[Key] = set()
        with self._one_state() as connection:
            last = connection.execute(_LAST).fetchone()
            for sql, highest in zip((_DRAWN_MESSAGE, _DRAWN_EVENT), last, strict=True):
                for _ in range(-(-keys_max // 2) if highest else 0):
                    row = connection.execute(sql, (random.randint(1, highest),)).fetchone()
                    drawn.update(row or ())
        return sorted(drawn, key=int)

    async def kept(self, keys: Sequence[Key]) -> list[Kept]:
        found = []
        with self._one_state() as connection:
            for key in keys:
                rows = (
                    connection.execute(f"select {', '.join(columns)} from {table} where number = ?", (key,)).fetchall()
                    for table, columns in _TABLES
                )
                kept = Kept(*rows)
                if kept != Kept([], [], []):
                    found.append(kept)
        return found

    async def hours(self) -> list[int]:
        return [row[0] for row in self._fetch(_HOURS)]

    async def hours_of_history(self) -> list[int]:
        return [row[0] for row in self._fetch(_HOURS_OF_HISTORY)]

    async def hour(self, hour: int, dimensions: Sequence[str]) -> tuple[list[Alike], Counted]:
        with self._one_state() as connection:
            events = [Alike(*row) for row in connection.execute(_ALIKE, (hour, hour + HOUR_MS))]
            rows = connection.execute(_COUNTED, (hour, json.dumps(dimensions))).fetchall()
        return events, {(row[0], row[1], row[2], row[3]): row[4] for row in rows if row[4]}

    async def is_day_sum(self, day: int) -> bool:
        return not self._fetch(_DAY, day, json.dumps(BY_DAY))

    def _fetch(self, sql: str, *parameters: object) -> list[Any]:
        with self._one_state() as connection:
            return connection.execute(sql, parameters).fetchall()

    @contextmanager
    def _one_state(self) -> Iterator[sqlite3.Connection]:
        if self._opened is None:
            raise RuntimeError("the store is not open")
        with translated():
            self._opened.execute("begin")
            try:
                yield self._opened
            finally:
                self._opened.execute("rollback")
