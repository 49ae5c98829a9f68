"""One GraphQL process: it opens the store for reading, serves until it is told to stop, and ends."""

import asyncio
import time
from collections.abc import Callable, Mapping
from importlib.metadata import version

import uvloop

from bus.health import Health
from bus.settings import KafkaSettings
from delivery.errors import Unavailable
from graphql_api.app import build_app, serving
from graphql_api.context import Sources
from graphql_api.settings import GraphQLSettings
from store.contract import Reader
from store.opening import open_reader
from store.settings import StoreSettings

OPEN_RETRY_S = 0.5
Started = Callable[[str], None]


def wall_clock() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def run(
    settings: GraphQLSettings,
    kafka: KafkaSettings,
    store: StoreSettings,
    stop_signals: tuple[int, ...],
    started: Started,
) -> None:
    """Serves until one of the signals comes. The whole life of a GraphQL process."""

    async def until_signal() -> None:
        stop = asyncio.Event()
        for number in stop_signals:
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await serve(settings, kafka, open_reader(store), stop=stop, started=started)

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
) -> None:
    """Serves until `stop` is set; takes over the reader, which is not open yet, and waits for its database."""
    health = Health(kafka)
    topic = kafka.notifications_topic

    async def end_offsets() -> Mapping[str, Mapping[int, int]]:
        return {topic: await health.end_offsets(topic)}

    sources = Sources(reader=reader, end_offsets=end_offsets, now=now, version=version("email-delivery-status"))
    app = build_app(settings, sources)
    try:
        await _open(reader, stop, started)
        if not stop.is_set():
            async with serving(app, settings) as port:
                started(f"http://{settings.host}:{port}")
                await stop.wait()
    finally:
        await reader.close()


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
