"""How much room the disks have that a server writes to, for Prometheus."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector


class Room(NamedTuple):
    """A disk's bytes: those that this process may still write, and all."""

    free: int
    size: int


def room_of(directory: Path) -> Room | None:
    """The room of the disk that a directory is on; None while it is not there."""
    try:
        found = os.statvfs(directory)
    except OSError:
        return None
    return Room(found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize)


def families(rooms: Iterable[tuple[str, Room | None]]) -> tuple[Metric, Metric]:
    """Both gauges, with `what` each disk is for: fixed words."""
    free = GaugeMetricFamily(
        "eds_disk_free_bytes", "Free bytes of the disk that it is on: spool, store.", labels=("what",)
    )
    size = GaugeMetricFamily("eds_disk_size_bytes", "All bytes of that disk.", labels=("what",))
    for what, room in rooms:
        if room is not None:
            free.add_metric([what], room.free)
            size.add_metric([what], room.size)
    return free, size


class Disks(Collector):
    """Tells of the directories that are put into `directories`, by what they are for; looked at when somebody asks."""

    def __init__(self) -> None:
        self.directories: dict[str, Path] = {}

    def collect(self) -> Iterable[Metric]:
        return families((what, room_of(directory)) for what, directory in self.directories.items())
