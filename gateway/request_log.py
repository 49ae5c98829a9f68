"""One line of log a request, in the shape of delivery.logs, without making the request wait for it.

A request only notes what happened. Lines are encoded and written by a thread, several times a second; when whoever reads
them is slower than the requests come, the newest are dropped and counted, and memory stays bounded.
"""

import asyncio
import sys
from collections.abc import Callable
from functools import lru_cache
from typing import BinaryIO

import msgspec

from delivery.event import format_time
from delivery.masking import mask_addresses
from gateway.metrics import GatewayMetrics

LINES_MAX = 50_000
WRITE_EVERY_S = 0.2
LOGGER = "gateway.requests"


class Line(msgspec.Struct, gc=False, omit_defaults=True, kw_only=True):
    """What is told about a request, its members in this order; a text without content is left out."""

    time: str
    level: str
    logger: str
    message: str
    request_id: str = ""
    source: str = ""
    body_bytes: int
    accepted: int
    rejected: int
    duration_ms: float
    traceparent: str = ""
    problem: str = ""


encode_lines = msgspec.json.Encoder().encode_lines
"""Lines of log, each as one JSON object."""


def line(
    received_at: int,
    request_id: str,
    method: str,
    status: int,
    source: str,
    body_bytes: int,
    accepted: int,
    rejected: int,
    duration_s: float,
    traceparent: str,
    problem: str,
) -> Line:
    """The line of one request. `problem` may hold parts of its content: addresses in it are masked."""
    return Line(
        time=format_time(received_at),
        level="warning" if status >= 500 else "info",
        logger=LOGGER,
        message=_message(method, status),
        request_id=request_id,
        source=source,
        body_bytes=body_bytes,
        accepted=accepted,
        rejected=rejected,
        duration_ms=round(duration_s * 1000, 2),
        traceparent=traceparent,
        problem=mask_addresses(problem) if problem else "",
    )


@lru_cache(maxsize=256)
def _message(method: str, status: int) -> str:
    return f"{method} {status}"


def write_to_stderr(content: bytes) -> None:
    output: BinaryIO = sys.stderr.buffer
    output.write(content)
    output.flush()


class RequestLog:
    """Takes lines from the event loop and writes them from a thread."""

    def __init__(self, metrics: GatewayMetrics, write: Callable[[bytes], None] = write_to_stderr) -> None:
        self._metrics = metrics
        self._write = write
        self._lines: list[Line] = []
        self._writer: asyncio.Task[None] | None = None
        self._writing: asyncio.Future[None] | None = None

    def note(self, line: Line) -> None:
        """Takes a line, or drops and counts it where too many wait."""
        if len(self._lines) < LINES_MAX:
            self._lines.append(line)
        else:
            self._metrics.log_lines_dropped += 1

    def start(self) -> None:
        self._writer = asyncio.get_running_loop().create_task(self._write_on())

    async def close(self) -> None:
        """Writes what is left, after what is being written."""
        if self._writer is not None:
            self._writer.cancel()
            await asyncio.gather(self._writer, return_exceptions=True)
        if self._writing is not None:
            await self._writing
        await asyncio.to_thread(self._write_lines, self._take())

    async def _write_on(self) -> None:
        while True:
            await asyncio.sleep(WRITE_EVERY_S)
            if self._lines:
                # Shielded: a line that was taken is written, also when the log is closed meanwhile.
                self._writing = asyncio.ensure_future(asyncio.to_thread(self._write_lines, self._take()))
                await asyncio.shield(self._writing)

    def _take(self) -> list[Line]:
        lines, self._lines = self._lines, []
        return lines

    def _write_lines(self, lines: list[Line]) -> None:
        if lines:
            self._write(encode_lines(lines))
