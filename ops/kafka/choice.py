"""Which Kafka a development run uses, in this order: the one that is configured; Docker's, where an engine answers and the
compose file is there; a native one; last, with a loud warning, librdkafka's mock cluster, which forgets."""

import shutil
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from bus.mock import MockCluster
from delivery.errors import Misconfigured, Unavailable
from ops import docker
from ops.kafka.artefacts import Say, cache_directory
from ops.local_kafka import PORT, open_kafka

COMPOSE_TIMEOUT_S = 300


class Cluster(Protocol):
    """A Kafka, however it runs. `problem` says why it no longer does."""

    @property
    def bootstrap(self) -> str: ...

    def start(self) -> None: ...

    def problem(self) -> str | None: ...

    def stop(self) -> None: ...


class Configured:
    """A Kafka that is somebody else's to run."""

    def __init__(self, bootstrap: str) -> None:
        self.bootstrap = bootstrap

    def start(self) -> None:
        """Nothing to do."""

    def problem(self) -> str | None:
        return None

    def stop(self) -> None:
        """Nothing to do."""


class Compose:
    """The service `kafka` of a compose file; its data is in the file's volume."""

    def __init__(self, compose_file: Path) -> None:
        self.bootstrap = f"127.0.0.1:{PORT}"
        self._compose_file = compose_file
        self._turn = threading.Lock()
        self._is_stopping = False
        self._docker: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Starts it and waits for its health check; Unavailable, with what Docker said, where it does not start."""
        with self._turn:
            if self._is_stopping:
                raise Unavailable("Kafka is stopped")
            self._compose("up", "--detach", "--wait", "kafka")

    def problem(self) -> str | None:
        return None

    def stop(self) -> None:
        """Stops it. A start that is under way breaks off."""
        self._is_stopping = True
        if (docker := self._docker) is not None:
            docker.terminate()
        with self._turn:
            self._compose("stop", "kafka")

    def _compose(self, *arguments: str) -> None:
        command = [shutil.which("docker") or "docker", "compose", "-f", str(self._compose_file), *arguments]
        with subprocess.Popen(  # noqa: S603
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        ) as self._docker:
            try:
                _, told = self._docker.communicate(timeout=COMPOSE_TIMEOUT_S)
            except BaseException:
                self._docker.kill()
                raise
        if self._docker.returncode:
            raise Unavailable(f"docker compose {' '.join(arguments)} failed:\n{told[-2000:]}")


def choose(
    configured: str | None,
    directory: Path,
    environment: Mapping[str, str],
    compose_file: Path | None,
    say: Say,
    *,
    brokers: int = 1,
) -> Cluster:
    """The Kafka to use, not started yet. `configured` is a bootstrap that somebody set, `directory` takes a native one's data."""
    if configured:
        return Configured(configured)
    if compose_file is not None and compose_file.exists() and docker.answers():
        say("Kafka runs in Docker")
        return Compose(compose_file)
    try:
        return open_kafka(directory, cache_directory(environment), brokers=brokers, say=say)
    except Misconfigured as problem:
        say(f"NO REAL KAFKA: {problem}")
        say("A MOCK CLUSTER STANDS IN FOR IT: EVERYTHING IN IT IS LOST WHEN IT ENDS, AND OLD RECORDS BEFORE THAT.")
        return MockCluster()
