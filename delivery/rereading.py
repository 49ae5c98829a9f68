"""What is read again while a server runs: certificates, secrets, tokens. What can't be used leaves in place what is in use."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from delivery.errors import Misconfigured

_log = logging.getLogger("rereading")


class Rereading:
    """Reads something again. Where that can't be used, `what` is in use stays: the log says so, once for each problem."""

    def __init__(self, what: str, read: Callable[[], None], log: logging.Logger) -> None:
        self._what = what
        self._read = read
        self._log = log
        self._problem = ""

    def __call__(self) -> None:
        try:
            self._read()
            problem = ""
        except Misconfigured as found:
            problem = str(found)
        if problem and problem != self._problem:
            self._log.error("the %s in use stay as they are: %s", self._what, problem)
        self._problem = problem


@asynccontextmanager
async def rereading(
    every_s: float, readings: Sequence[Callable[[], None]], then: Callable[[], None] | None = None
) -> AsyncIterator[None]:
    """Has them done every so often while the context is open, in a thread: their disk may be a slow one. `then` is called
    behind each round, on the event loop."""
    task = asyncio.create_task(_repeat(every_s, readings, then))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _repeat(every_s: float, readings: Sequence[Callable[[], None]], then: Callable[[], None] | None) -> None:
    while True:
        await asyncio.sleep(every_s)
        try:
            for read in readings:
                await asyncio.to_thread(read)
            if then is not None:
                then()
        except Exception:  # a defect; without a further round, what was revoked would hold until the end
            _log.critical("what is read again has a defect", exc_info=True)
