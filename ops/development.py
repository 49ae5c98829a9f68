"""`eds run`: Kafka, gateway, consumers and GraphQL on this machine in one go, supervised, and stopped together."""

import asyncio
import fcntl
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx
import msgspec

from bus import topics
from bus.mock import MockCluster
from bus.settings import KafkaSettings
from delivery.errors import Misconfigured
from ops import erasure_key
from ops.configuration import Configuration
from ops.effective import is_set
from ops.kafka.choice import Cluster, choose
from ops.local_kafka import choose_port
from ops.supervisor import Part, PartFailed, Supervisor, last_lines

READY_TIMEOUT_S = 60.0
LOOK_EVERY_S = 0.1
KAFKA_LOOK_EVERY_S = 1.0

Say = Callable[[str], None]
Result = TypeVar("Result")


class Addresses(msgspec.Struct, frozen=True):
    """Where the parts of this run are."""

    bootstrap: str
    gateway: str
    consumers: str
    graphql: str


async def run(configuration: Configuration, environment: Mapping[str, str], say: Say) -> None:
    """Runs everything until SIGINT or SIGTERM; raises where a part can't be kept going. Leaves no process behind."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    with owned(data_directory(configuration)) as data:
        development = Development(configuration, environment, data, say)
        try:
            await until_stopped(development.start(), stop)
            if not stop.is_set():
                await until_stopped(development.failure(), stop)
        finally:
            say("stopping …")
            await development.stop()
            say("everything is stopped")


def data_directory(configuration: Configuration) -> Path:
    """Where this run keeps everything; made where it is missing."""
    data = Path(configuration.run.data_dir).absolute()
    data.mkdir(parents=True, exist_ok=True)
    return data


@contextmanager
def owned(data: Path) -> Iterator[Path]:
    """The directory, ours alone while the context is open: two brokers or materializers on the same files would ruin them.

    Misconfigured where another run has it. The lock goes with the process, however it ends.
    """
    with (data / "run.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Misconfigured(
                f"another eds run uses {data}: stop it, or give this one a directory of its own with EDS_RUN_DATA_DIR"
            ) from None
        yield data


async def until_stopped(work: Coroutine[None, None, None], stop: asyncio.Event) -> None:
    """Waits for the work to end or for the stop; an unfinished work is cancelled, a failed one raises."""
    task = asyncio.create_task(work)
    waiting = asyncio.create_task(stop.wait())
    await asyncio.wait((task, waiting), return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if task.done():
        await task
    else:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


class Development:
    """One run of everything."""

    def __init__(self, configuration: Configuration, environment: Mapping[str, str], data: Path, say: Say) -> None:
        self._configuration = configuration
        self._data = data
        self._say = say
        self._kafka: Cluster | None = None
        self._is_kafka_up = False
        self._thread: asyncio.Task[Any] | None = None
        self._environment = environment
        self._supervisor = Supervisor(environment, say, time.monotonic)

    async def start(self) -> None:
        """Starts the parts in the order in which they need each other; returns when all are ready and said so."""
        started = time.monotonic()
        self._kafka = await self._in_thread(self._choose_kafka)
        await self._in_thread(self._kafka.start)
        self._is_kafka_up = True
        bootstrap = self._kafka.bootstrap
        if not isinstance(self._kafka, MockCluster):  # there, topics come into being when they are named
            kafka = msgspec.structs.replace(self._configuration.kafka, bootstrap=bootstrap)
            for change in await self._in_thread(topics.ensure, kafka):
                self._say(f"topic {change}")
        addresses = await self._start_parts(bootstrap)
        self._say(welcome(addresses, self._data, time.monotonic() - started))

    async def failure(self) -> None:
        """Raises as soon as a part, Kafka included, can't be kept going."""
        watches = [asyncio.create_task(self._supervisor.failure())]
        if self._kafka is not None:
            watches.append(asyncio.create_task(self._watch_kafka(self._kafka)))
        try:
            done, _ = await asyncio.wait(watches, return_when=asyncio.FIRST_COMPLETED)
            for watch in done:
                await watch
        finally:
            for watch in watches:
                watch.cancel()
            await asyncio.gather(*watches, return_exceptions=True)

    async def stop(self) -> None:
        """Stops the parts, Kafka last. A start that was cut off leaves a thread, which is over when this returns."""
        await self._supervisor.stop()
        if self._is_kafka_up:
            await self._thread_ends()  # without Kafka it would ask for topics until it gives up
        if self._kafka is not None:
            await asyncio.to_thread(self._kafka.stop)
        await self._thread_ends()

    async def _in_thread(self, work: Callable[..., Result], *arguments: Any) -> Result:
        """What the work returns. A cancellation ends the waiting alone: a thread goes on."""
        self._thread = asyncio.create_task(asyncio.to_thread(work, *arguments))
        return await asyncio.shield(self._thread)

    async def _thread_ends(self) -> None:
        if self._thread is not None:
            await asyncio.gather(self._thread, return_exceptions=True)

    def _choose_kafka(self) -> Cluster:
        is_configured = is_set(self._configuration, self._environment, "kafka", "bootstrap")
        configured = self._configuration.kafka.bootstrap if is_configured else None
        compose_file = self._data.parent / "compose.dev.yml"
        brokers = self._configuration.run.brokers
        return choose(configured, self._data / "kafka", self._environment, compose_file, self._say, brokers=brokers)

    async def _watch_kafka(self, kafka: Cluster) -> None:
        while True:
            if (problem := kafka.problem()) is not None:
                raise PartFailed(problem)
            await asyncio.sleep(KAFKA_LOOK_EVERY_S)

    async def _start_parts(self, bootstrap: str) -> Addresses:
        ports = {
            "gateway": self._port("gateway", self._configuration.gateway.port),
            "consumers": self._port("consumers", self._configuration.consumers.port),
            "graphql": self._port("graphql", self._configuration.graphql.port),
        }
        shared = {"EDS_KAFKA_BOOTSTRAP": bootstrap}
        if isinstance(self._kafka, MockCluster):
            # Offsets of a mock mean nothing to the next one: its views go with it.
            shared["EDS_KAFKA_PARTITIONS"] = str(MockCluster.PARTITIONS)
            shared["EDS_STORE_URL"] = f"sqlite:///{tempfile.mkdtemp(prefix='mock-', dir=self._data)}/store.db"
        elif not self._configuration.store.url:
            shared["EDS_STORE_URL"] = f"sqlite:///{self._data / 'store.db'}"
        if not (self._configuration.store.erasure_key or self._configuration.store.erasure_key_file):
            shared["EDS_STORE_ERASURE_KEY_FILE"] = str(erasure_key.made(self._data))
        for name in ("consumers", "gateway", "graphql"):
            own = {f"EDS_{name.upper()}_PORT": str(ports[name]), f"EDS_{name.upper()}_HOST": "127.0.0.1"}
            command = [sys.executable, "-m", "ops", name]
            await self._supervisor.start(Part(name, command, shared | own, self._log(name)))
        urls = {name: f"{self._scheme(name)}://127.0.0.1:{port}" for name, port in ports.items()}
        for name, url in urls.items():
            await self._wait_ready(name, url)
        return Addresses(bootstrap=bootstrap, **urls)

    def _port(self, name: str, wish: int) -> int:
        port = choose_port(wish)
        if port != wish:
            self._say(f"port {wish} is taken: {name} listens on {port}")
        return port

    def _scheme(self, name: str) -> str:
        gateway, graphql = self._configuration.gateway, self._configuration.graphql
        certificates = {"gateway": gateway.tls_certificate_file, "graphql": graphql.tls_certificate_file}
        return "https" if certificates.get(name) else "http"

    def _log(self, name: str) -> Path:
        return self._data / "logs" / f"{name}.log"

    async def _wait_ready(self, name: str, url: str) -> None:
        deadline = time.monotonic() + READY_TIMEOUT_S
        failure = asyncio.create_task(self._supervisor.failure())
        try:
            # A certificate is for the name that senders use; this asks a part of our own, on loopback, nothing secret.
            async with httpx.AsyncClient(timeout=2, trust_env=False, verify=False) as client:  # noqa: S501
                while not await _is_ready(client, f"{url}/readyz?verbose"):
                    if failure.done():
                        await failure
                    if time.monotonic() > deadline:
                        raise PartFailed(
                            f"{name} was not ready within {READY_TIMEOUT_S:.0f} s; its last lines:\n"
                            f"{last_lines(self._log(name))}"
                        )
                    await asyncio.sleep(LOOK_EVERY_S)
        finally:
            failure.cancel()
            await asyncio.gather(failure, return_exceptions=True)


async def _is_ready(client: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url)).status_code == 200
    except httpx.TransportError:
        return False


def welcome(addresses: Addresses, data: Path, seconds: float) -> str:
    """What a newcomer reads when everything is up: where it is, how to post, how to read."""
    row = (
        '[{"tracking_id":"first-message","rcpt_to":"ada@example.org","event_code":103,"event_label":"delivered",'
        '"resp_code":250,"resp_msg":"250 2.0.0 OK","sender_id":1}]'
    )
    # Here the address is loopback's, and a certificate is for another name.
    post_options, read_options = (
        "-sSk" if address.startswith("https:") else "-sS" for address in (addresses.gateway, addresses.graphql)
    )
    eds = os.path.relpath(Path(sys.executable).parent / "eds")
    query = (
        '{"query":"{ message(trackingId: \\"first-message\\") { phase lastEventAt deliveries { nodes { recipient phase } }'
        ' events { nodes { eventLabel respMsg receivedAt } } } }"}'
    )
    usual = addresses.bootstrap == KafkaSettings().bootstrap
    named = "" if usual else f"      (for other commands: export EDS_KAFKA_BOOTSTRAP={addresses.bootstrap})"
    return f"""
Email Delivery Status is running ({seconds:.1f} s to start). Ctrl-C stops all of it.

  console    {addresses.graphql}/
  post to    {addresses.gateway}/api/SMTP
  query      {addresses.graphql}/graphql      (editor: {addresses.graphql}/graphiql)
  Kafka      {addresses.bootstrap}{named}
  data       {data}      (logs: {data / "logs"})

Post a notification:

  curl {post_options} -H 'Content-Type: application/json' -d '{row}' {addresses.gateway}/api/SMTP

Read the message's state and history:

  curl {read_options} -H 'Content-Type: application/json' -d '{query}' {addresses.graphql}/graphql

From the command line:

  {eds} message get first-message --url {addresses.graphql}
  {eds} send --count 1000 --url {addresses.gateway}/api/SMTP      (more traffic)
"""
