"""A crash run: made-up traffic, a plan of kills, and in the end everything must be exactly what the events say.

Every view equals the pure fold, bit for bit; the history has each distinct event once; statistics are the count of it; and the
last record of each key on the status topic is the message's final view, so that compaction keeps the right one.
"""

import asyncio
import time
from collections.abc import Iterable
from pathlib import Path
from random import Random

import msgspec

from bus import topics as bus_topics
from bus.publisher import Publisher
from bus.reading import read_all
from bus.settings import KafkaSettings
from delivery.classification import shipped_classifier
from delivery.errors import Retryable
from delivery.event import event_id
from delivery.state import fold
from delivery.status import MessageStatus, message_status, read_status
from ops.local_kafka import LocalKafka
from store.contract import ANNOUNCED_DELIVERIES_MAX
from store.opening import open_reader
from store.settings import StoreSettings
from tests.contract.stores import Place, assert_is_fold
from tests.parts.kafka import Kafka
from tests.parts.postgresql import Server
from tests.whole.crash_plan import Step, traffic_of
from tests.whole.crash_world import World
from tests.whole.test_crashes import topic_events, wait_complete

PARTITIONS = 6
COMPLETE_S_MAX = 300.0  # it never takes that long, but where the machine is busy with other things


class Report(msgspec.Struct):
    """What a run was about."""

    seed: int
    events: int
    distinct: int
    messages: int
    announced: int
    troubles: list[str]
    seconds: float

    def __str__(self) -> str:
        return (
            f"seed {self.seed}: {self.events} events, {self.distinct} distinct, {self.messages} messages, {self.announced}"
            f" announcements, {self.seconds:.0f} s, {len(self.troubles)} troubles: {'; '.join(self.troubles)}"
        )


async def run(
    seed: int,
    steps: Iterable[Step],
    *,
    cluster: LocalKafka,
    store: StoreSettings,
    server: Server | None,
    members: int,
    directory: Path,
    minutes: float | None = None,
) -> Report:
    """Runs to the end of the steps, or for so many minutes; AssertionError where anything is not exact."""
    started = time.monotonic()
    kafka = Kafka(cluster.bootstrap).settings(partitions=PARTITIONS, replication_factor=len(cluster.broker_ids))
    await asyncio.to_thread(bus_topics.ensure, kafka)
    world = World(kafka, store, cluster, server, directory)
    until = None if minutes is None else started + 60 * minutes
    try:
        await asyncio.to_thread(world.start, members)
        work = asyncio.create_task(asyncio.to_thread(world.carry_out, steps, until))
        acknowledged = await _load(kafka, seed, work)
        await work
        report = await _judge(kafka, store, acknowledged)
        await asyncio.to_thread(world.end)
        await asyncio.to_thread(bus_topics.delete, kafka)
    finally:
        await asyncio.to_thread(world.close)
    report.seed, report.troubles, report.seconds = seed, world.done, time.monotonic() - started
    return report


async def _load(kafka: KafkaSettings, seed: int, work: "asyncio.Task[None]") -> set[str]:
    """Publishes while the work goes on; what is not acknowledged is published again, as senders do. Returns the ids."""
    random, acknowledged = Random(f"{seed} pace"), set()
    publisher = Publisher(kafka)
    await publisher.open()
    try:
        for chunk in traffic_of(seed):
            if work.done():
                break
            while True:
                try:
                    await publisher.publish(kafka.notifications_topic, chunk)
                    break
                except Retryable:
                    await asyncio.sleep(0.1)
            acknowledged |= {event_id(record.value or b"") for record in chunk}
            await asyncio.sleep(random.uniform(0.0, 0.3))
    finally:
        await publisher.close()
    return acknowledged


async def _judge(kafka: KafkaSettings, store: StoreSettings, acknowledged: set[str]) -> Report:
    reader = open_reader(store)
    await reader.open()
    try:
        await wait_complete(kafka, reader, seconds_max=COMPLETE_S_MAX)
    finally:
        await reader.close()
    events = await asyncio.to_thread(topic_events, kafka)
    ids = {event.id for event in events}
    assert acknowledged <= ids, "acknowledged, but not in the topic"
    await assert_is_fold(Place(store), events)
    announced, last = await asyncio.to_thread(_last_announced, kafka)
    expected = {}
    for tracking_id, views in fold(events, shipped_classifier()).items():
        deliveries = [views.deliveries[recipient] for recipient in sorted(views.deliveries)]
        expected[tracking_id] = message_status(
            views.message, deliveries if len(deliveries) <= ANNOUNCED_DELIVERIES_MAX else []
        )
    wrong = {key for key in expected.keys() | last.keys() if expected.get(key) != last.get(key)}
    shown = [(key, expected.get(key), last.get(key)) for key in sorted(wrong)[:3]]
    assert not wrong, f"{len(wrong)} messages whose last announcement is not their view, such as {shown}"
    return Report(0, len(events), len(ids), len(expected), announced, [], 0.0)


def _last_announced(kafka: KafkaSettings) -> tuple[int, dict[str, MessageStatus]]:
    last, count = {}, 0
    for one in read_all(kafka, kafka.status_topic):
        assert one.record.value is not None
        status = read_status(one.record.value)
        ordered = sorted(status.deliveries, key=lambda delivery: delivery.recipient)
        last[status.tracking_id] = msgspec.structs.replace(status, deliveries=ordered)
        count += 1
    return count, last
