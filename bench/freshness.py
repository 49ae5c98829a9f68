"""From the POST to the view: gateway, Kafka, materializer and store as real processes, at rates that they can take.

Every probe is one notification of its own in a stream of others; its latency runs from the moment the POST is sent to the
moment that a reader of the store sees the view. The lag is that of the consumers' group's owner, in events, as its metrics say.
Nothing counts until the stream has run for a while: the first events wait until the consumers' group has given out its
partitions.
"""

import asyncio
import itertools
import re
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import quantiles

import httpx

from bench import bodies, programs, table
from bench.options import Options
from bench.programs import Answers
from delivery.classification import shipped_classifier
from store.contract import Reader
from store.opening import open_reader, open_writer
from store.settings import StoreSettings
from tests.parts.postgresql import fresh_database
from tests.parts.processes import Part, running

ROWS = 10
CONNECTIONS = 8
RATES_EVENTS = (2_000, 10_000)
PROBERS = 4
PROBE_EVERY_S = 0.05
WARM_UP_S = 3.0
LOOK_EVERY_S = 0.002
SEEN_S_MAX = 30.0


def run(options: Options) -> None:
    """One table."""
    rows = []
    for rate in RATES_EVENTS[:1] if options.quick else RATES_EVENTS:
        place = options.directory / f"freshness-{rate}"
        place.mkdir()
        rows.append(_row(options, place, "SQLite", StoreSettings(url=f"sqlite:///{place}/freshness.db"), rate))
        with fresh_database(options.postgresql) as url:
            rows.append(_row(options, place, "PostgreSQL", StoreSettings(url=url), rate))
    head = ["store", "events/s", "probes", "p50 ms", "p99 ms", "largest lag, events"]
    table.show("POST → visible in the store", head, rows)


def _row(options: Options, place: Path, name: str, store: StoreSettings, rate: int) -> list[str]:
    asyncio.run(_make(store))
    posts = programs.write_posts(place / "posts.json", bodies.posts(ROWS))
    with options.kafka.topics() as kafka:
        sections = {"kafka": kafka, "store": store}
        gateway = Part("gateway", {**sections, "gateway": {}}, place / f"gateway-{name}.log")
        consumers = Part("consumers", {**sections, "consumers": {}}, place / f"consumers-{name}.log")
        with running(gateway), running(consumers):
            seconds = WARM_UP_S + (4.0 if options.quick else 15.0)
            load = partial(
                programs.load, options.load, gateway.port, posts, CONNECTIONS, seconds, rate / ROWS
            )  # fmt: skip
            took, lags = asyncio.run(_probe(load, gateway, consumers, store))
    cuts = quantiles(took, n=100)
    return [
        name, f"{rate:,}", str(len(took)), f"{cuts[49] * 1000:.0f}", f"{cuts[98] * 1000:.0f}", f"{max(lags):,.0f}",
    ]  # fmt: skip


async def _make(store: StoreSettings) -> None:
    """The empty store, so that a reader can be opened before the first event."""
    writer = open_writer(store, shipped_classifier())
    await writer.open()
    await writer.close()


async def _probe(
    load: Callable[[], Answers], gateway: Part, consumers: Part, store: StoreSettings
) -> tuple[list[float], list[float]]:
    """Seconds of every probe after the warm-up, and the lags that were seen between them."""
    reader = open_reader(store)
    await reader.open()
    stream = asyncio.create_task(asyncio.to_thread(load))
    took: list[float] = []
    lags: list[float] = [0.0]
    names = itertools.count()
    counted_from = time.perf_counter() + WARM_UP_S

    async def prober(client: httpx.AsyncClient) -> None:
        while not stream.done():
            started = time.perf_counter()
            seconds = await _one_probe(client, reader, gateway, f"probe-{next(names)}")
            lag = _lag((await client.get(f"{consumers.address}/metrics")).text)
            if started >= counted_from:
                took.append(seconds)
                lags.append(lag)
            await asyncio.sleep(PROBE_EVERY_S)

    try:
        async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
            await asyncio.gather(*(prober(client) for _ in range(PROBERS)))
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
