"""The ceiling of this machine: the history's rows and how far they are, in one durable transaction a batch, and nothing else.

The same columns with the same bytes as the product's history, sorted by the same key under the same collation, in the same
batches, with the same settings of the database; a primary key and no other index, no views, no statistics, no announcing.
`python -m bench.ceiling` reads them from Kafka as the materializer does, until it is told to stop.
"""

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Protocol

import asyncpg
import msgspec

from bus.consumer import BatchConsumer
from bus.records import to_batch
from bus.settings import KafkaSettings
from delivery.classification import Classifier, shipped_classifier
from delivery.event import Received
from delivery.views import recipient_of
from store.columns import HISTORY_COLUMNS, HistoryRow, history_row
from store.postgresql.connection import connect as connect_postgresql
from store.settings import StoreSettings
from store.sqlite.connection import connect as connect_sqlite
from store.sqlite.connection import make_durable, transaction

_HISTORY = """
create table history (
    key text{collation} not null, tracked {boolean} not null, event_id {bytes} not null, occurred_at bigint not null,
    timeless {boolean} not null, received_at bigint not null, recipient text{collation} not null,
    domain text{collation} not null, kind text{collation} not null, event_code bigint, sender_id bigint,
    source text{collation} not null, topic_partition integer not null, topic_offset bigint not null, value {bytes} not null,
    primary key (key, occurred_at, event_id)
)"""
_OFFSETS = "create table offsets (topic_partition integer primary key, next_offset bigint not null)"
_ADVANCE = """
insert into offsets values ({}, {}) on conflict (topic_partition) do update set next_offset = excluded.next_offset"""
_SORTED = itemgetter(0, 3, 2)


class Plain(Protocol):
    """A plain store."""

    async def apply(self, events: Sequence[Received], next_offsets: Mapping[int, int]) -> None:
        """The batch's rows that are not there yet, and its offsets; on the disk on return."""

    async def close(self) -> None: ...


class Rows:
    """Rows of the history, each event's once: the ids that were there are kept in memory."""

    def __init__(self) -> None:
        self._classifier: Classifier = shipped_classifier()
        self._applied: set[bytes] = set()

    def of(self, events: Sequence[Received]) -> list[HistoryRow]:
        """The new rows of a batch in the order of their key."""
        rows = {
            row[2]: row
            for row in (
                history_row(event, recipient_of(event.notification), self._classifier.meaning(event.notification).kind)
                for event in events
            )
            if row[2] not in self._applied
        }
        self._applied.update(rows)
        return sorted(rows.values(), key=_SORTED)


class PlainPostgresql:
    """COPY, by the driver's own means."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._rows = Rows()

    async def apply(self, events: Sequence[Received], next_offsets: Mapping[int, int]) -> None:
        rows = self._rows.of(events)
        async with self._connection.transaction():
            await self._connection.copy_records_to_table("history", records=rows, columns=HISTORY_COLUMNS)
            await self._connection.executemany(_ADVANCE.format("$1", "$2"), list(next_offsets.items()))

    async def close(self) -> None:
        await self._connection.close()


class PlainSqlite:
    """INSERTs of many rows."""

    def __init__(self, path: Path, cache_bytes: int) -> None:
        self._connection = connect_sqlite(path, 5_000)
        make_durable(self._connection, cache_bytes)
        self._connection.execute(_HISTORY.format(bytes="blob", boolean="integer", collation=""))
        self._connection.execute(_OFFSETS)
        self._insert = f"insert into history values ({', '.join('?' * len(HISTORY_COLUMNS))})"
        self._rows = Rows()

    async def apply(self, events: Sequence[Received], next_offsets: Mapping[int, int]) -> None:
        await asyncio.to_thread(self._apply, self._rows.of(events), next_offsets)

    def _apply(self, rows: Sequence[HistoryRow], next_offsets: Mapping[int, int]) -> None:
        with transaction(self._connection):
            self._connection.executemany(self._insert, rows)
            self._connection.executemany(_ADVANCE.format("?", "?"), list(next_offsets.items()))

    async def close(self) -> None:
        self._connection.close()


async def open_plain(settings: StoreSettings) -> Plain:
    """A plain store in an empty database."""
    if not settings.url.startswith("postgres"):
        return PlainSqlite(Path(settings.url.removeprefix("sqlite:///")), settings.cache_bytes)
    connection = await connect_postgresql(settings)
    await connection.execute(_HISTORY.format(bytes="bytea", boolean="boolean", collation=' collate "C"'))
    await connection.execute(_OFFSETS)
    return PlainPostgresql(connection)


async def serve(kafka: KafkaSettings, settings: StoreSettings) -> None:
    """Takes all of the topic in, batch by batch, until SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    plain = await open_plain(settings)

    async def assigned(_partitions: list[int]) -> Mapping[int, int]:
        return {}

    async def revoked(_partitions: list[int]) -> None:
        return None

    async with BatchConsumer(kafka, kafka.notifications_topic, assigned, revoked, to_batch) as consumer:

        async def take() -> None:
            async for batch in consumer:
                await plain.apply(batch.events, batch.next_offsets)

        taking = asyncio.create_task(take())
        await asyncio.wait((taking, asyncio.create_task(stop.wait())), return_when=asyncio.FIRST_COMPLETED)
        if taking.done():
            taking.result()
        taking.cancel()
    await plain.close()


def main() -> None:
    """Settings as JSON in the one argument."""
    kafka, store = msgspec.json.decode(sys.argv[1], type=tuple[KafkaSettings, StoreSettings])
    gc.freeze()
    gc.disable()  # as the materializer does
    asyncio.run(serve(kafka, store))
    os._exit(0)


if __name__ == "__main__":
    main()
