"""How quick the store is, without Kafka: applying batches, then point reads and lists. One row a store.

    python -m bench.store [--events N] [--url postgresql://…]   (SQLite always runs; PostgreSQL where a url is given)

CPU is that of this process and, for a server on this machine, of all of the server's processes.
"""

import argparse
import asyncio
import gc
import os
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from random import Random
from statistics import quantiles

import asyncpg
import msgspec

from delivery.batch import Batch
from delivery.classification import shipped_classifier
from delivery.event import Received, build_event, read_event, request_headers
from delivery.notification import Notification
from ops.traffic import Traffic
from store.contract import DeliveryFilter, EventFilter, MessageFilter, Order, Reader, Window
from store.opening import open_reader, open_writer
from store.settings import StoreSettings

BATCH_EVENTS = 10_000
SPREAD_EVENTS = 60_000
"""How far apart in the topic the events of one message are at most: an open comes long after the delivery."""
START_S = 1_760_000_000
TICKS = os.sysconf("SC_CLK_TCK")


class Figures(msgspec.Struct):
    """What was measured of one store; rates in events/s, CPU in µs an event, latencies in µs."""

    store: str
    rate: float
    own_cpu: float
    server_cpu: float
    reads: dict[str, tuple[float, float]]


def make_events(count: int) -> list[Received]:
    """`count` events of made-up traffic, some 3.3 a message, the same ones each time."""
    random = Random(7)
    rows = list(Traffic(Random(7), START_S).rows(count))
    places = sorted(range(count), key=lambda place: place + random.random() * SPREAD_EVENTS)
    events = []
    for offset, place in enumerate(places):
        received_at = (START_S + offset) * 1000
        record = build_event(
            msgspec.convert(rows[place], Notification), received_at, request_headers(received_at, "bench")
        )
        events.append(read_event(record.value, record.headers, received_at, 0, offset))
    return events


async def measure(name: str, settings: StoreSettings, events: Sequence[Received]) -> Figures:
    """Applies the events in batches, then reads."""
    writer = open_writer(settings, shipped_classifier())
    await writer.open()
    claim = await writer.claim("smtp.notifications", [0], "bench")
    server = await _server_cpu(settings)
    own_before, server_before, before = time.process_time(), server(), time.perf_counter()
    for start in range(0, len(events), BATCH_EVENTS):
        part = list(events[start : start + BATCH_EVENTS])
        await writer.apply(claim, Batch(part, {0: start + len(part)}), START_S * 1000, {})
    took = time.perf_counter() - before
    own, of_server = time.process_time() - own_before, server() - server_before
    await writer.close()
    reader = open_reader(settings)
    await reader.open()
    reads = await measure_reads(reader, events)
    await reader.close()
    per_event = 1e6 / len(events)
    return Figures(name, len(events) / took, own * per_event, of_server * per_event, reads)


async def measure_reads(reader: Reader, events: Sequence[Received]) -> dict[str, tuple[float, float]]:
    """p50 and p99 of a point read and of lists, one after the other."""
    random = Random(8)
    ten, hundred = Window(limit=10), Window(limit=100)
    newest = Order.NEWEST_FIRST

    async def point() -> None:
        tracking_id = random.choice(events).tracking_id or ""
        await reader.messages([tracking_id])
        await reader.deliveries_of([tracking_id], hundred)
        await reader.events_of([(tracking_id, None)], newest, ten)

    def recipient() -> str:
        return random.choice(events).notification.rcpt_to or ""

    reads: dict[str, tuple[int, Callable[[], Awaitable[object]]]] = {
        "point read": (2000, point),
        "100 messages": (200, lambda: reader.page_messages(MessageFilter(), newest, hundred)),
        "messages of a recipient": (200, lambda: reader.page_messages(MessageFilter(recipient=recipient()), newest, ten)),
        "messages of a domain": (
            50, lambda: reader.page_messages(MessageFilter(domain="example.org"), newest, hundred),
        ),
        "deliveries of a domain": (
            200, lambda: reader.page_deliveries(DeliveryFilter(domain="example.org"), newest, hundred),
        ),
        "events of a recipient": (200, lambda: reader.page_events(EventFilter(recipient=recipient()), newest, ten)),
    }  # fmt: skip
    return {name: await _latency(count, read) for name, (count, read) in reads.items()}


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


async def _server_cpu(settings: StoreSettings) -> Callable[[], float]:
    """A clock of the CPU seconds that the server on this machine has used; 0 for SQLite and for servers elsewhere."""
    if not settings.url.startswith("postgres"):
        return lambda: 0.0
    connection = await asyncpg.connect(settings.url)
    backend = await connection.fetchval("select pg_backend_pid()")
    used = _children_cpu(backend)
    await connection.close()
    return used


def _children_cpu(backend: int) -> Callable[[], float]:
    try:
        postmaster = int(Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return lambda: 0.0

    def used() -> float:
        total = 0
        for status in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = status.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == postmaster:
                total += int(fields[11]) + int(fields[12])
        return total / TICKS

    return used


def print_table(rows: Sequence[Figures], count: int, messages: int) -> None:
    print(f"store: {count} events of {messages} tracking_ids, batches of {BATCH_EVENTS}; reads p50 / p99 in µs")
    print("| | " + " | ".join(row.store for row in rows) + " |")
    print("|---" * (len(rows) + 1) + "|")
    print("| apply, events/s | " + " | ".join(f"{row.rate:,.0f}" for row in rows) + " |")
    print(
        "| CPU µs/event, own + server | "
        + " | ".join(f"{row.own_cpu:.1f} + {row.server_cpu:.1f}" for row in rows)
        + " |"
    )
    for name in rows[0].reads:
        cells = (f"{row.reads[name][0]:,.0f} / {row.reads[name][1]:,.0f}" for row in rows)
        print(f"| {name} | " + " | ".join(cells) + " |")


async def run(count: int, url: str) -> None:
    events = make_events(count)
    gc.collect()
    gc.freeze()
    gc.disable()  # as the materializer does: views and events hold no cycles
    rows = []
    with tempfile.TemporaryDirectory() as directory:
        rows.append(await measure("SQLite", StoreSettings(url=f"sqlite:///{directory}/store.db"), events))
    if url:
        rows.append(await measure("PostgreSQL", StoreSettings(url=url), events))
    print_table(rows, count, len({event.tracking_id for event in events}))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.store", description=__doc__)
    parser.add_argument("--events", type=int, default=300_000)
    parser.add_argument("--url", default="", help="an empty PostgreSQL database")
    given = parser.parse_args(arguments)
    asyncio.run(run(given.events, given.url))


if __name__ == "__main__":
    main()
