"""Announces changed views on the status topic, at least once and in order of revision for each message.

One batch is announced at a time. What was announced is told back as offsets, for the store to keep: after a crash the
topic is read again from there, so that no change stays unannounced.
"""

import asyncio
from collections.abc import Mapping, Sequence

from bus.publisher import Publisher
from consumers.metrics import Metrics
from delivery.errors import Retryable
from delivery.event import Record
from delivery.status import status_record, status_tombstone
from store.contract import Change, Due

CHUNK_RECORDS = 2_000


class Announcer:
    """Keeps one announcement under way while the next batch is applied."""

    def __init__(self, publisher: Publisher, topic: str, metrics: Metrics, retry_s: float) -> None:
        self._publisher = publisher
        self._topic = topic
        self._metrics = metrics
        self._retry_s = retry_s
        self._task: asyncio.Task[None] | None = None
        self._offsets: dict[int, int] = {}
        self.problem: str | None = None

    async def announce(self, changes: Sequence[Change], next_offsets: Mapping[int, int], now: int) -> None:
        """Starts announcing a batch's changes, as soon as the batch before is announced."""
        await self.finish()
        records = [status_record(change.message, change.deliveries, now) for change in changes]
        self._task = asyncio.create_task(self._publish(records, dict(next_offsets)))

    async def announce_due(self, due: Sequence[Due], now: int) -> None:
        """Returns when these are announced, after all that was given before: a tombstone where one went, then what there is."""
        await self.finish()
        records = []
        for one in due:
            if one.removed or one.change is None:
                records.append(status_tombstone(one.tracking_id, now))
            if one.change is not None:
                records.append(status_record(one.change.message, one.change.deliveries, now))
        await self._publish(records, {})

    async def finish(self) -> None:
        """Returns when all that was given is announced."""
        if self._task is not None:
            await self._task
            self._task = None

    def take_offsets(self) -> dict[int, int]:
        """The offsets up to which all is announced, of partitions where that has moved since they were last taken."""
        offsets, self._offsets = self._offsets, {}
        return offsets

    def forget(self) -> None:
        """Drops what is under way and noted: the partitions have another owner now, who will announce it."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self._offsets = {}

    async def _publish(self, records: Sequence[Record], next_offsets: dict[int, int]) -> None:
        for start in range(0, len(records), CHUNK_RECORDS):
            await self._publish_chunk(records[start : start + CHUNK_RECORDS])
        self._metrics.announced.inc(len(records))
        self._offsets |= next_offsets

    async def _publish_chunk(self, records: Sequence[Record]) -> None:
        while True:
            try:
                await self._publisher.publish(self._topic, records)
            except Retryable as problem:
                self.problem = str(problem)
                self._metrics.retries.labels("announce").inc()
                await asyncio.sleep(self._retry_s)
            else:
                self.problem = None
                return
