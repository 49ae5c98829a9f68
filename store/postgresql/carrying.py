"""What a generation of a trimmed history takes over from the serving one, in PostgreSQL (see generations.py)."""
# ruff: noqa: S608 (names come from this room alone, and every value is bound)

from collections.abc import Sequence
from typing import Any

import asyncpg
import msgspec

from delivery.classification import Classifier
from store import statistics
from store.columns import EVENT_COLUMNS, received
from store.generations import CARRIED_MESSAGES, Build
from store.postgresql import partitions as partitions
from store.retention import recounted_from

CARRIED = "carried_statistics"
STOOD = "carried_times"
_EVENTS = ", ".join(EVENT_COLUMNS)
_SNAPSHOT = f"""
create table {{making}}.{CARRIED} as
select span, dimension, bucket, value, sender, kind, sum(total)::bigint as total from (
    select * from {{serving}}.statistics where bucket < {{until}}
    union all select * from {{serving}}.statistics_added where bucket < {{until}}) counted
group by 1, 2, 3, 4, 5, 6 having sum(total) <> 0"""
_LOOK = """
select p.tracking_id, p.revision > (
    select count(*) from {serving}.history h where h.key = p.tracking_id and h.tracked and h.received_at >= $3) as lacks
from (select tracking_id, revision from {serving}.messages where $1::text is null or tracking_id > $1
    order by tracking_id limit $2) p order by 1"""
_OF = "from {serving}.history where key = any($1::text[]) and tracked and received_at >= $2"
_ADD = f"insert into {{making}}.statistics_added ({', '.join(statistics.COLUMNS)}) values ($1, $2, $3, $4, $5, $6, $7)"
_KEEP_TIMES = f"""
create table {{making}}.{STOOD} as
select event_id, occurred_at as stood_at, source as stood_under from {{serving}}.history
where timeless and occurred_at < {{until}}"""
_NO_TIMES = f"""
create table if not exists {{making}}.{STOOD} (event_id bytea, stood_at bigint, stood_under text)"""
"""A build that an earlier version began has none."""
_CAME_SINCE = f"""
select {_EVENTS}, stood_at, stood_under from {{making}}.history
left join unnest($1::int[], $2::bigint[]) c (part, counted) on part = topic_partition
left join {{making}}.{STOOD} using (event_id)
where occurred_at < $3 and topic_offset >= coalesce(counted, 0)"""


async def keep_statistics(connection: asyncpg.Connection, serving: str, making: str, horizon: int) -> None:
    """The statistics of the days that are not counted anew, as they stand in the transaction's snapshot, and under which time and
    source those of their events stand that an earlier copy can still move."""
    for statement in (_SNAPSHOT, _KEEP_TIMES):
        await connection.execute(statement.format(serving=serving, making=making, until=recounted_from(horizon)))


async def carry(
    connection: asyncpg.Connection, serving: str, making: str, build: Build, classifier: Classifier, days: int
) -> Build:
    """The next step of it, within a transaction that reads one state; `days` is what a partition holds."""
    horizon = build.horizon
    if horizon is None:
        raise ValueError("the history was not trimmed")
    rows = await connection.fetch(_LOOK.format(serving=serving), build.carried_to, CARRIED_MESSAGES, horizon)
    lacking = [row[0] for row in rows if row[1]]
    if lacking:
        of = _OF.format(serving=serving)
        arrived = f"select distinct received_at / {partitions.DAY_MS} * {partitions.DAY_MS} {of}"
        arrivals = [row[0] for row in await connection.fetch(arrived, lacking, horizon)]
        await connection.execute(f"set local search_path to {making}")
        await partitions.make(connection, arrivals, days)
        for table in ("messages", "deliveries"):
            copied = f"select * from {serving}.{table} where tracking_id = any($1::text[])"
            await connection.execute(f"insert into {making}.{table} {copied}", lacking)
        await connection.execute(f"insert into {making}.history select * {of}", lacking, horizon)
        counted = f"select {_EVENTS} {of} and occurred_at >= $3"
        events = await connection.fetch(counted, lacking, horizon, recounted_from(horizon))
        await _add(connection, making, statistics.counts_of((received(tuple(row)) for row in events), classifier))
    return msgspec.structs.replace(
        build, carried_to=rows[-1][0] if rows else None, is_carried=len(rows) < CARRIED_MESSAGES,
        carried_messages=build.carried_messages + len(lacking),
    )  # fmt: skip


async def count_carried(connection: asyncpg.Connection, making: str, build: Build, classifier: Classifier) -> None:
    """Puts what was kept in the place of what was counted of those days, and adds what came since; once, in a transaction."""
    if build.horizon is None or await connection.fetchval("select to_regclass($1)", f"{making}.{CARRIED}") is None:
        return
    until = recounted_from(build.horizon)
    for table in ("statistics", "statistics_added"):
        await connection.execute(f"delete from {making}.{table} where bucket < {until}")
    await connection.execute(f"insert into {making}.statistics select * from {making}.{CARRIED}")
    counted = build.counted
    await connection.execute(_NO_TIMES.format(making=making))
    since = await connection.fetch(
        _CAME_SINCE.format(making=making), list(counted), list(counted.values()), until
    )  # fmt: skip
    await _add(connection, making, statistics.counts_since(map(tuple, since), classifier))
    await connection.execute(f"drop table {making}.{CARRIED}, {making}.{STOOD}")


async def _add(connection: asyncpg.Connection, making: str, added: Sequence[Any]) -> None:
    await connection.executemany(_ADD.format(making=making), added)
