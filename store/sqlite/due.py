"""Announcements that are due, in SQLite (see announcements.py)."""

import json
import sqlite3
from collections.abc import Sequence

from delivery.errors import Fenced
from store.announcements import DueRow, due_of, keys_of
from store.arranging import Known, is_large
from store.contract import Claim, Due
from store.sqlite.connection import transaction

_OWNED = "select 1 from offsets where topic = ? and topic_partition = ? and epoch = ?"
_DUE = "select number, tracking_id, removed from announcements where topic_partition = ? order by number limit ?"
_MESSAGES = """
select m.number, m.state from json_each(?) asked cross join messages m on m.tracking_id = asked.value"""
_DELIVERIES = "select d.state from json_each(?) asked cross join deliveries d on d.number = asked.value"


def read(connection: sqlite3.Connection, claim: Claim, rows_max: int) -> list[Due]:
    """What is due from the claim's partitions; Fenced where a newer claim exists."""
    rows: list[DueRow] = []
    for partition in claim.epochs:
        rows += connection.execute(_DUE, (partition, rows_max - len(rows))).fetchall()
    if not rows:
        return []
    connection.execute("begin")  # only reads: it waits for no writer
    try:
        hold(connection, claim)
        known = Known()
        found = connection.execute(_MESSAGES, (json.dumps(keys_of(rows)),)).fetchall()
        known.add_messages(state for _, state in found)
        messages = zip(known.messages.values(), found, strict=True)
        small = [number for message, (number, _) in messages if not is_large(message)]
        known.add_deliveries(state for (state,) in connection.execute(_DELIVERIES, (json.dumps(small),)))
    finally:
        connection.execute("rollback")
    return due_of(rows, known)


def delete(connection: sqlite3.Connection, claim: Claim, due: Sequence[Due]) -> None:
    """Removes the rows that these come from, while the claim holds."""
    with transaction(connection):
        hold(connection, claim)
        connection.executemany(
            "delete from announcements where number = ?", ((number,) for one in due for number in one.numbers)
        )


def hold(connection: sqlite3.Connection, claim: Claim) -> None:
    """Fenced where a newer claim exists."""
    for partition, epoch in claim.epochs.items():
        if connection.execute(_OWNED, (claim.topic, partition, epoch)).fetchone() is None:
            raise Fenced(f"{claim.topic}/{partition}: epoch {epoch} is no longer the newest claim")
