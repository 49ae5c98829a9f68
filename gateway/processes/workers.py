"""Several gateway processes on one port: a parent that starts them, replaces one that dies, and ends with all of them.

Each worker has a listening socket of its own on the shared port, which spreads connections evenly; the parent holds them
all, so that connections that wait for a dead worker are not lost but taken by its replacement. The workers see by a pipe
that the parent is gone, however it went, and then end as on SIGTERM.
"""

import logging
import os
import signal
import socket
import sys
import time
from collections import deque
from collections.abc import Mapping
from contextlib import suppress

import msgspec

from bus.settings import KafkaSettings
from delivery.errors import DeliveryStatusError, Misconfigured
from delivery.tracing import NO_TRACES, TraceSettings
from gateway import server
from gateway.connection.listening import address_of, bind
from gateway.connection.tls import tls_of
from gateway.processes.board import Board
from gateway.processes.crew import Crew, Told
from gateway.settings import GatewaySettings
from gateway.sources.sources import Sources

DEATHS_MAX = 5
DEATHS_WINDOW_S = 60.0
STOP_S_MAX = 30.0
LOOK_EVERY_S = 0.1
EXIT_MISCONFIGURED = 2
_log = logging.getLogger("gateway")


class WorkersFailed(DeliveryStatusError):
    """The workers died too often; the message says of what."""


def run(
    settings: GatewaySettings,
    kafka: KafkaSettings,
    stop_signals: tuple[int, ...],
    started: server.Started,
    environment: Mapping[str, str],
    traces: TraceSettings = NO_TRACES,
) -> None:
    """Serves until one of the signals comes, in this process or in as many workers as the settings ask for."""
    if settings.workers == 1:
        server.run(settings, kafka, stop_signals, started, environment, traces=traces)
        return
    if not hasattr(signal, "sigtimedwait"):
        raise Misconfigured("[gateway] workers: this system can run one only")
    server.check(settings, kafka, Sources(settings, environment))
    parent = Parent(settings, kafka, stop_signals, started, environment, traces)
    try:
        parent.run()
    finally:
        parent.close()


class Parent:
    """Serves nothing itself and has no threads: so it can fork whenever a worker is needed."""

    def __init__(
        self,
        settings: GatewaySettings,
        kafka: KafkaSettings,
        stop_signals: tuple[int, ...],
        started: server.Started,
        environment: Mapping[str, str],
        traces: TraceSettings,
    ) -> None:
        self._environment = environment
        self._traces = traces
        self._settings = settings
        self._kafka = kafka
        self._stop_signals = stop_signals
        self._started = started
        self._listeners = listeners(settings)
        self._board = Board(settings.workers)
        self._life = os.pipe()
        self._numbers: dict[int, int] = {}  # of each worker, by its process id
        self._deaths: deque[float] = deque(maxlen=DEATHS_MAX + 1)
        self._announced = False

    def run(self) -> None:
        """Returns after a stop signal, once all workers have answered what they had in flight."""
        # Blocked rather than handled: none can come between a look and a wait. A worker unblocks them for itself.
        watched = {signal.SIGCHLD, *self._stop_signals}
        before = signal.pthread_sigmask(signal.SIG_BLOCK, watched)
        try:
            for number in range(1, self._settings.workers + 1):
                self._start(number, before)
            while True:
                told = signal.sigtimedwait(watched, LOOK_EVERY_S)
                if told is not None and told.si_signo in self._stop_signals:
                    break
                self._replace_dead(before)
                self._announce()
            self._stop()
        finally:
            self._end_all()
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def close(self) -> None:
        for listener in self._listeners:
            listener.close()
        for descriptor in self._life:
            os.close(descriptor)
        self._board.close()

    def _start(self, number: int, mask: set[int | signal.Signals]) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid == 0:
            self._work(number, mask)
        self._numbers[pid] = number

    def _work(self, number: int, mask: set[int | signal.Signals]) -> None:
        """The life of a worker; it ends the process."""
        status = 1
        try:
            for one in (signal.SIGCHLD, *self._stop_signals):
                signal.signal(one, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
            os.close(self._life[1])
            for other, listener in enumerate(self._listeners, 1):
                if other != number:
                    listener.close()
            crew = Crew(number, self._board, self._listeners[number - 1], self._life[0])
            server.run(
                self._settings, self._kafka, self._stop_signals, _say_nothing, self._environment, crew, self._traces
            )
            status = 0
        except Misconfigured as problem:
            _log.error("gateway worker %d: %s", number, problem)
            status = EXIT_MISCONFIGURED
        except BaseException as defect:
            _log.critical("gateway worker %d ends: %s", number, type(defect).__name__, exc_info=True)
        finally:
            sys.stderr.flush()
            os._exit(status)

    def _replace_dead(self, mask: set[int | signal.Signals]) -> None:
        for pid in list(self._numbers):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if not ended:
                continue
            number, code = self._numbers.pop(pid), os.waitstatus_to_exitcode(status)
            cause = f"worker {number} (process {pid}) ended with {_describe(code)}"
            if code == EXIT_MISCONFIGURED:
                raise Misconfigured(f"gateway {cause}")
            now = time.monotonic()
            self._deaths.append(now)
            if len(self._deaths) > DEATHS_MAX and now - self._deaths[0] < DEATHS_WINDOW_S:
                raise WorkersFailed(
                    f"the gateway ends: workers died {len(self._deaths)} times within {DEATHS_WINDOW_S:.0f} s;"
                    f" the last, {cause}"
                )
            _log.error("%s; it is replaced", cause)
            self._start(number, mask)

    def _announce(self) -> None:
        if not self._announced and all(self._serves(number) for number in range(1, self._settings.workers + 1)):
            self._announced = True
            self._started(address_of(self._listeners[0], tls_of(self._settings)))

    def _serves(self, number: int) -> bool:
        content = self._board.read(number)
        return content is not None and msgspec.msgpack.decode(content, type=Told).serving

    def _stop(self) -> None:
        """SIGTERM to all; each answers what it has in flight."""
        self._signal_all(signal.SIGTERM)
        for listener in self._listeners:
            listener.close()
        deadline = time.monotonic() + STOP_S_MAX + self._settings.drain_delay_ms / 1000
        failed = []
        while self._numbers and time.monotonic() < deadline:
            signal.sigtimedwait({signal.SIGCHLD}, LOOK_EVERY_S)
            for pid in list(self._numbers):
                ended, status = os.waitpid(pid, os.WNOHANG)
                if ended:
                    number, code = self._numbers.pop(pid), os.waitstatus_to_exitcode(status)
                    if code not in (0, -signal.SIGTERM):  # by the signal itself: it had not begun to serve
                        failed.append(f"worker {number} ended with {_describe(code)}")
        failed += [f"worker {number} did not stop in time" for number in self._numbers.values()]
        if failed:
            raise WorkersFailed(f"not every worker stopped well: {', '.join(failed)}")

    def _end_all(self) -> None:
        """What still runs after a failure ends: first as asked, then as made to."""
        self._signal_all(signal.SIGTERM)
        deadline = time.monotonic() + STOP_S_MAX
        while self._numbers:
            signal.sigtimedwait({signal.SIGCHLD}, LOOK_EVERY_S)
            if time.monotonic() > deadline:
                self._signal_all(signal.SIGKILL)
            for pid in list(self._numbers):
                if os.waitpid(pid, os.WNOHANG)[0]:
                    del self._numbers[pid]

    def _signal_all(self, number: int) -> None:
        for pid in self._numbers:
            with suppress(ProcessLookupError):
                os.kill(pid, number)


def listeners(settings: GatewaySettings) -> list[socket.socket]:
    """A listening socket for each worker, all on one port. Misconfigured where somebody else has it."""
    # Alone first: sockets that share a port would share it with another gateway as well.
    bind(settings).close()
    found = [bind(settings, reuse_port=True)]
    port = found[0].getsockname()[1]
    try:
        while len(found) < settings.workers:
            found.append(bind(msgspec.structs.replace(settings, port=port), reuse_port=True))
        for listener in found:
            listener.listen(settings.backlog)
    except BaseException:
        for listener in found:
            listener.close()
        raise
    return found


def _say_nothing(_: str) -> None:
    """The parent says it once, for all workers."""


def _describe(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"
