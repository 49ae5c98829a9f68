"""One batch's statements in PostgreSQL, within its transaction: what is read of the store, and what is written to it.

Current rows come by key, new ones go by COPY (three times as quick as an INSERT of arrays), changed ones by COPY to a temporary
table and one UPDATE.
"""

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from typing import Any

import asyncpg

from delivery.beginning import Told
from delivery.event import Received, view_text
from store import arranging, plan
from store.columns import EVENT_COLUMNS, is_timeless, key_text, received
from store.postgresql import rows as rows

_MESSAGES_OF = """
select m.state from unnest($1::text[]) asked (tracking_id) join messages m using (tracking_id)"""
_DELIVERIES_OF = """
select d.state from unnest($1::text[]) asked (tracking_id) join deliveries d using (tracking_id)
union all
select d.state from unnest($2::text[], $3::text[]) asked (tracking_id, recipient)
join deliveries d using (tracking_id, recipient)"""
_HISTORY_OF = f"select {', '.join(EVENT_COLUMNS)} from history where key = $1 and tracked"  # noqa: S608
_COUNT_HISTORY_OF = "select count(*) from history where key = $1 and tracked"
_FIND = """
select h.key, h.event_id, h.occurred_at, h.source
from unnest($1::text[], $2::bigint[], $3::bytea[]) asked (key, occurred_at, event_id)
join history h using (key, occurred_at, event_id)
union all
select h.key, h.event_id, h.occurred_at, h.source from unnest($4::text[], $5::bytea[]) asked (key, event_id)
join history h on h.key = asked.key and h.event_id = asked.event_id and h.timeless"""
_UPDATE_MESSAGES = """
update messages m set phase = c.phase, sender_id = c.sender_id, revision = c.revision, last_event_at = c.last_event_at,
    state = c.state, topic_partition = c.topic_partition
from changed_messages c where m.tracking_id = c.tracking_id and m.revision = c.revision_before"""
_UPDATE_DELIVERIES = """
update deliveries d set phase = c.phase, category = c.category, sender_id = c.sender_id,
    last_event_at = c.last_event_at, state = c.state
from changed_deliveries c where d.tracking_id = c.tracking_id and d.recipient = c.recipient"""
_LOWER = """
update history h set occurred_at = c.occurred_at, received_at = c.received_at, source = c.source,
    topic_partition = c.topic_partition, topic_offset = c.topic_offset
from unnest($1::text[], $2::bytea[], $3::bigint[], $4::bigint[], $5::text[], $6::int[], $7::bigint[])
    c (key, event_id, occurred_at, received_at, source, topic_partition, topic_offset)
where h.key = c.key and h.event_id = c.event_id and h.timeless"""


class Conflict(Exception):
    """What the batch rests on has changed since it was read: the horizon has moved, or another writer has changed a message,
    which is possible where the number of the topic's partitions was changed."""


async def fetch_views(connection: asyncpg.Connection, arranged: arranging.Arranged) -> arranging.Known:
    known = arranging.Known()
    asked = sorted(key_text(tracking_id) for tracking_id in arranged.tracked)
    if asked:
        known.add_messages(row[0] for row in await connection.fetch(_MESSAGES_OF, asked))
    if known.messages:
        small = [key_text(each) for each, message in known.messages.items() if not arranging.is_large(message)]
        large = known.large(arranged)
        found = await connection.fetch(
            _DELIVERIES_OF, small, [key_text(key[0]) for key in large], [key_text(key[1]) for key in large]
        )
        known.add_deliveries(row[0] for row in found)
    return known


async def find_events(
    connection: asyncpg.Connection, asked: Sequence[arranging.Addressed]
) -> dict[tuple[str, bytes], tuple[int, str]]:
    """When the history says that each of these happened, and from whom it has it; by its key there."""
    if not asked:
        return {}
    timed = [(*arranging.history_key(event), event.occurred_at) for _, event in asked if not is_timeless(event)]
    timeless = [arranging.history_key(event) for _, event in asked if is_timeless(event)]
    keys, ids, times = transposed(timed, 3)
    found = await connection.fetch(_FIND, keys, times, ids, *transposed(timeless, 2))
    return {(row[0], row[1]): (row[2], row[3]) for row in found}


async def count_events(connection: asyncpg.Connection, tracking_ids: Sequence[str]) -> dict[str, int]:
    """How many events the history has of each of these messages."""
    return {each: await connection.fetchval(_COUNT_HISTORY_OF, key_text(each)) for each in tracking_ids}


async def read_history(connection: asyncpg.Connection, tracking_id: str) -> list[Received]:
    return [received(tuple(row)) for row in await connection.fetch(_HISTORY_OF, key_text(tracking_id))]


class _Packed:
    """Rows of a batch, packed portion by portion as they are merged."""

    def __init__(self) -> None:
        self.messages: list[bytes] = []
        self.changed_messages: list[bytes] = []
        self.changed = 0
        self.deliveries: list[bytes] = []
        self.changed_deliveries: list[bytes] = []
        self.lowered: list[Told] = []

    def history(self, portions: Iterable[plan.Writes], done: plan.Done) -> Iterator[bytes]:
        """The rows of the history, of one portion after the other; the other rows are kept."""
        for writes in portions:
            done.add(writes)
            self.messages.append(rows.packed_messages(writes.new_messages, writes.partitions))
            self.changed_messages.append(rows.packed_changes(writes.changed_messages, writes.partitions))
            self.changed += len(writes.changed_messages)
            self.deliveries.append(rows.packed_deliveries(writes.new_deliveries))
            self.changed_deliveries.append(rows.packed_deliveries(writes.changed_deliveries))
            self.lowered += writes.lowered
            yield rows.packed_history(writes.history)


async def write(connection: asyncpg.Connection, portions: Iterable[plan.Writes], done: plan.Done) -> None:
    """Writes all portions and adds them to `done`. Rows come in the order of their keys, so that pages are visited in theirs."""
    packed = _Packed()
    await copy(connection, "history", rows.HISTORY_COLUMNS, packed.history(portions, done))
    await copy(connection, "messages", rows.MESSAGE_COLUMNS, packed.messages)
    if packed.changed:
        await copy(connection, "changed_messages", rows.CHANGED_MESSAGE_COLUMNS, packed.changed_messages)
        status = await connection.execute(_UPDATE_MESSAGES)
        if rows_of(status) != packed.changed:
            raise Conflict(f"{packed.changed} messages to change, {status}")
    await copy(connection, "deliveries", rows.DELIVERY_COLUMNS, packed.deliveries)
    if any(packed.changed_deliveries):
        await copy(connection, "changed_deliveries", rows.DELIVERY_COLUMNS, packed.changed_deliveries)
        await connection.execute(_UPDATE_DELIVERIES)
    if packed.lowered:
        lowered = [
            (
                *arranging.history_key(event), event.occurred_at, event.received_at, view_text(event.source),
                event.partition, event.offset,
            )
            for _, event, _ in packed.lowered
        ]  # fmt: skip
        await connection.execute(_LOWER, *transposed(lowered, 7))


async def copy(connection: asyncpg.Connection, table: str, columns: Sequence[str], portions: Iterable[bytes]) -> None:
    """Rows in COPY's binary form. The server takes one portion in while the next one is made."""
    pending = iter(portions)
    first = next((portion for portion in pending if portion), None)
    if first is None:
        return

    async def source() -> AsyncIterator[bytes]:
        yield rows.COPY_START + first
        for portion in pending:
            yield portion
        yield rows.COPY_END

    await connection.copy_to_table(table, source=source(), columns=columns, format="binary")


def transposed(rows: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    """Rows as the arrays that unnest takes."""
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(width)]


def rows_of(status: str) -> int:
    """How many rows a statement changed, by the server's answer such as `UPDATE 3`."""
    return int(status.rpartition(" ")[2])
