"""Retention in SQLite: all by rows, each step a short transaction, so that the writer gets in between.

The history is walked in the order in which it was written, so it needs no index by arrival; parts in which nothing is old are only
read. The file doesn't shrink: what is freed is used again.
"""
# ruff: noqa: S608 (names come from this room alone)

import fcntl
import json
import os
import sqlite3
import time
from pathlib import Path
from typing import Any

from delivery.errors import Unavailable
from delivery.views import decode_message
from store.announcements import add_from
from store.filters import PHASES
from store.retention import MESSAGES_MAX, ROWS_MAX, Limits, Old
from store.settings import StoreSettings
from store.sqlite.connection import transaction
from store.sqlite.pointer import Pointer
from store.sqlite.session import SqliteSession
from store.statistics import DIMENSIONS

EVENTS_MAX = 500

_MOVE = "update retention set horizon = max(coalesce(horizon, ?1), ?1)"
_PART = "select id, received_at from history where id > ? order by id limit ?"
_OLD_MESSAGES = """
select number, tracking_id, last_event_at, state from messages indexed by messages_phase
where phase = ? and (last_event_at, number) > (?, ?) and last_event_at < ?
order by last_event_at, number limit ?"""
_OLD_WITHOUT_HISTORY = """
select m.number from json_each(?) asked cross join messages m on m.number = asked.value
where m.last_event_at < ? and not exists (select 1 from history h where h.number = m.number)"""
_COUNT_VIEWS = """
select count(*) from messages m where m.last_event_at < ?1 and not exists (
    select 1 from history h where h.number = m.number and (?2 is null or h.received_at >= ?2))"""
_ANNOUNCE = add_from("messages where number in (select value from json_each(?))", removed=True, postgresql=False)
_OLD_STATISTICS = """
select dimension, bucket, value, sender, kind from statistics where span = ? and dimension = ? and bucket < ? limit ?"""
_DELETE_STATISTICS = """
delete from statistics where span = ? and dimension = ? and bucket = ? and value = ? and sender = ? and kind = ?"""
_COUNT_STATISTICS = (
    "select count(*) from statistics where (span = 'hour' and bucket < ?) or (span = 'day' and bucket < ?)"
)


def take_turn(path: Path) -> int | None:
    """Holds the turn of who removes what is old: a file's lock, until the descriptor is closed. None where another has it."""
    held = os.open(path.with_name(path.name + ".retention"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(held)
        return None
    return held


class SqliteTrimmer:
    """A trimmer over a connection of its own, on a thread."""

    def __init__(self, settings: StoreSettings, path: Path) -> None:
        self._path = path
        self._session = SqliteSession(settings, path, "retention")
        self._turn: int | None = None
        self._event = 0
        self._view: tuple[int, int, int] = (0, -(2**63), 0)

    async def open(self) -> bool:
        if not Pointer(self._path).path().exists():
            raise Unavailable(f"there is no store at {self._path} yet: the consumers create it")
        await self._session.open(time.time_ns() // 1_000_000)
        self._turn = take_turn(self._path)
        return self._turn is not None

    async def close(self) -> None:
        try:
            await self._session.close()
        finally:
            if self._turn is not None:
                os.close(self._turn)
                self._turn = None

    async def horizon(self) -> int | None:
        return await self._session.plain(self._horizon)

    async def measure(self, limits: Limits) -> Old:
        return await self._session.plain(lambda connection: self._measure(connection, limits))

    async def move_horizon(self, at: int) -> None:
        await self._session.transaction(lambda connection: connection.execute(_MOVE, (at,)))

    async def remove_history(self) -> int | None:
        return await self._session.plain(self._remove_history)

    async def remove_views(self, before: int) -> int | None:
        return await self._session.plain(lambda connection: self._remove_views(connection, before))

    async def remove_statistics(self, span: str, before: int) -> int | None:
        return await self._session.plain(lambda connection: self._remove_statistics(connection, span, before))

    def _horizon(self, connection: sqlite3.Connection) -> int | None:
        found: int | None = connection.execute("select horizon from retention").fetchone()[0]
        return found

    def _measure(self, connection: sqlite3.Connection, limits: Limits) -> Old:
        history = messages = 0
        if limits.history is not None:
            counted = connection.execute("select count(*) from history where received_at < ?", (limits.history,))
            history = counted.fetchone()[0]
        if limits.views is not None:
            messages = connection.execute(_COUNT_VIEWS, (limits.views, limits.history)).fetchone()[0]
        statistics = connection.execute(_COUNT_STATISTICS, (limits.hours, limits.days)).fetchone()[0]
        return Old(history, messages, statistics)

    def _remove_history(self, connection: sqlite3.Connection) -> int | None:
        horizon = self._horizon(connection)
        rows = connection.execute(_PART, (self._event, EVENTS_MAX)).fetchall()
        if horizon is None or not rows:
            return None
        self._event = rows[-1][0]
        old = [(number,) for number, received_at in rows if received_at < horizon]
        if old:
            with transaction(connection):
                connection.executemany("delete from history where id = ?", old)
        return len(old)

    def _remove_views(self, connection: sqlite3.Connection, before: int) -> int | None:
        phase, after, number = self._view
        if phase == len(PHASES):
            return None
        rows = connection.execute(_OLD_MESSAGES, (PHASES[phase], after, number, before, MESSAGES_MAX)).fetchall()
        if not rows:
            self._view = (phase + 1, -(2**63), 0)
            return 0
        taken: list[Any] = []
        deliveries = 0
        for row in rows:
            deliveries += sum(decode_message(row[3]).deliveries.values())
            if taken and deliveries > ROWS_MAX:
                break
            taken.append(row)
        with transaction(connection):
            asked = json.dumps([row[0] for row in taken])
            gone = [row[0] for row in connection.execute(_OLD_WITHOUT_HISTORY, (asked, before))]
            connection.execute(_ANNOUNCE, (json.dumps(gone),))
            for table in ("deliveries", "messages"):
                connection.executemany(f"delete from {table} where number = ?", ((each,) for each in gone))
        self._view = (phase, taken[-1][2], taken[-1][0])
        return len(gone)

    def _remove_statistics(self, connection: sqlite3.Connection, span: str, before: int) -> int | None:
        for dimension in DIMENSIONS:
            rows = connection.execute(_OLD_STATISTICS, (span, dimension, before, ROWS_MAX)).fetchall()
            if rows:
                with transaction(connection):
                    connection.executemany(_DELETE_STATISTICS, ((span, *row) for row in rows))
                return len(rows)
        return None
