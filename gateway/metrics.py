"""What the gateway counts, for Prometheus.

A request touches plain integers only; they become metrics when somebody asks. Labels are few and fixed: never a recipient,
a tracking_id or free text.
"""

from collections.abc import Callable, Iterable
from itertools import starmap
from typing import Any

from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from delivery.disks import Room, families
from delivery.measures import Durations, counters, gauge, histogram, new_registry, render

# Rows that were never read (unauthorized, throttled) count as one a request. Duplicates are found by the consumers.
RESULTS = ("accepted", "invalid", "unauthorized", "throttled", "unavailable")
REQUEST_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class GatewayMetrics(Collector):
    """The counts of one gateway process."""

    def __init__(self, *, process: bool = True) -> None:
        """With `process` its registry tells of this process, too."""
        self.notifications = dict.fromkeys(RESULTS, 0)
        self.source_requests: dict[tuple[str, int], int] = {}
        self.source_accepted: dict[str, int] = {}
        self.source_invalid: dict[str, int] = {}
        self.dead_letters: dict[str, int] = {}
        self.produce_errors: dict[str, int] = {}
        self.request_duration = Durations(REQUEST_BUCKETS_S)
        self.produce_duration = Durations(REQUEST_BUCKETS_S)
        self.inflight_requests = 0
        self.inflight_bytes = 0
        self.connections = 0
        self.workers = 1
        self.log_lines_dropped = 0
        self.spool_bytes: int | None = None  # None without a spool
        self.spool_limit_bytes: int | None = None
        self.spool_records: int | None = None
        self.spool_oldest_age_s: float | None = None
        self.spool_disk_free_bytes: int | None = None
        self.spool_disk_size_bytes: int | None = None
        self.gauges: list[Callable[[], None]] = []
        self.over_all_workers: Callable[[str], tuple[bytes, str]] | None = None
        self.registry = new_registry(process=process)
        self.registry.register(self)

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

    def render(self, accept: str) -> tuple[bytes, str]:
        """All metrics in the text format: of this process, or of all workers where there are several."""
        if self.over_all_workers is not None:
            return self.over_all_workers(accept)
        self.refresh()
        return render(self.registry, accept)

    def collect(self) -> Iterable[Metric]:
        yield counters(
            "eds_gateway_notifications", "Notifications by what became of them.", ("result",),
            _by_one(self.notifications),
        )  # fmt: skip
        yield counters(
            "eds_gateway_requests", "Requests by the status of their answer.", ("status",),
            _by_one(self._requests_by_status()),
        )  # fmt: skip
        yield counters(
            "eds_gateway_source_requests", "Requests by source and status.", ("source", "status"),
            (((source, str(status)), count) for (source, status), count in self.source_requests.items()),
        )  # fmt: skip
        accepted = (((source, "accepted"), count) for source, count in self.source_accepted.items())
        invalid = (((source, "invalid"), count) for source, count in self.source_invalid.items())
        yield counters(
            "eds_gateway_source_notifications", "Notifications of answered requests by source and what became of them.",
            ("source", "result"), (*accepted, *invalid),
        )  # fmt: skip
        yield counters("eds_dead_letters", "Dead letters that were stored.", ("reason",), _by_one(self.dead_letters))
        yield counters(
            "eds_kafka_produce_errors", "Publishes that failed, by error.", ("error",), _by_one(self.produce_errors)
        )
        yield histogram(
            "eds_gateway_request_duration_seconds", "From the headers to the answer.", self.request_duration
        )
        yield histogram(
            "eds_kafka_produce_duration_seconds", "From the publish to the last acknowledgement.", self.produce_duration
        )
        gauges: list[tuple[str, str, float | None]] = [
            ("eds_gateway_inflight_requests", "Requests being read or acknowledged.", self.inflight_requests),
            ("eds_gateway_inflight_bytes", "Bytes of the bodies being read or acknowledged.", self.inflight_bytes),
            ("eds_gateway_connections", "Open connections.", self.connections),
            ("eds_gateway_workers", "Processes that share the port.", self.workers),
            # Nothing of these without a spool:
            ("eds_gateway_spool_bytes", "Bytes on this machine's disk that wait for Kafka.", self.spool_bytes),
            ("eds_gateway_spool_limit_bytes", "How many may wait there.", self.spool_limit_bytes),
            ("eds_gateway_spool_records", "Records that wait there.", self.spool_records),
            ("eds_gateway_spool_oldest_age_seconds", "How long the oldest has waited.", self.spool_oldest_age_s),
        ]
        yield from starmap(gauge, gauges)
        free, size = self.spool_disk_free_bytes, self.spool_disk_size_bytes
        yield from families([("spool", None if free is None or size is None else Room(free, size))])
        yield counters(
            "eds_gateway_log_lines_dropped", "Lines of the request log that found no room.", (),
            [((), self.log_lines_dropped)],
        )  # fmt: skip

    def _requests_by_status(self) -> dict[str, int]:
        """Summed up when somebody asks: a request counts once only."""
        found: dict[str, int] = {}
        for (_, status), count in self.source_requests.items():
            found[str(status)] = found.get(str(status), 0) + count
        return found


def _by_one(counts: dict[str, int]) -> Iterable[tuple[tuple[str], int]]:
    """Counts under one label."""
    return (((value,), count) for value, count in counts.items())
