"""What the gateway counts, for Prometheus.

A request touches plain integers only; they become metrics when somebody asks. Labels are few and fixed: never a recipient,
a tracking_id or free text.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import version
from typing import Any

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

    @classmethod
    def of(cls, counts: list[int], total_s: float) -> "Durations":
        """A histogram that others have counted."""
        made = cls()
        made.counts, made.total_s = counts, total_s
        return made

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
        self.source_requests: dict[tuple[str, int], int] = {}
        self.source_accepted: dict[str, int] = {}
        self.source_invalid: dict[str, int] = {}
        self.dead_letters: dict[str, int] = {}
        self.produce_errors: dict[str, int] = {}
        self.request_duration = Durations()
        self.produce_duration = Durations()
        self.inflight_requests = 0
        self.inflight_bytes = 0
        self.connections = 0
        self.log_lines_dropped = 0
        self.spool_bytes: int | None = None  # None without a spool
        self.spool_records: int | None = None
        self.spool_oldest_age_s: float | None = None
        self.gauges: list[Callable[[], None]] = []
        self.over_all_workers: Callable[[], bytes] | None = None
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

    def count_request(self, source: str, status: int, accepted: int, rejected: int) -> None:
        """`source` is the name of a source that is configured, or unproven: never anything that a request says."""
        key = (source, status)
        self.source_requests[key] = self.source_requests.get(key, 0) + 1
        if accepted:
            self.source_accepted[source] = self.source_accepted.get(source, 0) + accepted
        if rejected:
            self.source_invalid[source] = self.source_invalid.get(source, 0) + rejected

    def refresh(self) -> None:
        """Reads the gauges that others hold."""
        for read in self.gauges:
            read()

    def counts(self) -> dict[str, Any]:
        """All numbers by their names here; a histogram is [counts, seconds]."""
        found: dict[str, Any] = {}
        for name, value in vars(self).items():
            if isinstance(value, Durations):
                found[name] = [value.counts, value.total_s]
            elif value is None or isinstance(value, int | float | dict):
                found[name] = value
        return found

    def render(self) -> bytes:
        """All metrics in the text format: of this process, or of all workers where there are several."""
        if self.over_all_workers is not None:
            return self.over_all_workers()
        self.refresh()
        return generate_latest(self._registry)

    def collect(self) -> Iterable[Metric]:
        yield _counter(
            "eds_gateway_notifications", "Notifications by what became of them.", "result", self.notifications
        )
        yield _counter(
            "eds_gateway_requests",
            "Requests by the status of their answer.",
            "status",
            self._requests_by_status(),
        )
        yield _pairs(
            "eds_gateway_source_requests",
            "Requests by source and status.",
            ("source", "status"),
            {(source, str(status)): count for (source, status), count in self.source_requests.items()},
        )
        yield _pairs(
            "eds_gateway_source_notifications",
            "Notifications of answered requests by source and what became of them.",
            ("source", "result"),
            {(source, "accepted"): count for source, count in self.source_accepted.items()}
            | {(source, "invalid"): count for source, count in self.source_invalid.items()},
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
        if self.spool_bytes is not None:
            yield from _spool(self.spool_bytes, self.spool_records or 0, self.spool_oldest_age_s or 0.0)
        dropped = CounterMetricFamily("eds_gateway_log_lines_dropped", "Lines of the request log that found no room.")
        dropped.add_metric([], self.log_lines_dropped)
        yield dropped
        build = GaugeMetricFamily("eds_build_info", "The program's version.", labels=("version", "commit"))
        build.add_metric([version("email-delivery-status"), ""], 1)
        yield build

    def _requests_by_status(self) -> dict[str, int]:
        """Summed up when somebody asks: a request counts once only."""
        found: dict[str, int] = {}
        for (_, status), count in self.source_requests.items():
            found[str(status)] = found.get(str(status), 0) + count
        return found


def _spool(bytes_: int, records: int, oldest_age_s: float) -> Iterator[Metric]:
    yield GaugeMetricFamily("eds_gateway_spool_bytes", "Bytes on this machine's disk that wait for Kafka.", bytes_)
    yield GaugeMetricFamily("eds_gateway_spool_records", "Records that wait there.", records)
    yield GaugeMetricFamily(
        "eds_gateway_spool_oldest_age_seconds", "How long the oldest of them has waited.", oldest_age_s
    )


def _counter(name: str, text: str, label: str, counts: dict[str, int]) -> CounterMetricFamily:
    family = CounterMetricFamily(name, text, labels=(label,))
    for key, count in counts.items():
        family.add_metric([key], count)
    return family


def _pairs(name: str, text: str, labels: tuple[str, str], counts: dict[tuple[str, str], int]) -> CounterMetricFamily:
    family = CounterMetricFamily(name, text, labels=labels)
    for key, count in counts.items():
        family.add_metric(key, count)
    return family


def _histogram(name: str, text: str, durations: Durations) -> HistogramMetricFamily:
    family = HistogramMetricFamily(name, text)
    family.add_metric([], list(durations.buckets()), durations.total_s)
    return family
