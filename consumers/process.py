"""The loop of one consumers' process: sessions in the group, batch after batch, and what it says of its health."""

import asyncio
import gc
import logging
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

from bus.consumer import BatchConsumer
from bus.health import Health
from bus.records import to_batch
from bus.settings import KafkaSettings
from consumers.announcer import Announcer
from consumers.letter_keeper import Letters
from consumers.materializer import Materializer
from consumers.settings import ConsumersSettings
from consumers.spans import BatchSpans
from delivery.batch import Batch
from delivery.errors import Fenced, Retryable, Unavailable
from store.contract import Writer

LOOK_EVERY_S = 1.0
COLLECT_EVERY_S = 10.0
STUCK_S = 60.0  # the largest of batches takes some seconds
_log = logging.getLogger(__name__)


class Process:
    """The loop of one process, and what it says of its health."""

    def __init__(
        self,
        settings: ConsumersSettings,
        kafka: KafkaSettings,
        materializer: Materializer,
        announcer: Announcer,
        letters: Letters,
        now: Callable[[], int],
        stopping: asyncio.Event,
        spans: BatchSpans | None,
    ) -> None:
        self._spans = spans
        self._settings = settings
        self._kafka = kafka
        self._materializer = materializer
        self._announcer = announcer
        self._letters = letters
        self._now = now
        self._health = Health(kafka)
        self._starting: str | None = "the store is not open yet"
        self._kafka_problem: str | None = "Kafka was not asked yet"
        self._session_problem: str | None = None
        self._beat_at = time.monotonic()
        self.stopping = stopping

    async def work_all(self, store: Writer) -> None:
        """Both halves of the work. Where one of them fails, the process ends."""
        keeping = asyncio.create_task(self._letters.work(self.stopping))
        working = asyncio.create_task(self.work(store))
        try:
            for done in asyncio.as_completed((working, keeping)):
                await done
        finally:
            for task in (working, keeping):
                task.cancel()
            await asyncio.gather(working, keeping, return_exceptions=True)

    async def work(self, store: Writer) -> None:
        """Materializes until `stopping`; a session that is fenced or loses Kafka is followed by a new one."""
        await self._open(store)
        while not self.stopping.is_set():
            try:
                await self._session()
            except Fenced as problem:
                _log.warning("another process has taken over: %s; joining the group again", problem)
                self._session_problem = str(problem)
            except Unavailable as problem:
                _log.warning("%s; trying again", problem)
                self._session_problem = str(problem)
                await self._pause()

    async def watch(self) -> None:
        """Looks at Kafka and at the lag every second, and now and then for what only the collector finds."""
        topic = self._kafka.notifications_topic
        collected_at = time.monotonic()
        while True:
            if not gc.isenabled() and time.monotonic() - collected_at >= COLLECT_EVERY_S:
                gc.collect()
                collected_at = time.monotonic()
            self._kafka_problem = await self._health.check()
            with suppress(Retryable):
                mine = self._materializer.next_offsets  # it may be another one once Kafka has answered
                self._materializer.lag.look(await self._health.lag(topic, mine), mine, self._now())
            await asyncio.sleep(LOOK_EVERY_S)

    async def beat(self) -> None:
        """Notes that the event loop comes round."""
        while True:
            self._beat_at = time.monotonic()
            await asyncio.sleep(LOOK_EVERY_S)

    def alive(self) -> Mapping[str, str | None]:
        """The process is alive while its event loop comes round: the answer is given by another thread."""
        late_s = time.monotonic() - self._beat_at
        return {"process": None if late_s < STUCK_S else f"it has been busy with one thing for {late_s:.0f} s"}

    def ready(self) -> Mapping[str, str | None]:
        """Ready while the store takes batches and Kafka answers."""
        return {
            "store": self._starting or self._materializer.problem or self._letters.problem,
            "kafka": self._kafka_problem or self._session_problem or self._announcer.problem,
            "view": self._materializer.lag.told,
            "process": "it is stopping" if self.stopping.is_set() else self.alive()["process"],
        }

    async def _open(self, store: Writer) -> None:
        while not self.stopping.is_set():
            try:
                await store.open()
            except Unavailable as problem:
                self._starting = str(problem)
                _log.warning("the store can't be opened: %s; trying again", problem)
                await self._pause()
            else:
                self._starting = None
                return

    async def _session(self) -> None:
        """One membership in the group."""
        topic, materializer = self._kafka.notifications_topic, self._materializer
        materializer.join()

        async def assigned(partitions: list[int]) -> dict[int, int]:
            starts = await materializer.assigned(partitions)
            self._session_problem = None  # the group has let us in
            return starts

        consumer = BatchConsumer(self._kafka, topic, assigned, materializer.revoked, to_batch, self._announcer.forget)
        async with consumer:
            stopping = asyncio.create_task(self.stopping.wait())
            try:
                await self._take_batches(consumer, stopping)
            finally:
                stopping.cancel()

    async def _take_batches(self, consumer: BatchConsumer[Batch], stopping: "asyncio.Task[bool]") -> None:
        idle_s = self._settings.idle_announce_ms / 1000
        coming = asyncio.create_task(consumer.next())
        look_for_due_at = time.monotonic()
        more_due = False
        try:
            while not stopping.done():
                wait_s = 0 if more_due else idle_s
                await asyncio.wait((coming, stopping), timeout=wait_s, return_when=asyncio.FIRST_COMPLETED)
                if coming.done():
                    batch = await coming
                    if batch is None:
                        return
                    if self._spans is not None:
                        self._spans.came(batch)
                    await self._materializer.take(batch)
                    if self._spans is not None:
                        self._spans.asked()
                    coming = asyncio.create_task(consumer.next())
                elif not stopping.done():
                    await self._materializer.idle()
                if not stopping.done() and (more_due or time.monotonic() >= look_for_due_at):
                    more_due = await self._materializer.announce_due()
                    look_for_due_at = time.monotonic() + idle_s
        finally:
            # A batch that came in this moment is dropped: the store's offsets don't know of it, so it comes again.
            coming.cancel()
            await asyncio.gather(coming, return_exceptions=True)

    async def _pause(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self.stopping.wait(), self._settings.retry_ms / 1000)
