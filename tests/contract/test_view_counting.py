"""The view's messages are counted by their status, by whoever holds the first partition, and not while the store is away."""

import asyncio
from collections.abc import Callable

import pytest

from consumers import view_counting
from consumers.metrics import Metrics
from consumers.view_counting import count, keep_counting
from delivery.batch import Batch
from delivery.notification import Notification
from store.opening import open_reader
from tests.contract.stores import NOW, TOPIC, Place, apply_all
from tests.histories import START_MS, received

pytestmark = pytest.mark.anyio
LABELS = ("bounced", "delivered", "bounced", "opened")


async def test_messages_are_counted_by_status(place: Place) -> None:
    metrics = Metrics()
    events = [
        received(Notification(tracking_id=f"m-{number}", event_label=label), START_MS, number)
        for number, label in enumerate(LABELS)
    ]
    async with place.writer() as writer:
        claim = await writer.claim(TOPIC, [0], "test")
        await apply_all(writer, claim, [Batch(events, {0: 4})])
        async with place.reader() as reader:
            await count(reader, metrics)
    assert {status: told(metrics, status) for status in ("unknown", "queued", "deferred", "delivered", "bounced")} == {
        "unknown": 1, "queued": 0, "deferred": 0, "delivered": 1, "bounced": 2,
    }  # fmt: skip
    assert metrics.registry.get_sample_value("eds_view_last_applied_timestamp_seconds") == NOW / 1000


async def test_who_loses_the_first_partition_counts_no_more(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view_counting, "PAUSE_TIMES", 0)
    metrics, held = Metrics(), {1: 0}
    counting = asyncio.create_task(
        keep_counting(lambda: open_reader(place.settings), lambda: held, metrics, every_s=0.01, look_every_s=0.01)
    )
    async with place.writer():
        await asyncio.sleep(0.05)
        assert told(metrics, "bounced") is None
        held[0] = 0
        await until(lambda: told(metrics, "bounced") == 0)
        del held[0]
        await until(lambda: told(metrics, "bounced") is None)
    counting.cancel()
    await asyncio.gather(counting, return_exceptions=True)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not holds():  # noqa: ASYNC110 - what we wait for is on the other side of a socket
            await asyncio.sleep(0.01)


def told(metrics: Metrics, status: str) -> float | None:
    return metrics.registry.get_sample_value("eds_view_messages", {"status": status})
