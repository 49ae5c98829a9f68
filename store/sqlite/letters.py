"""Dead letters in the embedded store."""

# ruff: noqa: S608 (names come from this room alone, and every value is bound)

import json
import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path

from delivery.errors import Fenced
from delivery.requeued import newer, state_of
from store import letters
from store.contract import Claim, Position
from store.erasures import Erasures, erasure_key
from store.letters import LetterBatch, Pending
from store.settings import StoreSettings
from store.sqlite.erasures import newest_erasure, read_erasures
from store.sqlite.session import SqliteSession

_CLAIM = """
insert into dead_letter_offsets (topic, topic_partition, epoch, owner) values (?, ?, 1, ?)
on conflict (topic, topic_partition) do update set epoch = epoch + 1, owner = excluded.owner
returning epoch, next_offset"""
_ADVANCE = """
update dead_letter_offsets set next_offset = ?
where topic = ? and topic_partition = ? and epoch = ?"""
_INSERT = (
    f"insert or replace into dead_letters ({', '.join(letters.COLUMNS)}) values (?{', ?' * (len(letters.COLUMNS) - 1)})"
)
_OLD = "select id from dead_letters where received_at < ? order by received_at limit ?"
_OLD_NOTES = "select id from dead_letter_notes where noted_at < ? order by noted_at limit ?"


class SqliteLetters:
    """LetterKeeper over one SQLite file."""

    def __init__(self, settings: StoreSettings, path: Path) -> None:
        self._session = SqliteSession(settings, path, "letters")
        self._erasures = Erasures(erasure_key(settings))

    async def open(self) -> None:
        await self._session.open(time.time_ns() // 1_000_000)

    async def close(self) -> None:
        await self._session.close()

    async def claim(self, topic: str, partitions: Sequence[int], owner: str) -> Claim:
        def claiming(connection: sqlite3.Connection) -> Claim:
            epochs, positions = {}, {}
            for partition in sorted(partitions):
                epochs[partition], at = connection.execute(_CLAIM, (topic, partition, owner)).fetchone()
                if at is not None:
                    positions[partition] = Position(at, at)
            return Claim(topic, owner, epochs, positions)

        return await self._session.transaction(claiming)

    async def keep(self, claim: Claim, batch: LetterBatch) -> bool:
        def keeping(connection: sqlite3.Connection) -> bool:
            if newest_erasure(connection) != batch.erasures:
                return False
            _write(connection, batch)
            for partition, offset in batch.next_offsets.items():
                epoch = claim.epochs[partition]
                done = connection.execute(_ADVANCE, (offset, claim.topic, partition, epoch))
                if done.rowcount != 1:
                    raise Fenced(f"{claim.topic}/{partition}: epoch {epoch} is no longer the newest claim")
            return True

        return await self._session.transaction(keeping)

    async def erasures(self) -> Erasures:
        await self._session.plain(lambda connection: read_erasures(connection, self._erasures))
        return self._erasures

    async def expire(self, before: int, limit: int) -> int:
        def expiring(connection: sqlite3.Connection) -> int:
            old = json.dumps([row[0] for row in connection.execute(_OLD, (before, limit))])
            for table in ("dead_letter_members", "dead_letters"):
                done = connection.execute(f"delete from {table} where id in (select value from json_each(?))", (old,))
            connection.execute(f"delete from dead_letter_notes where id in ({_OLD_NOTES})", (before, limit))
            return done.rowcount

        return await self._session.transaction(expiring)

    async def pending(self) -> Pending:
        def asking(connection: sqlite3.Connection) -> Pending:
            sql = "select count(*), min(received_at) from dead_letters where state = 'open'"
            return Pending(*connection.execute(sql).fetchone())

        return await self._session.plain(asking)


def _write(connection: sqlite3.Connection, batch: LetterBatch) -> None:
    known = {}
    for identity in batch.letters.keys() | batch.notes.keys():
        row = connection.execute("select note from dead_letter_notes where id = ?", (identity,)).fetchone()
        known[identity] = letters.read_note(row[0]) if row is not None else None
    for identity, note in batch.notes.items():
        note = known[identity] = newer(known[identity], note)
        noted = (identity, note.at, letters.note_text(note))
        connection.execute("insert or replace into dead_letter_notes values (?, ?, ?)", noted)
        state = state_of(note).value
        connection.execute("update dead_letters set state = ? where id = ?", (state, identity))
    for identity, kept in batch.letters.items():
        connection.execute("delete from dead_letter_members where id = ?", (identity,))
        if kept is None:
            connection.execute("delete from dead_letters where id = ?", (identity,))
            continue
        connection.execute(_INSERT, letters.letter_row(kept, known[identity]))
        members = [(name, kept.letter.received_at, identity) for name in letters.members_of(kept)]
        connection.executemany("insert into dead_letter_members values (?, ?, ?)", members)
