"""The process aside: it does its parent's errands, at the lowest of priorities, until the parent is gone.

    python -m graphql_api.aside DESCRIPTOR

The descriptor is of a connected socket. The first question is a Setup, and is answered once the process is ready.
"""

import asyncio
import gc
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from socket import socket
from typing import Any

import uvloop

from delivery.clock import wall_clock
from delivery.errors import Unavailable
from delivery.logs import log_to_stderr
from graphql_api.access.sight import Masked
from graphql_api.answering import Answering
from graphql_api.aside.errands import Errand, Errands
from graphql_api.aside.link import Link, linked
from graphql_api.aside.setup import END_OFFSETS, Setup
from graphql_api.compiled.plan import Plan
from graphql_api.context import Contexts, Sources
from graphql_api.guards.niceness import be_nice
from graphql_api.schema import build_schema
from store.contract import Reader
from store.opening import open_reader

NICENESS = 19
"""A server that wants its processor has it at once, where no more than one thread here competes with it: of several the scheduler
lets each have its turn first. So there is one thread. Nobody's wait for what is done here is counted in milliseconds."""
OPEN_RETRY_S = 0.5
COLLECT_AFTER = (10_000, 10, 10)


class Desk:
    """Answers the parent's questions. `opening` ends with the store open, or with why it can't be."""

    def __init__(self) -> None:
        self.link: Link | None = None
        self._errands: Errands | None = None
        self._opened = asyncio.Event()
        self.reader: Reader | None = None
        self.opening: asyncio.Task[None] | None = None

    async def answer(self, question: Any) -> Any:
        if isinstance(question, Setup):
            return self._begin(question)
        if self._errands is None:
            raise RuntimeError("the first question is a Setup")
        if isinstance(question, Errand):
            await self._opened.wait()
            return await self._errands.answer(question)
        return await self._errands.judge(*question)

    def _begin(self, setup: Setup) -> None:
        log_to_stderr(setup.log_level)  # type: ignore[arg-type]  # one of the parent's
        reader = self.reader = open_reader(setup.own_store(), is_alone=True)
        sources = Sources(
            reader=reader,
            end_offsets=self._end_offsets,
            check_broker=_nobody_asks,
            topic=setup.topic,
            now=wall_clock,
            version=setup.version,
            requeue=_refuse if setup.requeues else None,
        )
        contexts = Contexts(sources, setup.settings, Masked(setup.id_key))
        answering = Answering(setup.settings, build_schema(setup.settings, sources.now), contexts, _at_once)
        self._errands = Errands(answering, setup.settings.compress_bytes_min)
        self.opening = asyncio.create_task(self._open(reader))
        gc.collect()
        gc.freeze()
        be_nice(NICENESS)

    async def _open(self, reader: Reader) -> None:
        """The parent has said already what it waits for."""
        while True:
            try:
                await reader.open()
            except Unavailable:
                await asyncio.sleep(OPEN_RETRY_S)
            except Exception:
                if self.link is not None:
                    self.link.close()  # no errand would ever be answered; another process may have more luck
                raise
            else:
                self._opened.set()
                return

    async def _end_offsets(self) -> Mapping[str, Mapping[int, int]]:
        if self.link is None:
            raise Unavailable("the server is not there yet")
        ends: Mapping[str, Mapping[int, int]] = await self.link.ask(END_OFFSETS)
        return ends


async def _nobody_asks() -> str | None:
    raise RuntimeError("health is the server's to tell")


async def _refuse(*_arguments: object, **_named: object) -> Any:
    raise RuntimeError("nothing is changed by the process aside")


async def _at_once(make: Callable[[], Plan | None]) -> Plan | None:
    return make()


async def serve(descriptor: int) -> None:
    """Answers until the parent is gone."""
    connection = socket(fileno=descriptor)
    connection.setblocking(False)
    desk = Desk()
    link = desk.link = await linked(connection, desk.answer)
    try:
        await link.run()
        if desk.opening is not None and desk.opening.done():
            desk.opening.result()
    finally:
        if desk.opening is not None:
            desk.opening.cancel()
        if desk.reader is not None:
            await desk.reader.close()


def main(arguments: Sequence[str]) -> None:
    """The process's whole life. Signals for all of the group are the parent's business."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    gc.set_threshold(*COLLECT_AFTER)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(int(arguments[0])))


if __name__ == "__main__":
    main(sys.argv[1:])
