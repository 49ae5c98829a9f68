"""One GraphQL process: it opens the store for reading, serves until it is told to stop, and ends."""

import asyncio
import gc
import logging
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from importlib.metadata import version

import uvloop

from bus.health import Health
from bus.settings import KafkaSettings
from delivery.classification import shipped_classifier
from delivery.clock import wall_clock
from delivery.errors import Unavailable
from delivery.rereading import rereading
from delivery.tracing import NO_TRACES, TraceSettings, tracing_to
from graphql_api.access.access import Access
from graphql_api.access.authentication import read_id_key
from graphql_api.aside.process import AsideProcess
from graphql_api.aside.setup import Setup
from graphql_api.context import Sources
from graphql_api.http.app import build_app, serving
from graphql_api.live.feed import feeding
from graphql_api.live.service import Live
from graphql_api.requeuing import Requeue
from graphql_api.settings import GraphQLSettings, tls_of
from graphql_api.spans import OperationSpans
from store.contract import Reader
from store.opening import open_reader
from store.settings import StoreSettings

OPEN_RETRY_S = 0.5
COLLECT_AFTER = (1_000, 3, 2_000)
"""Looking for garbage stops everything: for a moment where little is new, for longer where all that is kept is looked through.
What is made for a request is gone with it, without being looked for."""
SWITCH_S = 0.00001
"""How long the event loop waits for Python's lock while a thread reads a new document: it needs it some twenty times a read."""
FRESH_S = 1.0
DISTRIBUTION = "email-delivery-status"
Started = Callable[[str], None]


def run(
    settings: GraphQLSettings,
    kafka: KafkaSettings,
    store: StoreSettings,
    stop_signals: tuple[int, ...],
    started: Started,
    traces: TraceSettings = NO_TRACES,
    requeue: Requeue | None = None,
) -> None:
    """Serves until one of the signals comes. The whole life of a GraphQL process. `requeue` sends dead letters on."""

    def settle(address: str) -> None:
        gc.collect()
        gc.freeze()  # what is there now, schema and all, stays: it needs no looking through
        started(address)

    async def until_signal() -> None:
        stop = asyncio.Event()
        for number in stop_signals:
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        tracing = tracing_to(traces, "email-delivery-status-graphql")
        spans = None if tracing is None else OperationSpans(tracing, documents=traces.documents)
        setup = Setup(
            settings=settings,
            store=store,
            id_key=read_id_key(settings),
            topic=kafka.notifications_topic,
            version=version(DISTRIBUTION),
            requeues=requeue is not None,
            log_level=logging.getLevelName(logging.getLogger().level).lower(),
        )
        await serve(
            settings, kafka, open_reader(store), stop=stop, started=settle, spans=spans, requeue=requeue,
            aside=AsideProcess(setup), id_key=setup.id_key,
        )  # fmt: skip
        if tracing is not None:
            await asyncio.to_thread(tracing.close)

    gc.set_threshold(*COLLECT_AFTER)
    sys.setswitchinterval(SWITCH_S)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(until_signal())


async def serve(
    settings: GraphQLSettings,
    kafka: KafkaSettings,
    reader: Reader,
    *,
    stop: asyncio.Event,
    started: Started,
    now: Callable[[], int] = wall_clock,
    spans: OperationSpans | None = None,
    requeue: Requeue | None = None,
    aside: AsideProcess | None = None,
    id_key: bytes | None = None,
) -> None:
    """Serves until `stop` is set; takes over the reader, which is not open yet, and waits for its database.

    `aside` does what is new or costly, with the same `id_key`; without one it is done in this process.
    """
    health, tls = Health(kafka), tls_of(settings)
    sources = Sources(
        reader=reader,
        end_offsets=FreshEnds(health, kafka.notifications_topic),
        check_broker=health.check,
        topic=kafka.notifications_topic,
        now=now,
        version=version(DISTRIBUTION),
        requeue=requeue,
    )
    app = build_app(settings, sources, spans, aside, id_key)
    try:
        async with nullcontext() if aside is None else aside.running(sources.end_offsets):
            await _open(reader, stop, started)
            if stop.is_set():
                return
            live: Live = app.ctx.live
            access: Access = app.ctx.access
            files = [access.reload] if tls is None else [access.reload, tls.reload]
            async with (
                feeding(live.hub, kafka, shipped_classifier(), settings.replay_records_max),
                serving(app, settings, tls) as port,
                rereading(settings.reload_ms / 1000, files, live.end_revoked),
            ):
                started(f"{'http' if tls is None else 'https'}://{settings.host}:{port}")
                await stop.wait()
    finally:
        await reader.close()


class FreshEnds:
    """Where the topic ends, as Kafka said within the last second: however many ask, Kafka is asked once. So for its errors."""

    def __init__(self, health: Health, topic: str) -> None:
        self._health = health
        self._topic = topic
        self._asking = asyncio.Lock()
        self._asked_at_s = float("-inf")
        self._ends: dict[int, int] = {}
        self._problem: str | None = None

    async def __call__(self) -> Mapping[str, Mapping[int, int]]:
        async with self._asking:
            if time.monotonic() - self._asked_at_s > FRESH_S:
                await self._ask()
        if self._problem is not None:
            raise Unavailable(self._problem)
        return {self._topic: self._ends}

    async def _ask(self) -> None:
        try:
            self._ends, self._problem = await self._health.end_offsets(self._topic), None
        except Unavailable as problem:
            self._problem = str(problem)
        self._asked_at_s = time.monotonic()


async def _open(reader: Reader, stop: asyncio.Event, started: Started) -> None:
    said = ""
    while not stop.is_set():
        try:
            return await reader.open()
        except Unavailable as problem:
            if str(problem) != said:
                said = str(problem)
                started(f"waiting for the store: {said}")
            await asyncio.sleep(OPEN_RETRY_S)
    return None
