"""Generations of the embedded store: a file each, and a pointer to the one that serves (see sqlite_pointer.py).

The swap holds the serving file's write lock while it replaces the pointer. Writers look at the pointer within their own
transactions on that file, so each of them comes wholly before the swap, or sees it. Calls block for the time of their
statements, in a thread of their own.
"""
# ruff: noqa: S608 (names come from this room alone, and every value is bound)

import asyncio
import fcntl
import json
import os
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from delivery.classification import Classifier
from delivery.errors import Misconfigured, Rejected, Unavailable
from store import comparison
from store.audit import Auditor
from store.columns import EVENT_COLUMNS, received
from store.contract import Position, Writer
from store.filters import Dialect, Statement
from store.generations import (
    COMPARED_MESSAGES,
    RETENTION_LOOK_S,
    RETENTION_UNDER_WAY,
    RETENTION_WAIT_S,
    Build,
    Compared,
    Cursor,
    Held,
    Walked,
)
from store.settings import StoreSettings
from store.sqlite import carrying as carrying
from store.sqlite.auditor import SqliteAuditor
from store.sqlite.connection import connect, schema_version, translated
from store.sqlite.holding import HeldGeneration, hold
from store.sqlite.making import Making, encoded, positions
from store.sqlite.pointer import Pointer
from store.sqlite.retention import take_turn
from store.sqlite.writer import SqliteWriter

Result = TypeVar("Result")

_EVENTS = ", ".join(EVENT_COLUMNS)
_WALK = f"""
select {_EVENTS}, number from history where number is not null and (number, occurred_at, event_id) > (?, ?, ?)
order by number, occurred_at, event_id limit ?"""
_WALK_UNTRACKED = f"""
select {_EVENTS}, number from history where number is null and event_id > ? order by event_id limit ?"""
_START: Cursor = (0, -(2**63), "")
_UNTRACKED: Cursor = ("",)
_SHORTFALL = """
select asked.value, (select count(*) from main.history h where h.number = (
        select number from main.messages o where o.tracking_id = asked.value)) as events,
    coalesce((select revision from making.messages n where n.tracking_id = asked.value), 0) as counted
from json_each(?) asked where events <> counted"""


class SqliteGenerations:
    """Generations over two connections: one to the file in the making, one that compares it with the serving one."""

    def __init__(self, settings: StoreSettings, path: Path, classifier: Classifier) -> None:
        self._settings = settings
        self._pointer = Pointer(path)
        self._path = path
        self._classifier = classifier
        self._making = Making(settings, self._pointer, classifier)
        self._thread = ThreadPoolExecutor(1, "generations")
        self._lock: int | None = None
        self._retention: int | None = None
        self._serving: sqlite3.Connection | None = None
        self._is_attached = False

    async def open(self) -> None:
        await self._run(self._connect)

    async def close(self) -> None:
        await self._run(self._disconnect)
        self._thread.shutdown(wait=False)

    def _connect(self) -> None:
        path = self._pointer.path()
        if not path.exists():
            raise Misconfigured(f"there is no store at {path} yet: the consumers create it")
        self._lock = os.open(self._path.with_name(self._path.name + ".rebuild"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Rejected({"": ["A rebuild or an erasure of this store is under way."]}) from None
        self._serving = connect(path, self._settings.write_timeout_ms)

    def _disconnect(self) -> None:
        if self._serving is not None:
            self._serving.close()
            self._serving = None
        for lock in (self._lock, self._retention):
            if lock is not None:
                os.close(lock)
        self._lock = self._retention = None

    async def positions(self, topic: str) -> dict[int, Position]:
        return await self._run(lambda: positions(self._reading(), topic))

    async def schema_version(self) -> int:
        return await self._run(lambda: schema_version(self._reading()))

    async def horizon(self) -> int | None:
        def ask() -> int | None:
            found: int | None = self._reading().execute("select horizon from retention").fetchone()[0]
            return found

        return await self._run(ask)

    async def count(self, topic_starts: Mapping[int, int]) -> tuple[int, int]:
        def count() -> tuple[int, int]:
            lost = "".join(f" when {part:d} then {low:d}" for part, low in topic_starts.items())
            older = f"count(*) filter (where topic_offset < case topic_partition{lost} end)" if lost else "0"
            row = self._reading().execute(f"select count(*), {older} from history").fetchone()
            return row[0], row[1]

        return await self._run(count)

    async def build(self) -> Build | None:
        return await self._run(self._making.build)

    async def begin(self, build: Build) -> None:
        def begin() -> None:
            self._detach()
            self._making.begin(build)

        await self._run(begin)

    async def keep_history(self) -> None:
        deadline = time.monotonic() + RETENTION_WAIT_S
        while (held := await self._run(lambda: take_turn(self._path))) is None:
            if time.monotonic() > deadline:
                raise Unavailable(RETENTION_UNDER_WAY)
            await asyncio.sleep(RETENTION_LOOK_S)
        self._retention = held

    async def carry(self, build: Build) -> Build:
        def carry() -> Build:
            connection = self._attached()
            connection.execute("begin")
            try:
                moved = carrying.carry(connection, build, self._classifier)
                connection.execute("update making.build set state = ?", (encoded(moved),))
                connection.execute("commit")
            finally:
                if connection.in_transaction:
                    connection.execute("rollback")
            return moved

        return await self._run(carry)

    async def count_carried(self, build: Build) -> None:
        await self._run(lambda: self._making.count_carried(build))

    async def note(self, build: Build) -> None:
        await self._run(lambda: self._making.note(build))

    async def discard(self) -> None:
        def discard() -> None:
            self._detach()
            self._making.discard()

        await self._run(discard)

    async def writer(self) -> Writer:
        writer = SqliteWriter(self._settings, self._path, self._classifier, self._making.path)
        await writer.open()
        return writer

    def auditor(self) -> Auditor:
        return SqliteAuditor(self._settings, self._path, self._making.path)

    async def walk(self, cursor: Cursor | None, events_max: int) -> Walked:
        return await self._run(lambda: self._walk(cursor or _START, events_max))

    def _walk(self, cursor: Cursor, events_max: int) -> Walked:
        *place, identity = cursor
        sql = _WALK if place else _WALK_UNTRACKED
        found = self._reading().execute(sql, (*place, bytes.fromhex(str(identity)), events_max)).fetchall()
        events = [received(row[:-1]) for row in found]
        if len(found) < events_max:
            return Walked(events, _UNTRACKED if place else None)
        last = events[-1]
        end: Cursor = (found[-1][-1], last.occurred_at, last.id) if place else (last.id,)
        return Walked(events, end)

    async def settle(self) -> None:
        await self._run(self._making.settle)

    async def compare(self, after: str | None) -> Compared:
        return await self._run(lambda: self._compare(after))

    def _compare(self, after: str | None) -> Compared:
        connection = self._attached()
        connection.execute("begin")
        try:
            last, messages = _run(connection, comparison.last_key(Dialect.SQLITE, "main", after))[0]
            if messages < COMPARED_MESSAGES:
                last = None
            unlike = _run(connection, comparison.unlike("main", "making", after, last))
            differing = comparison.differences(Dialect.SQLITE, "main", "making", after, last)
            found = _run(connection, differing) if unlike else []
        finally:
            connection.execute("rollback")
        changed = [row[0] for row in found if row[1] == row[2]]
        if after is None:
            connection.execute("delete from making.announcements")  # of a look that was cut off
        connection.execute(comparison.announce_changed(Dialect.SQLITE, "making"), (json.dumps(changed),))
        return Compared(last, messages, changed, [row[0] for row in found if row[1] != row[2]])

    async def unequal(self, tracking_ids: Sequence[str]) -> list[str]:
        sql, asked = comparison.unequal(Dialect.SQLITE, "main", "making"), json.dumps(list(tracking_ids))
        return await self._run(lambda: [row[0] for row in self._attached().execute(sql, (asked,))])

    async def announce(self, tracking_ids: Sequence[str]) -> None:
        asked = json.dumps(list(tracking_ids))

        def announce() -> None:
            for sql in comparison.announce_unequal(Dialect.SQLITE, "main", "making"):
                self._attached().execute(sql, (asked,))

        await self._run(announce)

    async def shortfall(self, tracking_ids: Sequence[str]) -> list[tuple[str, int, int]]:
        asked = json.dumps(list(tracking_ids))
        return await self._run(lambda: self._attached().execute(_SHORTFALL, (asked,)).fetchall())

    @asynccontextmanager
    async def held(self, topic: str) -> AsyncIterator[Held]:
        holder = connect(self._pointer.path(), 0)
        try:
            await hold(holder, self._settings.write_timeout_ms / 1000)
            yield HeldGeneration(holder, topic, self._swap)
        finally:
            holder.close()  # what is open on it is undone

    async def _swap(self, holder: sqlite3.Connection, topic: str, announced: Mapping[int, int]) -> None:
        def swap() -> None:
            self._detach()
            self._making.swap_in(holder, topic, announced)
            self._serving, old = connect(self._pointer.path(), self._settings.write_timeout_ms), self._reading()
            old.close()

        await self._run(swap)

    async def retired(self) -> bool:
        return bool(self._retired())

    def _retired(self) -> list[int]:
        serving = self._pointer.number()
        return [number for number in self._pointer.numbers() if number < serving]

    async def drop_retired(self) -> None:
        for number in self._retired():
            self._pointer.remove(number)

    def _reading(self) -> sqlite3.Connection:
        if self._serving is None:
            raise RuntimeError("the store is not open")
        return self._serving

    def _attached(self) -> sqlite3.Connection:
        connection = self._reading()
        if not self._is_attached:
            connection.execute("attach ? as making", (str(self._making.path),))
            self._is_attached = True
        return connection

    def _detach(self) -> None:
        if self._is_attached:
            self._reading().execute("detach making")
            self._is_attached = False

    async def _run(self, work: Callable[[], Result]) -> Result:
        def translating() -> Result:
            with translated():
                return work()

        return await asyncio.get_running_loop().run_in_executor(self._thread, translating)


def _run(connection: sqlite3.Connection, statement: Statement) -> list[Any]:
    return connection.execute(statement.sql, statement.parameters).fetchall()
