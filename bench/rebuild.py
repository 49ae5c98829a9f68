"""How quick a rebuild is beside the first materialization of the same events, both into an empty generation, without live traffic.

    python -m bench rebuild

Three contenders in turn over one topic of a real Kafka: the first materialization (the topic through the store's writer, as a
rebuild from the topic reads it), then a rebuild from the history and one from the topic, each whole: walk or read, analyse,
compare with the serving generation, verify 1,000 messages, swap. CPU is that of this process, and of all of PostgreSQL's.
"""

import asyncio
import gc
from contextlib import aclosing
from random import Random
from statistics import median

from bench.costs import Cost, Meter
from bench.events import START_S, make_records
from bench.options import Options
from bench.places import fresh
from bus.publisher import Publisher
from bus.settings import KafkaSettings
from consumers.filling import BATCH_EVENTS
from consumers.reading_ahead import topic_batches
from consumers.rebuild import Outcome, Rebuild, Wanted
from delivery.classification import shipped_classifier
from store.generations import Source
from store.opening import open_generations, open_writer
from store.settings import StoreSettings

PARTITIONS = 3


async def publish(kafka: KafkaSettings, count: int) -> None:
    publisher = Publisher(kafka)
    await publisher.open()
    try:
        records = list(make_records(count))
        for start in range(0, count, 2_000):
            await publisher.publish(kafka.notifications_topic, records[start : start + 2_000])
    finally:
        await publisher.close()


async def materialize(kafka: KafkaSettings, store: StoreSettings, count: int) -> Cost:
    """The topic into an empty store."""
    writer = open_writer(store, shipped_classifier())
    await writer.open()
    claim = await writer.claim(kafka.notifications_topic, list(range(PARTITIONS)), "bench")
    async with Meter(store, count) as meter, aclosing(topic_batches(kafka, {}, {}, BATCH_EVENTS)) as batches:
        async for batch in batches:
            await writer.apply(claim, batch, START_S * 1000, {})
    await writer.close()
    return meter.cost


async def rebuild(kafka: KafkaSettings, store: StoreSettings, count: int, source: Source) -> Cost:
    """Another generation in the place of the one that serves."""
    generations = open_generations(store, shipped_classifier())
    await generations.open()
    try:
        async with Meter(store, count) as meter:
            outcome: Outcome = await Rebuild(
                generations, kafka, shipped_classifier(), Wanted(source), now=lambda: START_S * 1000, random=Random(1),
                told=lambda *_: None,
            ).run()  # fmt: skip
    finally:
        await generations.close()
    if not outcome.swapped or outcome.changed or outcome.mended:
        raise AssertionError(f"the rebuild of a sound store found {outcome}")
    return meter.cost


async def measure(kafka: KafkaSettings, url: str, count: int, rounds: int) -> None:
    costs: dict[str, list[Cost]] = {"first materialization": [], "rebuild from history": [], "rebuild from topic": []}
    for _ in range(rounds):
        async with fresh(url) as store:
            costs["first materialization"].append(await materialize(kafka, store, count))
            costs["rebuild from history"].append(await rebuild(kafka, store, count, Source.HISTORY))
            costs["rebuild from topic"].append(await rebuild(kafka, store, count, Source.TOPIC))
    first = costs["first materialization"]
    for name, found in costs.items():
        rate = median(cost.rate / one.rate for cost, one in zip(found, first, strict=True))
        cpu = median(cost.cpu / one.cpu for cost, one in zip(found, first, strict=True))
        own, server = (median(getattr(cost, part) for cost in found) for part in ("own_cpu", "server_cpu"))
        print(
            f"| {'PostgreSQL' if url else 'SQLite'} | {name} | {median(cost.rate for cost in found):,.0f} | {rate:.2f} "
            f"| {own:.1f} + {server:.1f} | {cpu:.2f} |",
            flush=True,
        )


def run(options: Options) -> None:
    """The table."""
    count, rounds = options.events or (30_000 if options.quick else 300_000), 1 if options.quick else 3
    gc.freeze()
    gc.disable()  # as the consumers and `eds rebuild` do
    with options.kafka.topics(partitions=PARTITIONS) as kafka:
        asyncio.run(publish(kafka, count))
        print(f"\n{count:,} events, medians of {rounds} rounds\n")
        print(
            "| Store | What | events/s | × first's rate | CPU µs/event, own + server | × first's CPU |\n|---|---|---|---|---|---|"
        )
        for url in ("", options.postgresql):
            asyncio.run(measure(kafka, url, count, rounds))
