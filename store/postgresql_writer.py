"""The consumers' side of PostgreSQL: current rows by key, the merge here, new rows by COPY (three times as quick
as an INSERT of arrays), changed ones by COPY to a temporary table and one UPDATE.

Offsets come last, on the condition that the claim's epoch still holds: an outdated owner's whole batch is then undone.
"""

import time
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from delivery.batch import Batch
from delivery.classification import Classifier
from delivery.errors import Fenced, Unavailable
from delivery.event import Received, view_text
from store import plan, postgresql_due, statistics
from store import postgresql_partitions as partitions
from store import postgresql_rows as rows
from store.columns import EVENT_COLUMNS, is_timeless, key_text, received
from store.contract import Applied, Claim, Due, Position
from store.erasures import Erasures, erasure_key
from store.offsets import Advance, Confirmed, advances, warn_of_classification
from store.postgresql_connection import connect, migrate, translated
from store.postgresql_erasures import LET_IN, NEWEST_ERASURE, read_erasures
from store.settings import StoreSettings

ATTEMPTS_MAX = 3
SUM_UP_BATCHES = 16  # after so many batches what they added to the statistics is summed up

_CLAIM = """
insert into offsets (topic, topic_partition, epoch, owner) select $1, asked, 1, $3 from unnest($2::int[]) asked
order by asked
on conflict (topic, topic_partition) do update set epoch = offsets.epoch + 1, owner = excluded.owner
returning topic_partition, epoch, next_offset, announced_offset"""
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
select h.key, h.event_id, h.occurred_at from unnest($1::text[], $2::bigint[], $3::bytea[]) asked (key, occurred_at, event_id)
join history h using (key, occurred_at, event_id)
union all
select h.key, h.event_id, h.occurred_at from unnest($4::text[], $5::bytea[]) asked (key, event_id)
join history h on h.key = asked.key and h.event_id = asked.event_id and h.timeless"""
_CHANGED = """
create temporary table changed_messages (
    tracking_id text collate "C", phase text, sender_id bigint, revision bigint, last_event_at bigint, state text,
    topic_partition integer, revision_before bigint
) on commit delete rows;
create temporary table changed_deliveries (
    tracking_id text collate "C", recipient text collate "C", domain text, phase text, category text, sender_id bigint,
    last_event_at bigint, state text
) on commit delete rows"""
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
_ADVANCE = """
update offsets o set next_offset = greatest(o.next_offset, c.next_offset),
    announced_offset = greatest(o.announced_offset, c.announced_offset),
    newest_event_at = greatest(o.newest_event_at, c.newest_event_at), applied_at = coalesce($7, o.applied_at)
from unnest($2::int[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $9::bigint[])
    c (topic_partition, epoch, next_offset, announced_offset, newest_event_at, confirmed)
where o.topic = $1 and o.topic_partition = c.topic_partition and o.epoch = c.epoch
    and coalesce(o.next_offset, -1) >= c.confirmed
    and ($8::bigint is null or $8 = (select coalesce(max(number), 0) from erasures))
returning (select horizon from retention)"""


_SUM_UP = """
with gone as (delete from statistics_added returning *)
insert into statistics
select span, dimension, bucket, value, sender, kind, sum(total) from gone group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6
on conflict (span, dimension, bucket, value, sender, kind) do update set total = statistics.total + excluded.total"""
_SUM_UP_TURN = f"select pg_try_advisory_xact_lock({statistics.TURN})"


class _Erased(Exception):
    """An address was erased since this writer read which ones are: the batch has to be looked at again."""


class _Conflict(Exception):
    """What the batch rests on has changed since it was read: the horizon has moved, or another writer has changed a message,
    which is possible where the number of the topic's partitions was changed."""


class PostgresqlWriter:
    """Writer over one connection, which is opened again after it was lost. A `search_path` leads to a generation in the making."""

    def __init__(self, settings: StoreSettings, classifier: Classifier, search_path: str = "") -> None:
        self._settings = settings
        self._search_path = search_path
        self._classifier = classifier
        self._days = settings.history_partition_days
        self._open: asyncpg.Connection | None = None
        self._added_batches = 0
        self._horizon: int | None = None  # as far as is known here; a batch that rests on an older one is done again
        self._erasures = Erasures(erasure_key(settings))
        self._confirmed = Confirmed()

    async def open(self) -> None:
        async with self._session() as connection:
            if not self._search_path:
                await migrate(connection, time.time_ns() // 1_000_000)
            await self._note_classification(connection)
            self._horizon = await connection.fetchval("select horizon from retention")
            now = time.time_ns() // 1_000_000
            await partitions.make(connection, partitions.ahead(now, self._days), self._days)
            await read_erasures(connection, self._erasures)

    async def close(self) -> None:
        connection, self._open = self._open, None
        if connection is not None:
            try:
                await connection.close(timeout=self._settings.connect_timeout_ms / 1000)
            except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError):
                connection.terminate()  # lost already; the server has undone what was open

    async def claim(self, topic: str, partitions: Sequence[int], owner: str) -> Claim:
        async with self._session() as connection:
            found = await connection.fetch(_CLAIM, topic, sorted(partitions), owner)
        epochs = {partition: epoch for partition, epoch, _, _ in found}
        positions = {row[0]: Position(row[2], row[3]) for row in found if row[2] is not None}
        claim = Claim(topic, owner, epochs, positions)
        self._confirmed.claimed(claim)
        return claim

    async def apply(self, claim: Claim, batch: Batch, now: int, announced: Mapping[int, int]) -> Applied:
        steps = advances(claim, batch, announced)
        if self._added_batches >= SUM_UP_BATCHES:
            await self._sum_up()
        self._added_batches += 1
        conflict: Exception | None = None
        for _ in range(ATTEMPTS_MAX):
            try:
                async with self._session() as connection, connection.transaction():
                    applied = await self._apply(connection, claim.topic, batch, steps, now)
                self._confirmed.committed(claim.topic, batch.next_offsets)
                return applied
            except asyncpg.CheckViolationError as problem:
                conflict = problem
                await self._make_partitions(batch)
            except (_Conflict, asyncpg.UniqueViolationError) as problem:
                conflict = problem
            except _Erased as problem:
                conflict = problem
                async with self._session() as connection:
                    await read_erasures(connection, self._erasures)
        raise Unavailable(f"the store: what the batch rests on keeps changing: {conflict}") from conflict

    async def mark_announced(self, claim: Claim, announced: Mapping[int, int]) -> None:
        steps = advances(claim, None, announced)
        async with self._session() as connection, connection.transaction():
            await self._advance(connection, claim.topic, steps, None)
        if self._added_batches:
            await self._sum_up()

    async def due(self, claim: Claim, rows_max: int) -> list[Due]:
        async with self._session() as connection:
            return await postgresql_due.read(connection, claim, rows_max)

    async def mark_due_announced(self, claim: Claim, due: Sequence[Due]) -> None:
        async with self._session() as connection:
            await postgresql_due.delete(connection, claim, due)

    async def _make_partitions(self, batch: Batch) -> None:
        """The history's partitions that the batch's events lack; those of expired ones are never made again."""
        async with self._session() as connection:
            self._horizon = await connection.fetchval("select horizon from retention")
            arrivals = {event.received_at for event in batch.events}
            kept = (each for each in arrivals if self._horizon is None or each >= self._horizon)
            await partitions.make(connection, kept, self._days)

    async def check(self, claim: Claim) -> None:
        async with self._session() as connection:
            await postgresql_due.hold(connection, claim)

    async def _sum_up(self) -> None:
        """What batches added to the statistics is summed up, by one writer at a time; nobody waits for it."""
        async with self._session() as connection, connection.transaction():
            if await connection.fetchval(_SUM_UP_TURN):
                await connection.execute(_SUM_UP)
        self._added_batches = 0

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[asyncpg.Connection]:
        """The connection. One on which something went wrong is not used again; the server undoes what was open on it."""
        with translated():
            connection = await self._connection()
            try:
                yield connection
            except (Fenced, _Conflict, _Erased, asyncpg.UniqueViolationError, asyncpg.CheckViolationError):
                raise
            except BaseException:
                self._open = None
                connection.terminate()
                raise

    async def _connection(self) -> asyncpg.Connection:
        if self._open is None or self._open.is_closed():
            # A generation in the making needn't wait for the disk: what a crash takes from its end is made again.
            session = {"search_path": self._search_path, "synchronous_commit": "off"} if self._search_path else {}
            connection = await connect(self._settings, session)
            try:
                await connection.execute(_CHANGED)
            except BaseException:
                connection.terminate()
                raise
            self._open = connection
        return self._open

    async def _note_classification(self, connection: asyncpg.Connection) -> None:
        async with connection.transaction():
            await connection.execute("lock table progress in exclusive mode")
            stored = await connection.fetchval("select classification_version from progress")
            if stored is None:
                await connection.execute("insert into progress values ($1)", self._classifier.version)
            else:
                warn_of_classification(stored, self._classifier.version)

    async def _apply(
        self, connection: asyncpg.Connection, topic: str, batch: Batch, steps: Sequence[Advance], now: int
    ) -> Applied:
        horizon = self._horizon
        # With this lock nothing is erased meanwhile; the offsets are written on the condition that all that was is known here.
        await connection.execute(LET_IN)
        number, let_in = self._erasures.number, self._erasures.admit(batch.events)
        arranged = plan.arrange(let_in.events, horizon)
        known = await self._fetch(connection, arranged)
        admitted = plan.admit_all(arranged, known)
        found = await self._find(connection, admitted.asked)
        kept = await self._kept(connection, plan.doubtful(admitted, found, horizon))
        plan.settle(admitted, found, known, kept, horizon)
        histories = {
            tracking_id: await self._history(connection, tracking_id) for tracking_id in plan.refolded_ids(admitted)
        }
        plan.leave_incomplete(admitted, known, histories)
        writes = plan.Writes()
        portions = plan.merge_all(arranged, known, admitted, histories, self._classifier, writes)
        await _copy(connection, "history", rows.HISTORY_COLUMNS, map(rows.packed_history, portions))
        await self._write(connection, writes)
        added = statistics.additions(writes.history, writes.lowered, admitted.were_at)
        await _copy(connection, "statistics_added", rows.STATISTICS_COLUMNS, [rows.packed_statistics(added)])
        self._horizon = await self._advance(connection, topic, steps, now, number)
        if self._horizon != horizon:
            raise _Conflict("the horizon of the history has moved")
        inserted = len(writes.history)
        passed = admitted.expired + let_in.erased
        return Applied(
            writes.changes, inserted, len(batch.events) - inserted - passed, admitted.expired, let_in.erased, writes.kinds()
        )  # fmt: skip

    async def _fetch(self, connection: asyncpg.Connection, arranged: plan.Arranged) -> plan.Known:
        known = plan.Known()
        asked = sorted(key_text(tracking_id) for tracking_id in arranged.tracked)
        if asked:
            known.add_messages(row[0] for row in await connection.fetch(_MESSAGES_OF, asked))
        if known.messages:
            small = [key_text(each) for each, message in known.messages.items() if not plan.is_large(message)]
            large = known.large(arranged)
            found = await connection.fetch(
                _DELIVERIES_OF, small, [key_text(key[0]) for key in large], [key_text(key[1]) for key in large]
            )
            known.add_deliveries(row[0] for row in found)
        return known

    async def _find(
        self, connection: asyncpg.Connection, asked: Sequence[plan.Addressed]
    ) -> dict[tuple[str, bytes], int]:
        if not asked:
            return {}
        timed = [(*plan.history_key(event), event.occurred_at) for _, event in asked if not is_timeless(event)]
        timeless = [plan.history_key(event) for _, event in asked if is_timeless(event)]
        keys, ids, times = _transposed(timed, 3)
        found = await connection.fetch(_FIND, keys, times, ids, *_transposed(timeless, 2))
        return {(row[0], row[1]): row[2] for row in found}

    async def _kept(self, connection: asyncpg.Connection, tracking_ids: Sequence[str]) -> dict[str, int]:
        """How many events the history has of each of these messages."""
        return {each: await connection.fetchval(_COUNT_HISTORY_OF, key_text(each)) for each in tracking_ids}

    async def _history(self, connection: asyncpg.Connection, tracking_id: str) -> list[Received]:
        return [received(tuple(row)) for row in await connection.fetch(_HISTORY_OF, key_text(tracking_id))]

    async def _write(self, connection: asyncpg.Connection, writes: plan.Writes) -> None:
        """All but the new history. Rows come in the order of their keys, so that pages are visited in theirs."""
        await _copy(
            connection, "messages", rows.MESSAGE_COLUMNS, rows.packed_messages(writes.new_messages, writes.partitions)
        )
        if changed := writes.changed_messages:
            packed = rows.packed_changes(changed, writes.partitions)
            await _copy(connection, "changed_messages", rows.CHANGED_MESSAGE_COLUMNS, packed)
            status = await connection.execute(_UPDATE_MESSAGES)
            if _rows_of(status) != len(changed):
                raise _Conflict(f"{len(changed)} messages to change, {status}")
        await _copy(connection, "deliveries", rows.DELIVERY_COLUMNS, rows.packed_deliveries(writes.new_deliveries))
        if writes.changed_deliveries:
            packed = rows.packed_deliveries(writes.changed_deliveries)
            await _copy(connection, "changed_deliveries", rows.DELIVERY_COLUMNS, packed)
            await connection.execute(_UPDATE_DELIVERIES)
        if writes.lowered:
            lowered = [
                (
                    *plan.history_key(event), event.occurred_at, event.received_at, view_text(event.source),
                    event.partition, event.offset,
                )
                for _, event, _ in writes.lowered
            ]  # fmt: skip
            await connection.execute(_LOWER, *_transposed(lowered, 7))

    async def _advance(
        self,
        connection: asyncpg.Connection,
        topic: str,
        steps: Sequence[Advance],
        now: int | None,
        erasures: int | None = None,
    ) -> int | None:
        """The claim's offsets; gives the horizon of this moment. `erasures` is how far this process knows them."""
        steps_of = [
            (step.partition, step.epoch, step.next_offset, step.announced_offset, step.newest_event_at)
            for step in steps
        ]
        confirmed = [self._confirmed.of(topic, step.partition) for step in steps]
        found = await connection.fetch(_ADVANCE, topic, *_transposed(steps_of, 5), now, erasures, confirmed)
        if len(found) != len(steps):
            if erasures is not None and await connection.fetchval(NEWEST_ERASURE) != erasures:
                raise _Erased("addresses were erased meanwhile")
            raise Fenced(
                f"{topic}: on one of the partitions {[step.partition for step in steps]} a newer claim exists, or the store has "
                "gone back behind what was committed"
            )
        return found[0][0] if found else self._horizon


async def _copy(connection: asyncpg.Connection, table: str, columns: Sequence[str], portions: Iterable[bytes]) -> None:
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


def _transposed(rows: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    """Rows as the arrays that unnest takes."""
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(width)]


def _rows_of(status: str) -> int:
    """How many rows a statement changed, by the server's answer such as `UPDATE 3`."""
    return int(status.rpartition(" ")[2])
