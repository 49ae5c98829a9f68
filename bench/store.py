"""How quick the store is, without Kafka: applying batches beside a plain load of the same rows, then point reads and lists.

    python -m bench.store [--events N] [--rounds N] [--url postgresql://…]   (SQLite always runs; PostgreSQL where a url is given)

Two orders of the same events: as senders send them (ops/traffic.py: a message's events come close together), and spread, where
nearly each event changes a view on its own. The ceiling is the history alone, sorted, in the same batches: a COPY or an insert,
offsets, nothing else. Contenders take turns, so that a busy machine is busy for all of them. CPU is that of this process and,
for a server on this machine, of all of the server's processes.
"""

import argparse
import asyncio
import gc
import os
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from operator import itemgetter
from pathlib import Path
from random import Random
from statistics import median, quantiles
from urllib.parse import urlsplit

import asyncpg
import msgspec

from delivery.batch import Batch
from delivery.classification import shipped_classifier
from delivery.event import Received, build_event, read_event, request_headers
from delivery.notification import Notification
from ops.traffic import Traffic
from store.contract import (
    Breakdown,
    DeliveryFilter,
    EventFilter,
    Interval,
    MessageFilter,
    Order,
    StatisticsFilter,
    Window,
)
from store.opening import open_reader, open_writer
from store.settings import StoreSettings
from store.sqlite_connection import connect, make_durable, transaction

BATCH_EVENTS = 10_000
SPREAD_EVENTS = 60_000
"""How far apart in the topic the events of one message are at most, in the spread order."""
START_S = 1_760_000_000
TICKS = os.sysconf("SC_CLK_TCK")
SHAPES = {"10,000 recipients of one message": (10_000, 3), "one delivery, all its events": (1, 30_000)}

Apply = Callable[[StoreSettings, Sequence[Received]], Awaitable["Cost"]]
Reads = dict[str, tuple[float, float]]


class Cost(msgspec.Struct, frozen=True):
    """What a load cost: the rate in events/s, CPU in µs an event."""

    rate: float
    own_cpu: float
    server_cpu: float

    @property
    def cpu(self) -> float:
        return self.own_cpu + self.server_cpu


class Meter:
    """Measures what happens within `async with`."""

    def __init__(self, settings: StoreSettings, count: int) -> None:
        self._settings = settings
        self._count = count
        self.cost = Cost(0, 0, 0)

    async def __aenter__(self) -> "Meter":
        self._server = await _server_cpu(self._settings)
        self._before = time.perf_counter(), time.process_time(), self._server()
        return self

    async def __aexit__(self, *_: object) -> None:
        took, own, server = time.perf_counter(), time.process_time(), self._server()
        per_event = 1e6 / self._count
        self.cost = Cost(
            self._count / (took - self._before[0]),
            (own - self._before[1]) * per_event,
            (server - self._before[2]) * per_event,
        )


def make_events(count: int) -> list[Received]:
    """`count` events of made-up traffic in the order of their senders, some 3.3 a message, the same ones each time."""
    return [_event(row, offset) for offset, row in enumerate(Traffic(Random(7), START_S).rows(count))]


def spread(events: Sequence[Received]) -> list[Received]:
    """The same events, those of a message far apart."""
    random = Random(7)
    places = sorted(range(len(events)), key=lambda place: place + random.random() * SPREAD_EVENTS)
    return [msgspec.structs.replace(events[place], offset=offset) for offset, place in enumerate(places)]


def make_message(recipients: int, events: int) -> list[Received]:
    """One message with so many recipients, and so many events of each."""
    rows = (
        {"tracking_id": "one", "rcpt_to": f"r{who}@example.org", "event_code": 107, "time_finished": START_S + number}
        for number in range(events)
        for who in range(recipients)
    )
    return [_event(row, offset) for offset, row in enumerate(rows)]


def _event(row: dict[str, object], offset: int) -> Received:
    received_at = (START_S + offset) * 1000
    record = build_event(msgspec.convert(row, Notification), received_at, request_headers(received_at, "bench"))
    return read_event(record.value, record.headers, received_at, 0, offset)


def _parts(events: Sequence[Received]) -> list[list[Received]]:
    return [list(events[start : start + BATCH_EVENTS]) for start in range(0, len(events), BATCH_EVENTS)]


async def apply_product(settings: StoreSettings, events: Sequence[Received]) -> Cost:
    """The store itself."""
    writer = open_writer(settings, shipped_classifier())
    await writer.open()
    claim = await writer.claim("smtp.notifications", [0], "bench")
    async with Meter(settings, len(events)) as meter:
        applied = 0
        for part in _parts(events):
            applied += len(part)
            await writer.apply(claim, Batch(part, {0: applied}), START_S * 1000, {})
    await writer.close()
    return meter.cost


PLAIN = """
create table history (
    key text{collation} not null, occurred_at bigint not null, event_id {bytes} not null, received_at bigint not null,
    recipient text not null, source text not null, topic_offset bigint not null, value {bytes} not null,
    primary key (key, occurred_at, event_id)
)"""


def _plain_rows(part: Sequence[Received]) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = [
        (
            event.tracking_id or event.id, event.occurred_at, bytes.fromhex(event.id), event.received_at,
            event.notification.rcpt_to or "", event.source, event.offset, event.value,
        )
        for event in part
    ]  # fmt: skip
    rows.sort(key=itemgetter(0, 1, 2))
    return rows


async def load_plainly(settings: StoreSettings, events: Sequence[Received]) -> Cost:
    """The ceiling of this machine: sorted rows of the history, and the offset, in one transaction a batch."""
    if not settings.url.startswith("postgres"):
        return await _insert_plainly(settings, events)
    connection = await asyncpg.connect(settings.url)
    try:
        await connection.execute(PLAIN.format(bytes="bytea", collation=' collate "C"'))
        await connection.execute("create table offsets (next_offset bigint); insert into offsets values (0)")
        async with Meter(settings, len(events)) as meter:
            applied: set[str] = set()
            for part in _parts(events):
                fresh = [event for event in {event.id: event for event in part}.values() if event.id not in applied]
                applied.update(event.id for event in fresh)
                async with connection.transaction():
                    await connection.copy_records_to_table("history", records=_plain_rows(fresh))
                    await connection.execute("update offsets set next_offset = $1", part[-1].offset + 1)
    finally:
        await connection.close()
    return meter.cost


async def _insert_plainly(settings: StoreSettings, events: Sequence[Received]) -> Cost:
    connection = connect(Path(settings.url.removeprefix("sqlite:///")), 5_000)
    try:
        make_durable(connection, settings.cache_bytes)
        connection.execute(PLAIN.format(bytes="blob", collation=""))
        connection.execute("create table offsets (next_offset integer)")
        connection.execute("insert into offsets values (0)")
        async with Meter(settings, len(events)) as meter:
            for part in _parts(events):
                with transaction(connection):
                    connection.executemany(
                        "insert or ignore into history values (?, ?, ?, ?, ?, ?, ?, ?)", _plain_rows(part)
                    )
                    connection.execute("update offsets set next_offset = ?", (part[-1].offset + 1,))
    finally:
        connection.close()
    return meter.cost


async def measure_reads(settings: StoreSettings, events: Sequence[Received]) -> Reads:
    """p50 and p99 of a point read and of lists, one after the other."""
    reader = open_reader(settings)
    await reader.open()
    random = Random(8)
    ten, hundred = Window(limit=10), Window(limit=100)
    newest = Order.NEWEST_FIRST

    async def point() -> None:
        tracking_id = random.choice(events).tracking_id or ""
        await reader.message_pages([tracking_id], 100, 10)

    def recipient() -> str:
        return random.choice(events).notification.rcpt_to or ""

    whole = StatisticsFilter(START_S * 1000, (START_S + 30 * 86_400) * 1000)
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
        "statistics, 30 days": (50, lambda: reader.statistics(whole, Interval.DAY)),
        "statistics, 30 days by domain": (50, lambda: reader.statistics(whole, Interval.DAY, Breakdown.DOMAIN)),
        "events of a recipient": (200, lambda: reader.page_events(EventFilter(recipient=recipient()), newest, ten)),
    }  # fmt: skip
    try:
        return {name: await _latency(count, read) for name, (count, read) in reads.items()}
    finally:
        await reader.close()


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
    postmaster = _parent(backend)
    await connection.close()
    return lambda: _children_cpu(postmaster)


def _parent(process: int) -> int | None:
    try:
        return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return None


def _children_cpu(postmaster: int | None) -> float:
    total = 0
    if postmaster is None:
        return 0.0
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(status.parent.name) == postmaster:
            total += int(fields[13]) + int(fields[14])  # of its children that have ended
        if int(fields[1]) == postmaster:
            total += int(fields[11]) + int(fields[12])
    return total / TICKS


@asynccontextmanager
async def fresh(url: str) -> AsyncIterator[StoreSettings]:
    """An empty store: a file, or a database of its own on the server."""
    if not url:
        with tempfile.TemporaryDirectory() as directory:
            yield StoreSettings(url=f"sqlite:///{directory}/store.db")
        return
    name = f"bench_{os.getpid()}_{time.monotonic_ns()}"
    server = await asyncpg.connect(url)
    try:
        await server.execute("checkpoint")  # so that one contender doesn't pay for the one before
        await server.execute(f"create database {name}")
        try:
            yield StoreSettings(url=urlsplit(url)._replace(path=f"/{name}").geturl())
        finally:
            await server.execute(f"drop database {name} with (force)")
    finally:
        await server.close()


async def measure(url: str, events: Sequence[Received], rounds: int) -> Reads:
    """One store: ceiling and product in rotation, its rows of the table; the reads over the last one that was filled."""
    contenders: dict[str, tuple[Apply, Sequence[Received]]] = {
        "ceiling: sorted rows": (load_plainly, events),
        "apply": (apply_product, events),
        "apply, spread": (apply_product, spread(events)),
    }
    contenders |= {name: (apply_product, make_message(*shape)) for name, shape in SHAPES.items()}
    costs: dict[str, list[Cost]] = {name: [] for name in contenders}
    reads: Reads = {}
    for number in range(rounds):
        for name, (load, given) in contenders.items():
            async with fresh(url) as settings:
                costs[name].append(await load(settings, given))
                if name == "apply" and number == rounds - 1:
                    reads = await measure_reads(settings, events)
    ceilings = costs["ceiling: sorted rows"]
    for name, found in costs.items():
        cpu = median(cost.cpu / ceiling.cpu for cost, ceiling in zip(found, ceilings, strict=True))
        best = max(found, key=lambda cost: cost.rate)
        print(
            f"| {'PostgreSQL' if url else 'SQLite'} | {name} | {median(cost.rate for cost in found):,.0f} (best {best.rate:,.0f})"
            f" | {median(cost.own_cpu for cost in found):.1f} + {median(cost.server_cpu for cost in found):.1f} | {cpu:.2f} |",
            flush=True,
        )
    return reads


async def run(count: int, url: str, rounds: int) -> None:
    events = make_events(count)
    gc.collect()
    gc.freeze()
    gc.disable()  # as the materializer does: views and events hold no cycles
    messages = len({event.tracking_id for event in events})
    print(f"store: {count} events of {messages} tracking_ids, batches of {BATCH_EVENTS}, medians of {rounds} rounds\n")
    print("| Store | What | events/s | CPU µs/event, own + server | × ceiling's CPU |\n|---|---|---|---|---|")
    stores = {"SQLite": "", "PostgreSQL": url} if url else {"SQLite": ""}
    reads = {name: await measure(where, events, rounds) for name, where in stores.items()}
    print("\n| Read, p50 / p99 in µs | " + " | ".join(reads) + " |\n|---" + "|---" * len(reads) + "|")
    for name in reads["SQLite"]:
        print(
            f"| {name} | "
            + " | ".join(f"{found[name][0]:,.0f} / {found[name][1]:,.0f}" for found in reads.values())
            + " |"
        )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.store", description=__doc__)
    parser.add_argument("--events", type=int, default=300_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--url", default="", help="a PostgreSQL server's database; the bench makes ones of its own beside it"
    )
    given = parser.parse_args(arguments)
    asyncio.run(run(given.events, given.url, given.rounds))


if __name__ == "__main__":
    main()
