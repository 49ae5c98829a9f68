"""What the consumers tell Prometheus. Labels are partitions and results: never an address, an id or free text."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)


class Metrics:
    """One set per process, on a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.events = Counter(
            "eds_consumer_events", "Events by what became of them: applied, duplicate, expired, erased, dead_lettered.",
            ["result"],
            registry=self.registry,
        )  # fmt: skip
        self.batch_duration = Histogram(
            "eds_consumer_batch_duration_seconds", "From a batch in hand to its commit.",
            buckets=SECONDS, registry=self.registry,
        )  # fmt: skip
        self.end_to_end = Histogram(
            "eds_end_to_end_latency_seconds", "From the gateway's arrival time to readable in the view.",
            buckets=SECONDS, registry=self.registry,
        )  # fmt: skip
        self.announced = Counter(
            "eds_consumer_announcements", "Views announced on the status topic.", registry=self.registry
        )
        self.retries = Counter(
            "eds_consumer_retries", "Waits for a part that was away.", ["part"], registry=self.registry
        )
        self.claims = Counter(
            "eds_consumer_rebalances", "Assignments of partitions to this process.", registry=self.registry
        )
        self.lag = Gauge(
            "eds_consumer_lag_records", "Events in the topic that are not in the view yet.", ["topic", "partition"],
            registry=self.registry,
        )  # fmt: skip
        self.lag_seconds = Gauge(
            "eds_consumer_lag_seconds", "How long the oldest of these events has waited, at most.", ["topic", "partition"],
            registry=self.registry,
        )  # fmt: skip
        self.last_applied = Gauge(
            "eds_view_last_applied_timestamp_seconds", "When the last batch was applied.", registry=self.registry
        )
        self.removed = Counter(
            "eds_retention_removed_rows", "Rows that were removed for their age: history, messages, statistics.", ["what"],
            registry=self.registry,
        )  # fmt: skip
        self.horizon = Gauge(
            "eds_retention_horizon_timestamp_seconds", "Events that arrived before this are expired; 0: none are.",
            registry=self.registry,
        )  # fmt: skip
        self.dead_letters = Counter(
            "eds_dead_letters", "Dead letters that were stored.", ["reason"], registry=self.registry
        )
        self.letters_pending = Gauge(
            "eds_dead_letters_pending", "Dead letters that nobody has sent on yet.", registry=self.registry
        )
        self.letter_age = Gauge(
            "eds_dead_letter_oldest_age_seconds", "How long the oldest of these has waited.", registry=self.registry
        )
