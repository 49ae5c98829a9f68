"""What a load costs: its rate, and the CPU of this process and of all of PostgreSQL's processes, where it runs on this machine."""

import time
from collections.abc import Callable
from pathlib import Path

import asyncpg
import msgspec

from bench.processes import TICKS
from store.settings import StoreSettings


class Cost(msgspec.Struct, frozen=True):
    """The rate in events/s, CPU in µs an event."""

    rate: float
    own_cpu: float
    server_cpu: float

    @property
    def cpu(self) -> float:
        return self.own_cpu + self.server_cpu


class Meter:
    """Measures what happens within `async with`."""

    def __init__(self, settings: StoreSettings, count: int) -> None:
        self._settings = settings
        self._count = count
        self.cost = Cost(0, 0, 0)

    async def __aenter__(self) -> "Meter":
        self._server = await server_clock(self._settings)
        self._before = time.perf_counter(), time.process_time(), self._server()
        return self

    async def __aexit__(self, *_: object) -> None:
        took, own, server = time.perf_counter(), time.process_time(), self._server()
        per_event = 1e6 / self._count
        self.cost = Cost(
            self._count / (took - self._before[0]),
            (own - self._before[1]) * per_event,
            (server - self._before[2]) * per_event,
        )


async def server_clock(settings: StoreSettings) -> Callable[[], float]:
    """A clock of the CPU seconds that the server on this machine has used; 0 for SQLite and for servers elsewhere."""
    if not settings.url.startswith("postgres"):
        return lambda: 0.0
    connection = await asyncpg.connect(settings.url)
    backend = await connection.fetchval("select pg_backend_pid()")
    postmaster = _parent(backend)
    await connection.close()
    return lambda: _children_cpu(postmaster)


def _parent(process: int) -> int | None:
    try:
        return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return None


def _children_cpu(postmaster: int | None) -> float:
    total = 0
    if postmaster is None:
        return 0.0
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(status.parent.name) == postmaster:
            total += int(fields[13]) + int(fields[14])  # of its children that have ended
        if int(fields[1]) == postmaster:
            total += int(fields[11]) + int(fields[12])
    return total / TICKS
