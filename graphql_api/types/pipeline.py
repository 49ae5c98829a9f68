"""Pipeline: how fresh the answers are. Per partition what is applied and announced, against where the topic ends."""

from collections.abc import Mapping

import strawberry

from delivery.notification import INT64_MAX
from graphql_api.context import Info
from graphql_api.fields import resolved
from graphql_api.scalars import DateTime, Long
from store.contract import Progress


@strawberry.type(description="One partition of the topic: how far it is read, and what is left.")
class PipelinePartition:
    topic: str = strawberry.field(description="The topic.")
    partition: int = strawberry.field(description="The partition's number.")
    applied_offset: Long = strawberry.field(description="Every event below this offset is in the answers.")
    announced_offset: Long = strawberry.field(description="Every change below this offset was sent to subscribers.")
    end_offset: Long | None = strawberry.field(
        description="Where the partition ends; null while the broker is away or doesn't know the partition."
    )
    lag: Long | None = strawberry.field(description="Events that are stored but not yet applied; null like endOffset.")


MINUTE_MS = 60_000
RECENT_MINUTES = 5


@strawberry.type(
    description="How long events took from the gateway's acceptance until they were in these answers, as the consumers measured "
    "it. It is about those that became readable in the last minutes, not by a rebuild; without any, events is 0."
)
class EndToEnd:
    since: DateTime = strawberry.field(
        description="Events that became readable from then on are counted: the last five to six minutes."
    )
    events: Long = strawberry.field(description="How many those are, the copies among them too.")
    p50_seconds: float | None = strawberry.field(
        description="Half of them took this long or less, in seconds, rounded up to the next bound of the metric "
        "eds_end_to_end_latency_seconds; null without events, and where that is more than half an hour."
    )
    p99_seconds: float | None = strawberry.field(description="99 of 100 took this long or less; null like p50Seconds.")

    @classmethod
    def of(cls, since: int, events: Mapping[int, int]) -> "EndToEnd":
        """From how many events there are by the bound (ms) of how long they took."""
        return cls(
            since=DateTime(since),
            events=Long(sum(events.values())),
            p50_seconds=_within(events, 50),
            p99_seconds=_within(events, 99),
        )


def _within(events: Mapping[int, int], percent: int) -> float | None:
    """The bound within which that many are."""
    whole, reached = sum(events.values()), 0
    for bound_ms, count in sorted(events.items()):
        reached += count
        if reached * 100 >= whole * percent:
            return None if bound_ms == INT64_MAX else bound_ms / 1000
    return None


@strawberry.type(description="How fresh the answers are, and by which versions they were made.")
class Pipeline:
    partitions: list[PipelinePartition] = strawberry.field(description="Every partition that holds or held an event.")
    lag: Long | None = strawberry.field(description="The sum of the partitions' lags; null while one is not known.")
    newest_event_at: DateTime | None = strawberry.field(
        description="When the event arrived that arrived last of all applied; null while there is none."
    )
    age_seconds: float | None = strawberry.field(description="How long ago that was, in seconds.")
    applied_at: DateTime | None = strawberry.field(description="When events were applied last.")
    broker_available: bool = strawberry.field(description="Whether the broker answered: without it lag is not known.")
    schema_version: int = strawberry.field(description="The version of the store's schema.")
    classification_version: int = strawberry.field(description="The version of the classification table.")
    version: str = strawberry.field(description="The version of this product.")

    @resolved("How long events took lately until they were in these answers.")
    async def end_to_end(self, info: Info) -> EndToEnd:
        since = info.context.sources.now() // MINUTE_MS * MINUTE_MS - RECENT_MINUTES * MINUTE_MS
        return EndToEnd.of(since, await info.context.reader.latencies(since))

    @classmethod
    def of(cls, progress: Progress, ends: Mapping[str, Mapping[int, int]] | None, now: int, version: str) -> "Pipeline":
        partitions = _partitions(progress, ends or {})
        lags = [partition.lag for partition in partitions]
        known = [lag for lag in lags if lag is not None]
        newest = progress.newest_event_at
        return cls(
            partitions=partitions,
            lag=Long(sum(known)) if ends is not None and len(known) == len(lags) else None,
            newest_event_at=None if newest is None else DateTime(newest),
            age_seconds=None if newest is None else max(0, now - newest) / 1000,
            applied_at=None if progress.applied_at is None else DateTime(progress.applied_at),
            broker_available=ends is not None,
            schema_version=progress.schema_version,
            classification_version=progress.classification_version,
            version=version,
        )


def _partitions(progress: Progress, ends: Mapping[str, Mapping[int, int]]) -> list[PipelinePartition]:
    """Those that the store or the broker knows, but for those that never held an event."""
    places = {(topic, number) for topic, known in progress.positions.items() for number in known}
    places |= {(topic, number) for topic, known in ends.items() for number, end in known.items() if end > 0}
    partitions = []
    for topic, number in sorted(places):
        position = progress.positions.get(topic, {}).get(number)
        end = ends.get(topic, {}).get(number)
        applied = position.next_offset if position else 0
        partitions.append(
            PipelinePartition(
                topic=topic,
                partition=number,
                applied_offset=Long(applied),
                announced_offset=Long(position.announced_offset if position else 0),
                end_offset=None if end is None else Long(end),
                lag=None if end is None else Long(max(0, end - applied)),
            )
        )
    return partitions
