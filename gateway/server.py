"""One gateway process: it listens, serves until it is told to stop, answers what is in flight, and ends.

Several of them can share a port, as a crew: see gateway/processes/workers.py.
"""

import asyncio
import gc
import logging
import socket
from collections.abc import Callable, Mapping
from functools import partial

import uvloop

from bus.publisher import Publisher
from bus.settings import KafkaSettings
from delivery.clock import wall_clock
from delivery.errors import Misconfigured
from delivery.rereading import rereading
from delivery.tls import Tls
from delivery.tracing import NO_TRACES, TraceSettings, Tracing, tracing_to
from gateway.admission import Admission
from gateway.app import Application
from gateway.connection.listening import address_of, bind, drain, listen
from gateway.connection.protocol import bounded_protocol
from gateway.connection.sanic_app import sanic_app
from gateway.connection.tls import tls_of
from gateway.documents import asyncapi, openapi
from gateway.exchange import Desk
from gateway.intake import Intake
from gateway.metrics import GatewayMetrics
from gateway.processes.crew import Crew
from gateway.readiness import Readiness
from gateway.request_log import RequestLog
from gateway.settings import MIB, GatewaySettings
from gateway.sources.sources import Sources, refuse_open_listener
from gateway.spans import PostSpans
from gateway.spool.spooling import SpoolingPublisher, leave_time_to_spool, opened_spools, tell

LETTER_HEADERS_BYTES_MAX = MIB
# Records of requests in flight hold no cycles, so that looking through them often, as Python does by default, finds nothing.
COLLECT_AFTER = (10_000, 10, 10)
_log = logging.getLogger("gateway")

Started = Callable[[str], None]
"""Told the address once the gateway serves, such as http://127.0.0.1:8080."""


def check(settings: GatewaySettings, kafka: KafkaSettings, sources: Sources) -> None:
    """Misconfigured where these settings don't go together."""
    refuse_open_listener(settings.host, sources)
    if settings.body_bytes_max + LETTER_HEADERS_BYTES_MAX > kafka.record_bytes_max:
        raise Misconfigured(
            f"[gateway] body_bytes_max = {settings.body_bytes_max} does not fit into a dead letter: set [kafka]"
            f" record_bytes_max to at least {settings.body_bytes_max + LETTER_HEADERS_BYTES_MAX}"
        )


def run(
    settings: GatewaySettings,
    kafka: KafkaSettings,
    stop_signals: tuple[int, ...],
    started: Started,
    environment: Mapping[str, str],
    crew: Crew | None = None,
    traces: TraceSettings = NO_TRACES,
) -> None:
    """Serves until one of the signals comes. The whole life of a gateway process; `environment` has the sources' secrets."""
    gc.set_threshold(*COLLECT_AFTER)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve_until_signal(settings, kafka, stop_signals, started, environment, crew, traces))


async def _serve_until_signal(
    settings: GatewaySettings,
    kafka: KafkaSettings,
    stop_signals: tuple[int, ...],
    started: Started,
    environment: Mapping[str, str],
    crew: Crew | None,
    traces: TraceSettings,
) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in stop_signals:
        loop.add_signal_handler(number, stop.set)
    if crew is not None:
        crew.at_end_of_parent(stop.set)

    def settle(address: str) -> None:
        gc.collect()
        gc.freeze()  # what is there now stays for good: it needs no looking through
        started(address)

    tracing = tracing_to(traces, "email-delivery-status-gateway")
    await serve(settings, kafka, stop=stop, started=settle, environment=environment, crew=crew, tracing=tracing)
    if tracing is not None:
        await asyncio.to_thread(tracing.close)


async def serve(
    settings: GatewaySettings,
    kafka: KafkaSettings,
    *,
    stop: asyncio.Event,
    started: Started,
    environment: Mapping[str, str] | None = None,
    crew: Crew | None = None,
    now: Callable[[], int] = wall_clock,
    tracing: Tracing | None = None,
) -> None:
    """Serves until `stop` is set; returns when everything in flight is answered."""
    sources, tls = Sources(settings, environment), tls_of(settings)
    check(settings, kafka, sources)
    listener = crew.listener if crew is not None else bind(settings)
    publisher = Publisher(leave_time_to_spool(settings, kafka))
    try:
        await publisher.open()
        number = crew.number if crew is not None else 1
        async with opened_spools(settings, kafka, publisher, number, now) as spools:
            await _serve(settings, kafka, publisher, spools, sources, tls, listener, stop, started, crew, now, tracing)
    finally:
        listener.close()
        await publisher.close()


async def _serve(
    settings: GatewaySettings,
    kafka: KafkaSettings,
    publisher: Publisher,
    spools: list[SpoolingPublisher],
    sources: Sources,
    tls: Tls | None,
    listener: socket.socket,
    stop: asyncio.Event,
    started: Started,
    crew: Crew | None,
    now: Callable[[], int],
    tracing: Tracing | None,
) -> None:
    metrics = GatewayMetrics()
    admission = Admission(settings, metrics)
    readiness = Readiness(kafka, spools, crew)
    request_log = RequestLog(metrics) if settings.request_log else None
    intake = Intake(spools[0] if spools else publisher, kafka, settings, metrics)
    if spools:
        metrics.gauges.append(partial(tell, spools, metrics))
    documents = {"/openapi.json": openapi.document(), "/asyncapi.json": asyncapi.document(kafka)}
    spans = None if tracing is None else partial(PostSpans, tracing, "http" if tls is None else "https")
    desk = Desk(settings, sources, intake, admission, metrics, request_log, now, spans)
    application = Application(settings, sources, desk, admission, readiness, metrics, documents)
    admission.start_clock()
    if request_log is not None:
        request_log.start()
    try:
        with sanic_app(application, settings) as app:
            server = await listen(app, listener, bounded_protocol(settings, metrics, desk), settings, tls)
            if crew is not None:
                metrics.gauges.append(partial(admission.tell, metrics))
                crew.start(metrics, readiness.spool_problem)
            secrets = [sources.reload] if tls is None else [sources.reload, tls.reload]
            async with rereading(settings.reload_ms / 1000, secrets):
                started(address_of(listener, tls))
                await stop.wait()
                readiness.draining = True
                await asyncio.sleep(settings.drain_delay_ms / 1000)
                await drain(server, admission)
    finally:
        if crew is not None:
            await crew.close()
        await admission.stop_clock()
        if request_log is not None:
            await request_log.close()
