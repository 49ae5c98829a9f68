"""A gateway to test against: in the test's own event loop, or as the process that production runs. And what it stored."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec

from bus.reading import read_all
from bus.settings import KafkaSettings
from delivery.dead_letter import DeadLetter, read_dead_letter
from delivery.event import Received, Record, read_event
from delivery.tracing import Tracing
from gateway.server import serve
from gateway.settings import GatewaySettings
from tests.parts.processes import Part


class Served(msgspec.Struct, frozen=True):
    """A gateway that runs: its address, a client for it, and the event that stops it."""

    address: str
    client: httpx.AsyncClient
    stop: asyncio.Event
    task: "asyncio.Task[None]"

    @property
    def port(self) -> int:
        return int(self.address.rpartition(":")[2])

    async def post(self, rows: Any, **options: Any) -> httpx.Response:
        return await self.client.post("/api/SMTP", json=rows, **options)


@asynccontextmanager
async def serving(
    kafka: KafkaSettings,
    *,
    now: int | None = None,
    environment: Mapping[str, str] | None = None,
    tracing: Tracing | None = None,
    **settings: Any,
) -> AsyncIterator[Served]:
    """A gateway in this event loop on a free port. `now` stops its clock."""
    loop = asyncio.get_running_loop()
    stop, started = asyncio.Event(), loop.create_future()
    clock: dict[str, Any] = {} if now is None else {"now": lambda: now}
    task = loop.create_task(
        serve(
            GatewaySettings(port=0, **settings),
            kafka,
            stop=stop,
            started=started.set_result,
            environment=environment,
            tracing=tracing,
            **clock,
        )
    )
    await asyncio.wait({task, started}, return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        task.result()
    try:
        async with httpx.AsyncClient(base_url=started.result(), trust_env=False, timeout=10) as client:
            yield Served(started.result(), client, stop, task)
    finally:
        stop.set()
        await task


def gateway_part(kafka: KafkaSettings, log: Path, **settings: Any) -> Part:
    """The gateway as the process that production runs."""
    return Part("gateway", {"kafka": kafka, "gateway": settings}, log)


async def stored_records(kafka: KafkaSettings) -> list[Record]:
    """Every record of the events topic."""
    found = await asyncio.to_thread(lambda: list(read_all(kafka, kafka.notifications_topic)))
    return [one.record for one in found]


async def stored_events(kafka: KafkaSettings) -> list[Received]:
    """Every event of the topic."""
    return [read_event(one.value, one.headers, one.timestamp_ms, 0, 0) for one in await stored_records(kafka)]


async def stored_letters(kafka: KafkaSettings) -> list[DeadLetter]:
    """Every dead letter."""
    found = await asyncio.to_thread(lambda: list(read_all(kafka, kafka.dead_letters_topic)))
    return [read_dead_letter(one.record) for one in found]


async def metric(gateway: Served, line: str) -> float:
    """The value of one metric, named with its labels as in the text format."""
    text = (await gateway.client.get("/metrics")).text
    found = re.search(rf"^{re.escape(line)} (\S+)$", text, re.M)
    assert found is not None, f"no {line} in the metrics"
    return float(found[1])


async def until(holds: Callable[[], Awaitable[bool]], seconds_max: float) -> None:
    """Waits for a condition; TimeoutError where it doesn't come to hold in time."""
    async with asyncio.timeout(seconds_max):
        while not await holds():  # noqa: ASYNC110 - what we wait for is on the other side of a socket
            await asyncio.sleep(0.02)


async def until_metric(gateway: Served, line: str, holds: Callable[[float], bool]) -> None:
    """Waits for a metric to have such a value."""

    async def check() -> bool:
        return holds(await metric(gateway, line))

    await until(check, 5)
