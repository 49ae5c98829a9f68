"""Subscribers of one GraphQL server process on a core of its own: the memory that each takes, and how late changes come to them.

Changes are statuses on the real topic, a thousand a second in total. Each carries the time at which it was made, and a follower
looks at the clock when it has it: Kafka on the way is in the figure. Followers follow a message each, or all of them one sender,
of which changes come among those of others: with 5,000 followers one a second, with 500 ten. Kafka's own part stands beside it: how
long the publisher waited for its acknowledgements in the same seconds.
"""

import asyncio
import json
import os
import resource
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import quantiles

import httpx
import msgspec

from bench import programs, table
from bench.graphql import pin, serving
from bench.options import Options
from bench.processes import cpu_s, resident_bytes
from bench.questions import TOKEN
from bus.publisher import Publisher
from bus.settings import KafkaSettings
from delivery.classification import Kind, shipped_classifier
from delivery.event import Record
from delivery.status import status_record
from delivery.views import Delivery, Earliest, Message, Phase
from store.opening import open_writer
from store.settings import StoreSettings
from tests.parts.processes import Part

SUBSCRIBERS = (500, 5_000)
CHANGES_PER_S = 1_000
PAYLOADS_PER_S = 5_000
"""To all followers of one sender."""
TICK_S = 0.01
OTHERS = 10_000
"""Messages that nobody follows, of senders that nobody follows."""
SENDER, OTHER_SENDER = 1, 2
BEGIN_S, AFTER_S = 3.0, 3.0
WARM_S = 15.0
READY_S_MAX = 60.0
FIELDS = "id trackingId phase senderId revision lastEventAt deliveryCounts { delivered total }"
OF_A_MESSAGE = f"subscription ($id: String!) {{ messageChanged(trackingId: $id) {{ {FIELDS} }} }}"
OF_A_SENDER = f"subscription {{ messageChanged(where: {{senderIds: [{SENDER}]}}) {{ {FIELDS} }} }}"


class Seen(msgspec.Struct, frozen=True):
    """What came to the followers. Times in µs since the change was made."""

    payloads: int
    problems: dict[str, int]
    p50_us: int
    p99_us: int
    max_us: int
    cpu_s: float


class Followers:
    """The Go program, with all of its connections open."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def seen(self) -> Seen:
        """The next report."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the followers have ended")
        return msgspec.json.decode(line, type=Seen)

    def say(self, command: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{command}\n".encode())
        self._process.stdin.flush()


def run(options: Options) -> None:
    """One table."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    cores = sorted(os.sched_getaffinity(0))
    rest = set(cores[1:]) or set(cores)
    try:
        with ExitStack() as stack:
            kafka = stack.enter_context(options.kafka.topics())
            store = StoreSettings(url=f"sqlite:///{options.directory}/live.db")
            asyncio.run(_make(store))
            token = options.directory / "token"
            token.write_text(TOKEN)
            access = {"token_file": str(token), "token_rate_per_s": 1_000_000, "token_concurrency_max": 10_000}
            sections = {"kafka": kafka, "store": store, "graphql": access}
            part = stack.enter_context(serving(options.directory / "live.log", sections))
            assert part.process is not None
            pin(part.process.pid, {cores[0]})
            program = programs.build("followers", options.directory)
            rows = asyncio.run(_measure(options, program, part, kafka, rest))
    finally:
        pin(os.getpid(), set(cores))
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    head = [
        "each follows", "subscribers", "payloads/s", "p50 ms", "p99 ms", "latest, ms", "Kafka's p99 · latest, ms", "KB each",
        "server's CPU",
    ]  # fmt: skip
    table.show(f"Subscribers, {CHANGES_PER_S:,} changes/s in total", head, rows)


async def _make(store: StoreSettings) -> None:
    writer = open_writer(store, shipped_classifier())
    await writer.open()
    await writer.close()


async def _measure(
    options: Options, program: Path, part: Part, kafka: KafkaSettings, rest: set[int]
) -> list[list[str]]:
    # Once Kafka takes longer than five times the linger, librdkafka's thread spins on the core that both of them have, and Kafka
    # stalls for half a second: with 5 ms once or so a run, with these 20 seldom.
    publisher = Publisher(msgspec.structs.replace(kafka, delivery_timeout_ms=30_000, linger_ms=20))
    await publisher.open()
    seconds = 4.0 if options.quick else 10.0
    try:
        # Kafka's first seconds are those of its compiler, which has all cores for it; what else is made once is made now as well.
        await _round(options, program, part, publisher, kafka, 50, WARM_S, one_each=True, is_warming=True)
        assert part.process is not None
        server = part.process.pid
        own = os.sched_getaffinity(server)
        pin(os.getpid(), rest)  # its children as well
        pin(server, own)
        return [
            await _round(options, program, part, publisher, kafka, subscribers, seconds, one_each=one_each)
            for subscribers in SUBSCRIBERS
            for one_each in (True, False)
        ]
    finally:
        await publisher.close()


async def _round(
    options: Options,
    program: Path,
    part: Part,
    publisher: Publisher,
    kafka: KafkaSettings,
    subscribers: int,
    seconds: float,
    *,
    one_each: bool,
    is_warming: bool = False,
) -> list[str]:
    """One row of the table."""
    assert part.process is not None
    pid = part.process.pid
    payloads = options.directory / "payloads.json"
    asked = (
        [{"query": OF_A_MESSAGE, "variables": {"id": f"m-{number}"}} for number in range(subscribers)]
        if one_each
        else [{"query": OF_A_SENDER}]
    )
    payloads.write_text(json.dumps(asked))
    before = resident_bytes(pid)
    with following(program, part.port, payloads, subscribers) as followers:
        opened = await asyncio.to_thread(followers.seen)
        await _until_subscribed(part, subscribers)
        await asyncio.sleep(BEGIN_S)  # each looks for its message as it is
        memory = resident_bytes(pid) - before
        followers.say("reset")
        used_s, started_s = cpu_s(pid), time.perf_counter()
        followed, every = (subscribers, 1) if one_each else (0, CHANGES_PER_S * subscribers // PAYLOADS_PER_S)
        sent, waits_s = await _publish(publisher, kafka.status_topic, seconds, followed, every)
        await asyncio.sleep(AFTER_S)
        used_s, lasted_s = cpu_s(pid) - used_s, time.perf_counter() - started_s - AFTER_S
        followers.say("report")
        seen = await asyncio.to_thread(followers.seen)
    await _until_subscribed(part, 0)
    wanted = sent if one_each else sent * subscribers
    # Of two changes of a message in quick succession the later may come alone.
    is_whole = is_warming or 0.99 * wanted <= seen.payloads <= wanted
    if opened.problems or seen.problems or not is_whole:
        raise RuntimeError(f"{seen.payloads} payloads of {wanted}; {opened.problems} {seen.problems}")
    return [
        "a message of its own" if one_each else "the same sender", f"{subscribers:,}",
        f"{seen.payloads / lasted_s:,.0f}", f"{seen.p50_us / 1000:.0f}", f"{seen.p99_us / 1000:.0f}",
        f"{seen.max_us / 1000:.0f}", f"{quantiles(waits_s, n=100)[98] * 1000:.0f} · {max(waits_s) * 1000:.0f}",
        f"{memory / subscribers / 1000:.1f}", f"{used_s / lasted_s:.0%}",
    ]  # fmt: skip


async def _publish(
    publisher: Publisher, topic: str, seconds: float, followed: int, every: int
) -> tuple[int, list[float]]:
    """A thousand changes a second: of `followed` messages in turn, or, where that is 0, `every` so many of the followed sender.

    Gives how many of the changes somebody follows, and how long Kafka took to acknowledge each parcel, in seconds.
    """

    async def published(records: list[Record]) -> None:
        begun_s = time.monotonic()
        await publisher.publish(topic, records)
        waits_s.append(time.monotonic() - begun_s)

    waits_s: list[float] = []
    sent, number = 0, 0
    begun_s = time.monotonic()
    parcels: set[asyncio.Task[None]] = set()
    for tick in range(int(seconds / TICK_S)):
        await asyncio.sleep(max(0.0, begun_s + tick * TICK_S - time.monotonic()))
        records = []
        for _ in range(int(CHANGES_PER_S * TICK_S)):
            is_followed = number % every == 0
            name = f"m-{number % followed}" if followed else f"o-{number % OTHERS}"
            records.append(status(name, SENDER if is_followed else OTHER_SENDER))
            sent += is_followed
            number += 1
        parcel = asyncio.create_task(published(records))
        parcels.add(parcel)
        parcel.add_done_callback(parcels.discard)
    await asyncio.gather(*parcels)
    return sent, waits_s


def status(tracking_id: str, sender: int) -> Record:
    """A message that has just changed, as it is announced. Its revision is the time: it only grows."""
    revision = time.time_ns() // 1_000
    now = revision // 1_000
    phase = Phase(3, now, "0" * 32, Kind.DELIVERED)
    delivery = Delivery(tracking_id, f"{tracking_id}@example.org", phase, now, now, revision)
    message = Message(
        tracking_id, phase, now, now, revision, Earliest(now, "0" * 32, sender), deliveries={Kind.DELIVERED: 1}
    )
    return status_record(message, [delivery], now)


@contextmanager
def following(program: Path, port: int, payloads: Path, connections: int) -> Iterator[Followers]:
    """So many followers, which end with the context."""
    command = [str(program), "-address", f"127.0.0.1:{port}", "-connections", str(connections)]
    command += ["-token", TOKEN, "-payloads", str(payloads)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        yield Followers(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(10)


async def _until_subscribed(part: Part, count: int) -> None:
    """Returns once the server counts so many subscriptions."""
    deadline = time.monotonic() + READY_S_MAX
    async with httpx.AsyncClient(base_url=part.address, trust_env=False, timeout=20) as client:
        while True:
            lines = (await client.get("/metrics")).text.splitlines()
            found = sum(
                float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith("eds_graphql_subscriptions_active{")
            )
            if found == count:
                return
            if time.monotonic() > deadline:
                raise TimeoutError(f"{found:.0f} subscriptions, not {count}")
            await asyncio.sleep(0.1)
