"""What the consumers tell Prometheus. Labels are partitions, kinds and results: never an address, an id or free text.

`Metrics()` alone makes a registry with all of them; nothing is started for it.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping

from prometheus_client import Counter, Gauge, Histogram
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from delivery.classification import Kind
from delivery.disks import Disks
from delivery.event import Received
from delivery.measures import Durations, histogram, new_registry
from delivery.trace_context import is_traceparent

BATCH_BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
LATENCY_BUCKETS_S = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0)
"""5 s is the bound of the service level objective in docs/OBSERVABILITY.md."""

RESULTS = ("applied", "duplicate", "expired", "erased", "dead_lettered")


class Metrics:
    """One set per process, on a registry of its own."""

    def __init__(self) -> None:
        self.registry = registry = new_registry()
        self.events = Counter(
            "eds_consumer_events", "Events by what became of them.", ["result"], registry=registry,
        )  # fmt: skip
        self.kinds = Counter(
            "eds_view_events", "Distinct events that came into the view, by what they report.", ["kind"],
            registry=registry,
        )  # fmt: skip
        self.batch_duration = Histogram(
            "eds_consumer_batch_duration_seconds", "From a batch in hand to its commit.",
            buckets=BATCH_BUCKETS_S, registry=registry,
        )  # fmt: skip
        self.latency = EndToEnd()
        registry.register(self.latency)
        self.disks = Disks()
        registry.register(self.disks)
        self.announced = Counter(
            "eds_consumer_announcements", "Views announced on the status topic.", registry=registry
        )
        self.unannounced = Counter(
            "eds_consumer_unannounced", "Views that no record of the status topic can hold: their tracking_id is too large.",
            registry=registry,
        )  # fmt: skip
        self.retries = Counter("eds_consumer_retries", "Waits for a part that was away.", ["part"], registry=registry)
        self.claims = Counter(
            "eds_consumer_rebalances", "Assignments of partitions to this process.", registry=registry
        )
        self.lag = Gauge(
            "eds_consumer_lag_records", "Events in the topic that are not in the view yet.", ["topic", "partition"],
            registry=registry,
        )  # fmt: skip
        self.lag_seconds = Gauge(
            "eds_consumer_lag_seconds", "How long the oldest of these events has waited, at most.", ["topic", "partition"],
            registry=registry,
        )  # fmt: skip
        self.last_applied = Gauge(
            "eds_view_last_applied_timestamp_seconds", "When a batch was applied last; 0: not known yet.",
            registry=registry,
        )  # fmt: skip
        self.messages = Gauge(
            "eds_view_messages", "Messages in the view by their status, counted now and then by one of the consumers.",
            ["status"], registry=registry,
        )  # fmt: skip
        self.removed = Counter(
            "eds_retention_removed_rows", "Rows that were removed for their age: history, messages, statistics.", ["what"],
            registry=registry,
        )  # fmt: skip
        self.horizon = Gauge(
            "eds_retention_horizon_timestamp_seconds", "Events that arrived before this are expired; 0: none are.",
            registry=registry,
        )  # fmt: skip
        self.dead_letters = Counter("eds_dead_letters", "Dead letters that were stored.", ["reason"], registry=registry)
        self.letters_pending = Gauge(
            "eds_dead_letters_pending", "Dead letters that nobody has sent on yet.", registry=registry
        )
        self.letter_age = Gauge(
            "eds_dead_letter_oldest_age_seconds", "How long the oldest of these has waited.", registry=registry
        )
        self._applied_at = 0
        # Told from the start: a rate needs a first value, and an alert a series.
        for result in RESULTS:
            self.events.labels(result)
        for kind in Kind:
            self.kinds.labels(kind.value)

    def note_applied(self, at: int) -> None:
        """A batch was applied then (ms). Of several that tell, the latest counts."""
        self._applied_at = max(at, self._applied_at)
        self.last_applied.set(self._applied_at / 1000)

    def count_kinds(self, kinds: Mapping[Kind, int]) -> None:
        """So many new events of each kind are in the view."""
        for kind, count in kinds.items():
            self.kinds.labels(kind.value).inc(count)


class EndToEnd(Collector):
    """How long events took from their arrival at the gateway until they were readable."""

    def __init__(self) -> None:
        self.durations = Durations(LATENCY_BUCKETS_S)

    def observe(self, arrivals: Iterable[int], now: int) -> None:
        """Events of these arrivals are readable now (ms). A batch costs a sort and a search a bucket, not one an event."""
        ordered = sorted(arrivals)
        counts, left = self.durations.counts, len(ordered)
        for place, bound_s in enumerate(LATENCY_BUCKETS_S):
            longer = bisect_left(ordered, now - int(bound_s * 1000))
            counts[place] += left - longer
            left = longer
        counts[-1] += left
        ahead = ordered[bisect_left(ordered, now) :]  # another machine's clock may be a little ahead of ours
        self.durations.total_s += ((len(ordered) - len(ahead)) * now - sum(ordered) + sum(ahead)) / 1000

    def point_out(self, event: Received, now: int) -> None:
        """The event's trace is an example for how long it took; it is not counted again."""
        trace = event.traceparent
        if trace is not None and is_traceparent(trace) and int(trace[53:55], 16) & 1:  # sampled
            self.durations.point_out(max(0, now - event.received_at) / 1000, trace[3:35], now / 1000)

    def collect(self) -> Iterable[Metric]:
        yield histogram(
            "eds_end_to_end_latency_seconds", "From an event's arrival at the gateway to readable in the view.",
            self.durations,
        )  # fmt: skip
