"""Dead letters in PostgreSQL. They are few: one owner at a time writes, so that a note and its letter never miss each other."""

# ruff: noqa: S608 (names come from this room alone, and every value is bound)

import time
from collections.abc import Sequence

import asyncpg

from delivery.errors import Fenced
from delivery.requeued import newer, state_of
from store import letters
from store.contract import Claim, Position
from store.erasures import Erasures, erasure_key
from store.letters import LetterBatch, Pending
from store.offsets import Confirmed
from store.postgresql.erasures import LET_IN, NEWEST_ERASURE, read_erasures
from store.postgresql.session import PostgresqlSession
from store.settings import StoreSettings

TURN_LOCK = 0x6564736C  # "edsl"

_CLAIM = """
insert into dead_letter_offsets (topic, topic_partition, epoch, owner) select $1, asked, 1, $3 from unnest($2::int[]) asked
order by asked
on conflict (topic, topic_partition) do update set epoch = dead_letter_offsets.epoch + 1, owner = excluded.owner
returning topic_partition, epoch, next_offset"""
_ADVANCE = """
update dead_letter_offsets o set next_offset = c.next_offset
from unnest($2::int[], $3::bigint[], $4::bigint[], $5::bigint[]) c (topic_partition, epoch, next_offset, confirmed)
where o.topic = $1 and o.topic_partition = c.topic_partition and o.epoch = c.epoch
    and coalesce(o.next_offset, -1) >= c.confirmed"""
_PLACES = ", ".join(f"${number}" for number in range(1, len(letters.COLUMNS) + 1))
_REPLACED = ", ".join(f"{column} = excluded.{column}" for column in letters.COLUMNS[1:])
_INSERT = f"""
insert into dead_letters ({", ".join(letters.COLUMNS)}) values ({_PLACES}) on conflict (id) do update set {_REPLACED}"""
_NOTE = """
insert into dead_letter_notes values ($1, $2, $3)
on conflict (id) do update set noted_at = excluded.noted_at, note = excluded.note"""
_EXPIRE = """
with old as (select id from dead_letters where received_at < $1 order by received_at limit $2),
    members as (delete from dead_letter_members where id in (select id from old))
delete from dead_letters where id in (select id from old)"""
_EXPIRE_NOTES = """
delete from dead_letter_notes where id in (select id from dead_letter_notes where noted_at < $1 order by noted_at limit $2)"""
_PENDING = "select count(*), min(received_at) from dead_letters where state = 'open'"


class PostgresqlLetters:
    """LetterKeeper over one connection."""

    def __init__(self, settings: StoreSettings) -> None:
        self._session = PostgresqlSession(settings)
        self._erasures = Erasures(erasure_key(settings))
        self._confirmed = Confirmed()
        self._asked: asyncpg.Connection | None = None  # for the erasures

    async def open(self) -> None:
        await self._session.migrate(time.time_ns() // 1_000_000)

    async def close(self) -> None:
        await self._session.close()

    async def claim(self, topic: str, partitions: Sequence[int], owner: str) -> Claim:
        async with self._session.transaction() as connection:
            found = await connection.fetch(_CLAIM, topic, sorted(partitions), owner)
        epochs = {row[0]: row[1] for row in found}
        positions = {row[0]: Position(row[2], row[2]) for row in found if row[2] is not None}
        claim = Claim(topic, owner, epochs, positions)
        self._confirmed.claimed(claim)
        return claim

    async def keep(self, claim: Claim, batch: LetterBatch) -> bool:
        async with self._session.transaction() as connection:
            await connection.execute(f"select pg_advisory_xact_lock({TURN_LOCK})")
            await connection.execute(LET_IN)
            if await connection.fetchval(NEWEST_ERASURE) != batch.erasures:
                return False
            await _write(connection, batch)
            partitions = sorted(batch.next_offsets)
            status = await connection.execute(
                _ADVANCE, claim.topic, partitions, [claim.epochs[each] for each in partitions],
                [batch.next_offsets[each] for each in partitions],
                [self._confirmed.of(claim.topic, each) for each in partitions],
            )  # fmt: skip
            if int(status.rpartition(" ")[2]) != len(partitions):
                raise Fenced(
                    f"{claim.topic}: on one of the partitions {partitions} a newer claim exists, or the store has gone back behind "
                    "what was committed"
                )
        self._confirmed.committed(claim.topic, batch.next_offsets)
        return True

    async def erasures(self) -> Erasures:
        async with self._session.transaction() as connection:
            if connection is not self._asked:  # the server may be another one now
                self._erasures.forget()
            await read_erasures(connection, self._erasures)
            self._asked = connection
        return self._erasures

    async def expire(self, before: int, limit: int) -> int:
        async with self._session.transaction() as connection:
            status = await connection.execute(_EXPIRE, before, limit)
            await connection.execute(_EXPIRE_NOTES, before, limit)
        return int(status.rpartition(" ")[2])

    async def pending(self) -> Pending:
        async with self._session.transaction() as connection:
            [row] = await connection.fetch(_PENDING)
        return Pending(row[0], row[1])


async def _write(connection: asyncpg.Connection, batch: LetterBatch) -> None:
    touched = sorted(batch.letters.keys() | batch.notes.keys())
    found = await connection.fetch("select id, note from dead_letter_notes where id = any($1::text[])", touched)
    known = {row[0]: letters.read_note(row[1]) for row in found}
    for identity, note in sorted(batch.notes.items()):
        note = known[identity] = newer(known.get(identity), note)
        await connection.execute(_NOTE, identity, note.at, letters.note_text(note))
        state = state_of(note).value
        await connection.execute("update dead_letters set state = $2 where id = $1", identity, state)
    replaced = sorted(batch.letters)
    await connection.execute("delete from dead_letter_members where id = any($1::text[])", replaced)
    gone = [identity for identity in replaced if batch.letters[identity] is None]
    await connection.execute("delete from dead_letters where id = any($1::text[])", gone)
    rows, members = [], []
    for identity in replaced:
        kept = batch.letters[identity]
        if kept is not None:
            rows.append(letters.letter_row(kept, known.get(identity)))
            members += [(name, kept.letter.received_at, identity) for name in letters.members_of(kept)]
    await connection.executemany(_INSERT, rows)
    await connection.executemany("insert into dead_letter_members values ($1, $2, $3)", members)
