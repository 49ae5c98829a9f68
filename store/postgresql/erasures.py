"""Which addresses are erased, as PostgreSQL has it. What keeps erasures and batches apart is the lock that each batch shares."""

import asyncpg

from store.erasures import Erasures
from store.postgresql.connection import WRITERS_LOCK

BATCHES_WAIT = f"select pg_advisory_xact_lock({WRITERS_LOCK})"
"""For an erasure: to its end no batch is applied, and none is under way. The server lets waiters in in their turn."""
LET_IN = f"select pg_advisory_xact_lock_shared({WRITERS_LOCK})"
"""For a batch: to its end nothing is erased."""
NEWEST_ERASURE = "select coalesce(max(number), 0) from erasures"


async def read_erasures(connection: asyncpg.Connection, erasures: Erasures) -> None:
    """Takes in what was erased since, or all of it where the store has gone back behind what is known.

    Misconfigured where the key is not the one it was erased with.
    """
    if await connection.fetchval(NEWEST_ERASURE) < erasures.number:
        erasures.forget()
    check_value = await connection.fetchval("select check_value from erasure_key")
    rows = await connection.fetch(
        "select number, address_hash from erasures where number > $1 order by number", erasures.number
    )
    erasures.take(check_value, [(row[0], row[1]) for row in rows])
