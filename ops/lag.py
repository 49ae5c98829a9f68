"""How far the view is behind the topic, from the store and Kafka themselves: it is known also when all servers are away."""

import asyncio
from collections.abc import Mapping

import msgspec

from bus import places
from bus.reading import read_all
from bus.settings import KafkaSettings
from store.contract import Position
from store.opening import open_reader
from store.settings import StoreSettings


class PartitionLag(msgspec.Struct, frozen=True):
    """One partition. Below `next_offset` all is in the view, below `announced_offset` all is announced; `lag` in records.

    `waited_s` is how long the oldest record that is not in the view has waited, 0 where there is none.
    """

    topic: str
    partition: int
    next_offset: int
    announced_offset: int
    end_offset: int
    lag: int
    waited_s: float


async def find_lag(kafka: KafkaSettings, store: StoreSettings, now: int) -> list[PartitionLag]:
    """All partitions of the events topic, in their order. `now` in ms. Unavailable where the store or Kafka is away."""
    reader = open_reader(store)
    await reader.open()
    try:
        progress = await reader.progress()
    finally:
        await reader.close()
    positions = progress.positions.get(kafka.notifications_topic, {})
    return await asyncio.to_thread(measure, kafka, positions, now)


def measure(kafka: KafkaSettings, positions: Mapping[int, Position], now: int) -> list[PartitionLag]:
    """The same from positions that are known. Blocks."""
    topic = kafka.notifications_topic
    bounds = places.bounds(kafka, topic)
    starts = {
        number: max(low, positions[number].next_offset if number in positions else 0)
        for number, (low, _) in bounds.items()
    }
    arrivals = _arrivals(kafka, topic, {number: start for number, start in starts.items() if start < bounds[number][1]})
    return [
        PartitionLag(
            topic=topic, partition=number, next_offset=starts[number],
            announced_offset=positions[number].announced_offset if number in positions else 0, end_offset=high,
            lag=max(0, high - starts[number]),
            waited_s=max(0, now - arrivals[number]) / 1000 if number in arrivals else 0.0,
        )
        for number, (_, high) in sorted(bounds.items())
    ]  # fmt: skip


def _arrivals(kafka: KafkaSettings, topic: str, behind: Mapping[int, int]) -> dict[int, int]:
    """When the record at each of these offsets arrived. One record a partition is read, and nothing of the others."""
    nowhere = (
        dict.fromkeys((number for number in places.bounds(kafka, topic) if number not in behind), 0) if behind else {}
    )
    ends = {number: start + 1 for number, start in behind.items()} | nowhere
    found = read_all(kafka, topic, behind, ends) if behind else ()
    return {one.partition: one.record.timestamp_ms for one in found}
