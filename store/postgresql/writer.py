"""The consumers' side of PostgreSQL: the claims, the one connection, and a batch as one transaction (its statements are in
postgresql_batches.py, what it does in plan.py).

Offsets come last, on the condition that the claim's epoch still holds: an outdated owner's whole batch is then undone.
"""

import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

import asyncpg

from delivery.batch import Batch
from delivery.classification import Classifier
from delivery.errors import Fenced, Unavailable
from store import arranging, plan, statistics
from store.contract import LATENCIES_KEPT_MS, Applied, Claim, Due, Position
from store.erasures import Erasures, erasure_key
from store.offsets import Advance, Confirmed, advances, warn_of_classification
from store.postgresql import batches as batches
from store.postgresql import due as postgresql_due
from store.postgresql import partitions as partitions
from store.postgresql import rows as rows
from store.postgresql.connection import connect, migrate, translated
from store.postgresql.erasures import LET_IN, NEWEST_ERASURE, read_erasures
from store.settings import StoreSettings

ATTEMPTS_MAX = 3
SUM_UP_BATCHES = 16  # after so many batches what they added to the statistics is summed up

_CLAIM = """
insert into offsets (topic, topic_partition, epoch, owner) select $1, asked, 1, $3 from unnest($2::int[]) asked
order by asked
on conflict (topic, topic_partition) do update set epoch = offsets.epoch + 1, owner = excluded.owner
returning topic_partition, epoch, next_offset, announced_offset"""
_CHANGED = """
create temporary table changed_messages (
    tracking_id text collate "C", phase text, sender_id bigint, revision bigint, last_event_at bigint, state text,
    topic_partition integer, revision_before bigint
) on commit delete rows;
create temporary table changed_deliveries (
    tracking_id text collate "C", recipient text collate "C", domain text, phase text, category text, sender_id bigint,
    last_event_at bigint, state text
) on commit delete rows"""
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


_BEGIN = "insert into progress (classification_version, statistics_version) values ($1, $2)"
_SUM_UP = """
with gone as (delete from statistics_added returning *)
insert into statistics
select span, dimension, bucket, value, sender, kind, sum(total) from gone group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6
on conflict (span, dimension, bucket, value, sender, kind) do update set total = statistics.total + excluded.total"""
_NOTE_LATENCIES = """
insert into latencies select $1, $2, bound_ms, events from unnest($3::bigint[], $4::bigint[]) noted (bound_ms, events)
on conflict (owner, minute, bound_ms) do update set events = excluded.events"""
_FORGET_LATENCIES = "delete from latencies where minute < $1"
_SUM_UP_TURN = f"select pg_try_advisory_xact_lock({statistics.TURN})"


class _Erased(Exception):
    """An address was erased since this writer read which ones are: the batch has to be looked at again."""


class PostgresqlWriter:
    """Writer over one connection, which is opened again after it was lost. A `search_path` leads to a generation in the making."""

    def __init__(
        self,
        settings: StoreSettings,
        classifier: Classifier,
        search_path: str = "",
        confirmed: Confirmed | None = None,
    ) -> None:
        """`confirmed` is shared by writers that have the same claims."""
        self._settings = settings
        self._search_path = search_path
        self._classifier = classifier
        self._is_reclassified = False  # the store's rows were made with another classification
        self._days = settings.history_partition_days
        self._open: asyncpg.Connection | None = None
        self._added_batches = 0
        self._horizon: int | None = None  # as far as is known here; a batch that rests on an older one is done again
        self._erasures = Erasures(erasure_key(settings))
        self._confirmed = confirmed if confirmed is not None else Confirmed()

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
            except (batches.Conflict, asyncpg.UniqueViolationError) as problem:
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

    async def note_latencies(self, owner: str, minute: int, events: Mapping[int, int]) -> None:
        async with self._session() as connection, connection.transaction():
            await connection.execute(_NOTE_LATENCIES, owner, minute, list(events), list(events.values()))
            await connection.execute(_FORGET_LATENCIES, minute - LATENCIES_KEPT_MS)

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
            except (Fenced, batches.Conflict, _Erased, asyncpg.UniqueViolationError, asyncpg.CheckViolationError):
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
            self._erasures.forget()  # the server may be another one now, without what was read of the one before
        return self._open

    async def _note_classification(self, connection: asyncpg.Connection) -> None:
        async with connection.transaction():
            await connection.execute("lock table progress in exclusive mode")
            stored = await connection.fetchval("select classification_version from progress")
            if stored is None:
                await connection.execute(_BEGIN, self._classifier.version, statistics.VERSION)
            else:
                self._is_reclassified = warn_of_classification(stored, self._classifier.version)

    async def _apply(
        self, connection: asyncpg.Connection, topic: str, batch: Batch, steps: Sequence[Advance], now: int
    ) -> Applied:
        horizon = self._horizon
        # With this lock nothing is erased meanwhile; the offsets are written on the condition that all that was is known here.
        await connection.execute(LET_IN)
        number, let_in = self._erasures.number, self._erasures.admit(batch.events)
        arranged = arranging.arrange(let_in.events, horizon)
        known = await batches.fetch_views(connection, arranged)
        admitted = arranging.admit_all(arranged, known)
        found = await batches.find_events(connection, admitted.asked)
        kept = await batches.count_events(connection, arranging.doubtful(admitted, found, horizon))
        arranging.settle(admitted, found, known, kept, horizon)
        histories = {
            tracking_id: await batches.read_history(connection, tracking_id)
            for tracking_id in arranging.refolded_ids(admitted)
        }
        arranging.leave_incomplete(admitted, known, histories)
        done = plan.Done(admitted.were, moves=not self._is_reclassified)
        portions = plan.merge_all(arranged, known, admitted, histories, self._classifier)
        await batches.write(connection, portions, done)
        counted = rows.packed_statistics(done.counts.rows())
        await batches.copy(connection, "statistics_added", rows.STATISTICS_COLUMNS, [counted])
        self._horizon = await self._advance(connection, topic, steps, now, number)
        if self._horizon != horizon:
            raise batches.Conflict("the horizon of the history has moved")
        duplicates = len(batch.events) - done.inserted - admitted.expired - let_in.erased
        return Applied(done.changes, done.inserted, duplicates, admitted.expired, let_in.erased, done.kinds)

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
        found = await connection.fetch(_ADVANCE, topic, *batches.transposed(steps_of, 5), now, erasures, confirmed)
        if len(found) != len(steps):
            if erasures is not None and await connection.fetchval(NEWEST_ERASURE) != erasures:
                raise _Erased("addresses were erased meanwhile")
            raise Fenced(
                f"{topic}: on one of the partitions {[step.partition for step in steps]} a newer claim exists, or the store has "
                "gone back behind what was committed"
            )
        return found[0][0] if found else self._horizon
