"""What the gateway counts, for Prometheus.

A request touches plain integers only; they become metrics when somebody asks. Labels are few and fixed: never a recipient,
a tracking_id or free text.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from importlib.metadata import version

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
# Rows that were never read (unauthorized, throttled) count as one a request. Duplicates are found by the consumers.
RESULTS = ("accepted", "invalid", "unauthorized", "throttled", "unavailable")
REQUEST_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Durations:
    """A histogram of seconds: one search and three additions an observation."""

    __slots__ = ("bounds", "counts", "total_s")

    def __init__(self, bounds: tuple[float, ...] = REQUEST_BUCKETS_S) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total_s = 0.0

    def observe(self, seconds: float) -> None:
        self.counts[bisect_left(self.bounds, seconds)] += 1
        self.total_s += seconds

    def buckets(self) -> Iterator[tuple[str, float]]:
        """Each upper bound with the observations up to it, as Prometheus wants them."""
        below = 0
        for bound, count in zip((*map(str, self.bounds), "+Inf"), self.counts, strict=True):
            below += count
            yield bound, below


class GatewayMetrics(Collector):
    """The counts of one gateway process."""

    def __init__(self) -> None:
        self.notifications = dict.fromkeys(RESULTS, 0)
        self.requests: dict[int, int] = {}
        self.dead_letters: dict[str, int] = {}
        self.produce_errors: dict[str, int] = {}
        self.request_duration = Durations()
        self.produce_duration = Durations()
        self.inflight_requests = 0
        self.inflight_bytes = 0
        self.connections = 0
        self.log_lines_dropped = 0
        self._registry = CollectorRegistry()
        self._registry.register(self)
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        GCCollector(registry=self._registry)

    def count_dead_letters(self, reason: str, count: int) -> None:
        """`reason` is one of a fixed few: invalid, unsupported, too_large."""
        self.dead_letters[reason] = self.dead_letters.get(reason, 0) + count

    def count_produce_error(self, error: str) -> None:
        """`error` is the name of a Retryable class, or Cancelled: the request's deadline passed, or its sender hung up."""
        self.produce_errors[error] = self.produce_errors.get(error, 0) + 1

    def count_request(self, status: int) -> None:
        self.requests[status] = self.requests.get(status, 0) + 1

    def render(self) -> bytes:
        """All metrics of this process in the text format."""
        return generate_latest(self._registry)

    def collect(self) -> Iterable[Metric]:
        yield _counter(
            "eds_gateway_notifications", "Notifications by what became of them.", "result", self.notifications
        )
        yield _counter(
            "eds_gateway_requests",
            "Requests by the status of their answer.",
            "status",
            {str(status): count for status, count in self.requests.items()},
        )
        yield _counter("eds_dead_letters", "Dead letters that were stored.", "reason", self.dead_letters)
        yield _counter("eds_kafka_produce_errors", "Publishes that failed, by error.", "error", self.produce_errors)
        yield _histogram(
            "eds_gateway_request_duration_seconds", "From the headers to the answer.", self.request_duration
        )
        yield _histogram(
            "eds_kafka_produce_duration_seconds", "From the publish to the last acknowledgement.", self.produce_duration
        )
        for name, text, value in (
            ("eds_gateway_inflight_requests", "Requests being read or acknowledged.", self.inflight_requests),
            ("eds_gateway_inflight_bytes", "Bytes of the bodies being read or acknowledged.", self.inflight_bytes),
            ("eds_gateway_connections", "Open connections.", self.connections),
        ):
            yield GaugeMetricFamily(name, text, value)
        dropped = CounterMetricFamily("eds_gateway_log_lines_dropped", "Lines of the request log that found no room.")
        dropped.add_metric([], self.log_lines_dropped)
        yield dropped
        build = GaugeMetricFamily("eds_build_info", "The program's version.", labels=("version", "commit"))
        build.add_metric([version("email-delivery-status"), ""], 1)
        yield build


def _counter(name: str, text: str, label: str, counts: dict[str, int]) -> CounterMetricFamily:
    family = CounterMetricFamily(name, text, labels=(label,))
    for key, count in counts.items():
        family.add_metric([key], count)
    return family


def _histogram(name: str, text: str, durations: Durations) -> HistogramMetricFamily:
    family = HistogramMetricFamily(name, text)
    family.add_metric([], list(durations.buckets()), durations.total_s)
    return family
