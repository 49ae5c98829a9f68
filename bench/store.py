"""How quick the store is, without Kafka: applying batches beside a plain load of the same rows, then point reads and lists.

    python -m bench.store [--events N] [--rounds N] [--url postgresql://…]   (SQLite always runs; PostgreSQL where a url is given)

1,000,000 events are some 300,000 tracking_ids. Two orders of the same events: as senders send them (ops/traffic.py: a message's
events come close together), and spread, where nearly each event changes a view on its own. The ceiling (bench/ceiling.py) is
the history alone. Contenders take turns, so that a busy machine is busy for all of them. CPU is that of this process and, for a
server on this machine, of all of the server's processes.
"""

import argparse
import asyncio
import gc
from collections.abc import Awaitable, Callable, Sequence
from statistics import median

from bench.ceiling import open_plain
from bench.costs import Cost, Meter
from bench.events import START_S, make_events, make_message, spread
from bench.places import fresh, without_list_indexes
from bench.reads import Reads, measure_reads
from delivery.batch import Batch
from delivery.classification import shipped_classifier
from delivery.event import Received
from store.opening import open_writer
from store.settings import StoreSettings

BATCH_EVENTS = 10_000
SHAPES = {"10,000 recipients of one message": (10_000, 3), "one delivery, all its events": (1, 30_000)}
CEILING = "ceiling: sorted rows"

Apply = Callable[[StoreSettings, Sequence[Received]], Awaitable[Cost]]


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


async def apply_without_list_indexes(settings: StoreSettings, events: Sequence[Received]) -> Cost:
    """The store without the indexes that the API's lists and filters need; PostgreSQL only."""
    writer = open_writer(settings, shipped_classifier())
    await writer.open()
    await writer.close()
    await without_list_indexes(settings)
    return await apply_product(settings, events)


async def load_plainly(settings: StoreSettings, events: Sequence[Received]) -> Cost:
    """The ceiling."""
    plain = await open_plain(settings)
    async with Meter(settings, len(events)) as meter:
        applied = 0
        for part in _parts(events):
            applied += len(part)
            await plain.apply(part, {0: applied})
    await plain.close()
    return meter.cost


async def measure(url: str, events: Sequence[Received], rounds: int) -> Reads:
    """One store: ceiling and product in rotation, its rows of the table; the reads over the last one that was filled."""
    contenders: dict[str, tuple[Apply, Sequence[Received]]] = {
        CEILING: (load_plainly, events),
        "apply": (apply_product, events),
        "apply, spread": (apply_product, spread(events)),
    }
    if url:
        contenders["apply, without the lists' indexes"] = (apply_without_list_indexes, events)
    contenders |= {name: (apply_product, make_message(*shape)) for name, shape in SHAPES.items()}
    costs: dict[str, list[Cost]] = {name: [] for name in contenders}
    reads: Reads = {}
    for number in range(rounds):
        for name, (load, given) in contenders.items():
            async with fresh(url) as settings:
                costs[name].append(await load(settings, given))
                if name == "apply" and number == rounds - 1:
                    reads = await measure_reads(settings, events)
    for name, found in costs.items():
        cpu = median(cost.cpu / ceiling.cpu for cost, ceiling in zip(found, costs[CEILING], strict=True))
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
