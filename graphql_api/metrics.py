"""What the API counts. No label ever holds what a client chose."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The metrics of one server, in a registry of their own.

    The result of an operation is ok, partial (data and errors), failed (our fault), or rejected (the client's).
    """

    def __init__(self, version: str) -> None:
        self._registry = CollectorRegistry()
        self.operations = Counter(
            "eds_graphql_operations", "Operations by type and result.", ["type", "result"], registry=self._registry
        )
        self.duration = Histogram(
            "eds_graphql_operation_duration_seconds",
            "From the request's last byte to the reply's first.",
            ["type"],
            buckets=BUCKETS_S,
            registry=self._registry,
        )
        self.subscriptions = Gauge(
            "eds_graphql_subscriptions_active", "Subscriptions that go on.", ["transport"], registry=self._registry
        )
        self.delivered = Counter(
            "eds_graphql_subscription_payloads", "Payloads written.", ["transport"], registry=self._registry
        )
        self.dropped = Counter(
            "eds_graphql_subscription_dropped", "Connections that we ended.", ["reason"], registry=self._registry
        )
        build = Gauge("eds_build_info", "The version that runs; always 1.", ["version"], registry=self._registry)
        build.labels(version).set(1)

    def observe(self, result: str, seconds: float, operation: str = "query") -> None:
        """One query that ended, or one subscription that began."""
        self.operations.labels(operation, result).inc()
        self.duration.labels(operation).observe(seconds)

    def render(self) -> bytes:
        """The text that Prometheus reads."""
        return generate_latest(self._registry)
