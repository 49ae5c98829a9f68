"""The GraphQL server as a real process over both stores, which hold the same events: a point read, and a list of 100 messages.

CPU is that of the server's process alone; PostgreSQL and the load run on the same cores.
"""

import asyncio
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import msgspec

from bench import programs, table
from bench.events import START_S, make_events
from bench.gateway import MIB
from bench.options import Options
from bench.processes import cpu_s, peak_bytes
from bench.programs import Post, http_post
from delivery.batch import Batch
from delivery.classification import shipped_classifier
from delivery.event import Received
from store.opening import open_writer
from store.settings import StoreSettings
from tests.parts.postgresql import fresh_database
from tests.parts.processes import Part, running

Sections = dict[str, msgspec.Struct | dict[str, Any]]
EVENTS = 100_000
BATCH_EVENTS = 10_000
CONNECTIONS = 16
POINT = """query Point($id: String!) { message(trackingId: $id) { trackingId phase revision
 deliveries(first: 10) { nodes { recipient phase tries lastResponse { code message } } }
 events(first: 10) { nodes { eventLabel eventCode occurredAt respMsg } } } }"""
LIST = "{ messages(first: 100) { nodes { trackingId phase senderId mailFrom lastEventAt } } }"


def run(options: Options) -> None:
    """One table: both queries over both stores, in rotation."""
    events = make_events(options.events or (20_000 if options.quick else EVENTS))
    asked = write_queries(options.directory, events)
    with fresh_database(options.postgresql) as url, options.kafka.topics() as kafka:
        stores = {
            "SQLite": StoreSettings(url=f"sqlite:///{options.directory}/graphql.db"),
            "PostgreSQL": StoreSettings(url=url),
        }
        for settings in stores.values():
            asyncio.run(fill(settings, events))
        sections: dict[str, Sections] = {
            name: {"kafka": kafka, "store": settings, "graphql": {}} for name, settings in stores.items()
        }
        rows = [row for name, parts in sections.items() for row in measure(options, name, parts, asked)]
    head = ["", "store", "requests/s", "CPU µs/request", "p50 ms", "p99 ms", "peak MiB"]
    table.show(f"GraphQL, {len(events):,} events, one server process, {CONNECTIONS} connections", head, rows)


def write_queries(directory: Path, events: Sequence[Received]) -> dict[str, Path]:
    """The requests of each query, as files for the load."""
    chosen = [event.tracking_id for event in events[:: max(1, len(events) // 1000)] if event.tracking_id]
    points = [_post({"query": POINT, "variables": {"id": tracking_id}}) for tracking_id in chosen]
    return {
        "point read": programs.write_posts(directory / "point.json", points),
        "100 messages × 5 fields": programs.write_posts(directory / "list.json", [_post({"query": LIST})]),
    }


def _post(content: object) -> Post:
    return Post(http_post("/graphql", "application/json", json.dumps(content).encode()), 1)


async def fill(settings: StoreSettings, events: Sequence[Received]) -> None:
    """Applies the events, as the materializer would."""
    writer = open_writer(settings, shipped_classifier())
    await writer.open()
    claim = await writer.claim("smtp.notifications", [0], "bench")
    for start in range(0, len(events), BATCH_EVENTS):
        part = list(events[start : start + BATCH_EVENTS])
        await writer.apply(claim, Batch(part, {0: start + len(part)}), START_S * 1000, {})
    await writer.close()


def measure(options: Options, store: str, sections: Sections, asked: dict[str, Path]) -> Iterator[list[str]]:
    """The rows of one store; medians over rounds."""
    rounds, seconds = (2, 1.0) if options.quick else (3, 3.0)
    with server(options, sections) as part:
        assert part.process is not None
        pid = part.process.pid
        for name, posts in asked.items():
            programs.load(options.load, part.port, posts, CONNECTIONS, 1.0)
            rates, cpus, halves, tails = [], [], [], []
            for _ in range(rounds):
                before = cpu_s(pid)
                answers = programs.load(options.load, part.port, posts, CONNECTIONS, seconds)
                if set(answers.statuses) != {"200"} or answers.problems:
                    raise RuntimeError(f"the GraphQL server answered {answers.statuses} {answers.problems}")
                rates.append(answers.requests / answers.seconds)
                cpus.append((cpu_s(pid) - before) / answers.requests * 1e6)
                halves.append(answers.p50_us / 1000)
                tails.append(answers.p99_us / 1000)
            yield [
                name, store, f"{median(rates):,.0f}", f"{median(cpus):,.0f}", f"{median(halves):.1f}",
                f"{median(tails):.1f}", f"{peak_bytes(pid) / MIB:.0f}",
            ]  # fmt: skip


@contextmanager
def server(options: Options, sections: Sections) -> Iterator[Part]:
    part = Part("graphql", sections, options.directory / "graphql.log")
    with running(part):
        yield part
