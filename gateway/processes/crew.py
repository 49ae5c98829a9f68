"""One truth over all workers of a gateway: whichever is asked answers for all of them.

Each worker tells the others, several times a second, what it counted and how it is. A counter goes on from what the
worker before it in the same slot had told, so that no sum ever falls because a worker died.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from time import monotonic
from typing import Any

import msgspec
from prometheus_client import ProcessCollector
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from delivery.measures import Durations, render
from gateway.metrics import REQUEST_BUCKETS_S, GatewayMetrics
from gateway.processes.board import Board

TELL_EVERY_S = 0.2
SILENCE_S_MAX = 3.0
# How a gauge of several workers is one number; all others are added.
_HIGHEST = ("process_max_fds", "spool_oldest_age_s")
_LOWEST = ("process_start_time_seconds", "spool_disk_free_bytes", "spool_disk_size_bytes")  # they share the disk

Counts = dict[str, Any]


class Told(msgspec.Struct):
    """What a worker has told last. `at` is a time of the machine's monotonic clock, in seconds."""

    at: float
    serving: bool
    spool_problem: str | None
    counts: Counts


class Crew:
    """The workers, as one of them sees them. `number` is its own, from 1; `life` reaches its end when the parent is gone."""

    def __init__(self, number: int, board: Board, listener: socket.socket, life: int) -> None:
        self.number = number
        self.listener = listener
        self._life = life
        self._board = board
        before = self._told(number)
        self._before = {} if before is None else _lasting(before.counts)
        self._serving = False
        self._spool_problem: str | None = None
        self._telling: asyncio.Task[None] | None = None

    @property
    def size(self) -> int:
        return self._board.slots

    def start(self, metrics: GatewayMetrics, spool_problem: Callable[[], Awaitable[str | None]]) -> None:
        """This worker serves: from now on the others hear of it."""
        self._metrics = metrics
        self._serving = True
        metrics.over_all_workers = self.render
        self._process = ProcessCollector(registry=None)
        self._tell()
        self._telling = asyncio.get_running_loop().create_task(self._tell_on(spool_problem))

    async def close(self) -> None:
        """The last word of this worker."""
        if self._telling is not None:
            self._telling.cancel()
            await asyncio.gather(self._telling, return_exceptions=True)
            self._serving = False
            self._tell()

    def at_end_of_parent(self, stop: Callable[[], None]) -> None:
        """Calls `stop` once the parent is gone."""
        loop = asyncio.get_running_loop()

        def gone() -> None:
            loop.remove_reader(self._life)
            stop()

        loop.add_reader(self._life, gone)

    def others(self) -> list[Told]:
        """What the other workers told, those that ever did."""
        found = (self._told(number) for number in range(1, self.size + 1) if number != self.number)
        return [told for told in found if told is not None]

    def silent(self) -> str | None:
        """Which workers have not been heard of for too long; None where all are there or are just being replaced."""
        now = monotonic()
        missing = [
            str(number)
            for number in range(1, self.size + 1)
            if number != self.number and ((told := self._told(number)) is None or now - told.at > SILENCE_S_MAX)
        ]
        return f"not heard of: worker {', '.join(missing)}" if missing else None

    def render(self, accept: str) -> tuple[bytes, str]:
        """The metrics of all workers as one, and their media type."""
        self._tell()
        counts = combine([told.counts for told in (self._told(self.number), *self.others()) if told is not None])
        merged = GatewayMetrics(process=False)
        process = counts.pop("process")
        for name, value in counts.items():
            setattr(merged, name, Durations.of(REQUEST_BUCKETS_S, *value) if isinstance(value, list) else value)
        merged.registry.register(_Process(process))
        return render(merged.registry, accept)

    def _told(self, number: int) -> Told | None:
        content = self._board.read(number)
        return None if content is None else msgspec.msgpack.decode(content, type=Told)

    def _tell(self) -> None:
        self._metrics.refresh()
        counts = combine([self._before, self._metrics.counts() | {"process": self._process_counts()}])
        told = Told(monotonic(), self._serving, self._spool_problem, counts)
        self._board.write(self.number, msgspec.msgpack.encode(told))

    async def _tell_on(self, spool_problem: Callable[[], Awaitable[str | None]]) -> None:
        while True:
            await asyncio.sleep(TELL_EVERY_S)
            self._spool_problem = await spool_problem()
            self._tell()

    def _process_counts(self) -> dict[str, float]:
        return {sample.name: sample.value for metric in self._process.collect() for sample in metric.samples}


def combine(all_counts: Sequence[Counts]) -> Counts:
    """Counts of several workers as one."""
    combined: Counts = {}
    for counts in all_counts:
        for name, value in counts.items():
            combined[name] = _joined(name, combined[name], value) if name in combined else value
    return combined


def _joined(name: str, one: Any, other: Any) -> Any:
    if isinstance(one, dict):
        return combine([one, other])
    if isinstance(one, list):  # a histogram: counts and seconds
        return [[a + b for a, b in zip(one[0], other[0], strict=True)], one[1] + other[1]]
    if one is None or other is None:
        return other if one is None else one
    if name in _HIGHEST:
        return max(one, other)
    return min(one, other) if name in _LOWEST else one + other


def _lasting(counts: Counts) -> Counts:
    """What a replacement goes on from: counters, and no gauges."""
    lasting = {name: value for name, value in counts.items() if isinstance(value, dict | list)}
    lasting["log_lines_dropped"] = counts["log_lines_dropped"]
    lasting["process"] = {name: value for name, value in counts["process"].items() if name.endswith("_total")}
    return lasting


class _Process(Collector):
    """What prometheus_client tells of one process, of all workers."""

    def __init__(self, values: dict[str, float]) -> None:
        self._values = values

    def collect(self) -> Iterable[Metric]:
        for name, value in self._values.items():
            if name.endswith("_total"):
                family = CounterMetricFamily(name.removesuffix("_total"), "Of all workers together.")
                family.add_metric([], value)
                yield family
            else:
                yield GaugeMetricFamily(name, "Of all workers together.", value)
