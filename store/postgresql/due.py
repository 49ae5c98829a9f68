"""Announcements that are due, in PostgreSQL (see announcements.py)."""

from collections.abc import Sequence

import asyncpg

from delivery.errors import Fenced
from store.announcements import due_of, keys_of
from store.arranging import Known, is_large
from store.columns import key_text
from store.contract import Claim, Due

_OWNED = """
select 1 from unnest($2::int[], $3::bigint[]) c (topic_partition, epoch)
join offsets o using (topic_partition, epoch) where o.topic = $1"""
_DUE = """
select a.number, a.tracking_id, a.removed from unnest($1::int[]) asked (topic_partition) cross join lateral (
    select * from announcements a where a.topic_partition = asked.topic_partition order by number limit $2) a
limit $2"""
_MESSAGES = "select m.state from unnest($1::text[]) asked (tracking_id) join messages m using (tracking_id)"
_DELIVERIES = "select d.state from unnest($1::text[]) asked (tracking_id) join deliveries d using (tracking_id)"
_DELETE = "delete from announcements a using unnest($1::bigint[]) gone (number) where a.number = gone.number"


async def read(connection: asyncpg.Connection, claim: Claim, rows_max: int) -> list[Due]:
    """What is due from the claim's partitions; Fenced where a newer claim exists."""
    rows = await connection.fetch(_DUE, list(claim.epochs), rows_max)
    if not rows:
        return []
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        await hold(connection, claim)
        found = [(row[0], row[1], row[2]) for row in rows]
        known = Known()
        known.add_messages(row[0] for row in await connection.fetch(_MESSAGES, keys_of(found)))
        small = [key_text(each) for each, message in known.messages.items() if not is_large(message)]
        known.add_deliveries(row[0] for row in await connection.fetch(_DELIVERIES, small))
    return due_of(found, known)


async def delete(connection: asyncpg.Connection, claim: Claim, due: Sequence[Due]) -> None:
    """Removes the rows that these come from, while the claim holds."""
    async with connection.transaction():
        await hold(connection, claim, " for share of o")
        await connection.execute(_DELETE, sorted(number for one in due for number in one.numbers))


async def hold(connection: asyncpg.Connection, claim: Claim, lock: str = "") -> None:
    """Fenced where a newer claim exists; `lock` keeps others from claiming until the transaction ends."""
    held = await connection.fetch(_OWNED + lock, claim.topic, list(claim.epochs), list(claim.epochs.values()))
    if len(held) != len(claim.epochs):
        raise Fenced(f"{claim.topic}: a newer claim exists on one of the partitions {sorted(claim.epochs)}")
