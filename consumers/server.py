"""One consumers process: joins the group, materializes until it is told to stop, leaves everything in order, and ends."""

import asyncio
import gc
import logging
import os
import secrets
import socket
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager

import msgspec

from bus.publisher import Publisher
from bus.settings import KafkaSettings
from consumers.announcer import Announcer
from consumers.health import HealthServer
from consumers.letter_keeper import Letters
from consumers.materializer import Materializer
from consumers.metrics import Metrics
from consumers.process import Process
from consumers.retention import keep_removing, limits_of
from consumers.settings import ConsumersSettings, RetentionSettings
from consumers.spans import BatchSpans
from consumers.view_counting import keep_counting
from delivery.classification import classifier_of
from delivery.clock import wall_clock
from delivery.errors import Misconfigured
from delivery.status import VALUE_BYTES_MAX
from delivery.tracing import NO_TRACES, TraceSettings, tracing_to
from store.contract import Writer
from store.letters import LetterKeeper
from store.opening import open_letters, open_reader, open_trimmer, open_writer, sqlite_path
from store.settings import StoreSettings

STOP_S_MAX = 12.0
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
    stopping = asyncio.Event()
    announcer = Announcer(
        publisher,
        kafka.status_topic,
        metrics,
        retry_s,
        spans,
        min(VALUE_BYTES_MAX, kafka.record_bytes_max // 2),
        stopping,
    )
    owner = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
    materializer = Materializer(
        store, publisher, announcer, metrics, topic=kafka.notifications_topic,
        dead_letters_topic=kafka.dead_letters_topic, owner=owner, retry_s=retry_s, now=now, spans=spans,
        stopping=stopping,
    )  # fmt: skip
    letters = Letters(letter_store, publisher, kafka, metrics, owner=owner, retry_s=retry_s, now=now)
    process = Process(settings, kafka, materializer, announcer, letters, now, stopping, spans)
    with listening(settings, process, metrics) as port:
        started(f"consumers' health is on http://{settings.host}:{port}/readyz")
        await publisher.open()
        work = asyncio.create_task(process.work_all(store))
        watch, beat = asyncio.create_task(process.watch()), asyncio.create_task(process.beat())
        others = [asyncio.create_task(one) for one in beside(metrics, lambda: materializer.next_offsets)]
        for other in others:
            other.add_done_callback(_tell_defect)
        stopped = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait((work, stopped), return_when=asyncio.FIRST_COMPLETED)
            process.stopping.set()
            # What can't be finished in time is taken up again from the store's offsets by whoever comes next.
            await asyncio.wait((work,), timeout=STOP_S_MAX)
            if not work.done():
                work.cancel()
                await asyncio.gather(work, return_exceptions=True)
            elif not work.cancelled():
                work.result()
        finally:
            for task in (watch, beat, stopped, *others):
                task.cancel()
            await asyncio.gather(watch, beat, stopped, *others, return_exceptions=True)
            announcer.forget()
            await publisher.close()
            await store.close()
            await letter_store.close()


def _tell_defect(ended: "asyncio.Task[None]") -> None:
    """What is done beside must not end what it is beside of; that it has ended is told."""
    if not ended.cancelled() and (problem := ended.exception()) is not None:
        _log.error("something beside the views has ended: %s", problem, exc_info=problem)


@contextmanager
def listening(settings: ConsumersSettings, process: Process, metrics: Metrics) -> Iterator[int]:
    """The health server while the context is open; gives its port."""
    try:
        server = HealthServer(settings.host, settings.port, process.alive, process.ready, metrics.registry)
    except OSError as problem:
        raise Misconfigured(f"[consumers] {settings.host}:{settings.port}: {problem.strerror}") from problem
    try:
        yield server.port
    finally:
        server.close()
