"""The readers' side of PostgreSQL, over a pool. A call is one round trip; messages by address and statistics take two at most."""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import asyncpg

from delivery.kept_letter import KeptLetter
from delivery.views import Delivery, Message, decode_delivery, decode_message
from store import letters, migrations, queries, statistics
from store.columns import EVENT_COLUMNS, asked_integers, asked_text, history_event, id_bytes
from store.contract import Count, HistoryEvent, MessagePage, Progress, Slice, StatisticsRow
from store.filters import DELIVERIES, HISTORY, MESSAGES, Conditions, Dialect, Filters, Listing, Statement, alternatives
from store.postgresql.connection import READER_SETTINGS, password, server_settings, translated
from store.postgresql.pool import Pool
from store.questions import (
    Breakdown,
    Deliveries,
    Events,
    Interval,
    LetterFilter,
    Messages,
    Order,
    StatisticsFilter,
    Window,
)
from store.remembered import Remembered
from store.settings import StoreSettings
from store.slices import counted, cut_page, decode_delivery_row, decode_message_row, progress_of, sliced

Row = TypeVar("Row")

COMMON_KEPT_MAX = 10_000
REMEMBERED_S = 2  # at most: of a database of several servers, one doesn't name all that the others see
DECODED_MAX = 200  # rows at a stretch, before the event loop's other work has its turn

_MESSAGES = """
select asked.place, m.state from unnest($1::text[]) with ordinality asked (tracking_id, place)
join messages m using (tracking_id)"""
_DELIVERIES = """
select asked.place, d.state from unnest($1::text[], $2::text[]) with ordinality asked (tracking_id, recipient, place)
join deliveries d using (tracking_id, recipient)"""
_COLUMNS = ", ".join(f"h.{column}" for column in EVENT_COLUMNS)
TYPES = {
    "tracked": "boolean", "event_id": "bytea", "occurred_at": "bigint", "received_at": "bigint",
    "topic_partition": "integer", "topic_offset": "bigint", "value": "bytea",
}  # fmt: skip
_EVENTS = f"""
select asked.place, {_COLUMNS} from unnest($1::text[], $2::bytea[], $3::boolean[]) with ordinality
    asked (key, event_id, tracked, place)
join history h on h.key = asked.key and h.event_id = asked.event_id and h.tracked = asked.tracked"""  # noqa: S608
_NOTHING = ", ".join(f"null::{TYPES.get(column, 'text')}" for column in EVENT_COLUMNS)
_ASKED = "unnest($1::text[]) with ordinality asked (tracking_id, place)"
_PAGES = f"""
select asked.place, 0, m.state, {_NOTHING} from {_ASKED} join messages m using (tracking_id)
union all
select asked.place, 1, d.state, {_NOTHING} from {_ASKED} cross join lateral (
    select state from deliveries d where d.tracking_id = asked.tracking_id and ($4::bigint[] is null or d.sender_id = any($4))
    order by last_event_at desc, recipient desc limit $2) d
union all
select asked.place, 2, null, {_COLUMNS} from {_ASKED} cross join lateral (
    select * from history h where h.key = asked.tracking_id and h.tracked and ($4::bigint[] is null or h.sender_id = any($4))
    order by occurred_at desc, event_id desc limit $3) h"""  # noqa: S608
_ONE_MESSAGE = "select 1, state from messages where tracking_id = $1"
_ONE_PAGE = f"""
select 1, 0, state, {_NOTHING} from messages where tracking_id = $1
union all
(select 1, 1, state, {_NOTHING} from deliveries where tracking_id = $1 and ($4::bigint[] is null or sender_id = any($4))
    order by last_event_at desc, recipient desc limit $2)
union all
(select 1, 2, null, {", ".join(EVENT_COLUMNS)} from history
    where key = $1 and tracked and ($4::bigint[] is null or sender_id = any($4))
    order by occurred_at desc, event_id desc limit $3)"""  # noqa: S608
_STATE = "select pg_current_snapshot()::text"
"""Names which transactions are seen: where they are the same, so are the rows."""
_OFFSETS = "select topic, topic_partition, next_offset, announced_offset, newest_event_at, applied_at from offsets"
_LATENCIES = "select bound_ms, sum(events)::bigint from latencies where minute >= $1 group by bound_ms"
_VERSIONS = """
select coalesce((select max(version) from schema_version), 0), coalesce((select classification_version from progress), 0)"""


class PostgresqlReader:
    """Reader over a pool of connections that may only read. A `search_path` leads to a generation in the making."""

    def __init__(self, settings: StoreSettings, search_path: str = "") -> None:
        self._settings = settings
        self._session = READER_SETTINGS | ({"search_path": search_path} if search_path else {})
        self._steps = migrations.shipped("postgresql")
        self._pool: Pool | None = None
        self._common: set[tuple[str, str]] = set()
        self._remembered = Remembered()

    async def open(self) -> None:
        settings = self._settings
        self._pool = Pool(self._connect, settings.pool_connections_max, settings.read_timeout_ms / 1000)
        try:
            with translated():
                await self._pool.open(min(settings.pool_connections_min, settings.pool_connections_max))
            await self.check()
        except BaseException:
            await self.close()
            raise

    async def _connect(self) -> asyncpg.Connection:
        settings = self._settings
        connection: asyncpg.Connection = await asyncpg.connect(
            settings.url,
            password=password(settings),
            timeout=settings.connect_timeout_ms / 1000,
            statement_cache_size=1024,
            server_settings=server_settings(settings.read_timeout_ms, self._session),
        )
        return connection

    async def close(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            await pool.close()

    async def check(self) -> None:
        found = await self._fetch("select to_regclass('schema_version') is not null")
        rows = await self._fetch("select coalesce(max(version), 0) from schema_version") if found[0][0] else [(0,)]
        migrations.require_current(self._steps, rows[0][0])

    async def progress(self) -> Progress:
        offsets = await self._fetch(_OFFSETS)
        versions = await self._fetch(_VERSIONS)
        return progress_of([tuple(row) for row in offsets], versions[0][0], versions[0][1])

    async def latencies(self, since: int) -> dict[int, int]:
        return {row[0]: row[1] for row in await self._fetch(_LATENCIES, since)}

    async def messages(self, tracking_ids: Sequence[str]) -> list[Message | None]:
        if len(tracking_ids) == 1:
            rows = await self._fetch(_ONE_MESSAGE, asked_text(tracking_ids[0]))
        else:
            rows = await self._fetch(_MESSAGES, [asked_text(asked) for asked in tracking_ids])
        return _placed(rows, len(tracking_ids), lambda row: decode_message(row[1]))

    async def deliveries(self, keys: Sequence[tuple[str, str]]) -> list[Delivery | None]:
        rows = await self._fetch(
            _DELIVERIES, [asked_text(key[0]) for key in keys], [asked_text(key[1]) for key in keys]
        )
        return _placed(rows, len(keys), lambda row: decode_delivery(row[1]))

    async def events(self, keys: Sequence[tuple[str, str]]) -> list[HistoryEvent | None]:
        asked = [asked_text(tracking_id or identity) for tracking_id, identity in keys]
        ids = [id_bytes(identity) for _, identity in keys]
        rows = await self._fetch(_EVENTS, asked, ids, [bool(tracking_id) for tracking_id, _ in keys])
        return _placed(rows, len(keys), lambda row: history_event(row[1:]))

    async def deliveries_of(
        self, tracking_ids: Sequence[str], order: Order, window: Window, sender_ids: tuple[int, ...] | None = None
    ) -> list[Slice[Delivery]]:
        asked = [asked_text(tracking_id) for tracking_id in tracking_ids]
        statement = queries.windows(DELIVERIES, [asked], order, window, sender_ids)
        return await self._windows(statement, len(asked), window, decode_delivery_row)

    async def events_of(
        self,
        keys: Sequence[tuple[str, str | None]],
        order: Order,
        window: Window,
        sender_ids: tuple[int, ...] | None = None,
    ) -> list[Slice[HistoryEvent]]:
        asked = [asked_text(tracking_id) for tracking_id, _ in keys]
        recipients = [None if recipient is None else asked_text(recipient) for _, recipient in keys]
        statement = queries.windows(HISTORY, [asked, recipients], order, window, sender_ids)
        return await self._windows(statement, len(asked), window, history_event)

    async def message_pages(
        self,
        tracking_ids: Sequence[str],
        deliveries_max: int,
        events_max: int,
        sender_ids: tuple[int, ...] | None = None,
    ) -> list[MessagePage | None]:
        asked = [asked_text(tracking_id) for tracking_id in tracking_ids]
        senders = None if sender_ids is None else asked_integers(sender_ids)
        pages: list[MessagePage | None] = [None] * len(asked)
        # The statement for many is planned anew at each call, since its plan could differ; that for one is planned once.
        sql, given = (_ONE_PAGE, asked[0]) if len(asked) == 1 else (_PAGES, asked)
        for row in await self._fetch(sql, given, deliveries_max + 1, events_max + 1, senders):
            place, part = row[0] - 1, row[1]
            if part == 0:
                pages[place] = MessagePage(decode_message(row[2]), Slice([], False), Slice([], False))
            elif (page := pages[place]) is None:
                continue
            elif part == 1:
                page.deliveries.rows.append(decode_delivery(row[2]))
            else:
                page.events.rows.append(history_event(row[3:]))
        return [None if page is None else cut_page(page, deliveries_max, events_max) for page in pages]

    async def page_messages(self, where: Messages, order: Order, window: Window) -> Slice[Message]:
        return await self._page(MESSAGES, where, order, window, decode_message_row)

    async def page_deliveries(self, where: Deliveries, order: Order, window: Window) -> Slice[Delivery]:
        return await self._page(DELIVERIES, where, order, window, decode_delivery_row)

    async def page_events(self, where: Events, order: Order, window: Window) -> Slice[HistoryEvent]:
        return await self._page(HISTORY, where, order, window, history_event)

    async def count_messages(self, where: Messages, count_max: int) -> Count:
        return await self._count(MESSAGES, where, count_max)

    async def count_deliveries(self, where: Deliveries, count_max: int) -> Count:
        return await self._count(DELIVERIES, where, count_max)

    async def count_events(self, where: Events, count_max: int) -> Count:
        return await self._count(HISTORY, where, count_max)

    async def page_letters(self, where: LetterFilter, order: Order, window: Window) -> Slice[KeptLetter]:
        return sliced(
            await self._run(letters.page_statement(Dialect.POSTGRESQL, where, order, window)),
            window,
            letters.kept_letter,
        )

    async def letters(self, ids: Sequence[str]) -> list[KeptLetter | None]:
        asked = [asked_text(identity) for identity in ids]
        rows = await self._run(letters.letters_statement(Dialect.POSTGRESQL, asked)) if asked else []
        found = {row[-1]: letters.kept_letter(row) for row in rows}
        return [found.get(identity) for identity in asked]

    async def count_letters(self, where: LetterFilter, count_max: int) -> Count:
        rows = await self._run(letters.count_statement(Dialect.POSTGRESQL, where, count_max))
        return counted(rows[0][0], count_max)

    async def statistics(
        self, where: StatisticsFilter, interval: Interval, breakdown: Breakdown | None = None, values_max: int = 20
    ) -> list[StatisticsRow]:
        question = (where, interval, breakdown, values_max)
        state = (await self._fetch(_STATE))[0][0], time.monotonic() // REMEMBERED_S
        known = self._remembered.answer(state, question)
        if known is None:
            rows = await self._run(statistics.question(Dialect.POSTGRESQL, *question))
            known = statistics.statistics_rows(rows, breakdown)
            self._remembered.keep(state, question, known)
        return known

    async def _fetch(self, sql: str, *parameters: object) -> list[Any]:
        if self._pool is None:
            raise RuntimeError("the store is not open")
        with translated():
            return await self._pool.fetch(sql, *parameters)

    async def _run(self, statement: Statement) -> list[Any]:
        return await self._fetch(statement.sql, *statement.parameters)

    async def _windows(
        self, statement: Statement, count: int, window: Window, decode: Callable[[Any], Row]
    ) -> list[Slice[Row]]:
        groups: list[list[Any]] = [[] for _ in range(count)]
        for row in await self._run(statement):
            groups[row[-1] - 1].append(row)
        slices: list[Slice[Row]] = []
        decoded = 0
        for rows in groups:
            slices.append(sliced(rows, window, lambda row: decode(row[:-1])))
            decoded += len(rows)
            if decoded > DECODED_MAX:
                decoded = 0
                await asyncio.sleep(0)
        return slices

    async def _page(
        self, listing: Listing, where: Filters, order: Order, window: Window, decode: Callable[[Any], Row]
    ) -> Slice[Row]:
        asked = await self._asked(where)
        if not asked:
            return Slice([], more=False)
        statement = queries.page(Dialect.POSTGRESQL, listing, asked, order, window)
        return sliced(queries.distinct(listing, asked, await self._run(statement)), window, decode)

    async def _count(self, listing: Listing, where: Filters, count_max: int) -> Count:
        asked = await self._asked(where)
        if not asked:
            return Count(0, exact=True)
        statement = queries.count(Dialect.POSTGRESQL, listing, asked, count_max)
        return counted((await self._run(statement))[0][0], count_max)

    async def _asked(self, where: Filters) -> list[Conditions]:
        asked = alternatives(where)
        for conditions in asked:
            conditions.common = await self._is_common(conditions)
        return asked

    async def _is_common(self, conditions: Conditions) -> bool:
        """Whether the asked address has many deliveries. Once it has, it is not counted again: the list is the same either way."""
        address = conditions.addressed
        statement = queries.addressed_count(Dialect.POSTGRESQL, conditions)
        if address is None or statement is None:
            return False
        if address in self._common:
            return True
        common: bool = (await self._run(statement))[0][0] > queries.COMMON_ABOVE
        if common:
            if len(self._common) >= COMMON_KEPT_MAX:
                self._common.clear()
            self._common.add(address)
        return common


def _placed(rows: Sequence[Any], count: int, decode: Callable[[Any], Row]) -> list[Row | None]:
    found: list[Row | None] = [None] * count
    for row in rows:
        found[row[0] - 1] = decode(row)
    return found
