"""Announces changed views on the status topic, at least once and in order of revision for each message.

One batch is announced at a time. What was announced is told back as offsets, for the store to keep: after a crash the
topic is read again from there, so that no change stays unannounced.

Nothing is handed to Kafka without a recent proof that the partitions are still ours: a process that was frozen, or that waited
for Kafka, must not announce older views behind its successor's, as compaction keeps the record that came last.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from bus.publisher import Publisher
from consumers.metrics import Metrics
from consumers.spans import BatchSpans
from delivery.errors import Fenced, Retryable
from delivery.event import Record
from delivery.status import status_record, status_tombstone
from store.contract import Change, Due

if TYPE_CHECKING:
    from opentelemetry.trace import Span

CHUNK_RECORDS = 1_000
NO_TRACEPARENTS: Mapping[str, str] = {}
Prove = Callable[[], Awaitable[None]]
"""Returns if what is announced is still ours to announce, else raises Fenced; Retryable where that can't be told now."""


class Announcer:
    """Keeps one announcement under way while the next batch is applied."""

    def __init__(
        self, publisher: Publisher, topic: str, metrics: Metrics, retry_s: float, spans: BatchSpans | None = None
    ) -> None:
        self._publisher = publisher
        self._topic = topic
        self._metrics = metrics
        self._retry_s = retry_s
        self._spans = spans
        self._task: asyncio.Task[None] | None = None
        self._offsets: dict[int, int] = {}
        self.problem: str | None = None

    async def announce(
        self,
        changes: Sequence[Change],
        next_offsets: Mapping[int, int],
        now: int,
        prove: Prove,
        traceparents: Mapping[str, str] = NO_TRACEPARENTS,
    ) -> None:
        """Starts announcing a batch's changes, as soon as the batch before is announced.

        `traceparents` are those of the events behind them, by tracking_id.
        """
        await self.finish()
        records = (
            status_record(one.message, one.deliveries, now, traceparents.get(one.message.tracking_id))
            for one in changes
        )
        span = None if self._spans is None else self._spans.announce(self._topic, len(changes))
        self._task = asyncio.create_task(self._publish(records, dict(next_offsets), prove, span))

    async def announce_due(self, due: Sequence[Due], now: int, prove: Prove) -> None:
        """Returns when these are announced, after all that was given before: a tombstone where one went, then what there is."""
        await self.finish()
        records = []
        for one in due:
            if one.removed or one.change is None:
                records.append(status_tombstone(one.tracking_id, now))
            if one.change is not None:
                records.append(status_record(one.change.message, one.change.deliveries, now))
        self._task = asyncio.create_task(self._publish(iter(records), {}, prove))
        await self.finish()

    async def finish(self) -> None:
        """Returns when all that was given is announced. Fenced where it is another owner's to announce by now."""
        task = self._task
        if task is not None:
            await asyncio.wait((task,))
            if task.cancelled():
                raise Fenced("the partitions were lost while their changes were being announced")
            self._task = None
            task.result()

    def take_offsets(self) -> dict[int, int]:
        """The offsets up to which all is announced, of partitions where that has moved since they were last taken."""
        offsets, self._offsets = self._offsets, {}
        return offsets

    def forget(self) -> None:
        """Drops what is under way and noted: the partitions have another owner now, who will announce it."""
        task, self._task = self._task, None
        if task is not None and not task.cancel() and not task.cancelled():
            task.exception()  # why it ended does not matter any more
        self._offsets = {}

    async def _publish(
        self, records: Iterator[Record], next_offsets: dict[int, int], prove: Prove, span: "Span | None" = None
    ) -> None:
        """A chunk of the records is made when the one before is announced: meanwhile the store works on the next batch."""
        count = 0
        try:
            while chunk := list(islice(records, CHUNK_RECORDS)):
                await self._publish_chunk(chunk, prove)
                count += len(chunk)
        except BaseException as problem:
            if self._spans is not None and span is not None:
                self._spans.announced(span, problem)
            raise
        if self._spans is not None and span is not None:
            self._spans.announced(span)
        self._metrics.announced.inc(count)
        self._offsets |= next_offsets

    async def _publish_chunk(self, records: Sequence[Record], prove: Prove) -> None:
        while True:
            try:
                await prove()
                await self._publisher.publish(self._topic, records)
            except Retryable as problem:
                self.problem = str(problem)
                self._metrics.retries.labels("announce").inc()
                await asyncio.sleep(self._retry_s)
            else:
                self.problem = None
                return
