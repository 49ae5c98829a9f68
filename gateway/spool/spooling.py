"""Publishing with a spool behind it: while Kafka is away, rows go to the disk, and to Kafka in their order when it is back.

Kafka is away when a publish is not acknowledged in time. From then on, and from the start where an earlier gateway left
rows, all rows go behind those in the spool, until every one of them is acknowledged: a later row never overtakes an
earlier one of this process. What is drained twice, because something died in between, does no harm.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import msgspec

from bus.producing import Done
from bus.publisher import Publisher
from bus.settings import KafkaSettings
from delivery.disks import room_of
from delivery.errors import DeliveryStatusError, Retryable, Unavailable
from delivery.event import Record
from gateway.metrics import GatewayMetrics
from gateway.settings import GatewaySettings
from gateway.spool.frames import Frame
from gateway.spool.spool import Spool

SPOOL_MS = 900  # of a request's time, for the disk
BATCH_BYTES_MAX = 1024 * 1024
GATE_BYTES_MAX = 4 * BATCH_BYTES_MAX
RETRY_S = 0.2
DISK_LOOK_S = 0.001
RETRY_S_MAX = 3.0
_log = logging.getLogger("gateway.spool")


class _Spooled:
    """Records on their way to Kafka or to the disk."""

    def __init__(self, task: "asyncio.Task[None]", done: Done) -> None:
        self._task = task
        self._done: Done | None = done
        task.add_done_callback(self._settle)

    def abandon(self) -> None:
        """What still waits for its turn goes nowhere: it must take no memory once its request is over."""
        self._done = None
        self._task.cancel()

    def _settle(self, task: "asyncio.Task[None]") -> None:
        if self._done is None:
            return
        problem = Unavailable("the spool was closed") if task.cancelled() else task.exception()
        if problem is not None and not isinstance(problem, DeliveryStatusError):
            _log.error("defect: %s", problem, exc_info=problem)
            problem = DeliveryStatusError(str(problem))
        self._done(problem)


class SpoolingPublisher:
    """A publisher whose rows outlive Kafka's absence."""

    def __init__(self, publisher: Publisher, spool: Spool, kafka: KafkaSettings) -> None:
        self._publisher = publisher
        self._batch_bytes_max = min(BATCH_BYTES_MAX, kafka.queue_bytes_max // 8)
        self._batch_records_max = kafka.queue_records_max // 2
        self.spool = spool
        self.spooling = False
        self._drain: asyncio.Task[None] | None = None
        self._gate = asyncio.Event()
        self._gate.set()

    async def open(self) -> None:
        """Opens the spool; rows that are in it are drained from now on."""
        await self.spool.open()
        if not self.spool.idle:
            _log.info("spool: %d records of an earlier gateway wait in %s", self.spool.waiting_records,
                      self.spool.directory)  # fmt: skip
            self._start_spooling()

    async def close(self) -> None:
        """Ends the drain; what is not drained stays on the disk."""
        if self._drain is not None:
            self._drain.cancel()
            await asyncio.gather(self._drain, return_exceptions=True)
        await self.spool.close()

    def send(self, topic: str, records: Sequence[Record], done: Done) -> _Spooled:
        """`publish` for callers that must not wait: `done` is called once, with None or with the publisher's error."""
        return _Spooled(asyncio.get_running_loop().create_task(self.publish(topic, records)), done)

    async def publish(self, topic: str, records: Sequence[Record]) -> None:
        """Returns when all rows are acknowledged by Kafka, or are on this machine's disk. Errors are the publisher's."""
        if self.spooling:
            await self._gate.wait()
        if self.spooling or not await self._published(topic, records):
            await self.spool.append(topic, records)

    async def _published(self, topic: str, records: Sequence[Record]) -> bool:
        """Whether Kafka took the rows; where it is away, the spool is for them."""
        try:
            await self._publisher.publish(topic, records)
        except Unavailable as problem:
            if not self.spooling:
                _log.warning("spool: Kafka is away, rows go to %s: %s", self.spool.directory, problem)
                self._start_spooling()
            return False
        except Retryable:
            if self.spooling:
                return False
            raise
        return True

    def _start_spooling(self) -> None:
        self.spooling = True
        self._drain = asyncio.get_running_loop().create_task(self._drain_all())

    async def _drain_all(self) -> None:
        """Publishes the spool's rows, the oldest first, until none is left; then rows go to Kafka again."""
        # One request's rows until Kafka takes them: what is tried again and again makes few duplicates.
        probing, pause_s, drained = True, RETRY_S, 0
        while not self.spool.idle:
            try:
                drained += await self._drain_some(probing)
                probing, pause_s = False, RETRY_S
                if self.spool.waiting_bytes < GATE_BYTES_MAX:
                    # New rows wait for the last drained ones: else those would never be the last.
                    self._gate.clear()
            except Exception as problem:
                self._gate.set()
                defect = None if isinstance(problem, DeliveryStatusError | OSError) else problem
                _log.warning("spool: %d records wait: %s", self.spool.waiting_records, problem, exc_info=defect)
                await asyncio.sleep(pause_s)
                probing, pause_s = True, min(pause_s * 2, RETRY_S_MAX)
        _log.info("spool: Kafka is back, %d records were drained", drained)
        self.spooling = False
        self._gate.set()

    async def _drain_some(self, probing: bool) -> int:
        """Publishes the oldest rows, and says how many they were."""
        frames = await self.spool.read(1 if probing else self._batch_bytes_max)
        if not frames:
            await asyncio.sleep(DISK_LOOK_S)  # what waits is on its way to the disk
            return 0
        frames = frames[: 1 if probing else _fitting(frames, self._batch_records_max)]
        await self._publish(frames)
        await self.spool.advance(frames)
        return sum(frame.records for frame in frames)

    async def _publish(self, frames: list[Frame]) -> None:
        topics: dict[str, list[Record]] = {}
        for frame in frames:
            topic, records = frame.content()
            topics.setdefault(topic, []).extend(records)
        await asyncio.gather(
            *(self._publisher.publish(topic, records) for topic, records in topics.items() if records),
        )


def _fitting(frames: list[Frame], records_max: int) -> int:
    """How many of the frames make one batch: one at least."""
    records = 0
    for count, frame in enumerate(frames):
        records += frame.records
        if records > records_max:
            return max(1, count)
    return len(frames)


@asynccontextmanager
async def opened_spools(
    settings: GatewaySettings, kafka: KafkaSettings, publisher: Publisher, number: int, now: Callable[[], int]
) -> AsyncIterator[list[SpoolingPublisher]]:
    """The spool of worker `number`, and behind it those that an earlier gateway's other workers left; [] where it is off."""
    directories = _directories(Path(settings.spool_dir), settings.workers, number) if settings.spool_dir else []
    async with AsyncExitStack() as stack:
        spools = []
        for directory in directories:
            spool = Spool(directory, settings.spool_bytes_max // settings.workers, kafka, now)
            spooling = SpoolingPublisher(publisher, spool, kafka)
            await spooling.open()
            stack.push_async_callback(spooling.close)
            spools.append(spooling)
        yield spools


def leave_time_to_spool(settings: GatewaySettings, kafka: KafkaSettings) -> KafkaSettings:
    """Kafka's settings for a gateway with a spool: it gives Kafka up while the request still has time for the disk."""
    if not settings.spool_dir:
        return kafka
    timeout_ms = min(kafka.delivery_timeout_ms, max(500, settings.request_ms_max - SPOOL_MS))
    return msgspec.structs.replace(kafka, delivery_timeout_ms=timeout_ms)


def tell(spools: Sequence[SpoolingPublisher], metrics: GatewayMetrics) -> None:
    """What waits in the spools, into the metrics."""
    metrics.spool_bytes = sum(one.spool.waiting_bytes for one in spools)
    metrics.spool_limit_bytes = spools[0].spool.bytes_max if spools else 0
    metrics.spool_records = sum(one.spool.waiting_records for one in spools)
    metrics.spool_oldest_age_s = max(one.spool.oldest_age_s() for one in spools)
    room = room_of(spools[0].spool.directory)
    metrics.spool_disk_free_bytes, metrics.spool_disk_size_bytes = room or (None, None)


def _directories(parent: Path, workers: int, number: int) -> list[Path]:
    own = parent / f"worker-{number}"
    if number != 1:
        return [own]
    found = [(path, path.name.removeprefix("worker-")) for path in parent.glob("worker-*")]
    return [own, *sorted(path for path, other in found if other.isdigit() and int(other) > workers)]
