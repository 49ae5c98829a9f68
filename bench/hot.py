"""A hot tracking_id, in counted work: what each batch reads and writes of it must not grow with what came before.

    python -m bench hot

100,000 events of one delivery, and 10,000 recipients of one message with ten events each, in batches of 10,000, into both stores.
Counted are the database's statements, views that are read, and rows that are written; no second is looked at. It fails where a
batch costs more than those before it.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from unittest.mock import patch

import msgspec

import store.arranging
import store.plan
import store.postgresql.writer
import store.sqlite.writer
from bench import table
from bench.events import START_S, make_message
from bench.options import Options
from bench.places import fresh
from delivery.batch import Batch
from delivery.classification import shipped_classifier
from delivery.event import Received
from delivery.views import decode_delivery
from store.opening import open_writer
from store.postgresql.connection import connect as connect_server
from store.sqlite.connection import connect as connect_file

EVENTS = 100_000
RECIPIENTS = 10_000
BATCHES = 10
SELDOM = 10  # statements


class Work(msgspec.Struct):
    """What one batch took."""

    statements: int = 0
    views_read: int = 0
    rows_written: int = 0


class Counter:
    """Counts the work of the writers that are opened within `counting`."""

    def __init__(self) -> None:
        self._work = Work()

    def taken(self) -> Work:
        work, self._work = self._work, Work()
        return work

    @asynccontextmanager
    async def counting(self) -> AsyncIterator[None]:
        merge_all = store.plan.merge_all

        def decoding(state: str) -> object:
            self._work.views_read += 1
            return decode_delivery(state)

        def merging(*given: Any) -> Any:
            for writes in merge_all(*given):
                rows: tuple[list[Any], ...] = (
                    writes.new_deliveries,
                    writes.changed_deliveries,
                    writes.history,
                    writes.new_messages,
                    writes.changed_messages,
                )
                self._work.rows_written += sum(map(len, rows))
                yield writes

        async def connecting(*given: Any) -> Any:
            connection = await connect_server(*given)
            connection.add_query_logger(self._note)
            return connection

        def opening(*given: Any) -> Any:
            connection = connect_file(*given)
            connection.set_trace_callback(self._note)
            return connection

        with (
            patch.object(store.arranging, "decode_delivery", decoding), patch.object(store.plan, "merge_all", merging),
            patch.object(store.postgresql.writer, "connect", connecting), patch.object(store.sqlite.writer, "connect", opening),
        ):  # fmt: skip
            yield

    def _note(self, _statement: object) -> None:
        self._work.statements += 1


async def measure(url: str, events: list[Received]) -> list[Work]:
    """What each batch took."""
    counter, size = Counter(), len(events) // BATCHES
    async with fresh(url) as settings, counter.counting():
        writer = open_writer(settings, shipped_classifier())
        await writer.open()
        claim = await writer.claim("smtp.notifications", [0], "bench")
        # The history's partition is made with the first batch that needs it, which is then taken again.
        await writer.apply(claim, Batch(make_message(1, 1), {0: 0}), START_S * 1000, {})
        works = []
        counter.taken()
        for start in range(0, len(events), size):
            await writer.apply(claim, Batch(events[start : start + size], {0: start + size}), START_S * 1000, {})
            works.append(counter.taken())
        await writer.close()
    return works


def run(options: Options) -> None:
    """One table."""
    shapes = {
        "one delivery, 100,000 events": make_message(1, EVENTS),
        "10,000 recipients, ten events each": make_message(RECIPIENTS, EVENTS // RECIPIENTS),
    }
    rows = []
    for name, events in shapes.items():
        for place, url in (("SQLite", ""), ("PostgreSQL", options.postgresql)):
            works = asyncio.run(measure(url, events))
            rows.append([name, place, *(_told(work) for work in (works[0], works[1], works[-1]))])
            dearer = [work for work in works[2:] if _is_dearer(work, works[1])]
            if dearer:
                raise RuntimeError(f"{name} in {place}: {dearer[0]} is more than {works[1]}")
    head = ["", "", "first batch", "second batch", "last batch"]
    table.show("statements · views read · rows written, in batches of 10,000 events", head, rows)


def _told(work: Work) -> str:
    return f"{work.statements:,} · {work.views_read:,} · {work.rows_written:,}"


def _is_dearer(work: Work, before: Work) -> bool:
    """By more than what is done now and then, such as the sum of the statistics."""
    return (
        work.statements > before.statements + SELDOM
        or work.views_read > before.views_read
        or work.rows_written > before.rows_written
    )
