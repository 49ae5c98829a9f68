"""The two topics as the hub's feed: each is followed once a process, and read back for whoever was away."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager

from bus.past import read_past
from bus.settings import KafkaSettings
from bus.tail import Tail
from delivery.classification import Classifier
from graphql_api.live.changes import Arrival, Change, Gone, read_arrival, read_change
from graphql_api.live.hub import Hub


@asynccontextmanager
async def feeding(
    hub: Hub, kafka: KafkaSettings, classifier: Classifier, replay_records_max: int
) -> AsyncIterator[None]:
    """Feeds the hub while the context is open. A Kafka that is away is waited for."""

    def changes_since(starts: Mapping[int, int], ends: Mapping[int, int]) -> Iterator[Change | Gone]:
        found = read_past(kafka, kafka.status_topic, starts, ends, replay_records_max)
        return filter(None, map(read_change, found))

    def arrivals_since(starts: Mapping[int, int], ends: Mapping[int, int]) -> Iterator[Arrival]:
        found = read_past(kafka, kafka.notifications_topic, starts, ends, replay_records_max)
        return filter(None, (read_arrival(one, classifier) for one in found))

    changes, arrivals = hub.changes, hub.arrivals
    hub.changed_before.past, hub.arrived_before.past = changes_since, arrivals_since
    changed = Tail(
        kafka, kafka.status_topic, read_change, changes.is_wanted, changes.start, changes.find, changes.gap
    )  # fmt: skip
    arrived = Tail(
        kafka, kafka.notifications_topic, lambda one: read_arrival(one, classifier),
        arrivals.is_wanted, arrivals.start, arrivals.find, arrivals.gap,
    )  # fmt: skip
    changes.taken, arrivals.taken = changed.taken, arrived.taken
    hub.feed_failure = lambda: changed.failure or arrived.failure
    async with changed, arrived:
        yield
