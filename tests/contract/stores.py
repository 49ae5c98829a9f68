"""One store under test, whichever database it is: its settings, both of its sides, and a look at its raw rows."""

import json
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import msgspec

from delivery.batch import Batch
from delivery.classification import shipped_classifier
from delivery.event import Received, view_text
from delivery.state import distinct, fold
from delivery.views import Delivery, Message, Views, domain_of, encode_view, recipient_of
from store.columns import key_text
from store.contract import Applied, Claim, Reader, Writer
from store.opening import open_reader, open_writer
from store.postgresql.connection import READER_SETTINGS
from store.questions import Order, Window
from store.settings import StoreSettings
from store.sqlite.connection import connect
from store.sqlite.pointer import Pointer

STEPS = 50  # of SQLite's machine between two looks at them
TOPIC = "smtp.notifications"
NOW = 1_760_000_100_000
ALL = Window(limit=1_000_000)


class Place(msgspec.Struct, frozen=True):
    """Where a store is, and how to look into it behind the contract's back."""

    settings: StoreSettings

    @property
    def is_sqlite(self) -> bool:
        return self.settings.url.startswith("sqlite")

    async def query(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Rows of a statement, over a connection of its own."""
        if self.is_sqlite:
            connection = connect(Pointer(Path(self.settings.url.removeprefix("sqlite:///"))).path(), 5_000)
            try:
                return connection.execute(sql, parameters).fetchall()
            finally:
                connection.close()
        server = await asyncpg.connect(self.settings.url)
        try:
            return [tuple(row) for row in await server.fetch(sql, *parameters)]
        finally:
            await server.close()

    async def holding(self, text: str) -> list[str]:
        """The columns of all tables in which this text stands somewhere, in any case."""
        if self.is_sqlite:
            found = []
            for path in (Pointer(Path(self.settings.url.removeprefix("sqlite:///"))).path(),):
                connection = connect(path, 5_000)
                tables = connection.execute("select name from sqlite_master where type = 'table'").fetchall()
                for (table,) in tables:
                    for row in connection.execute(f"pragma table_info({table})").fetchall():
                        test = f"instr(lower(cast({row[1]} as text)), ?) > 0"
                        if connection.execute(f"select 1 from {table} where {test}", (text.lower(),)).fetchone():
                            found.append(f"{table}.{row[1]}")
                connection.close()
            return found
        columns = await self.query(
            "select table_name, column_name, data_type from information_schema.columns where table_schema = current_schema()"
        )
        found = []
        for table, column, kind in columns:
            shown = f"encode({column}, 'escape')" if kind == "bytea" else f"{column}::text"
            if await self.query(
                f"select 1 from {table} where position($1 in lower({shown})) > 0 limit 1", [text.lower()]
            ):
                found.append(f"{table}.{column}")
        return found

    async def explain(self, sql: str, parameters: Sequence[object]) -> list[str]:
        """The plan's lines, as a reader's session would have it."""
        if self.is_sqlite:
            return [row[3] for row in await self.query(sql, parameters)]
        server = await asyncpg.connect(self.settings.url, server_settings=READER_SETTINGS)
        try:
            return [row[0] for row in await server.fetch(sql, *parameters)]
        finally:
            await server.close()

    async def cost(self, sql: str, parameters: Sequence[object]) -> int:
        """What a reader's statement costs: the rows that PostgreSQL touches, or the steps that SQLite's machine takes."""
        if self.is_sqlite:
            connection = connect(Pointer(Path(self.settings.url.removeprefix("sqlite:///"))).path(), 5_000)
            steps = 0

            def count() -> bool:
                nonlocal steps
                steps += STEPS
                return False

            connection.set_progress_handler(count, STEPS)
            try:
                connection.execute(sql, parameters).fetchall()
            finally:
                connection.close()
            return steps
        explained = await self.explain(f"explain (analyze, format json) {sql}", parameters)
        (plan,) = json.loads("\n".join(explained))
        return _rows_touched(plan["Plan"])

    @asynccontextmanager
    async def writer(self) -> AsyncIterator[Writer]:
        writer = open_writer(self.settings, shipped_classifier())
        try:
            await writer.open()
            yield writer
        finally:
            await writer.close()

    @asynccontextmanager
    async def reader(self) -> AsyncIterator[Reader]:
        reader = open_reader(self.settings)
        try:
            await reader.open()
            yield reader
        finally:
            await reader.close()

    async def empty(self) -> None:
        """Removes all rows, so that one schema serves many examples."""
        tables = ["messages", "deliveries", "history", "offsets", "statistics", "announcements"]
        for table in ("erasures", "erasure_key"):
            await self.query(f"delete from {table}")
        if not self.is_sqlite:
            tables.append("statistics_added")
        # A truncate would make new files for each of the history's partitions and of their indexes.
        deletions = [f"delete from {table}" for table in tables]
        if self.is_sqlite:
            for deletion in deletions:
                await self.query(deletion)
            await self.query("update retention set horizon = null")
        else:
            gone = ", ".join(f"gone_{number} as ({deletion})" for number, deletion in enumerate(deletions))
            await self.query(f"with {gone} update retention set horizon = null")


def _rows_touched(node: dict[str, Any]) -> int:
    """The rows that a plan's leaves read, those that were then left out among them."""
    below = node.get("Plans", ())
    if below:
        return sum(map(_rows_touched, below))
    removed = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    return int((node["Actual Rows"] + removed) * node["Actual Loops"])


async def apply_all(writer: Writer, claim: Claim, batches: Sequence[Batch]) -> list[Applied]:
    return [await writer.apply(claim, batch, NOW, {}) for batch in batches]


async def assert_is_fold(place: Place, events: Sequence[Received], counted: Sequence[Received] | None = None) -> None:
    """The store holds exactly the fold of the events: the same bytes, the same history, nothing else; and counts of `counted`."""
    await assert_views(place, events)
    await assert_counted(place, events if counted is None else counted)


async def assert_views(place: Place, events: Sequence[Received]) -> None:
    """The same without counts: erased events go on being counted."""
    views = fold(events, shipped_classifier())
    messages = {state for (state,) in await place.query("select state from messages")}
    assert messages == {encode_view(each.message).decode() for each in views.values()}
    deliveries = {state for (state,) in await place.query("select state from deliveries")}
    expected = {encode_view(delivery).decode() for each in views.values() for delivery in each.deliveries.values()}
    assert deliveries == expected
    await _assert_history(place, events)
    await _assert_columns(place, views)


Counted = tuple[str, str, int, str, str, str]


def naive_counts(events: Sequence[Received]) -> Counter[Counted]:
    """The statistics' rows as (span, dimension, bucket, value, sender, kind), counted event by event."""
    counts: Counter[Counted] = Counter()
    for event in distinct(events):
        meaning = shipped_classifier().meaning(event.notification)
        sender_id, at = event.notification.sender_id, event.occurred_at
        domain = key_text(domain_of(recipient_of(event.notification)))
        dimensions = [("", ""), ("domain", domain), ("source", key_text(view_text(event.source)))]
        if meaning.classification is not None:
            category = meaning.classification.category
            codes = (meaning.enhanced_code, event.notification.resp_code, event.notification.event_code)
            code = next((str(one) for one in codes if one is not None), "")
            refusal = json.dumps([domain, category, code], ensure_ascii=False, separators=(",", ":"))
            dimensions += [("category", category), ("refusal", refusal)]
        for dimension, value in dimensions:
            for span, length in (("hour", 3_600_000), ("day", 86_400_000)):
                if dimension == "refusal" and span == "day":
                    continue
                sender = "" if sender_id is None else str(sender_id)
                counts[span, dimension, at - at % length, value, sender, meaning.kind.value] += 1
    return counts


async def assert_counted(place: Place, events: Sequence[Received]) -> None:
    """The statistics are the count of the distinct events."""
    assert await counts_of(place) == dict(naive_counts(events))


async def counts_of(place: Place) -> dict[Counted, int]:
    """The statistics' rows, what is not summed up yet among them."""
    sources = ("statistics",) if place.is_sqlite else ("statistics", "statistics_added")
    found: Counter[Counted] = Counter()
    for source in sources:
        for *key, total in await place.query(f"select * from {source}"):
            found[tuple(key)] += total
    return {key: total for key, total in found.items() if total}


async def _assert_history(place: Place, events: Sequence[Received]) -> None:
    expected: dict[tuple[str | None, str], int] = {}
    for event in events:
        key = (event.tracking_id, event.id)
        expected[key] = min(event.occurred_at, expected.get(key, event.occurred_at))
    async with place.reader() as reader:
        wanted = [(tracking_id or "", identity) for tracking_id, identity in expected]
        found = await reader.events(wanted)
    values = {(event.tracking_id, event.id): event.value for event in events}
    for (key, occurred_at), row in zip(expected.items(), found, strict=True):
        assert row is not None
        assert ((row.tracking_id, row.id), row.occurred_at, row.value) == (key, occurred_at, values[key])
    assert await place.query("select count(*) from history") == [(len(expected),)]


async def _assert_columns(place: Place, views: dict[str, Views]) -> None:
    """The columns beside a state say what the state says."""
    async with place.reader() as reader:
        wanted: list[Message] = [each.message for each in views.values()]
        assert await reader.messages([message.tracking_id for message in wanted]) == wanted
        deliveries: list[Delivery] = [each for view in views.values() for each in view.deliveries.values()]
        assert await reader.deliveries([(each.tracking_id, each.recipient) for each in deliveries]) == deliveries
        slices = await reader.deliveries_of([message.tracking_id for message in wanted], Order.NEWEST_FIRST, ALL)
        for view, rows in zip(views.values(), slices, strict=True):
            expected = sorted(view.deliveries.values(), key=lambda each: (each.last_event_at, each.recipient[:200]))
            assert rows.rows == expected[::-1]
        histories = await reader.events_of([(message.tracking_id, None) for message in wanted], Order.OLDEST_FIRST, ALL)
        for message, history in zip(wanted, histories, strict=True):
            assert len(history.rows) == message.revision
            assert history.rows == sorted(history.rows, key=lambda row: (row.occurred_at, row.id))
