"""The spool: rows that Kafka can't take now, kept on this machine's disk until it can.

`append` returns when the rows are on the disk, fsync included; one fsync serves all requests that wait for one. It runs in
a thread of its own, as all of the disk's work does. The order of the appends is the order of the drain.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

from bus.portions import RECORD_OVERHEAD_BYTES as PUBLISHER_OVERHEAD_BYTES
from bus.settings import KafkaSettings
from delivery.errors import TooLarge, Unavailable
from delivery.event import Record, size_of
from gateway.spool.files import SEGMENT_BYTES_MAX, SpoolFiles
from gateway.spool.frames import Frame

Result = TypeVar("Result")
SEGMENTS_MAX = 128  # each is an open file
HEADER_OVERHEAD_BYTES = 10
RECORD_OVERHEAD_BYTES = 128  # what Kafka counts beyond key, value and headers, at most
_log = logging.getLogger("gateway.spool")


class Spool:
    """One directory of it. Use it from one event loop: the one that runs when it is opened."""

    def __init__(self, directory: Path, bytes_max: int, kafka: KafkaSettings, now: Callable[[], int]) -> None:
        """`bytes_max` bounds the disk that it takes. `now` gives ms since 1970."""
        self.directory = directory
        self.bytes_max = bytes_max
        self._kafka = kafka
        self._now = now
        self._thread = ThreadPoolExecutor(1, "spool")
        self._pending: list[tuple[bytes, int, asyncio.Future[None]]] = []
        self._pending_bytes = 0
        self._writing: asyncio.Task[None] | None = None
        self._disk_problem: str | None = None
        self._refused = False

    async def open(self) -> None:
        """Finds what an earlier owner left. Misconfigured where the directory can't be had."""
        self._loop = asyncio.get_running_loop()
        segment_bytes_max = max(SEGMENT_BYTES_MAX, self.bytes_max // SEGMENTS_MAX)
        self._files = await self._run(partial(SpoolFiles, self.directory, segment_bytes_max))

    async def close(self) -> None:
        """Ends when everything that was given to `append` is written; what is not drained stays."""
        while self._writing is not None:
            await self._writing
        await self._run(self._files.close)
        self._thread.shutdown()

    @property
    def waiting_bytes(self) -> int:
        """Bytes that are on the disk and not drained."""
        return self._files.waiting_bytes

    @property
    def waiting_records(self) -> int:
        return self._files.waiting_records

    @property
    def idle(self) -> bool:
        """Whether everything is drained and nothing is on its way to the disk."""
        return not self._pending and self._writing is None and not self._files.waiting_bytes

    def oldest_age_s(self) -> float:
        """How long the oldest rows have waited; 0 where none do."""
        at_ms = self._files.oldest_at_ms
        return 0.0 if at_ms is None else max(0, self._now() - at_ms) / 1000

    async def problem(self) -> str | None:
        """Why nothing can be appended now; None where it can. After the disk failed, it is tried."""
        if self._refused and self._files.disk_bytes >= self.bytes_max // 10 * 9:
            return f"full: spool_bytes_max={self.bytes_max}"
        if self._disk_problem is not None:
            try:
                await self._run(self._files.probe)
            except OSError:
                return self._disk_problem
            self._disk_problem = None
        return None

    async def append(self, topic: str, records: Sequence[Record]) -> None:
        """Returns when the rows are on the disk, all of them. Unavailable where they are not; TooLarge: Kafka never takes them."""
        refuse_oversized(records, self._kafka)
        await self._add(self._files.framing.encode(topic, records, self._now()), len(records))

    async def _add(self, frame: bytes, records: int) -> None:
        if self._files.disk_bytes + self._pending_bytes + len(frame) > self.bytes_max:
            self._refused = True
            raise Unavailable(f"Kafka is away and the spool is full: spool_bytes_max={self.bytes_max}")
        self._refused = False
        written = self._loop.create_future()
        self._pending.append((frame, records, written))
        self._pending_bytes += len(frame)
        if self._writing is None:
            self._writing = self._loop.create_task(self._write_on())
        await written

    async def read(self, bytes_max: int) -> list[Frame]:
        """The oldest frames that are not drained."""
        return await self._run(partial(self._files.read, bytes_max))

    async def advance(self, frames: list[Frame]) -> None:
        """The frames that were read last are stored in Kafka."""
        await self._run(partial(self._files.advance, frames))

    async def _write_on(self) -> None:
        """Writes what waits, and what comes to wait meanwhile, with one fsync for all that waits at a time."""
        try:
            while self._pending:
                taken, self._pending = self._pending, []
                content = b"".join(frame for frame, _, _ in taken)
                failure: OSError | None = None
                try:
                    await self._run(partial(self._files.append, content, sum(one[1] for one in taken), self._now()))
                except OSError as problem:
                    failure = problem
                self._pending_bytes -= len(content)
                self._tell(taken, failure)
        finally:
            self._writing = None

    def _tell(self, taken: list[tuple[bytes, int, "asyncio.Future[None]"]], failure: OSError | None) -> None:
        if failure is not None and self._disk_problem is None:
            _log.error("spool: %s can't be written: %s", self.directory, failure)
        self._disk_problem = None if failure is None else f"{self.directory}: {failure.strerror}"
        for _, _, written in taken:
            if written.done():
                continue  # its request is gone
            if failure is None:
                written.set_result(None)
            else:
                written.set_exception(Unavailable(f"Kafka is away and the spool can't be written: {failure.strerror}"))

    async def _run(self, work: Callable[[], Result]) -> Result:
        return await self._loop.run_in_executor(self._thread, work)


def refuse_oversized(records: Sequence[Record], kafka: KafkaSettings) -> None:
    """TooLarge where the publisher would say so as well: such rows could never be drained."""
    if len(records) > kafka.queue_records_max:
        raise TooLarge("queue_records_max", kafka.queue_records_max)
    total = 0
    for record in records:
        size = size_of(record) + HEADER_OVERHEAD_BYTES * len(record.headers) + RECORD_OVERHEAD_BYTES
        if size > kafka.record_bytes_max:
            raise TooLarge("record_bytes_max", kafka.record_bytes_max)
        total += len(record.value or b"") + PUBLISHER_OVERHEAD_BYTES
    if total > kafka.queue_bytes_max:
        raise TooLarge("queue_bytes_max", kafka.queue_bytes_max)
