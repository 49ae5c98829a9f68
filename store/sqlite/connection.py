"""One connection to the embedded store: its settings, its schema, and what its errors mean."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

from delivery.errors import Misconfigured, Unavailable
from store import migrations

_TRANSIENT = frozenset(
    {
        sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_NOMEM,
    }
)  # fmt: skip
_PROGRESS_STEPS = 2_000  # instructions of SQLite's machine between two looks at the clock, some 20 µs


@contextmanager
def translated() -> Iterator[None]:
    """The database's passing troubles (locked, disk full, too slow) as Unavailable; a file that is no database as Misconfigured."""
    try:
        yield
    except sqlite3.Error as problem:
        code = getattr(problem, "sqlite_errorcode", 0) & 0xFF
        if code in _TRANSIENT:
            raise Unavailable(f"the store: {problem} ({problem.sqlite_errorname})") from problem
        if code == sqlite3.SQLITE_NOTADB:
            raise Misconfigured(f"the store's file is no SQLite database: {problem}") from problem
        raise


def connect(path: Path, wait_ms: int) -> sqlite3.Connection:
    """A connection that any one thread at a time may use; transactions are begun and ended by hand."""
    connection = sqlite3.connect(
        path, timeout=wait_ms / 1000, isolation_level=None, check_same_thread=False, cached_statements=512
    )
    try:
        connection.execute("pragma temp_store = memory")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def make_durable(connection: sqlite3.Connection, cache_bytes: int) -> None:
    """For a writer: a commit is on the disk when it returns, and readers of other processes go on meanwhile."""
    connection.execute("pragma page_size = 8192")  # takes effect in a new file only
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = full")
    connection.execute(f"pragma cache_size = {-(cache_bytes // 1024)}")
    connection.execute("pragma wal_autocheckpoint = 8192")


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing, and one writer at a time: what is read within it stays true until it ends."""
    connection.execute("begin immediate")
    try:
        yield
        connection.execute("commit")
    except BaseException:
        if connection.in_transaction:  # a full disk may have ended it already
            connection.execute("rollback")
        raise


def schema_version(connection: sqlite3.Connection) -> int:
    """The number of the newest step that is in the file, 0 where there is none."""
    known = connection.execute("select 1 from sqlite_master where name = 'schema_version'").fetchone()
    if known is None:
        return 0
    version = connection.execute("select coalesce(max(version), 0) from schema_version").fetchone()[0]
    return int(version)


def migrate(connection: sqlite3.Connection, now: int) -> None:
    """Brings the schema up to date; each step is a transaction of its own."""
    steps = migrations.shipped("sqlite")
    with transaction(connection):
        connection.execute(migrations.VERSIONS)
    for step in migrations.missing(steps, schema_version(connection)):
        with transaction(connection):
            if schema_version(connection) >= step.version:
                continue  # another process was quicker
            for statement in statements(step.script):
                connection.execute(statement)
            connection.execute("insert into schema_version values (?, ?)", (step.version, now))


def statements(script: str) -> Iterator[str]:
    """The statements of a script, one by one: sqlite3's executescript would commit in between."""
    held = ""
    for line in script.splitlines(keepends=True):
        if not held and (not line.strip() or line.startswith("--")):
            continue
        held += line
        if sqlite3.complete_statement(held):
            yield held
            held = ""
    if held.strip():
        raise ValueError(f"an unfinished statement: {held[:80]!r}")


class TooLong(Exception):
    """A read took more steps than it may; nothing was wrong with it."""


@contextmanager
def steps_limit(connection: sqlite3.Connection, steps_max: int) -> Iterator[None]:
    """Ends what takes more steps of SQLite's machine than this, as TooLong."""
    looks_left = steps_max // _PROGRESS_STEPS

    def over() -> bool:
        nonlocal looks_left
        looks_left -= 1
        return looks_left < 0

    connection.set_progress_handler(over, _PROGRESS_STEPS)
    try:
        yield
    except sqlite3.OperationalError as problem:
        if looks_left < 0 and problem.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
            raise TooLong from problem
        raise
    finally:
        connection.set_progress_handler(None, 0)


@contextmanager
def time_limit(connection: sqlite3.Connection, limit_ms: int, given_up: Event | None = None) -> Iterator[None]:
    """Interrupts what takes longer than `limit_ms`, or is `given_up`; it ends as SQLITE_INTERRUPT, which is Unavailable."""
    deadline = time.monotonic() + limit_ms / 1000

    def over() -> bool:
        return time.monotonic() > deadline or (given_up is not None and given_up.is_set())

    connection.set_progress_handler(over, _PROGRESS_STEPS)
    try:
        yield
    finally:
        connection.set_progress_handler(None, 0)
