"""The server's side of the process aside: it is started, asked, and replaced where it dies."""

import asyncio
import logging
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from socket import socket, socketpair
from typing import Any

from delivery.errors import Unavailable
from graphql_api.answering import Reply
from graphql_api.aside.errands import Errand
from graphql_api.aside.link import Link, linked
from graphql_api.aside.setup import END_OFFSETS, Setup
from graphql_api.context import EndOffsets
from graphql_api.guards.checked import Verdict

RESTART_S = 0.2
LIVED_S_MIN = 5.0
"""A process that ends sooner than this is given a longer pause before the next one."""
PAUSE_S_MAX = 5.0
END_S_MAX = 2.0
_log = logging.getLogger("graphql_api")


class AsideProcess:
    """Does errands in a process of its own; an errand waits until there is one."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._link: Link | None = None
        self._ready = asyncio.Event()

    @property
    def problem(self) -> str | None:
        """Why no errands are done now, None where they are."""
        return None if self._ready.is_set() else "the process for new and costly operations is being started"

    @asynccontextmanager
    async def running(self, end_offsets: EndOffsets) -> AsyncIterator[None]:
        """Keeps a process while the context is open; it is ready soon after."""
        keeping = asyncio.create_task(self._keep(end_offsets))
        try:
            yield
        finally:
            keeping.cancel()
            with suppress(asyncio.CancelledError):
                await keeping

    async def judge(self, text: str, operation_name: str | None) -> Verdict:
        verdict: Verdict = await self._ask((text, operation_name))
        return verdict

    async def answer(self, errand: Errand) -> tuple[Reply, str]:
        reply: tuple[Reply, str] = await self._ask(errand)
        return reply

    async def _ask(self, question: Any) -> Any:
        await self._ready.wait()
        if self._link is None:
            raise Unavailable("the process for new and costly operations is gone")
        return await self._link.ask(question)

    async def _keep(self, end_offsets: EndOffsets) -> None:
        pause_s = 0.0
        while True:
            begun_s = time.monotonic()
            try:
                status = await self._run(end_offsets)
                _log.warning(
                    "the process for new and costly operations ended with status %d; another one follows", status
                )
            except Exception:  # no room for a process, a defect: without a keeper every errand would wait for ever
                _log.exception("the process for new and costly operations could not be kept; another one follows")
            has_lived = time.monotonic() - begun_s > LIVED_S_MIN
            pause_s = RESTART_S if has_lived else min(max(2 * pause_s, RESTART_S), PAUSE_S_MAX)
            await asyncio.sleep(pause_s)

    async def _run(self, end_offsets: EndOffsets) -> int:
        """The life of one process; how it ended."""
        ours, theirs = socketpair()
        ours.setblocking(False)
        try:
            process = await _start(theirs)
        except BaseException:
            ours.close()
            raise
        try:
            await self._serve(ours, end_offsets)
            return await process.wait()
        finally:
            await _end(process)

    async def _serve(self, ours: socket, end_offsets: EndOffsets) -> None:
        async def answer(question: Any) -> Any:
            if question != END_OFFSETS:
                raise ValueError(f"not a question of the process aside: {question!r}")
            return await end_offsets()

        link = await linked(ours, answer)
        serving = asyncio.create_task(link.run())
        try:
            with suppress(Unavailable):
                await link.ask(self._setup)
                self._link = link
                self._ready.set()
            await serving
        finally:
            # At once: the process may take its time to end, and an errand had better wait for the next one.
            self._link = None
            self._ready.clear()
            serving.cancel()


async def _start(theirs: socket) -> asyncio.subprocess.Process:
    with theirs:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "graphql_api.aside", str(theirs.fileno()),
            pass_fds=(theirs.fileno(),), stdin=asyncio.subprocess.DEVNULL,
        )  # fmt: skip


async def _end(process: asyncio.subprocess.Process) -> None:
    """It ends by itself, as nobody is on its line any more; what it is in the middle of may take a while."""
    try:
        async with asyncio.timeout(END_S_MAX):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
