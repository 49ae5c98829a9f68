"""The readers' side of the embedded store. Any process may read while the writer writes; each call sees one committed state.

Rows by key take microseconds and are read at once; lists and counts, which may take longer, go to threads.
"""

import asyncio
import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from threading import Event
from typing import Any, TypeVar

from delivery.errors import Unavailable
from delivery.kept_letter import KeptLetter
from delivery.views import Delivery, Message, decode_delivery, decode_message
from store import letters, migrations, queries, statistics
from store.columns import EVENT_COLUMNS, asked_integers, asked_text, history_event, id_bytes
from store.contract import Count, HistoryEvent, MessagePage, Progress, Slice, StatisticsRow
from store.filters import DELIVERIES, HISTORY, MESSAGES, Conditions, Dialect, Filters, Listing, alternatives
from store.queries import COMMON_ABOVE
from store.questions import (
    Breakdown,
    Deliveries,
    DeliveryFilter,
    EventFilter,
    Events,
    Interval,
    LetterFilter,
    Messages,
    Order,
    StatisticsFilter,
    Window,
)
from store.settings import StoreSettings
from store.slices import counted, cut_page, decode_delivery_row, decode_message_row, progress_of, sliced
from store.sqlite_connection import connect, schema_version, time_limit, translated
from store.sqlite_pointer import Pointer, Stamp

Result = TypeVar("Result")
Row = TypeVar("Row")

_EVENTS = ", ".join(EVENT_COLUMNS)
_MESSAGE = "select state from messages where tracking_id = ?"
_DELIVERY = """
select state from deliveries where number = (select number from messages where tracking_id = ?) and recipient = ?"""
_EVENT = f"""
select {_EVENTS} from history
where number = (select number from messages where tracking_id = ?) and event_id = ?"""  # noqa: S608
_UNTRACKED_EVENT = f"select {_EVENTS} from history where number is null and event_id = ?"  # noqa: S608

_PAGE_MESSAGE = "select number, state from messages where tracking_id = ?"
_PAGE_DELIVERIES = """
select state from deliveries where number = ?1 and (?2 is null or sender_id in (select value from json_each(?2)))
order by last_event_at desc, recipient desc limit ?3"""
_PAGE_EVENTS = f"""
select {_EVENTS} from history where number = ?1 and (?2 is null or sender_id in (select value from json_each(?2)))
order by occurred_at desc, event_id desc limit ?3"""  # noqa: S608


class _Opened:
    """A connection, and the pointer's stamp from before it was made."""

    def __init__(self, stamp: Stamp, connection: sqlite3.Connection) -> None:
        self.stamp = stamp
        self.connection = connection


class SqliteReader:
    """Reader over the file that serves, or over `file` whichever serves."""

    def __init__(self, settings: StoreSettings, path: Path, file: Path | None = None) -> None:
        self._settings = settings
        self._pointer = Pointer(path)
        self._file = file
        self._threads = ThreadPoolExecutor(settings.pool_connections_max, "store-reader")
        self._opened: list[_Opened] = []
        self._idle: SimpleQueue[_Opened] = SimpleQueue()
        self._steps = migrations.shipped("sqlite")

    async def open(self) -> None:
        """One connection for this thread, one for each of the pool's."""
        with translated():
            for _ in range(1 + self._settings.pool_connections_max):
                self._opened.append(self._connect())
        for opened in self._opened[1:]:
            self._idle.put(opened)

    def _connect(self) -> _Opened:
        stamp = self._pointer.stamp()
        path = self._file or self._pointer.path()
        if not path.exists():
            raise Unavailable(f"there is no store at {path} yet: the consumers create it")
        connection = connect(path, self._settings.read_timeout_ms)
        try:
            connection.execute("pragma query_only = on")
            connection.execute("pragma mmap_size = 1073741824")
            migrations.require_current(self._steps, schema_version(connection))
        except BaseException:
            connection.close()
            raise
        return _Opened(stamp, connection)

    async def close(self) -> None:
        self._threads.shutdown(wait=True, cancel_futures=True)
        for opened in self._opened:
            opened.connection.close()
        self._opened.clear()

    async def check(self) -> None:
        with self._quick() as connection:
            migrations.require_current(self._steps, schema_version(connection))

    async def progress(self) -> Progress:
        with self._quick() as connection:
            rows = connection.execute(
                "select topic, topic_partition, next_offset, announced_offset, newest_event_at, applied_at from offsets"
            ).fetchall()
            version = schema_version(connection)
            classification = connection.execute("select classification_version from progress").fetchone()
        return progress_of(rows, version, classification[0] if classification else 0)

    async def messages(self, tracking_ids: Sequence[str]) -> list[Message | None]:
        with self._quick() as connection:
            rows = [connection.execute(_MESSAGE, (asked_text(asked),)).fetchone() for asked in tracking_ids]
        return [decode_message(row[0]) if row else None for row in rows]

    async def deliveries(self, keys: Sequence[tuple[str, str]]) -> list[Delivery | None]:
        with self._quick() as connection:
            rows = [
                connection.execute(_DELIVERY, (asked_text(tracking_id), asked_text(recipient))).fetchone()
                for tracking_id, recipient in keys
            ]
        return [decode_delivery(row[0]) if row else None for row in rows]

    async def events(self, keys: Sequence[tuple[str, str]]) -> list[HistoryEvent | None]:
        found: list[HistoryEvent | None] = []
        with self._quick() as connection:
            for tracking_id, asked in keys:
                identity = id_bytes(asked)
                if tracking_id:
                    row = connection.execute(_EVENT, (asked_text(tracking_id), identity)).fetchone()
                else:
                    row = connection.execute(_UNTRACKED_EVENT, (identity,)).fetchone()
                found.append(history_event(row) if row else None)
        return found

    async def deliveries_of(
        self, tracking_ids: Sequence[str], order: Order, window: Window, sender_ids: tuple[int, ...] | None = None
    ) -> list[Slice[Delivery]]:
        wheres = [DeliveryFilter(tracking_ids=(tracking_id,), sender_ids=sender_ids) for tracking_id in tracking_ids]
        with self._quick() as connection:
            return [_page(connection, DELIVERIES, where, order, window, decode_delivery_row) for where in wheres]

    async def events_of(
        self,
        keys: Sequence[tuple[str, str | None]],
        order: Order,
        window: Window,
        sender_ids: tuple[int, ...] | None = None,
    ) -> list[Slice[HistoryEvent]]:
        wheres = [
            EventFilter(tracking_ids=(tracking_id,), recipient=recipient, sender_ids=sender_ids)
            for tracking_id, recipient in keys
        ]
        with self._quick() as connection:
            return [_page(connection, HISTORY, where, order, window, history_event) for where in wheres]

    async def message_pages(
        self,
        tracking_ids: Sequence[str],
        deliveries_max: int,
        events_max: int,
        sender_ids: tuple[int, ...] | None = None,
    ) -> list[MessagePage | None]:
        senders = None if sender_ids is None else json.dumps(asked_integers(sender_ids))
        pages: list[MessagePage | None] = []
        with self._quick() as connection:
            for tracking_id in tracking_ids:
                row = connection.execute(_PAGE_MESSAGE, (asked_text(tracking_id),)).fetchone()
                if row is None:
                    pages.append(None)
                    continue
                deliveries = connection.execute(_PAGE_DELIVERIES, (row[0], senders, deliveries_max + 1)).fetchall()
                events = connection.execute(_PAGE_EVENTS, (row[0], senders, events_max + 1)).fetchall()
                page = MessagePage(
                    decode_message(row[1]),
                    Slice([decode_delivery(state) for (state,) in deliveries], False),
                    Slice([history_event(event) for event in events], False),
                )
                pages.append(cut_page(page, deliveries_max, events_max))
        return pages

    async def page_messages(self, where: Messages, order: Order, window: Window) -> Slice[Message]:
        return await self._slow(
            lambda connection: _page(connection, MESSAGES, where, order, window, decode_message_row)
        )

    async def page_deliveries(self, where: Deliveries, order: Order, window: Window) -> Slice[Delivery]:
        return await self._slow(
            lambda connection: _page(connection, DELIVERIES, where, order, window, decode_delivery_row)
        )

    async def page_events(self, where: Events, order: Order, window: Window) -> Slice[HistoryEvent]:
        return await self._slow(lambda connection: _page(connection, HISTORY, where, order, window, history_event))

    async def count_messages(self, where: Messages, count_max: int) -> Count:
        return await self._slow(lambda connection: _count(connection, MESSAGES, where, count_max))

    async def count_deliveries(self, where: Deliveries, count_max: int) -> Count:
        return await self._slow(lambda connection: _count(connection, DELIVERIES, where, count_max))

    async def count_events(self, where: Events, count_max: int) -> Count:
        return await self._slow(lambda connection: _count(connection, HISTORY, where, count_max))

    async def page_letters(self, where: LetterFilter, order: Order, window: Window) -> Slice[KeptLetter]:
        statement = letters.page_statement(Dialect.SQLITE, where, order, window)
        rows = await self._slow(lambda connection: connection.execute(statement.sql, statement.parameters).fetchall())
        return sliced(rows, window, letters.kept_letter)

    async def letters(self, ids: Sequence[str]) -> list[KeptLetter | None]:
        asked = [asked_text(identity) for identity in ids]
        statement = letters.letters_statement(Dialect.SQLITE, asked)
        with self._quick() as connection:
            rows = connection.execute(statement.sql, statement.parameters).fetchall() if asked else []
        found = {row[-1]: letters.kept_letter(row) for row in rows}
        return [found.get(identity) for identity in asked]

    async def count_letters(self, where: LetterFilter, count_max: int) -> Count:
        statement = letters.count_statement(Dialect.SQLITE, where, count_max)
        rows = await self._slow(lambda connection: connection.execute(statement.sql, statement.parameters).fetchall())
        return counted(rows[0][0], count_max)

    async def statistics(
        self, where: StatisticsFilter, interval: Interval, breakdown: Breakdown | None = None, values_max: int = 20
    ) -> list[StatisticsRow]:
        asked = statistics.question(Dialect.SQLITE, where, interval, breakdown, values_max)
        rows = await self._slow(lambda connection: connection.execute(asked.sql, asked.parameters).fetchall())
        return [statistics.statistics_row(row, breakdown) for row in rows]

    @contextmanager
    def _quick(self) -> Iterator[sqlite3.Connection]:
        if not self._opened:
            raise RuntimeError("the store is not open")
        with self._reading(self._opened[0]) as connection:
            yield connection

    @contextmanager
    def _reading(self, opened: _Opened, given_up: Event | None = None) -> Iterator[sqlite3.Connection]:
        """One state of the database for all statements within, and a limit on their time; of the generation that serves now."""
        if opened.stamp != self._pointer.stamp() and self._file is None:
            fresh = self._connect()
            opened.connection.close()
            opened.stamp, opened.connection = fresh.stamp, fresh.connection
        connection = opened.connection
        with translated(), time_limit(connection, self._settings.read_timeout_ms, given_up):
            connection.execute("begin")
            try:
                yield connection
            finally:
                connection.execute("rollback")

    async def _slow(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        if not self._opened:
            raise RuntimeError("the store is not open")

        given_up = Event()

        def reading() -> Result:
            opened = self._idle.get()
            try:
                with self._reading(opened, given_up) as connection:
                    return work(connection)
            finally:
                self._idle.put(opened)

        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, reading)
        except asyncio.CancelledError:
            given_up.set()  # nobody waits for the rows any more: the thread is wanted for others
            raise


def _page(
    connection: sqlite3.Connection,
    listing: Listing,
    where: Filters,
    order: Order,
    window: Window,
    decode: Callable[[tuple[Any, ...]], Row],
) -> Slice[Row]:
    asked = _asked(connection, where)
    if not asked:
        return Slice([], more=False)
    statement = queries.page(Dialect.SQLITE, listing, asked, order, window)
    return sliced(connection.execute(statement.sql, statement.parameters).fetchall(), window, decode)


def _count(connection: sqlite3.Connection, listing: Listing, where: Filters, count_max: int) -> Count:
    asked = _asked(connection, where)
    if not asked:
        return Count(0, exact=True)
    statement = queries.count(Dialect.SQLITE, listing, asked, count_max)
    return counted(connection.execute(statement.sql, statement.parameters).fetchone()[0], count_max)


def _asked(connection: sqlite3.Connection, where: Filters) -> list[Conditions]:
    asked = alternatives(where)
    for conditions in asked:
        conditions.common = _is_common(connection, conditions)
    return asked


def _is_common(connection: sqlite3.Connection, conditions: Conditions) -> bool:
    statement = queries.addressed_count(Dialect.SQLITE, conditions)
    if statement is None:
        return False
    found: int = connection.execute(statement.sql, statement.parameters).fetchone()[0]
    return found > COMMON_ABOVE
