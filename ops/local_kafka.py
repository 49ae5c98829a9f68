"""A real Kafka on this machine without Docker: one or three brokers as ordinary processes on loopback.

`start` returns once every broker takes part in the cluster. Data stays in the given directory, so that a second start
continues where the first stopped; each broker's log is `broker-N/kafka.log` in it. No broker outlives this process.
Starting and stopping may come from different threads: they take turns, and a start that is under way gives up.
"""

import os
import random
import re
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Container
from pathlib import Path
from types import TracebackType
from typing import Self

from bus import health
from bus.settings import KafkaSettings
from delivery.errors import Unavailable
from ops import guard
from ops.kafka import artefacts
from ops.kafka.ownership import Ownership
from ops.kafka.properties import Node, render

PORT = 9092
START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 15.0
LOOK_EVERY_S = 0.1
LOG_LINES_SHOWN = 20
STARTS_MAX = 3
_PORT_LOST = "Address already in use"
_TELLING = re.compile(r" (WARN|ERROR) |Exception|Error:")
# Below the ports that the system hands out to outgoing connections, which could take one in the meantime.
_FREE_PORTS = range(20_000, 32_000)
_JVM_FLAGS = ["-Xms256m", "-Xmx512m", "-XX:+UseSerialGC", "-Dorg.slf4j.simpleLogger.showDateTime=true"]
_JVM_FLAGS += ["-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSZ"]


class LocalKafka:
    """A cluster of brokers 1…n. `say` takes the lines for people."""

    def __init__(
        self,
        directory: Path,
        jars: Path,
        java: str,
        *,
        brokers: int = 1,
        port: int | None = PORT,
        say: artefacts.Say,
        yield_s_max: float = STOP_TIMEOUT_S,
    ) -> None:
        """`port` is the first broker's wish, None means any; where it is taken, a free one is used and said.

        `yield_s_max` is how long to wait for another Kafka on the same files to end.
        """
        self._directory = directory.absolute()
        self._jars = jars
        self._java = [java, *artefacts.java_flags(java), *_JVM_FLAGS]
        self._count = brokers
        self._port = port
        self._say = say
        self._nodes: list[Node] = []
        self._processes: dict[int, subprocess.Popen[bytes]] = {}
        self._log_starts: dict[int, int] = {}
        self._yield_s_max = yield_s_max
        self._ownership = Ownership(self._directory)
        self._turn = threading.Lock()
        self._is_stopping = threading.Event()

    @property
    def bootstrap(self) -> str:
        """The brokers' addresses, for clients."""
        return ",".join(f"127.0.0.1:{node.port}" for node in self._nodes)

    @property
    def broker_ids(self) -> list[int]:
        return [node.id for node in self._nodes]

    def start(self) -> None:
        """Starts all brokers and waits until each takes part. Unavailable, with its log's end, where one does not.

        Once it was stopped it does not start again.
        """
        with self._turn:
            self._ownership.take(self._yield_s_max, self._pause)
            try:
                self._start_brokers()
            except BaseException:
                self._end()
                raise

    def _start_brokers(self) -> None:
        for starts_left in reversed(range(STARTS_MAX)):
            try:
                self._start_on(self._place())
                return
            except Unavailable as problem:
                if not starts_left or _PORT_LOST not in str(problem):
                    raise
                self._say("another program took a port of Kafka's in the meantime: trying others")
                self._end_brokers()

    def _start_on(self, nodes: list[Node]) -> None:
        self._nodes = nodes
        self._format(self._cluster_id())
        for node in nodes:
            self._launch(node)
        self.wait_ready()

    def wait_ready(self, timeout_s: float = START_TIMEOUT_S) -> None:
        """Returns once every broker that was started takes part in the cluster; Unavailable where it ends or takes too long."""
        deadline = time.monotonic() + timeout_s
        settings = KafkaSettings(bootstrap=self.bootstrap)
        missing = set(self._processes)
        while missing:
            self._require_going()
            for broker_id, process in self._processes.items():
                if process.poll() is not None:
                    raise Unavailable(f"Kafka's broker {broker_id} ended at its start:\n{self._log_end(broker_id)}")
            if time.monotonic() > deadline:
                raise Unavailable(f"Kafka's brokers {sorted(missing)} did not start in {timeout_s:.0f} s; their logs"
                                  f" are in {self._directory}:\n{self._log_end(min(missing))}")  # fmt: skip
            try:
                # Another Kafka may have taken a port in the moment between our choice and our broker's start.
                missing = set(self._processes) - set(health.brokers(settings, 1.0, self._cluster_id()))
            except Unavailable:
                continue
            if missing:
                self._pause()

    def problem(self) -> str | None:
        """Which broker has ended on its own, with its log's end; None while all run."""
        for broker_id, process in self._processes.items():
            if process.poll() is not None:
                return f"Kafka's broker {broker_id} ended with status {process.returncode}:\n{self._log_end(broker_id)}"
        return None

    def kill(self, broker_id: int) -> None:
        """SIGKILL to one broker, as a crash would end it."""
        process = self._processes.pop(broker_id)
        os.killpg(process.pid, signal.SIGKILL)
        _reap(process)

    def restart(self, broker_id: int) -> None:
        """Starts a broker that was killed again, with its data and ports, and waits until it takes part."""
        with self._turn:
            self._launch(next(node for node in self._nodes if node.id == broker_id))
            self.wait_ready()

    def stop(self) -> None:
        """Ends all brokers: SIGTERM, and after a while SIGKILL. Harmless when repeated. A start that is under way fails."""
        self._is_stopping.set()
        with self._turn:
            self._end()

    def _end(self) -> None:
        self._end_brokers()
        self._ownership.release()

    def _end_brokers(self) -> None:
        for process in self._processes.values():
            process.terminate()
        deadline = time.monotonic() + STOP_TIMEOUT_S
        for broker_id, process in list(self._processes.items()):
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                self._say(f"Kafka's broker {broker_id} did not stop in {STOP_TIMEOUT_S:.0f} s and is killed")
                os.killpg(process.pid, signal.SIGKILL)
            _reap(process)
            del self._processes[broker_id]

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _place(self) -> list[Node]:
        taken: set[int] = set()
        nodes = []
        for index in range(self._count):
            wish = None if self._port is None else self._port + index
            port = choose_port(wish, taken)
            controller_port = choose_port(None, taken | {port})
            taken |= {port, controller_port}
            if wish is not None and port != wish:
                self._say(f"port {wish} is taken: Kafka's broker {index + 1} listens on {port}")
            directory = self._directory / f"broker-{index + 1}"
            nodes.append(Node(index + 1, port, controller_port, directory))
        return nodes

    def _cluster_id(self) -> str:
        path = self._directory / "cluster.id"
        if path.exists():
            return path.read_text("ascii").strip()
        self._directory.mkdir(parents=True, exist_ok=True)
        cluster_id = "E" + urlsafe_b64encode(secrets.token_bytes(16)).decode()[1:22]
        path.write_text(cluster_id + "\n", "ascii")
        return cluster_id

    def _format(self, cluster_id: str) -> None:
        """Makes the data folders that are missing; all at once, as each takes a second."""
        formatting: list[tuple[Node, subprocess.Popen[bytes]]] = []
        deadline = time.monotonic() + START_TIMEOUT_S
        try:
            for node in self._nodes:
                properties = node.directory / "server.properties"
                node.directory.mkdir(parents=True, exist_ok=True)
                properties.write_text(render(node, self._nodes), "utf-8")
                if not (node.directory / "data" / "meta.properties").exists():
                    arguments = ["kafka.tools.StorageTool", "format", "-t", cluster_id, "-c", str(properties)]
                    formatting.append((node, self._run(node, self._java_command(*arguments))))
            for node, process in formatting:
                while process.poll() is None and time.monotonic() < deadline:
                    self._pause()
                if process.returncode != 0:
                    raise Unavailable(f"Kafka's data folder could not be made:\n{self._log_end(node.id)}")
        finally:
            for _, process in formatting:
                process.kill()
                _reap(process)

    def _launch(self, node: Node) -> None:
        # Isolated and without site packages: the guard needs the standard library only, and starts in 20 ms.
        guarded = [sys.executable, "-I", "-S", guard.__file__]
        command = self._java_command("kafka.Kafka", str(node.directory / "server.properties"))
        self._processes[node.id] = self._run(node, guarded + command)

    def _java_command(self, *arguments: str) -> list[str]:
        return [*self._java, "-cp", f"{self._jars}/*", *arguments]

    def _run(self, node: Node, command: list[str]) -> "subprocess.Popen[bytes]":
        """Starts a process in a group of its own (Ctrl-C is ours to handle), with a pipe that tells it when we are gone."""
        self._require_going()
        path = node.directory / "kafka.log"
        self._log_starts[node.id] = len(path.read_bytes().splitlines()) if path.exists() else 0
        with path.open("ab") as log:
            return subprocess.Popen(  # noqa: S603
                command, stdin=subprocess.PIPE, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
                pass_fds=self._ownership.descriptors,
            )  # fmt: skip

    def _pause(self) -> None:
        self._is_stopping.wait(LOOK_EVERY_S)
        self._require_going()

    def _require_going(self) -> None:
        """Nothing is launched or waited for once stopping has begun."""
        if self._is_stopping.is_set():
            raise Unavailable("Kafka is stopped")

    def _log_end(self, broker_id: int) -> str:
        path = self._directory / f"broker-{broker_id}" / "kafka.log"
        lines = path.read_text("utf-8", "replace").splitlines()[self._log_starts.get(broker_id, 0) :]
        # What a broker says while it shuts down buries why it does.
        telling = [line for line in lines if " INFO " not in line and _TELLING.search(line)]
        return "\n".join((telling or lines)[-LOG_LINES_SHOWN:])


def open_kafka(
    directory: Path,
    cache: Path,
    *,
    brokers: int = 1,
    port: int | None = PORT,
    say: artefacts.Say,
    yield_s_max: float = STOP_TIMEOUT_S,
) -> LocalKafka:
    """A cluster with the Java and the jars that this machine has or can fetch, not started yet."""
    java = artefacts.find_java()
    jars = artefacts.fetch_jars(cache, say)
    return LocalKafka(directory, jars, java, brokers=brokers, port=port, say=say, yield_s_max=yield_s_max)


def _reap(process: "subprocess.Popen[bytes]") -> None:
    process.wait()
    if process.stdin is not None:
        process.stdin.close()


def choose_port(wish: int | None = None, taken: Container[int] = ()) -> int:
    """A free port on loopback, the wished one if it is free. Nothing holds it: start the server soon."""
    candidates = random.sample(_FREE_PORTS, 200)
    for port in ([wish] if wish is not None else []) + candidates:
        if port not in taken and _is_free(port):
            return port
    raise Unavailable("no free port on 127.0.0.1")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
