"""What a generation of a trimmed history takes over from the serving one, in SQLite (see generations.py).

`main` is the serving file and `making` the other, or the other way round where a name says so; only the latter is written.
"""
# ruff: noqa: S608 (names come from this room alone, and every value is bound)

import json
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from delivery.classification import Classifier
from store import statistics
from store.columns import DELIVERY_COLUMNS, EVENT_COLUMNS, HISTORY_COLUMNS, MESSAGE_COLUMNS, received
from store.generations import CARRIED_MESSAGES, Build
from store.retention import recounted_from

CARRIED = "carried_statistics"
STOOD = "carried_times"
_LOOK = """
select p.number, p.tracking_id, p.revision > (
    select count(*) from main.history h where h.number = p.number and h.received_at >= ?3) as lacks
from (select number, tracking_id, revision from main.messages where ?1 is null or tracking_id > ?1
    order by tracking_id limit ?2) p order by 2"""
_FROM = """
from json_each(?1) asked cross join main.messages m on m.number = asked.value
cross join making.messages n on n.tracking_id = m.tracking_id"""
_OF = "cross join main.history h on h.number = m.number where h.received_at >= ?2"


def _columns(alias: str, columns: Iterable[str]) -> str:
    return ", ".join(f"{alias}.{column}" for column in columns)


_MESSAGES = f"""
insert into making.messages (number, {", ".join(MESSAGE_COLUMNS)})
select (select coalesce(max(number), 0) from making.messages) + row_number() over (order by m.number),
    {_columns("m", MESSAGE_COLUMNS)}
from json_each(?1) asked cross join main.messages m on m.number = asked.value"""
_DELIVERIES = f"""
insert into making.deliveries (number, {", ".join(DELIVERY_COLUMNS)}) select n.number, {_columns("d", DELIVERY_COLUMNS)}
{_FROM} cross join main.deliveries d on d.number = m.number"""
_HISTORY = f"""
insert into making.history (number, {", ".join(HISTORY_COLUMNS)}) select n.number, {_columns("h", HISTORY_COLUMNS)}
{_FROM} {_OF}"""
_EVENTS = f"select {_columns('h', EVENT_COLUMNS)} {_FROM} {_OF} and h.occurred_at >= ?3"
_ADD = """
insert into {schema}.statistics values (?, ?, ?, ?, ?, ?, ?)
on conflict (span, dimension, bucket, value, sender, kind) do update set total = total + excluded.total"""
_KEEP_TIMES = f"""
create table main.{STOOD} as select event_id, occurred_at, source from serving.history where timeless and occurred_at < {{until}}"""
_NO_TIMES = f"create table if not exists {STOOD} (event_id, occurred_at, source)"  # a build of an earlier version
_CAME_SINCE = f"""
select {_columns("h", EVENT_COLUMNS)}, t.occurred_at, t.source from history h
    left join json_each(?1) c on c.key = cast(topic_partition as text) left join {STOOD} t on t.event_id = h.event_id
where h.occurred_at < ?2 and topic_offset >= coalesce(c.value, 0)"""


def keep_statistics(connection: sqlite3.Connection, horizon: int) -> None:
    """The statistics of the days that are not counted anew, as they stand in the transaction's snapshot, and under which time and
    source those of their events stand that an earlier copy can still move.

    `main` is in the making, and the other file is `serving`.
    """
    until = recounted_from(horizon)
    connection.execute(f"create table main.{CARRIED} as select * from serving.statistics where bucket < {until}")
    connection.execute(_KEEP_TIMES.format(until=until))


def carry(connection: sqlite3.Connection, build: Build, classifier: Classifier) -> Build:
    """The next step of it, within a transaction."""
    horizon = build.horizon
    if horizon is None:
        raise ValueError("the history was not trimmed")
    rows = connection.execute(_LOOK, (build.carried_to, CARRIED_MESSAGES, horizon)).fetchall()
    lacking = json.dumps([number for number, _, lacks in rows if lacks])
    connection.execute(_MESSAGES, (lacking,))
    connection.execute(_DELIVERIES, (lacking,))
    connection.execute(_HISTORY, (lacking, horizon))
    events = connection.execute(_EVENTS, (lacking, horizon, recounted_from(horizon)))
    _add(connection, "making", statistics.counts_of(map(received, events), classifier))
    return msgspec.structs.replace(
        build, carried_to=rows[-1][1] if rows else None, is_carried=len(rows) < CARRIED_MESSAGES,
        carried_messages=build.carried_messages + sum(lacks for _, _, lacks in rows),
    )  # fmt: skip


def count_carried(connection: sqlite3.Connection, build: Build, classifier: Classifier) -> None:
    """Puts what was kept in the place of what was counted of those days, and adds what came since; once, in a transaction.

    `main` is in the making.
    """
    known = connection.execute("select 1 from sqlite_master where name = ?", (CARRIED,)).fetchone()
    if build.horizon is None or known is None:
        return
    until = recounted_from(build.horizon)
    connection.execute("delete from statistics where bucket < ?", (until,))
    connection.execute(f"insert into statistics select * from {CARRIED}")
    connection.execute(_NO_TIMES)
    since = connection.execute(_CAME_SINCE, (json.dumps(build.counted), until))
    _add(connection, "main", statistics.counts_since(since, classifier))
    for table in (CARRIED, STOOD):
        connection.execute(f"drop table {table}")


def _add(connection: sqlite3.Connection, schema: str, added: Iterable[Sequence[Any]]) -> None:
    connection.executemany(_ADD.format(schema=schema), added)
