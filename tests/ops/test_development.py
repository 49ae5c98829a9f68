"""`eds run` as a newcomer types it: ready, both curl lines work as printed, dead parts come back, Ctrl-C leaves nothing."""

import fcntl
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import orjson
import pytest

from bus.settings import KafkaSettings
from ops import development
from ops.configuration import read_configuration
from ops.local_kafka import choose_port
from ops.supervisor import describe_exit, last_lines
from tests.gateway.certificates import Authority
from tests.parts.processes import environment

READY_S_MAX = 90.0
BACK_S_MAX = 30.0


class Run:
    """A running `eds run`, and what it said."""

    def __init__(self, process: "subprocess.Popen[bytes]", output: Path) -> None:
        self.process = process
        self._output = output

    def said(self) -> str:
        return self._output.read_text("utf-8")

    def wait_for(self, holds: Callable[[], bool], what: str, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not holds():
            assert self.process.poll() is None, f"eds run ended:\n{self.said()}"
            assert time.monotonic() < deadline, f"{what} did not come:\n{self.said()}"
            time.sleep(0.05)

    def curls(self) -> list[list[str]]:
        return [shlex.split(line) for line in self.said().splitlines() if line.strip().startswith("curl ")]

    def children(self) -> dict[str, int]:
        """The pids of the parts themselves, below their guards, by name."""
        found = {}
        for directory in Path("/proc").iterdir():
            if directory.name.isdigit():
                try:
                    command = (directory / "cmdline").read_bytes().split(b"\0")
                    own = f"EDS_RUN_DATA_DIR={self._output.parent}".encode() in (directory / "environ").read_bytes()
                except OSError:
                    continue
                if own and b"ops" in command and b"-I" not in command and b"run" not in command:
                    found[command[command.index(b"ops") + 1].decode()] = int(directory.name)
                elif own and b"kafka.Kafka" in command and b"-I" not in command:
                    found["kafka"] = int(directory.name)
        return found


@contextmanager
def running(directory: Path, **sections: dict[str, object]) -> Iterator[Run]:
    output = directory / "said.txt"
    own: dict[str, dict[str, object]] = {"run": {"data_dir": directory}}
    own |= {name: {"port": choose_port()} for name in ("gateway", "consumers", "graphql")}
    with output.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "ops", "run"],
            env=environment(own | sections),
            stdout=said,
            stderr=said,
            cwd=directory,
        )
    run = Run(process, output)
    try:
        yield run
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def curl(command: list[str]) -> dict[str, object]:
    done = subprocess.run(command, capture_output=True, timeout=30, check=True)
    answer: dict[str, object] = orjson.loads(done.stdout)
    return answer


def test_a_newcomers_minute(tmp_path: Path) -> None:
    with running(tmp_path) as run:
        run.wait_for(lambda: "is running" in run.said(), "the welcome", READY_S_MAX)
        post, query = run.curls()
        assert curl(post) == {"accepted": 1}
        started = time.monotonic()
        run.wait_for(lambda: '"DELIVERED"' in str(curl(query)).replace("'", '"'), "the view", 10)
        print(f"visible {time.monotonic() - started:.2f} s after the answer")
        console = run.said().partition("console    ")[2].split()[0]
        assert "Delivery Status" in httpx.get(console, trust_env=False).raise_for_status().text
        before = run.children()
        assert set(before) == {"kafka", "gateway", "consumers", "graphql"}
        for name in ("gateway", "consumers", "graphql"):
            os.kill(before[name], signal.SIGKILL)
        for name in ("gateway", "consumers", "graphql"):
            again = f"{name} ended with signal SIGKILL; it is started again"
            run.wait_for(lambda again=again: again in run.said(), again, BACK_S_MAX)  # type: ignore[misc]
        run.wait_for(lambda: set(run.children()) == set(before), "the parts again", BACK_S_MAX)
        sent = subprocess.run(
            [sys.executable, "-m", "ops", "send", "--count", "2000", "--seed", "7", "--json", "--url", post[-1],
             "--check", query[-1]], capture_output=True, timeout=120, check=False,
        )  # fmt: skip
        assert sent.stdout, sent.stderr.decode()
        outcome = orjson.loads(sent.stdout)
        assert (sent.returncode, outcome["acknowledged"], outcome["differences"]) == (0, 2000, []), sent.stderr
        run.process.send_signal(signal.SIGINT)
        assert run.process.wait(60) == 0
        assert run.children() == {}
        assert "everything is stopped" in run.said()
    with running(tmp_path) as run:
        run.wait_for(lambda: "is running" in run.said(), "the second welcome", READY_S_MAX)
        assert "DELIVERED" in str(curl(run.curls()[1])), "what was there before the stop is there again"


@pytest.mark.parametrize("sign", ["server.properties", "kafka.log"], ids=["at its beginning", "with its first process"])
def test_ctrl_c_while_kafka_starts_leaves_nothing(tmp_path: Path, sign: str) -> None:
    with running(tmp_path) as run:
        run.wait_for((tmp_path / "kafka" / "broker-1" / sign).exists, "Kafka's start", READY_S_MAX)
        run.process.send_signal(signal.SIGINT)
        assert run.process.wait(40) == 0
        assert run.children() == {}
        assert run.said().endswith("everything is stopped\n")
        with (tmp_path / "kafka" / "lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_with_tls_it_starts_and_killed_itself_it_leaves_nothing(tmp_path: Path, topics: KafkaSettings) -> None:
    certificate = Authority("authority").write(tmp_path, "gateway.example.org")
    sections = {"kafka": {"bootstrap": topics.bootstrap, "partitions": 3, "notifications_topic": topics.notifications_topic,
                          "status_topic": topics.status_topic, "dead_letters_topic": topics.dead_letters_topic}}  # fmt: skip
    sections["gateway"] = {"port": choose_port(), "tls_certificate_file": certificate}
    with running(tmp_path, **sections) as run:
        run.wait_for(lambda: "is running" in run.said(), "the welcome", READY_S_MAX)
        assert curl(run.curls()[0]) == {"accepted": 1}
        assert set(run.children()) == {"gateway", "consumers", "graphql"}
        second = subprocess.run(
            [sys.executable, "-m", "ops", "run"], env=environment({"run": {"data_dir": tmp_path}}), capture_output=True,
            timeout=60, check=False, cwd=tmp_path,
        )  # fmt: skip
        assert (second.returncode, b"another eds run uses" in second.stderr) == (2, True), second.stderr
        assert set(run.children()) == {"gateway", "consumers", "graphql"}
        run.process.kill()
        run.process.wait()
        deadline = time.monotonic() + 20
        while run.children():
            assert time.monotonic() < deadline, f"still there: {run.children()}"
            time.sleep(0.05)


def test_a_part_that_can_not_start_ends_the_run_with_its_reason(tmp_path: Path, topics: KafkaSettings) -> None:
    # The part's own environment has what the run's configuration check can't see: a store that is no store.
    not_a_store = tmp_path / "store.db"
    not_a_store.write_bytes(b"this is no database, and nobody should write into it" * 100)
    sections = {"kafka": {"bootstrap": topics.bootstrap, "partitions": 3, "notifications_topic": topics.notifications_topic,
                          "status_topic": topics.status_topic, "dead_letters_topic": topics.dead_letters_topic}}  # fmt: skip
    with running(tmp_path, **sections) as run:
        assert run.process.wait(READY_S_MAX) == 1
        assert re.search(r"consumers (ended 6 times|was not ready)", run.said())
        assert "database" in run.said()
    assert run.children() == {}


DEFAULT = KafkaSettings().bootstrap


@pytest.mark.parametrize(
    ("text", "variables", "chosen"),
    [
        ("[kafka]\npartitions = 3", {}, None),
        ("[kafka]\nbootstrap = 'file:1'", {}, "file:1"),
        (f"[kafka]\nbootstrap = '{DEFAULT}'", {}, DEFAULT),
        ("", {"EDS_KAFKA_BOOTSTRAP": DEFAULT}, DEFAULT),
        ("[kafka]\nbootstrap = 'file:1'", {"EDS_KAFKA_BOOTSTRAP": "variable:1"}, "variable:1"),
    ],
)
def test_a_kafka_that_is_configured_is_used_wherever_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, variables: dict[str, str], chosen: str | None
) -> None:
    """A Kafka of its own would fill the configured store with what isn't in the configured Kafka."""
    asked: list[str | None] = []

    def choose(configured: str | None, *_: object, **__: object) -> None:
        asked.append(configured)

    monkeypatch.setattr(development, "choose", choose)
    (tmp_path / "eds.toml").write_text(text)
    own = {"EDS_CONFIG": str(tmp_path / "eds.toml"), **variables}
    development.Development(read_configuration(own), own, tmp_path, print)._choose_kafka()
    assert asked == [chosen]


@pytest.mark.parametrize(
    ("status", "words"), [(0, "exit status 0"), (3, "exit status 3"), (-9, "signal SIGKILL"), (137, "signal SIGKILL")]
)
def test_an_end_in_words(status: int, words: str) -> None:
    assert describe_exit(status) == words


def test_the_last_lines_of_a_log_that_is_not_there(tmp_path: Path) -> None:
    assert "No such file" in last_lines(tmp_path / "absent")
