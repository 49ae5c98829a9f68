"""Keeps the dead letters of the topic in the store, where they can be asked for: for the partitions that a group of its own gives.

As with events the store's offsets are the truth: an assigned partition is claimed, which fences its earlier owner. A letter of the
same id replaces what was there, so reading the topic again changes nothing: one that was made anew is read from its beginning.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import TypeVar

import msgspec

from bus.consumer import BatchConsumer
from bus.publisher import Publisher
from bus.records import RawBatch, to_raw_batch
from bus.settings import KafkaSettings
from bus.topics import DAY_MS
from consumers.letter_erasing import letter_without
from consumers.metrics import Metrics
from delivery.dead_letter import is_removal, removal, to_record
from delivery.errors import Fenced, Rejected, Retryable, Unavailable
from delivery.event import Record
from delivery.kept_letter import keep
from delivery.mentions import IsErased
from delivery.requeued import Place, is_requeued, read_requeued
from store.contract import Claim
from store.letters import LetterBatch, LetterKeeper

LOOK_EVERY_S = 5.0
EXPIRE_EVERY_S = 60.0
EXPIRED_LETTERS_MAX = 500  # in one transaction
_log = logging.getLogger(__name__)
Answer = TypeVar("Answer")


def letter_batch(batch: RawBatch) -> LetterBatch:
    """What the records do to the letters. A note that can't be read is as if it weren't there."""
    found = LetterBatch(dict(batch.next_offsets))
    for one in batch.records:
        record = one.record
        if is_requeued(record):
            with suppress(Rejected):
                note = read_requeued(record)
                if note.letter:
                    found.add_note(note)
        elif is_removal(record):
            found.letters[(record.key or b"").decode("utf-8", "replace").replace("\0", "")] = None
        else:
            kept = keep(Place(one.partition, one.offset), record)
            found.letters[kept.letter.id] = kept
    return found


class Letters:
    """One process's part of the work. `now` gives ms since 1970. Batches and rebalances take turns, never at once."""

    def __init__(
        self,
        store: LetterKeeper,
        publisher: Publisher,
        kafka: KafkaSettings,
        metrics: Metrics,
        *,
        owner: str,
        retry_s: float,
        now: Callable[[], int],
    ) -> None:
        self._store = store
        self._publisher = publisher
        self._topic = kafka.dead_letters_topic
        self._kafka = msgspec.structs.replace(kafka, group=f"{kafka.group}-dead-letters")
        self._retention_ms = kafka.retention_days * DAY_MS
        self._metrics = metrics
        self._retry_s = retry_s
        self._now = now
        self._claim = Claim(self._topic, owner, {}, {})
        self._turn = asyncio.Lock()
        self._stopping = asyncio.Event()
        self.problem: str | None = None

    async def work(self, stopping: asyncio.Event) -> None:
        """Keeps letters until `stopping`; a session that is fenced or loses Kafka is followed by a new one."""
        self._stopping = stopping
        with suppress(Unavailable):  # asked to stop before it was there
            await self._retried(self._store.open)
        looking = asyncio.create_task(self._look())
        try:
            while not stopping.is_set():
                try:
                    await self._session(stopping)
                except Fenced as problem:
                    _log.warning("another process keeps the dead letters: %s; joining the group again", problem)
                except Unavailable as problem:
                    _log.warning("%s; trying again", problem)
                    self.problem = str(problem)
                    with suppress(TimeoutError):
                        await asyncio.wait_for(stopping.wait(), self._retry_s)
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)

    async def assigned(self, partitions: Sequence[int]) -> dict[int, int]:
        """Claims partitions; gives the offset to read each from, nothing for one that is new."""
        if not partitions:
            self.problem = None
            return {}
        async with self._turn:
            claim = await self._retried(lambda: self._store.claim(self._topic, partitions, self._claim.owner))
            epochs = self._claim.epochs | claim.epochs
            self._claim = msgspec.structs.replace(self._claim, epochs=epochs)
            return {partition: position.next_offset for partition, position in claim.positions.items()}

    async def revoked(self, partitions: Sequence[int]) -> None:
        """Lets go of partitions."""
        async with self._turn:
            epochs = {number: epoch for number, epoch in self._claim.epochs.items() if number not in partitions}
            self._claim = msgspec.structs.replace(self._claim, epochs=epochs)

    async def take(self, batch: RawBatch) -> None:
        """Keeps a batch. Fenced where another process owns one of its partitions by now."""
        async with self._turn:
            owned = batch.without(batch.next_offsets.keys() - self._claim.epochs.keys())
            if owned is not None:
                found = letter_batch(owned)
                await self._redact(found)
                while not await self._retried(lambda: self._store.keep(self._claim, found)):
                    await self._redact(found)  # an address was erased meanwhile

    async def _redact(self, batch: LetterBatch) -> None:
        """Letters that name an erased address are kept without it, or not at all, and the topic is told so: such letters come
        late, or when the topic is read again."""
        erasures = await self._retried(self._store.erasures)
        batch.erasures = erasures.number
        if not erasures.number:
            return
        # In a thread: a letter may be long, and the views must not wait for it.
        records = await asyncio.to_thread(self._redacted, batch, erasures.is_erased)
        for portion in self._publisher.portions(records):
            await self._retried(partial(self._publisher.publish, self._topic, portion))

    def _redacted(self, batch: LetterBatch, is_erased: IsErased) -> list[Record]:
        """What the topic is to be told of the letters that changed."""
        records = []
        for identity, kept in batch.letters.items():
            if kept is None:
                continue
            left = letter_without(kept.letter, is_erased, self._kafka.record_bytes_max)
            if left is None:
                batch.letters[identity] = None
                records.append(removal(identity, self._now()))
            elif left is not kept.letter:
                batch.letters[identity] = msgspec.structs.replace(kept, letter=left)
                records.append(to_record(left))
        return records

    async def _session(self, stopping: asyncio.Event) -> None:
        """One membership in the group."""
        ended = asyncio.create_task(stopping.wait())
        joining = BatchConsumer(self._kafka, self._topic, self.assigned, self.revoked, to_raw_batch, begins_anew=True)
        async with joining as consumer:
            coming = asyncio.create_task(consumer.next())
            try:
                while not ended.done():
                    await asyncio.wait((coming, ended), return_when=asyncio.FIRST_COMPLETED)
                    if coming.done():
                        batch = await coming
                        if batch is None:
                            return
                        await self.take(batch)
                        coming = asyncio.create_task(consumer.next())
            finally:
                coming.cancel()
                ended.cancel()
                await asyncio.gather(coming, ended, return_exceptions=True)

    async def _look(self) -> None:
        """What is open is told to the metrics; what the topic's retention takes away goes here, too."""
        expire_in_s = 0.0
        while True:
            try:
                pending = await self._store.pending()
                self._metrics.letters_pending.set(pending.count)
                age_ms = max(0, self._now() - pending.oldest_at) if pending.oldest_at is not None else 0
                self._metrics.letter_age.set(age_ms / 1000)
                if self._retention_ms and self._claim.epochs and expire_in_s <= 0:
                    before = self._now() - self._retention_ms
                    while await self._store.expire(before, EXPIRED_LETTERS_MAX) >= EXPIRED_LETTERS_MAX:
                        pass
                    expire_in_s = EXPIRE_EVERY_S
            except Retryable as problem:
                _log.info("the dead letters can't be looked at: %s", problem)
            await asyncio.sleep(LOOK_EVERY_S)
            expire_in_s -= LOOK_EVERY_S

    async def _retried(self, work: Callable[[], Awaitable[Answer]]) -> Answer:
        """The work's answer, as soon as it has one; Unavailable where the process is to stop before."""
        while True:
            try:
                answer = await work()
            except Retryable as problem:
                if self._stopping.is_set():
                    raise Unavailable(str(problem)) from problem
                if self.problem is None:
                    _log.warning("the store of the dead letters is away: %s", problem)
                self.problem = str(problem)
                self._metrics.retries.labels("letters").inc()
                await asyncio.sleep(self._retry_s)
            else:
                self.problem = None
                return answer
