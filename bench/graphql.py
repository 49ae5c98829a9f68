"""One GraphQL server process on a core of its own, over both stores, which hold the same events; PostGraphile beside it.

Access, guards and metrics are on. Questions go round in turns over all servers, so that a busy machine is busy for all of them.
CPU is that of the server's process alone; databases and load run on the other cores.
"""

import asyncio
import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import asyncpg
import msgspec

from bench import peer, programs, table
from bench.events import START_S, make_events
from bench.gateway import MIB
from bench.many import multiply
from bench.options import Options
from bench.processes import cpu_s, family, peak_bytes
from bench.questions import PEER_QUESTIONS, QUESTIONS, TOKEN, Question, requests_of, require_answer
from delivery.batch import Batch
from delivery.classification import shipped_classifier
from delivery.event import Received
from store.opening import open_writer
from store.settings import StoreSettings
from tests.parts.postgresql import fresh_database
from tests.parts.processes import Part, running

EVENTS = 100_000
WRITTEN_MAX = 100_000
"""Events that a writer writes; beyond, the database copies them (many.py)."""
BATCH_EVENTS = 10_000
CONNECTIONS = 16
WRITE_EVERY_S = 0.1
TAGS_S = 8.0  # for having the tags of what is then asked


class Server(msgspec.Struct):
    """One that answers questions: how it is called, its process, what it understands, and where its rows are."""

    name: str
    pid: int
    port: int
    questions: tuple[Question, ...]
    store: StoreSettings | None = None


class Measured(msgspec.Struct):
    """What was seen of one question to one server, a round after the other."""

    rates: list[float] = msgspec.field(default_factory=list)
    cpus: list[float] = msgspec.field(default_factory=list)
    halves: list[float] = msgspec.field(default_factory=list)
    tails: list[float] = msgspec.field(default_factory=list)


def run(options: Options) -> None:
    """One table: every question to every server, in rotation."""
    count = options.events or (20_000 if options.quick else EVENTS)
    events = make_events(min(count, WRITTEN_MAX))
    copies = max(0, count // WRITTEN_MAX - 1)
    cores = sorted(os.sched_getaffinity(0))
    rest = set(cores[1:]) or set(cores)
    # All that is started from here on leaves the first core to the server that is measured.
    os.sched_setaffinity(0, rest)
    try:
        with ExitStack() as stack:
            servers = start(options, events, copies, stack)
            for server in servers:
                pin(server.pid, {cores[0]})
            rows = measure(options, servers, events)
    finally:
        os.sched_setaffinity(0, set(cores))
    head = ["", "server", "requests/s", "CPU µs/request", "p50 ms", "p99 ms"]
    shown = len(events) * (copies + 1)
    table.show(f"GraphQL, {shown:,} events, a core for the server, {CONNECTIONS} connections", head, rows)


def start(options: Options, events: Sequence[Received], copies: int, stack: ExitStack) -> list[Server]:
    """Fills the stores and starts the servers."""
    dsn = stack.enter_context(fresh_database(options.postgresql))
    kafka = stack.enter_context(options.kafka.topics())
    stores = {
        "SQLite": StoreSettings(url=f"sqlite:///{options.directory}/graphql.db"),
        "PostgreSQL": StoreSettings(url=dsn),
    }
    token = options.directory / "token"
    token.write_text(TOKEN)
    access = {"token_file": str(token), "token_rate_per_s": 1_000_000, "token_concurrency_max": 1_000}
    servers = []
    for name, settings in stores.items():
        asyncio.run(fill(settings, events))
        if copies:
            asyncio.run(multiply(settings, copies))
        sections = {"kafka": kafka, "store": settings, "graphql": access}
        part = stack.enter_context(serving(options.directory / f"{name}.log", sections))
        assert part.process is not None
        servers.append(Server(f"ours, {name}", part.process.pid, part.port, QUESTIONS, settings))
    schema = asyncio.run(peer.relate(dsn))
    found = stack.enter_context(peer.running(dsn, schema))
    servers.append(Server("PostGraphile", found.pid, found.port, PEER_QUESTIONS))
    return servers


async def fill(settings: StoreSettings, events: Sequence[Received]) -> None:
    """Applies the events, as the materializer would; PostgreSQL then learns what its tables hold, as it does by itself in time."""
    writer = open_writer(settings, shipped_classifier())
    await writer.open()
    claim = await writer.claim("smtp.notifications", [0], "bench")
    for start in range(0, len(events), BATCH_EVENTS):
        part = list(events[start : start + BATCH_EVENTS])
        await writer.apply(claim, Batch(part, {0: start + len(part)}), START_S * 1000, {})
    await writer.mark_announced(claim, {0: len(events)})  # sums the statistics up, as it does once all is announced
    await writer.close()
    if settings.url.startswith("postgresql"):
        connection = await asyncpg.connect(settings.url)
        await connection.execute("vacuum analyze")
        await connection.close()


def pin(pid: int, cores: set[int]) -> None:
    """Keeps the process, its threads and its children to these cores."""
    for member in family(pid):
        for thread in Path(f"/proc/{member}/task").iterdir():
            os.sched_setaffinity(int(thread.name), cores)


def measure(options: Options, servers: Sequence[Server], events: Sequence[Received]) -> list[list[str]]:
    """The table's rows; medians over rounds."""
    rounds, seconds = (2, 1.0) if options.quick else (5, 3.0)
    asked = {
        (server.name, question.name): (server, question, write(options, server, question, events))
        for server in servers
        for question in server.questions
    }
    measured = {key: Measured() for key in asked}
    for number in range(rounds + 1):
        for key, (server, question, posts) in asked.items():
            if question.tagged:
                wait_for_minute(seconds)
                write(options, server, question, events)  # a tag is of its minute
            before = cpu_s(server.pid)
            with writing(server.store if question.written else None, events[-1]):
                answers = programs.load(options.load, server.port, posts, CONNECTIONS, seconds if number else 0.5)
            if set(answers.statuses) != {"304" if question.tagged else "200"} or answers.problems:
                raise RuntimeError(f"{key} answered {answers.statuses} {answers.problems}")
            if number:  # the first round is for the caches
                one = measured[key]
                one.rates.append(answers.requests / answers.seconds)
                one.cpus.append((cpu_s(server.pid) - before) / answers.requests * 1e6)
                one.halves.append(answers.p50_us / 1000)
                one.tails.append(answers.p99_us / 1000)
    for server in servers:
        print(f"\npeak memory of {server.name}: {peak_bytes(server.pid) / MIB:.0f} MiB")
    order = {question.name: place for place, question in enumerate(QUESTIONS)}
    return [
        [
            question, server, f"{median(one.rates):,.0f}", f"{median(one.cpus):,.0f}", f"{median(one.halves):.1f}",
            f"{median(one.tails):.1f}",
        ]
        for (server, question), one in sorted(measured.items(), key=lambda item: order[item[0][1]])
    ]  # fmt: skip


@contextmanager
def writing(store: StoreSettings | None, event: Received) -> Iterator[None]:
    """While it is open the store is written to, if there is one: a batch of an event every WRITE_EVERY_S."""
    ended = threading.Event()
    thread = threading.Thread(target=lambda: store and asyncio.run(_write(store, event, ended)))
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


async def _write(store: StoreSettings, event: Received, ended: threading.Event) -> None:
    writer = open_writer(store, shipped_classifier())
    await writer.open()
    claim = await writer.claim("smtp.notifications", [0], "bench")
    offset = claim.positions[0].next_offset
    while not ended.is_set():
        one = msgspec.structs.replace(event, offset=offset)
        offset += 1
        await writer.apply(claim, Batch([one], {0: offset}), event.received_at, {})
        await asyncio.sleep(WRITE_EVERY_S)
    await writer.close()


def wait_for_minute(seconds: float) -> None:
    """Waits for the next minute where this one has not so many seconds left."""
    left_s = 60 - time.time() % 60
    if left_s < seconds + TAGS_S:
        time.sleep(left_s + 0.1)


def write(options: Options, server: Server, question: Question, events: Sequence[Received]) -> Path:
    """The file with this question's requests to this server, which can answer it: errors would be quick."""
    require_answer(question, events[len(events) // 2], server.port)
    name = f"{server.name}-{question.name}".replace(" ", "_").replace("/", "_")
    return programs.write_posts(options.directory / f"{name}.json", requests_of(question, events, server.port))


@contextmanager
def serving(log: Path, sections: dict[str, Any]) -> Iterator[Part]:
    part = Part("graphql", sections, log)
    with running(part):
        yield part
