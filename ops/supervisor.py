"""Keeps the parts of `eds run` going: a child that dies is started again with a clear line, or ends the run with its reason.

Each child has a session of its own, so that Ctrl-C reaches the supervisor alone and the parts are stopped in order. Each
runs under a guard (ops/guard.py), so that none outlives the supervisor, however that ended.
"""

import asyncio
import signal
import sys
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from delivery.errors import DeliveryStatusError
from ops import guard

RESTARTS_MAX = 5
RESTARTS_WINDOW_S = 60.0
STOP_TIMEOUT_S = 15.0

Say = Callable[[str], None]


class PartFailed(DeliveryStatusError):
    """A part died too often, or did not become ready; the message ends with what it said last."""


class Part(msgspec.Struct, frozen=True):
    """A child process: its command, what its environment has beyond ours, and the file that keeps what it says."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path


class Supervisor:
    """Starts parts, watches them, stops them in reverse order."""

    def __init__(self, environment: Mapping[str, str], say: Say, clock: Callable[[], float]) -> None:
        self._environment = environment
        self._say = say
        self._clock = clock
        self._running: dict[str, asyncio.subprocess.Process] = {}
        self._watches: dict[str, asyncio.Task[None]] = {}

    async def start(self, part: Part) -> None:
        """Starts a part and watches it from now on."""
        await self._launch(part)
        self._watches[part.name] = asyncio.create_task(self._watch(part), name=part.name)

    def pid(self, name: str) -> int:
        """The process id that a part has now."""
        return self._running[name].pid

    async def failure(self) -> None:
        """Waits until a part can't be kept going, and raises why. Ends quietly only when cancelled."""
        done, _ = await asyncio.wait(self._watches.values(), return_when=asyncio.FIRST_EXCEPTION)
        for watch in done:
            await watch

    async def stop(self) -> None:
        """Stops all parts, the last started first; one that doesn't end within its time is killed."""
        for watch in self._watches.values():
            watch.cancel()
        await asyncio.gather(*self._watches.values(), return_exceptions=True)
        for name, process in reversed(self._running.items()):
            if process.returncode is None:
                await self._end(name, process)

    async def _end(self, name: str, process: asyncio.subprocess.Process) -> None:
        process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), STOP_TIMEOUT_S)
        except TimeoutError:
            self._say(f"{name} did not stop within {STOP_TIMEOUT_S:.0f} s and is killed")
            process.kill()
            await process.wait()

    async def _launch(self, part: Part) -> None:
        part.log.parent.mkdir(parents=True, exist_ok=True)
        with part.log.open("ab") as log:
            self._running[part.name] = await asyncio.create_subprocess_exec(
                *[sys.executable, "-I", "-S", guard.__file__, *part.command],
                stdin=asyncio.subprocess.PIPE,
                stdout=log,
                stderr=log,
                env={**self._environment, **part.environment},
                start_new_session=True,
            )

    async def _watch(self, part: Part) -> None:
        deaths: deque[float] = deque(maxlen=RESTARTS_MAX)
        while True:
            status = await self._running[part.name].wait()
            now = self._clock()
            if len(deaths) == RESTARTS_MAX and now - deaths[0] < RESTARTS_WINDOW_S:
                raise PartFailed(
                    f"{part.name} ended {RESTARTS_MAX + 1} times within {RESTARTS_WINDOW_S:.0f} s, last with "
                    f"{describe_exit(status)}. Its last lines, from {part.log}:\n{last_lines(part.log)}"
                )
            deaths.append(now)
            self._say(f"{part.name} ended with {describe_exit(status)}; it is started again (log: {part.log})")
            await asyncio.sleep(0.2 * len(deaths))
            await self._launch(part)


def describe_exit(status: int) -> str:
    """A process's end in words: its exit status, or the signal that killed it (the guard passes signal N on as 128 + N)."""
    number = -status if status < 0 else status - 128
    return f"signal {signal.Signals(number).name}" if number > 0 else f"exit status {status}"


def last_lines(path: Path, count: int = 12) -> str:
    """The end of a log, indented."""
    try:
        lines = path.read_text("utf-8", "replace").splitlines()[-count:]
    except OSError as problem:
        return f"  ({problem})"
    return "\n".join(f"  {line}" for line in lines)
