"""How quick a filled store answers: a point read, lists and statistics, one after the other."""

import time
from collections.abc import Awaitable, Callable, Sequence
from random import Random
from statistics import quantiles

from bench.events import START_S
from delivery.event import Received
from store.contract import Reader
from store.opening import open_reader
from store.questions import (
    Breakdown,
    DeliveryFilter,
    EventFilter,
    Interval,
    MessageFilter,
    Order,
    StatisticsFilter,
    Window,
)
from store.settings import StoreSettings

Reads = dict[str, tuple[float, float]]
"""p50 and p99 in µs of each read."""


async def measure_reads(settings: StoreSettings, events: Sequence[Received]) -> Reads:
    """p50 and p99 of each read."""
    reader = open_reader(settings)
    await reader.open()
    try:
        return {name: await _latency(count, read) for name, (count, read) in _reads(reader, events).items()}
    finally:
        await reader.close()


def _reads(reader: Reader, events: Sequence[Received]) -> dict[str, tuple[int, Callable[[], Awaitable[object]]]]:
    random = Random(8)
    ten, hundred = Window(limit=10), Window(limit=100)
    newest = Order.NEWEST_FIRST
    whole = StatisticsFilter(START_S * 1000, (START_S + 30 * 86_400) * 1000)

    async def point() -> None:
        tracking_id = random.choice(events).tracking_id or ""
        await reader.message_pages([tracking_id], 100, 10)

    def recipient() -> str:
        return random.choice(events).notification.rcpt_to or ""

    return {
        "point read": (2000, point),
        "100 messages": (200, lambda: reader.page_messages(MessageFilter(), newest, hundred)),
        "messages of a recipient": (200, lambda: reader.page_messages(MessageFilter(recipient=recipient()), newest, ten)),
        "messages of a domain": (
            50, lambda: reader.page_messages(MessageFilter(domain="example.org"), newest, hundred),
        ),
        "deliveries of a domain": (
            200, lambda: reader.page_deliveries(DeliveryFilter(domain="example.org"), newest, hundred),
        ),
        "statistics, 30 days": (50, lambda: reader.statistics(whole, Interval.DAY)),
        "statistics, 30 days by domain": (50, lambda: reader.statistics(whole, Interval.DAY, Breakdown.DOMAIN)),
        "events of a recipient": (200, lambda: reader.page_events(EventFilter(recipient=recipient()), newest, ten)),
        "events of a code": (200, lambda: reader.page_events(EventFilter(event_codes=(101,)), newest, hundred)),
    }  # fmt: skip


async def _latency(count: int, read: Callable[[], Awaitable[object]]) -> tuple[float, float]:
    for _ in range(10):
        await read()
    took = []
    for _ in range(count):
        before = time.perf_counter()
        await read()
        took.append((time.perf_counter() - before) * 1e6)
    cuts = quantiles(took, n=100)
    return cuts[49], cuts[98]
