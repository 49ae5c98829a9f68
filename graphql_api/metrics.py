"""What the API counts. No label ever holds what a client chose.

`Metrics()` alone makes a registry with all of them; nothing is started for it.
"""

from prometheus_client import Counter, Gauge, Histogram

from delivery.measures import new_registry, render
from graphql_api.live.endings import DROPS

BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
TYPES = ("query", "subscription")
RESULTS = ("ok", "partial", "failed", "rejected")
TRANSPORTS = ("ws", "sse", "multipart")


class Metrics:
    """The metrics of one server, in a registry of their own.

    The result of an operation is ok, partial (data and errors), failed (our fault), or rejected (the client's).
    """

    def __init__(self) -> None:
        self.registry = registry = new_registry()
        self.operations = Counter(
            "eds_graphql_operations", "Operations by type and result.", ["type", "result"], registry=registry
        )
        self._seen: dict[tuple[str, str], tuple[Counter, Histogram]] = {}
        self.duration = Histogram(
            "eds_graphql_operation_duration_seconds",
            "From the request's last byte to the reply's first.",
            ["type"],
            buckets=BUCKETS_S,
            registry=registry,
        )
        self.subscriptions = Gauge(
            "eds_graphql_subscriptions_active", "Subscriptions that go on.", ["transport"], registry=registry
        )
        self.delivered = Counter(
            "eds_graphql_subscription_payloads", "Payloads written.", ["transport"], registry=registry
        )
        self.dropped = Counter(
            "eds_graphql_subscription_dropped",
            "Connections and subscriptions that we ended.",
            ["reason"],
            registry=registry,
        )
        # Told from the start: a rate needs a first value, and an alert a series.
        for kind in TYPES:
            self.duration.labels(kind)
            for result in RESULTS:
                self.operations.labels(kind, result)
        for ending in DROPS:
            self.dropped.labels(ending.reason)
        for transport in TRANSPORTS:
            self.subscriptions.labels(transport)
            self.delivered.labels(transport)

    def observe(self, result: str, seconds: float, operation: str = "query", trace_id: str = "") -> None:
        """One query that ended, or one subscription that began; with the trace that tells of it, if one does."""
        found = self._seen.get((operation, result))
        if found is None:
            found = self.operations.labels(operation, result), self.duration.labels(operation)
            self._seen[operation, result] = found
        found[0].inc()
        found[1].observe(seconds, {"trace_id": trace_id} if trace_id else None)

    def render(self, accept: str) -> tuple[bytes, str]:
        """What Prometheus reads, and its media type."""
        return render(self.registry, accept)
