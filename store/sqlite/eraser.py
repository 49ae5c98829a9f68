"""Removing an address from the embedded store: a message's `ref` is its number, and rows are walked by their ids."""

# ruff: noqa: S608 (names come from this room alone, and every value is bound)

import sqlite3
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from delivery.errors import Misconfigured, Unavailable
from delivery.event import Received
from store import letters
from store.announcements import add_from
from store.columns import EVENT_COLUMNS, received
from store.erasing import Found, HistoryRow, Portion, Ref, Sizes, event_row_of
from store.erasures import Remembered
from store.filters import Dialect
from store.settings import StoreSettings
from store.sqlite.connection import connect, make_durable, migrate, transaction, translated
from store.sqlite.pointer import Pointer

_EVENTS = ", ".join(EVENT_COLUMNS)
_OWN = """
select (select count(*) from deliveries d join history h on h.number = d.number and h.recipient = d.recipient
        where d.recipient = ?1)
    + (select count(*) from history where number is null and recipient = ?1),
    (select count(*) from deliveries where recipient = ?1)"""
_SIZES = "select (select count(*) from history), (select count(*) from deliveries), (select count(*) from messages)"
_UNTRACKED = "delete from history where id in (select id from history where number is null and recipient = ? limit ?)"
_DELETE_OWN = "delete from history where number = ? and recipient = ?"
_NEEDLE = "(?3 = '' or instr(lower(cast({text} as text)), ?3) > 0 or instr(cast({text} as text), '\\u') > 0)"


class SqliteTables:
    """Tables within one transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def _all(self, sql: str, *parameters: object) -> list[Any]:
        return self._connection.execute(sql, parameters).fetchall()

    async def refs(self, recipient: str, limit: int) -> list[Ref]:
        return [
            row[0] for row in self._all("select number from deliveries where recipient = ? limit ?", recipient, limit)
        ]

    async def count_own(self, recipient: str) -> Found:
        [(events, deliveries)] = self._all(_OWN, recipient)
        return Found(events, deliveries, deliveries)

    async def delete_untracked(self, recipient: str, limit: int) -> int:
        return self._connection.execute(_UNTRACKED, (recipient, limit)).rowcount

    async def delete_events(self, ref: Ref, recipient: str) -> int:
        return self._connection.execute(_DELETE_OWN, (ref, recipient)).rowcount

    async def delete_delivery(self, ref: Ref, recipient: str) -> int:
        sql = "delete from deliveries where number = ? and recipient = ?"
        return self._connection.execute(sql, (ref, recipient)).rowcount

    async def deliveries(self, ref: Ref) -> list[str]:
        return [row[0] for row in self._all("select state from deliveries where number = ?", ref)]

    async def history(self, ref: Ref, recipient: str) -> list[Received]:
        rows = self._all(f"select {_EVENTS} from history where number = ? and recipient = ?", ref, recipient)
        return [received(row) for row in rows]

    async def announce(self, ref: Ref, *, removed: bool) -> None:
        self._connection.execute(add_from("messages where number = ?", removed=removed, postgresql=False), (ref,))

    async def delete_message(self, ref: Ref) -> None:
        self._connection.execute("delete from messages where number = ?", (ref,))

    async def update_message(self, ref: Ref, row: Sequence[object]) -> None:
        sql = (
            "update messages set phase = ?, sender_id = ?, revision = ?, last_event_at = ?, state = ? where number = ?"
        )
        self._connection.execute(sql, (*row, ref))

    async def update_delivery(self, ref: Ref, recipient: str, row: Sequence[object]) -> None:
        sql = "update deliveries set phase = ?, category = ?, sender_id = ?, last_event_at = ?, state = ?"
        self._connection.execute(f"{sql} where number = ? and recipient = ?", (*row, ref, recipient))

    async def update_event(self, row: HistoryRow, value: bytes, kind: str) -> None:
        self._connection.execute("update history set value = ?, kind = ? where id = ?", (value, kind, *row.place))

    async def delete_event(self, row: HistoryRow) -> None:
        self._connection.execute("delete from history where id = ?", row.place)

    async def walk_history(self, after: tuple[Any, ...] | None, needle: str, limit: int) -> Portion:
        rows, last = self._walk("history", f"id, number, recipient, {_EVENTS}", "value", after, needle, limit)
        return Portion([event_row_of((row[0],), row[1], row[2], row[3:]) for row in rows], last)

    async def walk_deliveries(self, after: tuple[Any, ...] | None, needle: str, limit: int) -> Portion:
        return Portion(*self._walk("deliveries", "number, recipient, state", "state", after, needle, limit))

    async def walk_messages(self, after: tuple[Any, ...] | None, needle: str, limit: int) -> Portion:
        return Portion(*self._walk("messages", "number, state", "state", after, needle, limit))

    def _walk(
        self, table: str, columns: str, text: str, after: tuple[Any, ...] | None, needle: str, limit: int
    ) -> tuple[list[Any], tuple[Any, ...] | None]:
        begin = after[0] if after is not None else -(2**63)
        ids = self._all(f"select rowid from {table} where rowid > ? order by rowid limit 1 offset ?", begin, limit - 1)
        end = ids[0][0] if ids else 2**63 - 1
        test = f"rowid > ?1 and rowid <= ?2 and {_NEEDLE.format(text=text)}"
        return self._all(f"select {columns} from {table} where {test}", begin, end, needle), (end,) if ids else None


class SqliteErasing:
    """Database over the file that serves."""

    def __init__(self, settings: StoreSettings, path: Path) -> None:
        self._settings = settings
        self._path = path
        self._file: sqlite3.Connection | None = None

    async def open(self) -> None:
        with translated():
            if not Pointer(self._path).path().exists():
                raise Unavailable(f"there is no store at {self._path} yet: the consumers create it")
            self._file = connect(Pointer(self._path).path(), self._settings.write_timeout_ms)
            make_durable(self._file, 1_048_576)
            self._file.execute("pragma secure_delete = on")  # removed rows are overwritten, not only let go
            migrate(self._file, time.time_ns() // 1_000_000)

    async def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    async def check_key(self, check_value: bytes) -> None:
        with translated():
            _check(self._of(self._file), check_value)

    async def remembered(self) -> list[Remembered]:
        with translated():
            rows = self._of(self._file).execute("select address_hash, erased_at from erasures order by number")
            return [Remembered(*row) for row in rows]

    async def remember(self, digest: bytes, check_value: bytes, now: int) -> bool:
        file = self._of(self._file)
        with translated(), transaction(file):
            if not _check(file, check_value):
                file.execute("insert into erasure_key values (?)", (check_value,))
            sql = "insert into erasures (address_hash, erased_at) values (?, ?) on conflict do nothing"
            return file.execute(sql, (digest, now)).rowcount == 1

    @asynccontextmanager
    async def changing(self) -> AsyncIterator[SqliteTables]:
        file = self._of(self._file)
        with translated(), transaction(file):
            yield SqliteTables(file)

    @asynccontextmanager
    async def looking(self) -> AsyncIterator[SqliteTables]:
        with translated():
            yield SqliteTables(self._of(self._file))

    async def letters(self, after: str, limit: int) -> list[Any]:
        with translated():
            statement = letters.walk_statement(Dialect.SQLITE, after, limit)
            return self._of(self._file).execute(statement.sql, statement.parameters).fetchall()

    async def sizes(self) -> Sizes:
        with translated():
            return Sizes(*self._of(self._file).execute(_SIZES).fetchone())

    async def waiting(self) -> int:
        with translated():
            found: int = self._of(self._file).execute("select count(*) from announcements").fetchone()[0]
        return found

    async def compact(self) -> None:
        with translated():
            self._of(self._file).execute("pragma wal_checkpoint(truncate)")

    def _of(self, connection: sqlite3.Connection | None) -> sqlite3.Connection:
        if connection is None:
            raise RuntimeError("the store is not open")
        return connection


def _check(connection: sqlite3.Connection, check_value: bytes) -> bool:
    row = connection.execute("select check_value from erasure_key").fetchone()
    if row is not None and row[0] != check_value:
        raise Misconfigured("the store's erasures were made with another key: set [store] erasure_key_file to that one")
    return row is not None
