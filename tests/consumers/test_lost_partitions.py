"""Partitions that the group gave away unheard, as while Kafka was gone: their old claim must not stop the next membership."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from bus.settings import KafkaSettings
from consumers.server import serve
from consumers.settings import ConsumersSettings
from delivery.classification import shipped_classifier
from store.contract import Claim
from store.opening import open_letters, open_reader
from store.settings import StoreSettings
from store.sqlite.writer import SqliteWriter
from tests.consumers.test_materializer import publish, record
from tests.whole.test_crashes import wait_complete

LOST = 99


class Losing(SqliteWriter):
    """A store whose first claim has one partition more, which another process owns by now."""

    claims = 0

    async def claim(self, topic: str, partitions: Sequence[int], owner: str) -> Claim:
        claim = await super().claim(topic, partitions, owner)
        self.claims += 1
        return claim if self.claims > 1 else msgspec.structs.replace(claim, epochs=claim.epochs | {LOST: 1})


@asynccontextmanager
async def serving(kafka: KafkaSettings, writer: SqliteWriter, store: StoreSettings) -> AsyncIterator[None]:
    stop = asyncio.Event()
    work = asyncio.create_task(
        serve(
            ConsumersSettings(port=0, retry_ms=50, idle_announce_ms=50), kafka, writer, open_letters(store),
            stop=stop, started=lambda _line: None, beside=lambda _metrics, _held: (),
        )
    )  # fmt: skip
    try:
        yield
    finally:
        stop.set()
        await work


@pytest.mark.anyio
async def test_the_next_membership_begins_without_them(topics: KafkaSettings, tmp_path: Path) -> None:
    store = StoreSettings(url=f"sqlite:///{tmp_path}/store.db")
    writer = Losing(store, tmp_path / "store.db", shipped_classifier())
    async with serving(topics, writer, store):
        await publish(topics, record("t-1"))
        reader = open_reader(store)
        await reader.open()
        await wait_complete(topics, reader, seconds_max=30)
        await reader.close()
    assert writer.claims > 1
