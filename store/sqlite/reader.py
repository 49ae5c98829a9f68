"""The readers' side of the embedded store. Any process may read while the writer writes; each call sees one committed state."""

import json
import sqlite3
from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeVar

import msgspec

from delivery.kept_letter import KeptLetter
from delivery.views import Delivery, Message, decode_delivery, decode_message
from store import letters, migrations, queries, statistics
from store.columns import EVENT_COLUMNS, asked_integers, asked_text, history_event, id_bytes
from store.contract import Count, HistoryEvent, MessagePage, Progress, Slice, StatisticsRow
from store.filters import DELIVERIES, HISTORY, MESSAGES, Conditions, Dialect, Filters, Listing, alternatives
from store.questions import (
    NOTHING_EXCLUDED,
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
from store.slices import counted, cut_page, decode_delivery_row, decode_message_row, progress_of, sliced
from store.sqlite.connection import schema_version
from store.sqlite.reading import SqliteReading

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

_LATENCIES = "select bound_ms, sum(events) from latencies where minute >= ? group by bound_ms"


class SqliteReader(SqliteReading):
    """Reader over the file that serves, or over `file` whichever serves."""

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

    async def latencies(self, since: int) -> dict[int, int]:
        with self._quick() as connection:
            return dict(connection.execute(_LATENCIES, (since,)).fetchall())

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
        return await self._of_each(
            wheres, lambda connection, where: _page(connection, DELIVERIES, where, order, window, decode_delivery_row)
        )

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
        return await self._of_each(
            wheres, lambda connection, where: _page(connection, HISTORY, where, order, window, history_event)
        )

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
        return await self._soon(
            _shape("page messages", where),
            lambda connection: _page(connection, MESSAGES, where, order, window, decode_message_row),
        )

    async def page_deliveries(self, where: Deliveries, order: Order, window: Window) -> Slice[Delivery]:
        return await self._soon(
            _shape("page deliveries", where),
            lambda connection: _page(connection, DELIVERIES, where, order, window, decode_delivery_row),
        )

    async def page_events(self, where: Events, order: Order, window: Window) -> Slice[HistoryEvent]:
        return await self._soon(
            _shape("page events", where),
            lambda connection: _page(connection, HISTORY, where, order, window, history_event),
        )

    async def count_messages(self, where: Messages, count_max: int) -> Count:
        return await self._soon(
            _shape("count messages", where), lambda connection: _count(connection, MESSAGES, where, count_max)
        )

    async def count_deliveries(self, where: Deliveries, count_max: int) -> Count:
        return await self._soon(
            _shape("count deliveries", where), lambda connection: _count(connection, DELIVERIES, where, count_max)
        )

    async def count_events(self, where: Events, count_max: int) -> Count:
        return await self._soon(
            _shape("count events", where), lambda connection: _count(connection, HISTORY, where, count_max)
        )

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
        question = (where, interval, breakdown, values_max)
        state = self._state()
        known = self._remembered.answer(state, question)
        if known is not None:
            return known
        asked = statistics.question(Dialect.SQLITE, *question)
        rows = await self._soon(
            (interval, breakdown), lambda connection: connection.execute(asked.sql, asked.parameters).fetchall()
        )
        found = statistics.statistics_rows(rows, breakdown)
        self._remembered.keep(state, question, found)
        return found


def _shape(kind: str, where: Filters) -> Hashable:
    """What reads that take about as long have in common: the conditions that they have, whatever the values."""
    shapes = [
        tuple(value is None or value is NOTHING_EXCLUDED for value in msgspec.structs.astuple(each))
        for each in (where if isinstance(where, tuple) else (where,))
    ]
    return (kind, *shapes)


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
    rows = connection.execute(statement.sql, statement.parameters).fetchall()
    return sliced(queries.distinct(listing, asked, rows), window, decode)


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
    return found > queries.COMMON_ABOVE
