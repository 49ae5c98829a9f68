"""A rebuild beside live consumers: nothing is lost, readers see no error and nothing older, and what changed is announced."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import orjson
import pytest

from bus.publisher import Publisher
from bus.settings import KafkaSettings
from delivery.classification import shipped_classifier
from delivery.event import Record, build_event, request_headers
from delivery.notification import Notification
from delivery.state import fold
from ops.traffic import Traffic
from store.contract import Reader
from store.opening import open_reader
from store.settings import StoreSettings
from tests.consumers.test_materializer import consumers
from tests.contract.stores import Place
from tests.parts.processes import environment, running
from tests.whole.test_crashes import assert_announced, assert_exact, topic_events, wait_complete

pytestmark = pytest.mark.anyio

NOW = 1_795_342_805_000


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "sqlite":
        return Place(StoreSettings(url=f"sqlite:///{tmp_path / 'store.db'}"))
    return Place(StoreSettings(url=request.getfixturevalue("database")))


def records(count: int, seed: int) -> list[Record]:
    rows = Traffic(Random(seed), NOW // 1000, prefix=f"s{seed}-", duplicates=0.1).rows(count)
    return [
        build_event(msgspec.convert(row, Notification), NOW + number, request_headers(NOW + number, "test"))
        for number, row in enumerate(rows)
    ]


async def publish(kafka: KafkaSettings, given: Sequence[Record]) -> None:
    publisher = Publisher(kafka)
    await publisher.open()
    try:
        for start in range(0, len(given), 500):
            await publisher.publish(kafka.notifications_topic, given[start : start + 500])
    finally:
        await publisher.close()


class Told(msgspec.Struct):
    status: int
    out: bytes
    err: str

    @property
    def outcome(self) -> Any:
        return orjson.loads(self.out)


def command(kafka: KafkaSettings, store: StoreSettings, *arguments: str, **sections: Any) -> subprocess.Popen[bytes]:
    """`eds` with these arguments, running."""
    return subprocess.Popen(
        [sys.executable, "-m", "ops", *arguments],
        env=environment({"kafka": kafka, "store": store, **sections}),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


async def eds(kafka: KafkaSettings, store: StoreSettings, *arguments: str, **sections: Any) -> Told:
    process = command(kafka, store, *arguments, **sections)
    out, err = await asyncio.to_thread(process.communicate, None, 60)
    return Told(process.returncode, out, err.decode())


@asynccontextmanager
async def watched(reader: Reader, ids: Sequence[str]) -> AsyncIterator[list[int]]:
    """Reads these messages over and over: no error, and no revision that falls. Gives how many reads there were."""
    reads = [0]

    async def watch() -> None:
        seen: dict[str, int] = {}
        while True:
            for page in await reader.message_pages(ids, 100, 1000):
                if page is not None:
                    message = page.message
                    assert message.revision >= seen.get(message.tracking_id, 0)
                    assert len(page.events.rows) == message.revision  # of one generation, in one state
                    seen[message.tracking_id] = message.revision
            reads[0] += 1
            await asyncio.sleep(0)

    watching = [asyncio.create_task(watch()) for _ in range(2)]
    try:
        yield reads
        for task in watching:
            assert not task.done() or task.result() is None
    finally:
        for task in watching:
            task.cancel()
        for task in watching:
            with suppress(asyncio.CancelledError):
                await task


@pytest.mark.parametrize("source", ["history", "topic"])
async def test_views_are_rebuilt_while_events_come_and_are_read(
    topics: KafkaSettings, place: Place, tmp_path: Path, source: str
) -> None:
    small = msgspec.structs.replace(topics, batch_events_max=200)
    first, later = records(2_000, 1), records(4_000, 2)
    await publish(topics, first)
    with running(consumers(small, place.settings, tmp_path)):
        reader = open_reader(place.settings)
        await reader.open()
        await wait_complete(topics, reader, announced=False)
        ids = list(dict.fromkeys((record.key or b"").decode() for record in later))[:50]
        async with watched(reader, ids) as reads:
            coming = asyncio.create_task(publish(topics, later))
            told = await eds(topics, place.settings, "rebuild", "--from", source, "--yes", "--json")
            before = reads[0]
            await coming
            await wait_complete(topics, reader)
        assert told.status == 0, told.err
        assert (told.outcome["swapped"], told.outcome["changed"]) == (True, 0)
        assert before > 0
        events = await asyncio.to_thread(topic_events, topics)
        expected = fold(events, shipped_classifier())
        await assert_exact(reader, events, expected)
        await asyncio.to_thread(assert_announced, topics, expected)
        await reader.close()
    verified = await eds(topics, place.settings, "verify", "--all", "--json")
    assert verified.status == 0, verified.err
    assert verified.outcome["messages"] == len(expected)
