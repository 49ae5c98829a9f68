"""A full disk and a database that is away stop the materializer in plain sight, and nothing is lost or doubled when they pass."""

import asyncio
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import httpx
import msgspec
import pytest

from bus.publisher import Publisher
from bus.settings import KafkaSettings
from delivery.event import build_event, request_headers
from delivery.notification import Notification
from ops.traffic import Traffic
from store.opening import open_reader
from store.settings import StoreSettings
from tests.contract.stores import Place, assert_is_fold
from tests.parts import postgresql
from tests.parts.disks import fill, small_disk
from tests.parts.processes import Part, running
from tests.whole.test_crashes import topic_events, wait_complete

NOW = 1_795_342_805_000
DEADLINE_S = 60.0
FEW, MANY = 300, 1_500


def consumers(kafka: KafkaSettings, store: StoreSettings, directory: Path) -> Part:
    settings: dict[str, Any] = {"retry_ms": 50, "idle_announce_ms": 50}
    return Part("consumers", {"kafka": kafka, "store": store, "consumers": settings}, directory / "consumers.log")


async def publish(kafka: KafkaSettings, seed: int, count: int) -> None:
    rows = Traffic(Random(seed), NOW // 1000).rows(count)
    headers = request_headers(NOW, "test")
    publisher = Publisher(kafka)
    await publisher.open()
    try:
        records = [build_event(msgspec.convert(row, Notification), NOW, headers) for row in rows]
        await publisher.publish(kafka.notifications_topic, records)
    finally:
        await publisher.close()


@pytest.fixture
def open_directory() -> Iterator[Path]:
    """A directory that the user who runs PostgreSQL can reach, too; pytest's own are private."""
    with tempfile.TemporaryDirectory(prefix="eds-disk-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def get(part: Part, path: str) -> httpx.Response:
    return httpx.get(f"{part.address}{path}", trust_env=False, timeout=10)


async def wait_until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not holds():
        assert time.monotonic() < deadline, f"{what} did not come"
        await asyncio.sleep(0.05)


async def wait_applied(kafka: KafkaSettings, store: StoreSettings) -> None:
    reader = open_reader(store)
    await reader.open()
    try:
        await wait_complete(kafka, reader)
    finally:
        await reader.close()


async def assert_stopped(part: Part, told: str) -> None:
    """It waits, and says for what: in /readyz, in the metrics and in the log."""
    await wait_until(lambda: told in get(part, "/readyz?verbose").text, f"[-]store with {told!r}")
    ready = get(part, "/readyz?verbose")
    assert ready.status_code == 503
    assert "[-]store: " in ready.text
    assert get(part, "/livez").status_code == 200
    metrics = get(part, "/metrics").text
    waits = next(line for line in metrics.splitlines() if line.startswith('eds_consumer_retries_total{part="store"}'))
    assert float(waits.split()[-1]) > 0
    assert any("store is away" in line["message"] for line in part.log_lines())


async def assert_went_on(part: Part, kafka: KafkaSettings, store: StoreSettings) -> None:
    """It needs no restart, and what it has is exact."""
    await wait_until(lambda: get(part, "/readyz").status_code == 200, "readiness")
    await wait_applied(kafka, store)
    await assert_is_fold(Place(store), await asyncio.to_thread(topic_events, kafka))


def largest(directory: Path) -> int:
    """The size of the store's largest file."""
    return max(path.stat().st_size for path in directory.glob("store.db*"))


@contextmanager
def limited(part: Part, bytes_max: int) -> Iterator[None]:
    """No file of the process may grow beyond this."""
    assert part.process is not None
    resource.prlimit(part.process.pid, resource.RLIMIT_FSIZE, (bytes_max, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        infinite = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        resource.prlimit(part.process.pid, resource.RLIMIT_FSIZE, infinite)


@pytest.mark.anyio
async def test_sqlite_on_a_full_disk(topics: KafkaSettings, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    with small_disk(disk, 24) as mounted:
        if not mounted:
            return  # the next test has what can be had without rights
        store = StoreSettings(url=f"sqlite:///{disk}/store.db")
        with running(consumers(topics, store, tmp_path)) as part:
            await publish(topics, 1, FEW)
            await wait_applied(topics, store)
            filler = fill(disk, 100_000)
            await publish(topics, 2, MANY)
            await assert_stopped(part, "full")
            filler.unlink()
            await assert_went_on(part, topics, store)
            assert part.end() == 0


@pytest.mark.anyio
async def test_sqlite_whose_file_may_not_grow(topics: KafkaSettings, tmp_path: Path) -> None:
    store = StoreSettings(url=f"sqlite:///{tmp_path}/store.db")
    with running(consumers(topics, store, tmp_path)) as part:
        await publish(topics, 1, FEW)
        await wait_applied(topics, store)
        with limited(part, largest(tmp_path) + 50_000):
            await publish(topics, 2, MANY)
            await assert_stopped(part, "disk")
        await assert_went_on(part, topics, store)
        assert part.end() == 0


@pytest.mark.anyio
async def test_postgresql_on_a_full_disk_and_while_it_is_restarted(
    topics: KafkaSettings, tmp_path: Path, open_directory: Path
) -> None:
    disk = open_directory / "disk"
    with small_disk(disk, 200) as mounted, postgresql.own(data=disk / "data") as server:
        store = StoreSettings(url=server.dsn)
        with running(consumers(topics, store, tmp_path)) as part:
            await publish(topics, 1, FEW)
            await wait_applied(topics, store)
            if mounted:
                filler = fill(disk, 200_000)
                await publish(topics, 2, MANY)
                await assert_stopped(part, "No space left on device")
                filler.unlink()
                await assert_went_on(part, topics, store)
            await asyncio.to_thread(server.stop)
            await publish(topics, 3, FEW)
            await assert_stopped(part, "Connect call failed")
            await asyncio.to_thread(server.start)
            await assert_went_on(part, topics, store)
            assert part.end() == 0
