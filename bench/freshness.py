"""From the POST to the view: gateway, Kafka, materializer and SQLite as real processes, at a rate that they can take.

Every probe is one notification of its own in a stream of others; its latency runs from the moment the POST is sent to the
moment that a reader of the store sees the view. The lag is that of the consumers' group's owner, in events, as its metrics say.
"""

import asyncio
import re
import time
from pathlib import Path
from statistics import quantiles

import httpx

from bench import bodies, programs, table
from bench.options import Options
from delivery.classification import shipped_classifier
from store.contract import Reader
from store.opening import open_reader, open_writer
from store.settings import StoreSettings
from tests.parts.processes import Part, running

ROWS = 10
CONNECTIONS = 8
RATE_EVENTS = 2_000
PROBE_EVERY_S = 0.05
LOOK_EVERY_S = 0.002
SEEN_S_MAX = 30.0


def run(options: Options) -> None:
    """One table."""
    store = StoreSettings(url=f"sqlite:///{options.directory}/freshness.db")
    asyncio.run(_make(store))
    posts = programs.write_posts(options.directory / "posts.json", bodies.posts(ROWS))
    with options.kafka.topics() as kafka:
        sections = {"kafka": kafka, "store": store}
        gateway = Part("gateway", {**sections, "gateway": {}}, options.directory / "gateway.log")
        consumers = Part("consumers", {**sections, "consumers": {}}, options.directory / "consumers.log")
        with running(gateway), running(consumers):
            seconds = 4.0 if options.quick else 10.0
            took, lags = asyncio.run(_probe(options.load, gateway, consumers, store, posts, seconds))
    cuts = quantiles(took, n=100)
    row = [f"{RATE_EVENTS:,}", str(len(took)), f"{cuts[49] * 1000:.0f}", f"{cuts[98] * 1000:.0f}", f"{max(lags):,.0f}"]
    table.show(
        "POST → visible in the store (SQLite)", ["events/s", "probes", "p50 ms", "p99 ms", "largest lag, events"], [row]
    )


async def _make(store: StoreSettings) -> None:
    """The empty store, so that a reader can be opened before the first event."""
    writer = open_writer(store, shipped_classifier())
    await writer.open()
    await writer.close()


async def _probe(
    program: Path, gateway: Part, consumers: Part, store: StoreSettings, posts: Path, seconds: float
) -> tuple[list[float], list[float]]:
    """Seconds of every probe, and the lags that were seen between them."""
    reader = open_reader(store)
    await reader.open()
    stream = asyncio.create_task(
        asyncio.to_thread(programs.load, program, gateway.port, posts, CONNECTIONS, seconds, RATE_EVENTS / ROWS)
    )
    took: list[float] = []
    lags: list[float] = [0.0]
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
            while not stream.done():
                took.append(await _one_probe(client, reader, gateway, f"probe-{len(took)}"))
                lags.append(_lag((await client.get(f"{consumers.address}/metrics")).text))
                await asyncio.sleep(PROBE_EVERY_S)
        answers = await stream
    finally:
        await reader.close()
    if set(answers.statuses) != {"200"} or answers.problems:
        raise RuntimeError(f"the gateway answered {answers.statuses} {answers.problems}")
    return took, lags


async def _one_probe(client: httpx.AsyncClient, reader: Reader, gateway: Part, tracking_id: str) -> float:
    started = time.perf_counter()
    row = {"tracking_id": tracking_id, "rcpt_to": "probe@example.org", "event_code": 103, "event_label": "delivered"}
    (await client.post(f"{gateway.address}/api/SMTP", json=[row])).raise_for_status()
    async with asyncio.timeout(SEEN_S_MAX):
        while (await reader.messages([tracking_id]))[0] is None:  # noqa: ASYNC110 - it is another process that we wait for
            await asyncio.sleep(LOOK_EVERY_S)
    return time.perf_counter() - started


def _lag(metrics: str) -> float:
    return sum(float(value) for value in re.findall(r"^eds_\w*lag\w*\{[^}]*\} (\S+)$", metrics, re.M))
