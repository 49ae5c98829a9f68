"""Ordinary reads of one GraphQL server process on a core of its own: alone, and beside documents and clients that mean harm.

Point reads come at a rate that the server can take. Beside them come, as fast as they are answered, documents that are deep, wide,
aliased, endless or as large as the limits allow, each time a little different, so that none is known; huge variables; and
subscribers that read nothing while changes come. What is told is how late the ordinary answers are, and the server's memory.
"""

import asyncio
import json
import os
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

import msgspec

from bench import programs, table
from bench.events import make_events
from bench.gateway import MIB
from bench.graphql import Server, fill, pin, serving, write
from bench.live import OF_A_SENDER, SENDER, status
from bench.options import Options
from bench.processes import peak_bytes
from bench.programs import Post, http_post
from bench.questions import QUESTIONS, TOKEN
from bus.publisher import Publisher
from bus.settings import KafkaSettings
from store.settings import StoreSettings
from tests.graphql_api.hostile import ALLOWED, BODIES, HOSTILE
from tests.parts.postgresql import fresh_database

EVENTS = 20_000
RATE = 150.0
CONNECTIONS = 16
HOSTILE_CONNECTIONS = 4
NICENESS = 19
"""Of the hostile load: it shares a core with the load that measures."""
KINDS = 40
"""Of each document, so that none is known when it comes again: others have come meanwhile."""
SLOW = 200
CHANGES_PER_S = 100


def run(options: Options) -> None:
    """One table."""
    events = make_events(options.events or EVENTS)
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, set(cores[1:]) or set(cores))
    rows = []
    try:
        with ExitStack() as stack:
            dsn = stack.enter_context(fresh_database(options.postgresql))
            kafka = stack.enter_context(options.kafka.topics())
            token = options.directory / "token"
            token.write_text(TOKEN)
            hostile = write_hostile(options.directory)
            for name, url in (("SQLite", f"sqlite:///{options.directory}/hostile.db"), ("PostgreSQL", dsn)):
                store = StoreSettings(url=url)
                asyncio.run(fill(store, events))
                access = {"token_file": str(token), "token_rate_per_s": 1_000_000, "documents_cached_max": 100}
                sections = {"kafka": kafka, "store": store, "graphql": access}
                with serving(options.directory / f"hostile-{name}.log", sections) as part:
                    assert part.process is not None
                    pin(part.process.pid, {cores[0]})
                    server = Server(name, part.process.pid, part.port, QUESTIONS)
                    ordinary = write(options, server, QUESTIONS[0], events)
                    rows += measure(options, server, ordinary, hostile, kafka)
    finally:
        os.sched_setaffinity(0, set(cores))
    head = ["", "store", "requests/s", "p50 ms", "p99 ms", "× alone", "hostile/s", "peak MiB"]
    table.show(f"Point reads at {RATE:.0f}/s, alone and beside hostile clients", head, rows)


def write_hostile(directory: Path) -> dict[str, Path]:
    """The hostile requests, as the load reads them."""
    headers = [("Authorization", f"Bearer {TOKEN}"), ("Accept-Encoding", "br")]
    documents = [*HOSTILE.values(), *ALLOWED.values()]
    kinds = [
        http_post("/graphql", "application/json", json.dumps({"query": f"#{number}\n{document}"}).encode(), headers)
        for number in range(KINDS)
        for document in documents
    ]
    bodies = [http_post("/graphql", "application/json", body, headers) for body in BODIES]
    return {
        "documents": programs.write_posts(directory / "hostile.json", [Post(request, 1) for request in kinds]),
        "bodies": programs.write_posts(directory / "bodies.json", [Post(request, 1) for request in bodies]),
    }


def measure(
    options: Options, server: Server, ordinary: Path, hostile: dict[str, Path], kafka: KafkaSettings
) -> list[list[str]]:
    """The rows of one store. What is alone is measured before and after each of the attacks."""
    seconds = 4.0 if options.quick else 8.0

    def reads() -> programs.Answers:
        answers = programs.load(options.load, server.port, ordinary, CONNECTIONS, seconds, RATE)
        if set(answers.statuses) != {"200"} or answers.problems:
            raise RuntimeError(f"ordinary reads were answered {answers.statuses} {answers.problems}")
        return answers

    programs.load(
        options.load, server.port, ordinary, CONNECTIONS, 2.0
    )  # all of its connections to the store are open then
    alone = [reads()]
    rows = []
    for name, posts in hostile.items():
        with attacking(options, server.port, posts, seconds) as attack:
            beside = reads()
        alone.append(reads())
        rows.append((f"beside hostile {name}", beside, attack))
    with slow_subscribers(server.port, kafka):
        rows.append((f"beside {SLOW} subscribers that read nothing", reads(), []))
    alone.append(reads())
    p99 = median(one.p99_us for one in alone)
    shown = [["alone", server.name, f"{median(one.requests for one in alone) / seconds:,.0f}",
              f"{median(one.p50_us for one in alone) / 1000:.1f}", f"{p99 / 1000:.1f}", "1.0", "–", "–"]]  # fmt: skip
    for name, seen, attack in rows:
        shown.append([
            name, server.name, f"{seen.requests / seconds:,.0f}", f"{seen.p50_us / 1000:.1f}",
            f"{seen.p99_us / 1000:.1f}", f"{seen.p99_us / p99:.1f}",
            f"{sum(one.requests for one in attack) / seconds:,.0f}" if attack else "–",
            f"{peak_bytes(server.pid) / MIB:.0f}",
        ])  # fmt: skip
    return shown


@contextmanager
def attacking(options: Options, port: int, posts: Path, seconds: float) -> Iterator[list[programs.Answers]]:
    """The hostile load beside what is done in the context; its answers are there at the end."""
    answers: list[programs.Answers] = []
    program = options.load

    def attack() -> None:
        answers.append(programs.load(program, port, posts, HOSTILE_CONNECTIONS, seconds + 0.5, niceness=NICENESS))

    thread = threading.Thread(target=attack)
    thread.start()
    try:
        yield answers
    finally:
        thread.join()


@contextmanager
def slow_subscribers(port: int, kafka: KafkaSettings) -> Iterator[None]:
    """Subscribers that never read, and changes that all of them are to get."""
    opened = [_subscribe(port) for _ in range(SLOW)]
    ended = threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(_change(kafka, ended)))
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        for one in opened:
            one.close()


def _subscribe(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port))
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    head = (
        "GET /graphql HTTP/1.1", "Host: 127.0.0.1", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Protocol: graphql-transport-ws",
        f"Authorization: Bearer {TOKEN}",
    )  # fmt: skip
    connection.sendall("\r\n".join([*head, "", ""]).encode())
    answer = connection.recv(4_096)
    if not answer.startswith(b"HTTP/1.1 101"):
        raise RuntimeError(f"not upgraded: {answer[:100]!r}")
    subscribe = json.dumps({"id": "1", "type": "subscribe", "payload": {"query": OF_A_SENDER}})
    for text in ('{"type":"connection_init"}', subscribe):
        connection.sendall(_frame(text.encode()))
    return connection


def _frame(content: bytes) -> bytes:
    """A client's frame, masked with zeros."""
    size = len(content)
    head = bytes((0x81, 0x80 | size)) if size < 126 else b"\x81\xfe" + struct.pack("!H", size)
    return head + bytes(4) + content


async def _change(kafka: KafkaSettings, ended: threading.Event) -> None:
    publisher = Publisher(msgspec.structs.replace(kafka, delivery_timeout_ms=30_000))
    await publisher.open()
    number = 0
    while not ended.is_set():
        records = [status(f"h-{number + more}", SENDER) for more in range(CHANGES_PER_S // 10)]
        number += len(records)
        await publisher.publish(kafka.status_topic, records)
        await asyncio.sleep(0.1)
    await publisher.close()
