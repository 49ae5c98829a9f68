"""The materializer: collect → merge → apply → announce, for the partitions that the group gives this process.

The store's offsets are the truth: an assigned partition is claimed in the store, which fences its earlier owner, and read
from where its changes were last announced. Records that were applied before change nothing. The group's committed offsets
only follow, for tools that look at them.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TypeVar

import msgspec

from bus.publisher import Publisher
from consumers.announcer import Announcer, Prove
from consumers.dead_letters import REASON, dead_records
from consumers.lag import Lag
from consumers.latencies import Latencies
from consumers.metrics import Metrics
from consumers.spans import BatchSpans
from delivery.batch import Batch
from delivery.errors import Retryable, Unavailable
from store.contract import Applied, Claim, Writer

# A proof of ownership, and the delivery timeout after it, are over before the group can give our partitions to somebody else:
# it waits session_timeout_ms, 6 s at least, from our last heartbeat on.
PROOF_S = 1.0
LATENCIES_EVERY_S = 5.0
DUE_ROWS_MAX = 500  # of what is due, announced between two batches
_log = logging.getLogger(__name__)
Answer = TypeVar("Answer")


class Materializer:
    """One process's part of the work. `now` gives ms since 1970. Batches and rebalances take turns, never at once."""

    def __init__(
        self,
        store: Writer,
        publisher: Publisher,
        announcer: Announcer,
        metrics: Metrics,
        *,
        topic: str,
        dead_letters_topic: str,
        owner: str,
        retry_s: float,
        now: Callable[[], int],
        spans: BatchSpans | None = None,
        stopping: asyncio.Event | None = None,
    ) -> None:
        """Once `stopping` is set, what is away is not waited for any more: Unavailable."""
        self._store = store
        self._stopping = stopping if stopping is not None else asyncio.Event()
        self._spans = spans
        self._publisher = publisher
        self._announcer = announcer
        self._metrics = metrics
        self._topic = topic
        self._dead_letters_topic = dead_letters_topic
        self._owner = owner
        self._retry_s = retry_s
        self._now = now
        self._claim = Claim(topic, owner, {}, {})
        self._next_offsets: dict[int, int] = {}
        self.lag = Lag(metrics, topic)
        self._latencies = Latencies(metrics.latency.durations)
        self._note_latencies_at = float("-inf")
        self._turn = asyncio.Lock()
        self._store_turn = asyncio.Lock()
        self._proven_at = float("-inf")
        self.problem: str | None = None

    @property
    def next_offsets(self) -> dict[int, int]:
        """How far the view is in each partition that this process holds."""
        return {partition: self._next_offsets.get(partition, 0) for partition in self._claim.epochs}

    def join(self) -> None:
        """A membership in the group begins, with no partitions: those that the one before has lost were never handed back, and what
        was being announced of them is read again by whoever has them next."""
        self._announcer.forget()
        self.problem = None
        self._claim = Claim(self._topic, self._owner, {}, {})

    async def assigned(self, partitions: Sequence[int]) -> dict[int, int]:
        """Claims partitions; gives the offset to read each from, nothing for one that is new."""
        if not partitions:
            return {}
        async with self._turn:
            claim = await self._stored(lambda: self._store.claim(self._topic, partitions, self._owner))
            self._claim = Claim(
                self._topic, self._owner, self._claim.epochs | claim.epochs, self._claim.positions | claim.positions
            )
            self._next_offsets |= {partition: position.next_offset for partition, position in claim.positions.items()}
            self._metrics.claims.inc()
            return {partition: position.announced_offset for partition, position in claim.positions.items()}

    async def revoked(self, partitions: Sequence[int]) -> None:
        """Finishes what is in hand for partitions that go to another process, and lets go of them."""
        async with self._turn:
            await self._announcer.finish()
            await self._note_announced()
            self._release(partitions)

    async def take(self, batch: Batch) -> None:
        """Applies a batch and starts announcing it. Fenced where another process owns one of its partitions by now."""
        async with self._turn:
            batch = owned(batch, self._claim)
            if not batch.next_offsets:
                return
            if batch.poison:
                await self._bury(batch)
            applied = await self._apply(batch) if self._spans is None else await self._apply_told(batch, self._spans)
            traces = {one.tracking_id: one.traceparent for one in batch.events if one.traceparent and one.tracking_id}
            await self._announcer.announce(applied.changes, batch.next_offsets, self._now(), self._proof(), traces)
            if asyncio.get_running_loop().time() >= self._note_latencies_at:
                await self._note_latencies()

    async def idle(self) -> None:
        """Nothing came for a while: what has been announced is noted in the store. Fenced where the views were rebuilt."""
        async with self._turn:
            await self._announcer.finish()
            await self._note_announced()
            if self._claim.epochs:
                await self._stored(lambda: self._store.check(self._claim))
            await self._note_latencies()

    async def announce_due(self) -> bool:
        """Announces some of what other than batches changed in this process's partitions; whether there may be more of it."""
        async with self._turn:
            if not self._claim.epochs:
                return False
            due = await self._stored(lambda: self._store.due(self._claim, DUE_ROWS_MAX))
            if due:
                await self._announcer.announce_due(due, self._now(), self._proof())
                await self._stored(lambda: self._store.mark_due_announced(self._claim, due))
            return sum(len(one.numbers) for one in due) >= DUE_ROWS_MAX

    async def _apply_told(self, batch: Batch, spans: BatchSpans) -> Applied:
        spans.begin(batch)
        try:
            applied = await self._apply(batch)
        except BaseException as problem:
            spans.applied(problem)
            raise
        spans.applied(applied)
        return applied

    async def _apply(self, batch: Batch) -> Applied:
        announced = self._announced()
        asked_at = asyncio.get_running_loop().time()
        with self._metrics.batch_duration.time():
            applied = await self._stored(lambda: self._store.apply(self._claim, batch, self._now(), announced))
        if batch.next_offsets.keys() >= self._claim.epochs.keys():  # it says nothing of other partitions' claims
            self._proven_at = max(self._proven_at, asked_at)
        for partition, offset in batch.next_offsets.items():
            self._next_offsets[partition] = max(offset, self._next_offsets.get(partition, 0))
        self.lag.applied(batch.events, batch.next_offsets)
        now = self._now()
        self._metrics.events.labels("applied").inc(applied.inserted)
        self._metrics.events.labels("duplicate").inc(applied.duplicates)
        self._metrics.events.labels("expired").inc(applied.expired)
        self._metrics.events.labels("erased").inc(applied.erased)
        self._metrics.note_applied(now)
        self._metrics.count_kinds(applied.kinds)
        if applied.inserted:  # else all were readable before
            self._metrics.latency.observe([event.received_at for event in batch.events], now)
            if self._spans is not None:
                self._metrics.latency.point_out(batch.events[0], now)
        return applied

    async def _bury(self, batch: Batch) -> None:
        records = dead_records(self._topic, batch.poison, self._publisher.record_bytes_max)
        for poison in batch.poison:
            _log.warning(
                "a record that is no event goes to the dead letters",
                extra={"partition": poison.partition, "offset": poison.offset, "reason": poison.reason},
            )
        for portion in self._publisher.portions(records):
            await self._retried("dead_letters", partial(self._publisher.publish, self._dead_letters_topic, portion))
        self._metrics.events.labels("dead_lettered").inc(len(records))
        self._metrics.dead_letters.labels(REASON).inc(len(records))

    async def _note_announced(self) -> None:
        if offsets := self._announced():
            await self._stored(lambda: self._store.mark_announced(self._claim, offsets))

    async def _note_latencies(self) -> None:
        self._note_latencies_at = asyncio.get_running_loop().time() + LATENCIES_EVERY_S
        if (taken := self._latencies.take(self._now())) is not None:
            await self._stored(lambda: self._store.note_latencies(self._owner, *taken))

    def _proof(self) -> Prove:
        """The proof of the claim that holds now, which is that of what is announced from now on."""
        claim = self._claim
        return lambda: self._prove(claim)

    async def _prove(self, claim: Claim) -> None:
        """Returns if this claim was the newest within the last PROOF_S; Fenced where it is outdated."""
        loop = asyncio.get_running_loop()
        if loop.time() - self._proven_at <= PROOF_S:
            return
        async with self._store_turn:
            asked_at = loop.time()
            if asked_at - self._proven_at > PROOF_S:  # what was being applied until now may have been a proof
                await self._store.mark_announced(claim, dict.fromkeys(claim.epochs, 0))
                self._proven_at = asked_at

    async def _stored(self, work: Callable[[], Awaitable[Answer]]) -> Answer:
        """The store's answer, which is asked one thing at a time."""

        async def turn() -> Answer:
            async with self._store_turn:
                return await work()

        return await self._retried("store", turn)

    def _announced(self) -> dict[int, int]:
        offsets = self._announcer.take_offsets()
        return {partition: offset for partition, offset in offsets.items() if partition in self._claim.epochs}

    def _release(self, partitions: Sequence[int]) -> None:
        gone = set(partitions)
        self._claim = Claim(
            self._topic,
            self._owner,
            {partition: epoch for partition, epoch in self._claim.epochs.items() if partition not in gone},
            {partition: position for partition, position in self._claim.positions.items() if partition not in gone},
        )

    async def _retried(self, part: str, work: Callable[[], Awaitable[Answer]]) -> Answer:
        """The work's answer, as soon as it has one: while the part is away, nothing else can usefully be done."""
        while True:
            try:
                answer = await work()
            except Retryable as problem:
                if self._stopping.is_set():
                    raise Unavailable(f"{part}: {problem}") from problem
                if self.problem is None:
                    _log.warning("%s is away: %s", part, problem)
                self.problem = f"{part}: {problem}"
                self._metrics.retries.labels(part).inc()
                await asyncio.sleep(self._retry_s)
            else:
                if self.problem is not None:
                    _log.warning("%s is back", part)
                self.problem = None
                return answer


def owned(batch: Batch, claim: Claim) -> Batch:
    """The part of a batch whose partitions are still ours: some may have been handed over while it waited."""
    if all(partition in claim.epochs for partition in batch.next_offsets):
        return batch
    return msgspec.structs.replace(
        batch,
        events=[event for event in batch.events if event.partition in claim.epochs],
        next_offsets={part: offset for part, offset in batch.next_offsets.items() if part in claim.epochs},
        poison=[poison for poison in batch.poison if poison.partition in claim.epochs],
    )
