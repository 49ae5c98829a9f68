"""A store of a million events, made quickly: a smaller one that a writer has filled, whose rows the database copies.

Each copy has ids of its own, and is some days older than the one before. Its views say so too, so that lists are as they would be;
the values of its events keep the times that their senders wrote. Statistics are copied with them. For measuring reads: nothing is
ever written to it again.
"""

import re
import sqlite3
from collections.abc import Callable

import asyncpg

from bench.events import START_S
from store.settings import StoreSettings

STEP_MS = 10**9
"""How much older each copy is, some eleven days: a digit of a time in ms."""
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
_FIRST = START_S * 1000 // STEP_MS
_TIMES = rf"([:\[,]){_FIRST}([0-9]{{9}})"
"""Times in the texts of views: those of the events' first eleven days."""


async def multiply(settings: StoreSettings, copies: int) -> None:
    """Adds so many copies of what is in the store."""
    if settings.url.startswith("sqlite"):
        _multiply_sqlite(settings.url.removeprefix("sqlite:///"), copies)
        return
    connection = await asyncpg.connect(settings.url)
    try:
        await connection.execute("set synchronous_commit = off")
        indexes = await connection.fetch(_INDEXES)
        for row in indexes:
            await connection.execute(f"drop index {row['name']}")
        for copy in range(1, copies + 1):
            for statement in _statements(
                copy,
                shifted=lambda text, at: f"regexp_replace({text}, '{_TIMES}', '\\1{at}\\2', 'g')",
                value=lambda text, old, new: f"convert_to(replace(convert_from({text}, 'UTF8'), {old}, {new}), 'UTF8')",
                own={"messages": "", "deliveries": "", "history": ""},
            ):
                await connection.execute(statement)
        for row in indexes:
            await connection.execute(row["definition"])
        await connection.execute("vacuum analyze")
    finally:
        await connection.close()


_INDEXES = """
select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition
from pg_index i join pg_class c on c.oid = i.indrelid
where not i.indisunique and c.relkind = 'r' and (c.relname in ('messages', 'deliveries') or c.relname like 'history%')
    and not exists (select 1 from pg_inherits h where h.inhrelid = i.indexrelid)"""


def _multiply_sqlite(path: str, copies: int) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    patterns: dict[str, tuple[re.Pattern[str], str]] = {}

    def shifted(text: str, at: str) -> str:
        pattern, to = patterns.setdefault(at, (re.compile(_TIMES), rf"\g<1>{at}\2"))
        return pattern.sub(to, text)

    connection.create_function("shifted", 2, shifted, deterministic=True)
    connection.execute("pragma synchronous = off")
    connection.execute("pragma cache_size = -400000")
    numbers = {
        table: int(connection.execute(f"select max({key}) from {table}").fetchone()[0])
        for table, key in (("messages", "number"), ("deliveries", "id"), ("history", "id"))
    }
    indexes = connection.execute(
        "select name, sql from sqlite_master where type = 'index' and sql like 'create index%'"
    )
    dropped = [(name, sql) for name, sql in indexes.fetchall()]
    connection.execute("begin")
    for name, _ in dropped:
        connection.execute(f"drop index {name}")
    for copy in range(1, copies + 1):
        messages = numbers["messages"] * copy
        for statement in _statements(
            copy,
            shifted=lambda text, at: f"shifted({text}, '{at}')",
            value=lambda text, old, new: f"cast(replace(cast({text} as text), {old}, {new}) as blob)",
            own={
                "messages": f"number + {messages}, ",
                "deliveries": f"id + {numbers['deliveries'] * copy}, number + {messages}, ",
                "history": f"id + {numbers['history'] * copy}, number + {messages}, ",
            },
        ):
            connection.execute(statement)
    for _, sql in dropped:
        connection.execute(sql)
    connection.execute("commit")
    connection.execute("analyze")
    connection.close()


Text = Callable[[str, str], str]


def _statements(
    copy: int, *, shifted: Text, value: Callable[[str, str, str], str], own: dict[str, str]
) -> tuple[str, ...]:
    """One copy of each table. `own` are the database's own keys, before the columns that both have."""
    at, step = str(_FIRST - copy), copy * STEP_MS
    keys = {"messages": "number, ", "deliveries": "id, number, ", "history": "id, number, "}
    head = {table: keys[table] if own[table] else "" for table in keys}
    ending = f"-{copy}"
    fresh = f"tracking_id || '{ending}'"
    state = shifted(f"replace(state, tracking_id, {fresh})", at)
    original = "tracking_id not like '%-%'"
    messages = "phase, sender_id, revision"
    deliveries = "recipient, domain, phase, category, sender_id"
    told = "received_at, recipient, domain, kind, event_code, sender_id, source, topic_partition, topic_offset"
    days = f"case span when 'hour' then {step // HOUR_MS * HOUR_MS} else {step // DAY_MS * DAY_MS} end"
    return (
        f"insert into messages ({head['messages']}tracking_id, {messages}, last_event_at, state, topic_partition)"
        f" select {own['messages']}{fresh}, {messages}, last_event_at - {step}, {state}, topic_partition"
        f" from messages where {original}",
        f"insert into deliveries ({head['deliveries']}tracking_id, {deliveries}, last_event_at, state)"
        f" select {own['deliveries']}{fresh}, {deliveries}, last_event_at - {step}, {state} from deliveries where {original}",
        f"insert into history ({head['history']}key, tracked, event_id, occurred_at, timeless, {told}, value)"
        f" select {own['history']}key || '{ending}', tracked, event_id, occurred_at - {step}, timeless, {told},"
        f" {value('value', 'key', f'key || {ending!r}')} from history where tracked and key not like '%-%'",
        "insert into statistics (span, dimension, bucket, value, sender, kind, total)"
        f" select span, dimension, bucket - {days}, value, sender, kind, total from statistics"
        f" where bucket >= {(START_S - 2 * 86_400) * 1000}",
    )  # fmt: skip
