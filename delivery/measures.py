"""What the metrics of all three servers share: registries, build and process, and a histogram that costs next to nothing.

Each server's metrics are objects with a registry of their own, which can be made without starting a server: what is told, its
labels, units and help can so be listed (gateway.metrics.GatewayMetrics().registry, consumers.metrics.Metrics().registry,
graphql_api.metrics.Metrics().registry).
Names begin with eds_ and end in their unit, counters in _total. Labels are few and fixed: never an address, an id or free text.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import msgspec
from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client import disable_created_metrics as tell_no_beginnings
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from prometheus_client.samples import Exemplar

PROGRAM = "email-delivery-status"
COMMIT_FILE = "commit.txt"


class Durations:
    """A histogram of seconds: one search and two additions an observation."""

    __slots__ = ("bounds", "counts", "examples", "total_s")

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total_s = 0.0
        self.examples: dict[int, Exemplar] = {}

    def observe(self, seconds: float) -> None:
        self.counts[bisect_left(self.bounds, seconds)] += 1
        self.total_s += seconds

    def point_out(self, seconds: float, trace_id: str, at_s: float) -> None:
        """An observation whose trace can be looked at: the newest of its bucket is told as an exemplar."""
        self.examples[bisect_left(self.bounds, seconds)] = Exemplar({"trace_id": trace_id}, seconds, at_s)

    @classmethod
    def of(cls, bounds: tuple[float, ...], counts: list[int], total_s: float) -> "Durations":
        """A histogram that others have counted."""
        made = cls(bounds)
        made.counts, made.total_s = counts, total_s
        return made

    def buckets(self) -> Iterator[tuple[str, float, Any]]:
        """Each upper bound with the observations up to it, as Prometheus wants them, and its example."""
        below = 0
        for place, (bound, count) in enumerate(zip((*map(str, self.bounds), "+Inf"), list(self.counts), strict=True)):
            below += count
            yield bound, below, self.examples.get(place)


def gauge(name: str, text: str, value: float | None) -> Metric:
    """The family of one gauge without labels; None: it is not there now."""
    return GaugeMetricFamily(name, text, value)


def histogram(name: str, text: str, durations: Durations) -> Metric:
    """The family of one histogram without labels."""
    family = HistogramMetricFamily(name, text)
    family.add_metric([], list(durations.buckets()), durations.total_s)
    return family


def counters(name: str, text: str, labels: tuple[str, ...], counts: Iterable[tuple[tuple[str, ...], float]]) -> Metric:
    """The family of one counter; its name without _total."""
    family = CounterMetricFamily(name, text, labels=labels)
    for values, count in counts:
        family.add_metric(values, count)
    return family


class Build(msgspec.Struct, frozen=True):
    """Which program this is. `commit` is empty where nobody knows it."""

    version: str
    commit: str


@cache
def build() -> Build:
    """By the installed package: the commit that pip took it from, or the file that whoever made an image put beside this one."""
    try:
        package = distribution(PROGRAM)
    except PackageNotFoundError:
        return Build("", "")
    origin = msgspec.json.decode(package.read_text("direct_url.json") or "{}")
    commit = origin.get("vcs_info", {}).get("commit_id", "")
    written = Path(__file__).with_name(COMMIT_FILE)
    if not commit and written.exists():
        commit = written.read_text("ascii").strip()
    return Build(package.version, commit)


class _Built(Collector):
    def collect(self) -> Iterable[Metric]:
        found = build()
        family = GaugeMetricFamily("eds_build_info", "The program that runs; always 1.", labels=("version", "commit"))
        family.add_metric([found.version, found.commit], 1)
        yield family


def new_registry(*, process: bool = True) -> CollectorRegistry:
    """A registry that tells build and platform, and of this process its CPU time, memory, files and start."""
    tell_no_beginnings()  # type: ignore[no-untyped-call]
    registry = CollectorRegistry()
    registry.register(_Built())
    PlatformCollector(registry=registry)
    if process:
        ProcessCollector(registry=registry)
        GCCollector(registry=registry)
    return registry


def render(registry: CollectorRegistry, accept: str = "") -> tuple[bytes, str]:
    """All of a registry, and its media type: OpenMetrics, which has the exemplars, where accepted, else Prometheus' text."""
    encode, content_type = choose_encoder(accept)
    return encode(registry), content_type
