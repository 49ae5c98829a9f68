"""The materializer at full speed: events that are in Kafka already → collect, decode, merge, apply, announce; both stores.

Every contender takes in the same topic, in rotation, each into an empty store with a group of its own. Rate and CPU are
taken between the first batch in the store (with two processes: the first after both have partitions) and the moment when all
is applied and announced. CPU is that of the contender's processes and of all of PostgreSQL's; the broker's is not counted.
"""

import asyncio
import subprocess
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median

import msgspec

from bench import table
from bench.contenders import Ceiling, Contender, Look, Product, Quix, ended
from bench.costs import server_clock
from bench.events import make_records
from bench.options import Options
from bench.places import fresh
from bench.processes import cpu_s, peak_bytes
from bus import topics
from bus.publisher import Publisher
from bus.settings import KafkaSettings

EVENTS = 200_000
PARTITIONS = 6
FILL_RECORDS = 5_000
LOOK_EVERY_S = 0.02
DONE_S_MAX = 300.0
MB = 1_000_000
Processes = Sequence["subprocess.Popen[bytes]"]


class Run(msgspec.Struct, frozen=True):
    """One contender's run: events/s; CPU in µs an event, of its own processes and of the server's; its largest process in bytes."""

    rate: float
    own_cpu: float
    server_cpu: float
    peak_bytes: int

    @property
    def cpu(self) -> float:
        return self.own_cpu + self.server_cpu


def run(options: Options) -> None:
    """One table a store."""
    count, rounds = options.events or (60_000 if options.quick else EVENTS), 1 if options.quick else 2
    with options.kafka.topics(partitions=PARTITIONS) as kafka:
        distinct = asyncio.run(_fill(kafka, count))
        for name, url in (("PostgreSQL", options.postgresql), ("SQLite", "")):
            contenders = _contenders(options, name)
            # A new server's first load makes the files of its log and touches memory for the first time: that is nobody's cost.
            asyncio.run(_measure(contenders["one materializer"], options.directory, kafka, url, count, distinct))
            runs: dict[str, list[Run]] = {each: [] for each in contenders}
            for _ in range(rounds):
                for each, contender in contenders.items():
                    runs[each].append(asyncio.run(_measure(contender, options.directory, kafka, url, count, distinct)))
            _show(
                f"materializer into {name}: {count:,} events, {distinct:,} of them distinct, medians of {rounds}", runs
            )


def _contenders(options: Options, store: str) -> dict[str, Contender]:
    if store == "SQLite":
        return {"ceiling": Ceiling(), "one materializer": Product()}
    return {
        "ceiling": Ceiling(),
        "one materializer": Product(),
        "one, without the lists' indexes": Product(indexes=False),
        "two materializers": Product(2),
        "Quix Streams' sink, history only": Quix(options.directory),
    }


async def _fill(kafka: KafkaSettings, count: int) -> int:
    """Publishes the events; gives how many distinct ones there are."""
    publisher = Publisher(msgspec.structs.replace(kafka, linger_ms=20))
    await publisher.open()
    ids: set[bytes] = set()
    pending = []
    try:
        for record in make_records(count):
            ids.add(record.headers[0][1])
            pending.append(record)
            if len(pending) == FILL_RECORDS:
                await publisher.publish(kafka.notifications_topic, pending)
                pending = []
        await publisher.publish(kafka.notifications_topic, pending)
    finally:
        await publisher.close()
    return len(ids)


async def _measure(
    contender: Contender, directory: Path, kafka: KafkaSettings, url: str, count: int, distinct: int
) -> Run:
    unique = f"{time.monotonic_ns()}"
    mine = msgspec.structs.replace(kafka, group=f"bench-{unique}", status_topic=f"{kafka.status_topic}-{unique}")
    topics.ensure(mine)
    place = directory / unique
    place.mkdir()
    async with fresh(url) as store:
        await contender.prepare(store)
        server = await server_clock(store)
        look = Look(store)
        try:
            processes = contender.start(mine, store, place)
            pids = [process.pid for process in processes]
            with ExitStack() as stack:
                stack.enter_context(ended(processes))
                begun, at, own, used = (
                    await _until(contender, processes, look, place, 1, 0),
                    time.perf_counter(),
                    _cpu(pids),
                    server(),
                )
                await _until(contender, processes, look, place, count, count)
                taken, seconds = (count - begun) / 1e6, time.perf_counter() - at
                found = Run(
                    (count - begun) / seconds, (_cpu(pids) - own) / taken, (server() - used) / taken,
                    max(peak_bytes(pid) for pid in pids),
                )  # fmt: skip
            rows = await contender.rows(look)
            if rows not in (distinct, count):
                raise RuntimeError(f"{rows} rows of {distinct} distinct events, {count} in all")
        finally:
            await look.close()
    return found


async def _until(
    contender: Contender, processes: Processes, look: Look, place: Path, applied: int, announced: int
) -> int:
    """Waits for so many events in the store and announced; gives how many are in the store."""
    deadline = time.monotonic() + DONE_S_MAX
    while True:
        found = await contender.done(look, place)
        if found[0] >= applied and found[1] >= announced:
            return found[0]
        if any(process.poll() is not None for process in processes):
            raise RuntimeError(_log_ends(place))
        if time.monotonic() > deadline:
            raise TimeoutError(f"{found} of {applied} events after {DONE_S_MAX:.0f} s; see {place}")
        await asyncio.sleep(LOOK_EVERY_S)


def _log_ends(place: Path) -> str:
    return "\n".join(log.read_text("utf-8", "replace")[-2000:] for log in place.glob("*.log"))


def _cpu(pids: Sequence[int]) -> float:
    return sum(cpu_s(pid) for pid in pids)


def _show(title: str, runs: dict[str, list[Run]]) -> None:
    rows = []
    for name, found in runs.items():
        pairs = list(zip(found, runs["ceiling"], strict=True))
        rows.append(
            [
                name,
                f"{median(each.rate for each in found):,.0f} (best {max(each.rate for each in found):,.0f})",
                f"{median(each.own_cpu for each in found):.1f} + {median(each.server_cpu for each in found):.1f}",
                f"{median(each.cpu / ceiling.cpu for each, ceiling in pairs):.2f}",
                f"{median(each.rate / ceiling.rate for each, ceiling in pairs):.2f}",
                f"{max(each.peak_bytes for each in found) / MB:.0f}",
            ]
        )
    head = ["", "events/s", "CPU µs/event, own + server", "× ceiling's CPU", "× ceiling's rate", "peak MB a process"]
    table.show(title, head, rows)
