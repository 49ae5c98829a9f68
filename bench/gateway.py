"""The gateway as a real process before a real Kafka, in rotation with the yardstick, a Go program that does its plain path.

Figures of one case are medians over rounds that alternate between the two, so that a busy machine slows both. CPU is that
of the gateway's or the yardstick's process alone; the broker and the load run on the same cores. After every round the
topic must have grown by exactly the rows that were answered 200: a benchmark of something that loses rows means nothing.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import attrgetter
from pathlib import Path
from statistics import median

import msgspec

from bench import bodies, programs, proofs, table
from bench.options import Options
from bench.processes import cpu_s, peak_bytes
from bench.programs import Answers, Post
from bus.health import Health
from bus.settings import KafkaSettings
from tests.parts.processes import Part, running

CASES = ((1, 64), (10, 64), (100, 16), (1000, 16))
VARIANT_CASE = (100, 16)
MEMORY_CASE = (1000, 64)
WARM_UP_S = 1.0
PARTITIONS = 6
MIB = 1024 * 1024


class Round(msgspec.Struct, frozen=True):
    """What one round of one contender gave: events/s, CPU in µs an event, latencies in ms."""

    rate: float
    cpu: float
    p50: float
    p99: float


RATE: Callable[[Round], float] = attrgetter("rate")
CPU: Callable[[Round], float] = attrgetter("cpu")
P50: Callable[[Round], float] = attrgetter("p50")
P99: Callable[[Round], float] = attrgetter("p99")


class Contender:
    """A server that is posted to, with a topic of its own."""

    def __init__(self, name: str, pid: int, port: int, kafka: KafkaSettings, program: Path) -> None:
        self.name = name
        self.rounds: list[Round] = []
        self.peak_mib = 0.0
        self._pid = pid
        self._port = port
        self._kafka = kafka
        self._program = program
        self._stored = 0

    def post(self, posts: Path, connections: int, seconds: float) -> Round:
        """One round; RuntimeError where an answer is not 200, or the topic is not what was answered."""
        before = cpu_s(self._pid)
        answers = programs.load(self._program, self._port, posts, connections, seconds)
        used = cpu_s(self._pid) - before
        self._check(answers)
        return Round(
            answers.rows / answers.seconds, used / answers.rows * 1e6, answers.p50_us / 1000, answers.p99_us / 1000
        )

    def _check(self, answers: Answers) -> None:
        if set(answers.statuses) != {"200"} or answers.problems:
            raise RuntimeError(f"{self.name} answered {answers.statuses} {answers.problems}")
        self._stored += answers.rows
        ends = asyncio.run(Health(self._kafka).end_offsets(self._kafka.notifications_topic))
        if sum(ends.values()) != self._stored:
            raise RuntimeError(
                f"{self.name}: {self._stored} rows were answered 200, the topic has {sum(ends.values())}"
            )

    def note_peak(self) -> None:
        """Takes down the most memory that it has had, while it still runs."""
        self.peak_mib = peak_bytes(self._pid) / MIB

    def median(self, figure: Callable[[Round], float]) -> float:
        return median(map(figure, self.rounds))


@contextmanager
def gateway(options: Options, sources: Path | None = None) -> Iterator[Contender]:
    """The gateway as production runs it, with its defaults; with the sources of an eds.toml where one is given."""
    with options.kafka.topics(partitions=PARTITIONS) as kafka:
        part = Part("gateway", {"kafka": kafka, "gateway": {}}, options.directory / "gateway.log", sources)
        with running(part):
            assert part.process is not None
            yield Contender("gateway", part.process.pid, part.port, kafka, options.load)


@contextmanager
def yardstick(options: Options) -> Iterator[Contender]:
    with options.kafka.topics(partitions=PARTITIONS) as kafka:
        program = programs.yardstick(options.yardstick, kafka.bootstrap, kafka.notifications_topic)
        with program as running_one:
            yield Contender("yardstick", running_one.pid, running_one.port, kafka, options.load)


def run(options: Options) -> None:
    """All tables of the gateway."""
    cases = CASES[::2] if options.quick else CASES
    # The largest first: the broker's compiler is through when the smallest requests come, which cost the broker most.
    compared = [(rows, connections, *compare(options, rows, connections)) for rows, connections in cases[::-1]][::-1]
    show_ratios(compared)
    show_figures(compared)
    show_variants(options)
    show_proofs(options)
    show_memory(options)


def compare(options: Options, rows: int, connections: int) -> tuple[Contender, Contender]:
    """Gateway and yardstick in rotation; each starts anew for every case."""
    posts = programs.write_posts(options.directory / "posts.json", bodies.posts(rows))
    rounds, seconds = (2, 1.5) if options.quick else (4, 2.5)
    with gateway(options) as ours, yardstick(options) as theirs:
        for contender in (ours, theirs):
            contender.post(posts, connections, WARM_UP_S)
        for turn in range(rounds):
            for contender in (ours, theirs) if turn % 2 else (theirs, ours):
                contender.rounds.append(contender.post(posts, connections, seconds))
        ours.note_peak()
        theirs.note_peak()
    return ours, theirs


Compared = Sequence[tuple[int, int, Contender, Contender]]


def show_ratios(compared: Compared) -> None:
    rows = []
    for size, connections, ours, theirs in compared:
        rows.append([
            f"{size} / {connections}",
            f"{ours.median(CPU) / theirs.median(CPU):.2f}",
            f"{ours.median(RATE) / theirs.median(RATE):.2f}",
            f"{ours.median(P99) / theirs.median(P99):.2f}",
        ])  # fmt: skip
    head = ["rows a request / connections", "CPU per event", "events/s", "p99"]
    table.show("gateway ÷ yardstick, in one run", head, rows)


def show_figures(compared: Compared) -> None:
    rows = [
        [
            f"{size} / {connections}",
            contender.name,
            f"{contender.median(RATE):,.0f}",
            f"{contender.median(CPU):.2f}",
            f"{contender.median(P50):.1f}",
            f"{contender.median(P99):.1f}",
            f"{contender.peak_mib:.0f}",
        ]
        for size, connections, *contenders in compared
        for contender in contenders
    ]
    head = ["rows / connections", "", "events/s", "CPU µs/event", "p50 ms", "p99 ms", "peak MiB"]
    table.show("gateway: figures", head, rows)


def show_variants(options: Options) -> None:
    """The same rows written in several ways, and by senders that prove who they are, all in rotation."""
    size, connections = VARIANT_CASE
    written = {name: bodies.posts(size, write) for name, write in bodies.VARIANTS.items()}
    show_rotation(options, size, connections, written)


def show_proofs(options: Options) -> None:
    """What a proof costs where it costs most, at one row a request."""
    size, connections = CASES[0]
    show_rotation(options, size, connections, {"JSON, plain rows": bodies.posts(size)})


def show_rotation(options: Options, size: int, connections: int, written: Mapping[str, Sequence[Post]]) -> None:
    """Requests to a gateway with its defaults, and with proofs to one that knows two sources, beside the first of them."""
    rounds, seconds = (2, 1.0) if options.quick else (3, 2.0)
    proven = {name: make(size) for name, make in proofs.PROOFS.items()}
    files = {
        name: programs.write_posts(options.directory / f"posts-{place}.json", posts)
        for place, (name, posts) in enumerate([*written.items(), *proven.items()])
    }
    found: dict[str, list[Round]] = {name: [] for name in files}
    with gateway(options) as anybody, gateway(options, proofs.write_sources(options.directory)) as known:
        for turn in range(rounds + 1):
            for name, posts in files.items():
                contender = known if name in proven else anybody
                one = contender.post(posts, connections, seconds if turn else WARM_UP_S)
                if turn:
                    found[name].append(one)
    plain = median(map(CPU, found[next(iter(found))]))
    rows = [
        [
            name,
            f"{median(map(CPU, some)) / plain:.2f}",
            f"{median(map(CPU, some)):.2f}",
            f"{median(map(RATE, some)):,.0f}",
            f"{median(map(P99, some)):.1f}",
        ]
        for name, some in found.items()
    ]
    title = f"gateway: the same rows in other ways, {size} a request, {connections} connections"
    table.show(title, ["", "÷ plain", "CPU µs/event", "events/s", "p99 ms"], rows)


def show_memory(options: Options) -> None:
    """The most memory that the gateway takes with its largest case."""
    size, connections = MEMORY_CASE
    posts = programs.write_posts(options.directory / "posts.json", bodies.posts(size))
    with gateway(options) as contender:
        one = contender.post(posts, connections, 2.0 if options.quick else 4.0)
        contender.note_peak()
    row = [f"{size} / {connections}", f"{contender.peak_mib:.0f}", f"{one.rate:,.0f}", f"{one.p99:.1f}"]
    table.show("gateway: memory", ["rows / connections", "peak MiB", "events/s", "p99 ms"], [row])
