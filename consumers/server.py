"""One consumers process: joins the group, materializes until it is told to stop, leaves everything in order, and ends."""

import asyncio
import gc
import logging
import os
import secrets
import socket
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

import msgspec

from bus.consumer import BatchConsumer
from bus.health import Health
from bus.publisher import Publisher
from bus.records import to_batch
from bus.settings import KafkaSettings
from consumers.announcer import Announcer
from consumers.health import HealthServer
from consumers.letter_keeper import Letters
from consumers.materializer import Materializer
from consumers.metrics import Metrics
from consumers.retention import keep_removing, limits_of
from consumers.settings import ConsumersSettings, RetentionSettings
from consumers.spans import BatchSpans
from consumers.view_counting import keep_counting
from delivery.batch import Batch
from delivery.classification import classifier_of
from delivery.clock import wall_clock
from delivery.errors import Fenced, Misconfigured, Retryable, Unavailable
from delivery.status import VALUE_BYTES_MAX
from delivery.tracing import NO_TRACES, TraceSettings, tracing_to
from store.contract import Writer
from store.letters import LetterKeeper
from store.opening import open_letters, open_reader, open_trimmer, open_writer, sqlite_path
from store.settings import StoreSettings

STOP_S_MAX = 12.0
LOOK_EVERY_S = 1.0
COLLECT_EVERY_BATCHES = 100
_log = logging.getLogger("consumers")

Held = Callable[[], Mapping[int, int]]
"""The partitions that this process holds, with how far the view is in each."""


def run(
    settings: ConsumersSettings,
    retention: RetentionSettings,
    kafka: KafkaSettings,
    store: StoreSettings,
    stop_signals: tuple[int, ...],
    started: Callable[[str], None],
    traces: TraceSettings = NO_TRACES,
) -> None:
    """Materializes until one of the signals comes. The whole life of a consumers process."""

    async def until_signal() -> None:
        stop = asyncio.Event()
        for number in stop_signals:
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        writer, letters = open_writer(store, classifier_of(settings.classification_file)), open_letters(store)
        limits_of(retention, wall_clock())  # nonsense is told at once
        tracing = tracing_to(traces, "email-delivery-status-consumers")
        alone = msgspec.structs.replace(store, pool_connections_min=0, pool_connections_max=1)
        system = "postgresql" if store.url.startswith("postgres") else "sqlite"
        spans = (
            None
            if tracing is None
            else BatchSpans(tracing, kafka.notifications_topic, kafka.group, kafka.batch_age_ms_max, system)
        )

        def beside(metrics: Metrics, held: Held) -> Sequence[Coroutine[None, None, None]]:
            if (file := sqlite_path(store)) is not None:
                metrics.disks.directories["store"] = file.parent
            return (
                keep_removing(lambda: open_trimmer(store), retention, metrics, wall_clock),
                keep_counting(lambda: open_reader(alone), held, metrics),
            )

        await serve(settings, kafka, writer, letters, stop=stop, started=started, spans=spans, beside=beside)
        if tracing is not None:
            await asyncio.to_thread(tracing.close)

    # Events and views hold no cycles, and there are many: the collector looks for the few others now and then.
    gc.freeze()
    gc.disable()
    asyncio.run(until_signal())


async def serve(
    settings: ConsumersSettings,
    kafka: KafkaSettings,
    store: Writer,
    letter_store: LetterKeeper,
    *,
    stop: asyncio.Event,
    started: Callable[[str], None],
    now: Callable[[], int] = wall_clock,
    beside: Callable[[Metrics, Held], Sequence[Coroutine[None, None, None]]],
    spans: BatchSpans | None = None,
) -> None:
    """Materializes, and keeps dead letters, until `stop` is set; takes over both sides of the store, which are not open yet.

    `beside` is what else there is to do meanwhile; it is cancelled in the end. It is given this process's partitions, too.
    """
    metrics = Metrics()
    publisher = Publisher(kafka)
    retry_s = settings.retry_ms / 1000
    announcer = Announcer(
        publisher, kafka.status_topic, metrics, retry_s, spans, min(VALUE_BYTES_MAX, kafka.record_bytes_max // 2)
    )
    owner = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
    materializer = Materializer(
        store, publisher, announcer, metrics, topic=kafka.notifications_topic,
        dead_letters_topic=kafka.dead_letters_topic, owner=owner, retry_s=retry_s, now=now, spans=spans,
    )  # fmt: skip
    letters = Letters(letter_store, publisher, kafka, metrics, owner=owner, retry_s=retry_s, now=now)
    process = Process(settings, kafka, materializer, announcer, letters, now, spans)
    with listening(settings, process, metrics) as port:
        started(f"consumers' health is on http://{settings.host}:{port}/readyz")
        await publisher.open()
        work = asyncio.create_task(process.work_all(store))
        watch = asyncio.create_task(process.watch())
        others = [asyncio.create_task(one) for one in beside(metrics, lambda: materializer.next_offsets)]
        for other in others:
            other.add_done_callback(_tell_defect)
        stopped = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait((work, stopped), return_when=asyncio.FIRST_COMPLETED)
            process.stopping.set()
            # What can't be finished in time is taken up again from the store's offsets by whoever comes next.
            with suppress(TimeoutError):
                await asyncio.wait_for(work, STOP_S_MAX)
        finally:
            for task in (watch, stopped, *others):
                task.cancel()
            await asyncio.gather(watch, stopped, *others, return_exceptions=True)
            announcer.forget()
            await publisher.close()
            await store.close()
            await letter_store.close()


def _tell_defect(ended: "asyncio.Task[None]") -> None:
    """What is done beside must not end what it is beside of; that it has ended is told."""
    if not ended.cancelled() and (problem := ended.exception()) is not None:
        _log.error("something beside the views has ended: %s", problem, exc_info=problem)


@contextmanager
def listening(settings: ConsumersSettings, process: "Process", metrics: Metrics) -> Iterator[int]:
    """The health server while the context is open; gives its port."""
    try:
        server = HealthServer(settings.host, settings.port, process.alive, process.ready, metrics.registry)
    except OSError as problem:
        raise Misconfigured(f"[consumers] {settings.host}:{settings.port}: {problem.strerror}") from problem
    try:
        yield server.port
    finally:
        server.close()


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
        self._batches = 0
        self.stopping = asyncio.Event()

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
            except Unavailable as problem:
                _log.warning("%s; trying again", problem)
                await self._pause()

    async def watch(self) -> None:
        """Looks at Kafka and at the lag every second."""
        topic = self._kafka.notifications_topic
        while True:
            self._kafka_problem = await self._health.check()
            with suppress(Retryable):
                behind = await self._health.lag(topic, self._materializer.next_offsets)
                self._materializer.lag.look(behind, self._materializer.next_offsets, self._now())
            await asyncio.sleep(LOOK_EVERY_S)

    def alive(self) -> Mapping[str, str | None]:
        """The process is alive while it answers."""
        return {"process": None}

    def ready(self) -> Mapping[str, str | None]:
        """Ready while the store takes batches and Kafka answers."""
        return {
            "store": self._starting or self._materializer.problem or self._letters.problem,
            "kafka": self._kafka_problem or self._announcer.problem,
            "view": self._materializer.lag.told,
            "process": "it is stopping" if self.stopping.is_set() else None,
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
        consumer = BatchConsumer(
            self._kafka, topic, materializer.assigned, materializer.revoked, to_batch, self._announcer.forget
        )
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
                    self._batches += 1
                    if not gc.isenabled() and self._batches % COLLECT_EVERY_BATCHES == 0:
                        gc.collect()
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
