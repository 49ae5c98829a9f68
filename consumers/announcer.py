"""Announces changed views on the status topic, at least once and in order of revision for each message.

One batch is announced at a time. What was announced is told back as offsets, for the store to keep: after a crash the
topic is read again from there, so that no change stays unannounced.

A view that no record can hold, even without its deliveries (its tracking_id alone is too large), is passed over and counted: what
comes behind it does not wait for ever.

Nothing is handed to Kafka without a recent proof that the partitions are still ours: a process that was frozen, or that waited
for Kafka, must not announce older views behind its successor's, as compaction keeps the record that came last.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from bus.publisher import Publisher
from consumers.metrics import Metrics
from consumers.spans import BatchSpans
from delivery.errors import Fenced, Retryable, TooLarge
from delivery.event import Record
from delivery.status import VALUE_BYTES_MAX, status_record, status_tombstone
from store.contract import Change, Due

if TYPE_CHECKING:
    from opentelemetry.trace import Span

NO_TRACEPARENTS: Mapping[str, str] = {}
_log = logging.getLogger(__name__)
Prove = Callable[[], Awaitable[None]]
"""Returns if what is announced is still ours to announce, else raises Fenced; Retryable where that can't be told now."""


class Announcer:
    """Keeps one announcement under way while the next batch is applied."""

    def __init__(
        self,
        publisher: Publisher,
        topic: str,
        metrics: Metrics,
        retry_s: float,
        spans: BatchSpans | None = None,
        value_bytes_max: int = VALUE_BYTES_MAX,
        stopping: asyncio.Event | None = None,
    ) -> None:
        """Once `stopping` is set, Kafka is not waited for any more: Unavailable."""
        self._publisher = publisher
        self._topic = topic
        self._metrics = metrics
        self._retry_s = retry_s
        self._spans = spans
        self._value_bytes_max = value_bytes_max
        self._stopping = stopping if stopping is not None else asyncio.Event()
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
        records = (self._record(one, now, traceparents.get(one.message.tracking_id)) for one in changes)
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
                records.append(self._record(one.change, now))
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
        self.problem = None

    def _record(self, one: Change, now: int, traceparent: str | None = None) -> Record:
        return status_record(one.message, one.deliveries, now, traceparent, self._value_bytes_max)

    async def _publish(
        self, records: Iterator[Record], next_offsets: dict[int, int], prove: Prove, span: "Span | None" = None
    ) -> None:
        """A portion of the records is made when the one before is announced: meanwhile the store works on the next batch."""
        count = 0
        try:
            for portion in self._publisher.portions(records):
                count += await self._publish_portion(portion, prove)
        except BaseException as problem:
            if self._spans is not None and span is not None:
                self._spans.announced(span, problem)
            raise
        if self._spans is not None and span is not None:
            self._spans.announced(span)
        self._metrics.announced.inc(count)
        self._offsets |= next_offsets

    async def _publish_portion(self, records: Sequence[Record], prove: Prove) -> int:
        """How many of them are announced: all that a record can hold."""
        while True:
            try:
                await prove()
                await self._publisher.publish(self._topic, records)
            except Retryable as problem:
                if self._stopping.is_set():
                    raise
                self.problem = str(problem)
                self._metrics.retries.labels("announce").inc()
                await asyncio.sleep(self._retry_s)
            except TooLarge as problem:
                self.problem = None
                if len(records) > 1:
                    return sum([await self._publish_portion([record], prove) for record in records])
                _log.error("a view can't be announced: %s", problem, extra={"key_bytes": len(records[0].key or b"")})
                self._metrics.unannounced.inc()
                return 0
            else:
                self.problem = None
                return len(records)
