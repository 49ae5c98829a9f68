"""Connections to PostgreSQL: their settings, the schema, and what the server's errors mean."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import asyncpg

from delivery.errors import Misconfigured, Unavailable
from store import migrations
from store.settings import StoreSettings

_TRANSIENT = (
    asyncpg.PostgresConnectionError,  # 08
    asyncpg.ReadOnlySQLTransactionError,  # 25006: a standby, or a failover under way
    asyncpg.TransactionRollbackError,  # 40: deadlocks and serialization failures
    asyncpg.InsufficientResourcesError,  # 53: disk full, out of memory, too many connections
    asyncpg.ObjectNotInPrerequisiteStateError,  # 55: a lock that was not to be had
    asyncpg.OperatorInterventionError,  # 57: shutdown, crash, starting up, statement timeout
    asyncpg.PostgresSystemError,  # 58: input and output
    asyncpg.InternalClientError,  # a call in the moment between the server's farewell and the connection's end
    OSError,
    TimeoutError,
)
_MISCONFIGURED = (
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.InsufficientPrivilegeError,
    asyncpg.ClientConfigurationError,
)
_MIGRATION_LOCK = 0x656473  # "eds": one process migrates at a time

WRITERS_LOCK = "hashtext('writers of email delivery status in ' || current_schema())"
"""Each batch takes this advisory lock shared, of the generation that it goes to; who takes it alone finds no batch under way."""

WRITER_SETTINGS = {
    "synchronous_commit": "on",
    # Each batch joins thousands of keys with tables of millions: a hash or merge join would read the whole table.
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
}

READER_SETTINGS = {
    "default_transaction_read_only": "on",
    # A list is read from its index in order until the page is full, also while the planner has no statistics yet.
    "enable_seqscan": "off",
    "max_parallel_workers_per_gather": "0",
    "enable_bitmapscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    # Ties of the time are sorted on the way (incrementally): never a whole list, however few rows it is thought to have.
    "enable_sort": "off",
    # Disks without heads: an address's rows by their index cost less than all rows by another one's order.
    "random_page_cost": "1.1",
}


@contextmanager
def translated() -> Iterator[None]:
    """The server's passing troubles as Unavailable, a refused login or database as Misconfigured."""
    try:
        yield
    except _MISCONFIGURED as problem:
        raise Misconfigured(f"the store: {problem}") from problem
    except _TRANSIENT as problem:
        raise Unavailable(f"the store: {problem or type(problem).__name__}") from problem
    except asyncpg.InterfaceError as problem:
        # A rollback on a connection that broke a moment ago says something else; what broke it is its context.
        if "closed" in str(problem) or "closing" in str(problem) or isinstance(problem.__context__, _TRANSIENT):
            raise Unavailable(f"the store: {problem}") from problem
        raise


def server_settings(timeout_ms: int, extra: dict[str, str] | None = None) -> dict[str, str]:
    """A session's parameters. Compiling a query to machine code takes longer than any of ours runs."""
    return {
        "application_name": "email-delivery-status",
        "jit": "off",
        "statement_timeout": str(timeout_ms),
        "idle_in_transaction_session_timeout": str(timeout_ms),
        **(extra or {}),
    }


async def connect(settings: StoreSettings, session: Mapping[str, str] | None = None) -> asyncpg.Connection:
    """A writer's connection; `session` has parameters of its own. Unavailable where the server can't be reached in time."""
    async with asyncio.timeout(settings.connect_timeout_ms / 1000):
        connection: asyncpg.Connection = await asyncpg.connect(
            settings.url,
            password=password(settings),
            server_settings=server_settings(settings.write_timeout_ms, {**WRITER_SETTINGS, **(session or {})}),
        )
    return connection


def password(settings: StoreSettings) -> str | None:
    """The password in the settings' file, read anew for each connection; None where the url, or nothing, has one."""
    if not settings.password_file:
        return None
    try:
        return Path(settings.password_file).read_text("utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as problem:
        raise Misconfigured(f"[store] password_file: {problem}") from problem


NO_TIME_LIMIT = "set local statement_timeout = 0"
"""For a transaction whose statements take as long as the store is large."""


async def schema_version(connection: asyncpg.Connection) -> int:
    """The number of the newest step that the database has, 0 where there is none."""
    if await connection.fetchval("select to_regclass('schema_version')") is None:
        return 0
    version: int = await connection.fetchval("select coalesce(max(version), 0) from schema_version")
    return version


async def migrate(connection: asyncpg.Connection, now: int) -> None:
    """Brings the schema up to date in one transaction, however long a large store takes for it."""
    steps = migrations.shipped("postgresql")
    async with connection.transaction():
        await connection.execute(NO_TIME_LIMIT)
        await connection.execute(f"select pg_advisory_xact_lock({_MIGRATION_LOCK})")
        await connection.execute("set local client_min_messages = warning")
        await connection.execute(migrations.VERSIONS)
        for step in migrations.missing(steps, await schema_version(connection)):
            await connection.execute(step.script)
            await connection.execute("insert into schema_version values ($1, $2)", step.version, now)
