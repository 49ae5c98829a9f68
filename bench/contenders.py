"""Who takes the topic into a store in the materializer's benchmark: the ceiling, the product, a peer; each as processes.

A contender prepares an empty store, starts its processes, and says how many of the topic's events are done.
"""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import asyncpg
import msgspec

from bench import quix
from bench.places import without_list_indexes
from bus.settings import KafkaSettings
from delivery.classification import shipped_classifier
from store.opening import open_writer
from store.settings import StoreSettings
from tests.parts.processes import Part

END_S_MAX = 20.0
Section = msgspec.Struct | dict[str, Any]


class Contender(Protocol):
    """One way to take the topic in."""

    async def prepare(self, store: StoreSettings) -> None:
        """What is there before the clock runs."""

    def start(self, kafka: KafkaSettings, store: StoreSettings, directory: Path) -> list["subprocess.Popen[bytes]"]:
        """The processes, started."""

    async def done(self, look: "Look", directory: Path) -> tuple[int, int]:
        """How many events are in the store, and how many of them are announced too; 0 while not all processes take part."""

    async def rows(self, look: "Look") -> int:
        """How many events the store has in the end."""


class Product:
    """`eds consumers`, one process or several, announcing what they change."""

    def __init__(self, processes: int = 1, *, indexes: bool = True) -> None:
        self._processes = processes
        self._indexes = indexes

    async def prepare(self, store: StoreSettings) -> None:
        writer = open_writer(store, shipped_classifier())
        await writer.open()
        await writer.close()
        if not self._indexes:
            await without_list_indexes(store)

    def start(self, kafka: KafkaSettings, store: StoreSettings, directory: Path) -> list["subprocess.Popen[bytes]"]:
        started = []
        for number in range(self._processes):
            sections: dict[str, Section] = {"kafka": kafka, "store": store, "consumers": {"idle_announce_ms": 50}}
            part = Part("consumers", sections, directory / f"consumers-{number}.log")
            part.start()
            assert part.process is not None
            started.append(part.process)
        return started

    async def done(self, look: "Look", directory: Path) -> tuple[int, int]:
        asked = "select coalesce(sum(next_offset), 0), coalesce(sum(announced_offset), 0), count(distinct owner) from offsets"
        next_offsets, announced, owners = await look.row(asked) or (0, 0, 0)
        return (next_offsets, announced) if owners >= self._processes else (0, 0)

    async def rows(self, look: "Look") -> int:
        return (await look.row("select count(*) from history"))[0]


class Ceiling:
    """The history alone, read from the topic in the same way (bench/ceiling.py)."""

    async def prepare(self, store: StoreSettings) -> None:
        return None

    def start(self, kafka: KafkaSettings, store: StoreSettings, directory: Path) -> list["subprocess.Popen[bytes]"]:
        given = msgspec.json.encode((kafka, store)).decode()
        return [_started([sys.executable, "-m", "bench.ceiling", given], directory / "ceiling.log")]

    async def done(self, look: "Look", directory: Path) -> tuple[int, int]:
        (done,) = await look.row("select coalesce(sum(next_offset), 0) from offsets") or (0,)
        return done, done

    async def rows(self, look: "Look") -> int:
        return (await look.row("select count(*) from history"))[0]


class Quix:
    """Quix Streams' PostgreSQL sink: the history alone, copies and all."""

    def __init__(self, directory: Path) -> None:
        self._python = quix.python(directory)

    async def prepare(self, store: StoreSettings) -> None:
        return None

    def start(self, kafka: KafkaSettings, store: StoreSettings, directory: Path) -> list["subprocess.Popen[bytes]"]:
        url = urlsplit(store.url)
        database = {"host": url.hostname, "port": url.port, "dbname": url.path[1:], "user": url.username or ""}
        given = {
            "bootstrap": kafka.bootstrap, "group": kafka.group, "topic": kafka.notifications_topic,
            "batch_events": kafka.batch_events_max, "progress": str(directory / "quix-rows"),
            "database": database | {"password": url.password or ""},
        }  # fmt: skip
        return [_started([str(self._python), str(quix.PROGRAM), json.dumps(given)], directory / "quix.log")]

    async def done(self, look: "Look", directory: Path) -> tuple[int, int]:
        try:
            done = int((directory / "quix-rows").read_text() or 0)
        except OSError:
            done = 0
        return done, done

    async def rows(self, look: "Look") -> int:
        return (await look.row("select count(*) from events"))[0]


class Look:
    """A look into a store while others fill it."""

    def __init__(self, store: StoreSettings) -> None:
        self._store = store
        self._server: asyncpg.Connection | None = None

    async def row(self, sql: str) -> tuple[int, ...]:
        """The one row of a question; nothing while its tables are not there yet."""
        if not self._store.url.startswith("postgres"):
            return self._sqlite_row(sql)
        if self._server is None:
            self._server = await asyncpg.connect(self._store.url)
        try:
            row = await self._server.fetchrow(sql)
            return tuple(int(value) for value in row or ())
        except asyncpg.UndefinedTableError:
            return ()

    async def close(self) -> None:
        if self._server is not None:
            await self._server.close()

    def _sqlite_row(self, sql: str) -> tuple[int, ...]:
        path = Path(self._store.url.removeprefix("sqlite:///"))
        if not path.exists():
            return ()
        with closing(sqlite3.connect(path, timeout=5)) as connection:
            try:
                return tuple(connection.execute(sql).fetchone())
            except sqlite3.OperationalError:
                return ()


def _started(command: list[str], log: Path) -> "subprocess.Popen[bytes]":
    with log.open("ab") as output:
        return subprocess.Popen(command, stdout=output, stderr=output)


@contextmanager
def ended(processes: list["subprocess.Popen[bytes]"]) -> Iterator[None]:
    """The processes are ended with the context, whatever happens in it."""
    try:
        yield
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(END_S_MAX)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
