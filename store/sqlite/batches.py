"""One batch's statements in SQLite, within its transaction: what is read of the store, and what is written to it."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence

from delivery.beginning import Told
from delivery.event import Received, view_text
from delivery.views import domain_of
from store import arranging, plan
from store.columns import (
    DELIVERY_COLUMNS,
    EVENT_COLUMNS,
    HISTORY_COLUMNS,
    MESSAGE_COLUMNS,
    TEXTS,
    HistoryRow,
    delivery_row,
    is_timeless,
    key_text,
    message_row,
    received,
)


def _insert(table: str, columns: Sequence[str]) -> str:
    return f"insert into {table} (number, {', '.join(columns)}) values (?{', ?' * len(columns)})"  # noqa: S608


_INSERT_MESSAGE = _insert("messages", MESSAGE_COLUMNS)
_INSERT_DELIVERY = _insert("deliveries", DELIVERY_COLUMNS)
_INSERT_HISTORY = _insert("history", HISTORY_COLUMNS)
_UPDATE_MESSAGE = """
update messages set phase = ?, sender_id = ?, revision = ?, last_event_at = ?, state = ?, topic_partition = ?
where number = ?"""
_UPDATE_DELIVERY = """
update deliveries set phase = ?, category = ?, sender_id = ?, last_event_at = ?, state = ?
where number = ? and recipient = ?"""
_LOWER = """
update history set occurred_at = ?, received_at = ?, source = ?, topic_partition = ?, topic_offset = ?
where {where} and event_id = ?"""
_LOWER_TRACKED = _LOWER.format(where="number = ? and timeless and number is not null")
_LOWER_UNTRACKED = _LOWER.format(where="number is null")
_MESSAGES_OF = """
select m.number, m.state from json_each(?) asked cross join messages m on m.tracking_id = asked.value"""
_DELIVERIES_OF = """
select d.state from json_each(?) asked cross join deliveries d on d.number = asked.value"""
_DELIVERY = "select state from deliveries where number = ? and recipient = ?"
_HISTORY_OF = f"select {', '.join(EVENT_COLUMNS)} from history where number = ?"  # noqa: S608
_COUNT_HISTORY_OF = "select count(*) from history where number = ?"
_FIND = "select occurred_at, source from history where number = ? and occurred_at = ? and event_id = ?"
_FIND_TIMELESS = "select occurred_at, source from history where number = ? and timeless and event_id = ?"
_FIND_UNTRACKED = "select occurred_at, source from history where number is null and event_id = ?"


def fetch_views(connection: sqlite3.Connection, arranged: arranging.Arranged) -> tuple[dict[str, int], arranging.Known]:
    known = arranging.Known()
    asked = json.dumps([key_text(tracking_id) for tracking_id in arranged.tracked])
    rows = connection.execute(_MESSAGES_OF, (asked,)).fetchall()
    known.add_messages(state for _, state in rows)
    numbers = dict(zip(known.messages, (number for number, _ in rows), strict=True))
    large = known.large(arranged)
    small = [numbers[each] for each, message in known.messages.items() if not arranging.is_large(message)]
    rows = connection.execute(_DELIVERIES_OF, (json.dumps(small),)).fetchall()
    known.add_deliveries(state for (state,) in rows)
    for tracking_id, recipient in large:
        row = connection.execute(_DELIVERY, (numbers[tracking_id], key_text(recipient))).fetchone()
        known.add_deliveries(row or ())
    return numbers, known


def find_events(
    connection: sqlite3.Connection, numbers: Mapping[str, int], asked: Sequence[arranging.Addressed]
) -> dict[tuple[str, bytes], tuple[int, str]]:
    """When the history says that each of these happened, and from whom it has it; by its key there."""
    found = {}
    for _, event in asked:
        key = arranging.history_key(event)
        if event.tracking_id is None:
            row = connection.execute(_FIND_UNTRACKED, (key[1],)).fetchone()
        elif is_timeless(event):
            row = connection.execute(_FIND_TIMELESS, (numbers[event.tracking_id], key[1])).fetchone()
        else:
            number = numbers[event.tracking_id]
            row = connection.execute(_FIND, (number, event.occurred_at, key[1])).fetchone()
        if row is not None:
            found[key] = row[0], row[1]
    return found


def count_events(connection: sqlite3.Connection, number: int) -> int:
    """How many events the history has of a message."""
    found: int = connection.execute(_COUNT_HISTORY_OF, (number,)).fetchone()[0]
    return found


def read_history(connection: sqlite3.Connection, number: int) -> list[Received]:
    return [received(row) for row in connection.execute(_HISTORY_OF, (number,))]


def write(connection: sqlite3.Connection, numbers: dict[str, int], portions: Sequence[plan.Writes]) -> None:
    """One table after the other: each one's pages stay in the cache while they are written to."""
    last = connection.execute("select coalesce(max(number), 0) from messages").fetchone()[0]
    new = [(message, writes.partitions) for writes in portions for message in writes.new_messages]
    for number, (message, _) in enumerate(new, last + 1):
        numbers[message.tracking_id] = number
    connection.executemany(
        _INSERT_MESSAGE,
        ((numbers[each.tracking_id], *message_row(each, partitions[each.tracking_id])) for each, partitions in new),
    )
    connection.executemany(
        _UPDATE_MESSAGE,
        (
            (*message_row(each, writes.partitions[each.tracking_id])[1:], numbers[each.tracking_id])
            for writes in portions
            for each, _ in writes.changed_messages
        ),
    )
    connection.executemany(
        _INSERT_DELIVERY,
        ((numbers[each.tracking_id], *delivery_row(each)) for writes in portions for each in writes.new_deliveries),
    )
    rows = (
        (numbers[each.tracking_id], delivery_row(each)) for writes in portions for each in writes.changed_deliveries
    )
    connection.executemany(_UPDATE_DELIVERY, ((*row[3:], number, row[1]) for number, row in rows))
    told = (one for writes in portions for one in writes.history)
    connection.executemany(_INSERT_HISTORY, history_rows(told, numbers))
    for writes in portions:
        _lower(connection, numbers, writes.lowered)


def history_rows(told: Iterable[Told], numbers: Mapping[str, int]) -> Iterator[tuple[int | None, *HistoryRow]]:
    """Rows of the history, each behind its message's number: those of columns.history_row. What is the same in neighbours is looked
    up once."""
    last_key: str | None = None
    last_recipient: str | None = None
    number: int | None = None
    key = recipient_key = domain = ""
    for recipient, event, meaning in told:
        notification, tracking_id, at = event.notification, event.tracking_id, event.occurred_at
        if tracking_id is None:
            number, key, last_key = None, event.id, None
        elif tracking_id != last_key:
            number, key, last_key = numbers[tracking_id], key_text(tracking_id), tracking_id
        if recipient != last_recipient:
            recipient_key, domain, last_recipient = key_text(recipient), key_text(domain_of(recipient)), recipient
        yield (
            number, key, tracking_id is not None, bytes.fromhex(event.id), at,
            at == event.received_at and is_timeless(event), event.received_at, recipient_key, domain, TEXTS[meaning.kind],
            notification.event_code, notification.sender_id, view_text(event.source), event.partition, event.offset, event.value,
        )  # fmt: skip


def _lower(connection: sqlite3.Connection, numbers: Mapping[str, int], lowered: Iterable[Told]) -> None:
    for _, event, _ in lowered:
        values = (event.occurred_at, event.received_at, view_text(event.source), event.partition, event.offset)
        if event.tracking_id is not None:
            connection.execute(_LOWER_TRACKED, (*values, numbers[event.tracking_id], bytes.fromhex(event.id)))
        else:
            connection.execute(_LOWER_UNTRACKED, (*values, bytes.fromhex(event.id)))
