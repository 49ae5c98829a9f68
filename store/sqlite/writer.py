"""The consumers' side of the embedded store: SQLite in WAL mode, every commit on the disk.

The work runs on one thread of its own, so that the loop goes on meanwhile; a call that is cancelled still ends its transaction.
"""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from delivery.batch import Batch
from delivery.classification import Classifier
from delivery.errors import Fenced
from store import arranging, plan, statistics
from store.contract import LATENCIES_KEPT_MS, Applied, Claim, Due, Position
from store.erasures import Erasures, erasure_key
from store.offsets import Advance, advances, warn_of_classification
from store.settings import StoreSettings
from store.sqlite import batches as batches
from store.sqlite import due as sqlite_due
from store.sqlite.connection import connect, make_durable, migrate, transaction, translated
from store.sqlite.erasures import read_erasures
from store.sqlite.pointer import Pointer, Stamp

Result = TypeVar("Result")


_ADVANCE = """
update offsets set next_offset = coalesce(max(next_offset, ?1), next_offset, ?1),
    announced_offset = max(announced_offset, ?2),
    newest_event_at = coalesce(max(newest_event_at, ?3), newest_event_at, ?3),
    applied_at = coalesce(?4, applied_at)
where topic = ?5 and topic_partition = ?6 and epoch = ?7"""
_CLAIM = """
insert into offsets (topic, topic_partition, epoch, owner) values (?, ?, 1, ?)
on conflict (topic, topic_partition) do update set epoch = epoch + 1, owner = excluded.owner
returning epoch, next_offset, announced_offset"""
_BEGIN = "insert into progress (classification_version, statistics_version) values (?, ?)"
_NOTE_LATENCIES = """
insert into latencies values (?, ?, ?, ?)
on conflict (owner, minute, bound_ms) do update set events = excluded.events"""
_COUNT = """
insert into statistics values (?, ?, ?, ?, ?, ?, ?)
on conflict (span, dimension, bucket, value, sender, kind) do update set total = total + excluded.total"""


class _Moved(Exception):
    """Another generation serves by now."""


class SqliteWriter:
    """Writer over the file that serves, or over `file`: a generation in the making."""

    def __init__(self, settings: StoreSettings, path: Path, classifier: Classifier, file: Path | None = None) -> None:
        self._settings = settings
        self._pointer = Pointer(path)
        self._file = file
        self._stamp: Stamp = None
        self._classifier = classifier
        self._is_reclassified = False  # the store's rows were made with another classification
        self._thread = ThreadPoolExecutor(1, "store")
        self._open: sqlite3.Connection | None = None
        self._erasures = Erasures(erasure_key(settings))

    async def open(self) -> None:
        await self._run(self._connect)

    async def close(self) -> None:
        try:
            await self._run(self._disconnect)
        finally:
            self._thread.shutdown(wait=False)

    async def claim(self, topic: str, partitions: Sequence[int], owner: str) -> Claim:
        return await self._run(lambda: self._claim(topic, partitions, owner))

    async def apply(self, claim: Claim, batch: Batch, now: int, announced: Mapping[int, int]) -> Applied:
        return await self._run(lambda: self._apply(claim, batch, now, announced))

    async def mark_announced(self, claim: Claim, announced: Mapping[int, int]) -> None:
        await self._run(lambda: self._mark(claim, announced))

    async def due(self, claim: Claim, rows_max: int) -> list[Due]:
        return await self._run(lambda: sqlite_due.read(self._connection_of(claim), claim, rows_max))

    async def mark_due_announced(self, claim: Claim, due: Sequence[Due]) -> None:
        await self._run(lambda: sqlite_due.delete(self._connection_of(claim), claim, due))

    async def note_latencies(self, owner: str, minute: int, events: Mapping[int, int]) -> None:
        await self._run(lambda: self._note_latencies(owner, minute, events))

    async def check(self, claim: Claim) -> None:
        await self._run(lambda: self._check(claim))

    async def _run(self, work: Callable[[], Result]) -> Result:
        def translating() -> Result:
            with translated():
                return work()

        return await asyncio.get_running_loop().run_in_executor(self._thread, translating)

    def _connect(self) -> None:
        """Opens the file that serves by now. What was open before goes once that has succeeded: else it is tried again."""
        stamp, before = self._pointer.stamp(), self._open
        path = self._file or self._pointer.path()
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = connect(path, self._settings.write_timeout_ms)
        try:
            make_durable(connection, self._settings.cache_bytes)
            if self._file is not None:
                # A generation in the making needn't wait for the disk: what a power cut takes from its end is made again.
                connection.execute("pragma synchronous = normal")
            migrate(connection, time.time_ns() // 1_000_000)
            self._note_classification(connection)
            read_erasures(connection, self._erasures)
        except BaseException:
            connection.close()
            raise
        self._stamp, self._open = stamp, connection
        if before is not None:
            before.close()

    def _note_classification(self, connection: sqlite3.Connection) -> None:
        with transaction(connection):
            stored = connection.execute("select classification_version from progress").fetchone()
            if stored is None:
                connection.execute(_BEGIN, (self._classifier.version, statistics.VERSION))
            else:
                self._is_reclassified = warn_of_classification(stored[0], self._classifier.version)

    def _disconnect(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None

    def _connection(self) -> sqlite3.Connection:
        if self._open is None:
            raise RuntimeError("the store is not open")
        return self._open

    def _connection_of(self, claim: Claim) -> sqlite3.Connection:
        """The connection; Fenced where another generation serves by now."""
        if self._has_moved():
            raise _rebuilt(claim)
        return self._connection()

    def _has_moved(self) -> bool:
        return self._file is None and self._pointer.stamp() != self._stamp

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """A transaction of the generation that serves. Who makes another one serve holds this one's lock: it can't change now."""
        connection = self._connection()
        with transaction(connection):
            if self._has_moved():
                raise _Moved
            yield connection

    @contextmanager
    def _claimed(self, claim: Claim) -> Iterator[sqlite3.Connection]:
        try:
            with self._transaction() as connection:
                yield connection
        except _Moved:
            raise _rebuilt(claim) from None

    def _claim(self, topic: str, partitions: Sequence[int], owner: str) -> Claim:
        while True:
            try:
                return self._claim_now(topic, partitions, owner)
            except _Moved:
                self._connect()

    def _claim_now(self, topic: str, partitions: Sequence[int], owner: str) -> Claim:
        epochs, positions = {}, {}
        with self._transaction() as connection:
            for partition in sorted(partitions):
                row = connection.execute(_CLAIM, (topic, partition, owner)).fetchone()
                epochs[partition] = row[0]
                if row[1] is not None:
                    positions[partition] = Position(row[1], row[2])
        return Claim(topic, owner, epochs, positions)

    def _apply(self, claim: Claim, batch: Batch, now: int, announced: Mapping[int, int]) -> Applied:
        steps = advances(claim, batch, announced)
        with self._claimed(claim) as connection:
            # Who erases an address notes it first, and then removes rows under this very lock.
            read_erasures(connection, self._erasures)
            let_in = self._erasures.admit(batch.events)
            self._advance(connection, claim.topic, steps, now)
            horizon: int | None = connection.execute("select horizon from retention").fetchone()[0]
            arranged = arranging.arrange(let_in.events, horizon)
            numbers, known = batches.fetch_views(connection, arranged)
            admitted = arranging.admit_all(arranged, known)
            found = batches.find_events(connection, numbers, admitted.asked)
            kept = {
                tracking_id: batches.count_events(connection, numbers[tracking_id])
                for tracking_id in arranging.doubtful(admitted, found, horizon)
            }
            arranging.settle(admitted, found, known, kept, horizon)
            histories = {
                tracking_id: batches.read_history(connection, numbers[tracking_id])
                for tracking_id in arranging.refolded_ids(admitted)
            }
            arranging.leave_incomplete(admitted, known, histories)
            done = plan.Done(admitted.were, moves=not self._is_reclassified)
            portions = list(plan.merge_all(arranged, known, admitted, histories, self._classifier))
            batches.write(connection, numbers, portions)
            for writes in portions:
                done.add(writes)
            connection.executemany(_COUNT, done.counts.rows())
        duplicates = len(batch.events) - done.inserted - admitted.expired - let_in.erased
        return Applied(done.changes, done.inserted, duplicates, admitted.expired, let_in.erased, done.kinds)

    def _mark(self, claim: Claim, announced: Mapping[int, int]) -> None:
        with self._claimed(claim) as connection:
            self._advance(connection, claim.topic, advances(claim, None, announced), None)

    def _note_latencies(self, owner: str, minute: int, events: Mapping[int, int]) -> None:
        with (
            suppress(_Moved),
            self._transaction() as connection,
        ):  # who has moved claims anew before anything else is noted
            rows = ((owner, minute, bound_ms, count) for bound_ms, count in events.items())
            connection.executemany(_NOTE_LATENCIES, rows)
            connection.execute("delete from latencies where minute < ?", (minute - LATENCIES_KEPT_MS,))

    def _check(self, claim: Claim) -> None:
        with self._claimed(claim) as connection:
            sqlite_due.hold(connection, claim)

    def _advance(self, connection: sqlite3.Connection, topic: str, steps: Sequence[Advance], now: int | None) -> None:
        for step in steps:
            done = connection.execute(
                _ADVANCE,
                (step.next_offset, step.announced_offset, step.newest_event_at, now, topic, step.partition, step.epoch),
            )
            if done.rowcount != 1:
                raise Fenced(f"{topic}/{step.partition}: epoch {step.epoch} is no longer the newest claim")


def _rebuilt(claim: Claim) -> Fenced:
    return Fenced(f"{claim.topic}: the store was rebuilt, and another generation of it serves")
