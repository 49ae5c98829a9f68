"""How much the gateway takes on at once: a request is let in, or refused before memory grows.

Everything in flight is counted in bytes and requests. One coarse clock, rather than a timer a request, ends those that
are over their deadline: each is told to end, and the answer is a 503 that makes the sender try again.
"""

import asyncio
import logging
from collections.abc import Callable

from delivery.errors import Overloaded, TooLarge, Unavailable
from gateway.meters import Meter
from gateway.metrics import GatewayMetrics
from gateway.settings import GatewaySettings
from gateway.sources.source import Source

CLOCK_S = 0.05
_log = logging.getLogger("gateway")


class Ticket:
    """One request in flight. `deadline` is a time of the event loop's clock; `end` is called, once, when it has passed."""

    __slots__ = ("deadline", "end", "expired", "held_bytes", "meter")

    def __init__(self) -> None:
        self.deadline = 0.0
        self.end: Callable[[], object] = _no_end
        self.expired = False
        self.held_bytes = 0
        self.meter: Meter | None = None


def _no_end() -> None:
    """Nothing to end: the request is not let in yet."""


class Admission:
    """Counts what is in flight in one process, holds it to the limits and ends what takes too long."""

    def __init__(self, settings: GatewaySettings, metrics: GatewayMetrics) -> None:
        self._settings = settings
        self._metrics = metrics
        self._inflight: dict[Ticket, None] = {}
        self._inflight_max = settings.inflight_requests_max
        self._bytes = 0
        self._meters: dict[str, Meter] = {}
        self._empty = asyncio.Event()
        self._empty.set()
        self._window_s = settings.request_ms_max / 1000
        self._loop_time = asyncio.get_running_loop().time
        self._clock: asyncio.Task[None] | None = None
        self.draining = False

    @property
    def inflight_requests(self) -> int:
        return len(self._inflight)

    @property
    def inflight_bytes(self) -> int:
        return self._bytes

    def enter(self, ticket: Ticket, end: Callable[[], object]) -> None:
        """Lets a request in. Unavailable while the gateway ends, Overloaded where too many are in flight; `leave` must follow."""
        if self.draining:
            raise Unavailable("The gateway is shutting down", self._settings.retry_after_s)
        if len(self._inflight) >= self._inflight_max:
            raise self._overloaded("Too many requests are in flight")
        ticket.deadline = self._loop_time() + self._window_s
        ticket.end = end
        if not self._inflight:
            self._empty.clear()
        self._inflight[ticket] = None

    def charge(self, ticket: Ticket, source: Source) -> None:
        """Counts the request, and what it holds already, as this source's. Overloaded over a limit of the source's own."""
        now = self._loop_time()
        meter = self._meters.get(source.name)
        if meter is None:
            if not source.is_limited:
                return
            meter = self._meters[source.name] = Meter(source, self._settings.retry_after_s, now)
        try:
            meter.enter(now, ticket.held_bytes)
        except Overloaded:
            self._metrics.notifications["throttled"] += 1
            raise
        ticket.meter = meter

    def hold(self, ticket: Ticket, size: int) -> None:
        """Counts `size` more bytes of this request's body. TooLarge over the limit of one body, Overloaded over that of all."""
        if ticket.held_bytes + size > self._settings.body_bytes_max:
            raise TooLarge("body_bytes_max", self._settings.body_bytes_max)
        if self._bytes + size > self._settings.inflight_bytes_max:
            raise self._overloaded("Too many bytes are in flight")
        if ticket.meter is not None:
            self._hold_for_source(ticket.meter, size)
        ticket.held_bytes += size
        self._bytes += size

    def _hold_for_source(self, meter: Meter, size: int) -> None:
        try:
            meter.hold(size)
        except Overloaded:
            self._metrics.notifications["throttled"] += 1
            raise

    def _overloaded(self, reason: str) -> Overloaded:
        self._metrics.notifications["throttled"] += 1
        return Overloaded(reason, self._settings.retry_after_s)

    def leave(self, ticket: Ticket) -> None:
        """The request is answered, or gone. A second time changes nothing."""
        if ticket not in self._inflight:
            return
        del self._inflight[ticket]
        ticket.end = _no_end  # it may hold the ticket itself, which would then live until the collector comes
        self._bytes -= ticket.held_bytes
        if ticket.meter is not None:
            ticket.meter.leave(ticket.held_bytes)
        if not self._inflight:
            self._empty.set()

    def tell(self, metrics: GatewayMetrics) -> None:
        """What is in flight, into the metrics."""
        metrics.inflight_requests, metrics.inflight_bytes = len(self._inflight), self._bytes

    def start_clock(self) -> None:
        self._clock = asyncio.get_running_loop().create_task(self._watch())

    async def stop_clock(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            await asyncio.gather(self._clock, return_exceptions=True)

    async def drain(self) -> None:
        """Lets nobody in any more and returns when nothing is in flight; each request's own deadline bounds the wait."""
        self.draining = True
        await self._empty.wait()

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(CLOCK_S)
            self._end_overdue(loop.time())

    def _end_overdue(self, now: float) -> None:
        # All requests have the same time, so the dictionary's order is the order of the deadlines.
        overdue = []
        for ticket in self._inflight:
            if ticket.deadline > now:
                break
            overdue.append(ticket)
        for ticket in overdue:
            if not ticket.expired:
                ticket.expired = True
                try:
                    ticket.end()
                except Exception as defect:  # all others have their deadline, too
                    _log.error("defect: %s", defect, exc_info=defect)
