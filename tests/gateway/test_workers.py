"""Several workers on one port are one gateway: one address, one truth, one end."""

import os
import re
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from bus.settings import KafkaSettings
from gateway.processes.crew import combine
from tests.gateway.serving import gateway_part
from tests.parts.processes import Part, running

ROW = [{"tracking_id": "t"}]
ACCEPTED = 'eds_gateway_notifications_total{result="accepted"}'


def worker_pids(part: Part) -> list[int]:
    """The processes whose parent is the gateway."""
    assert part.process is not None
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if fields[0] != "Z" and int(fields[1]) == part.process.pid:
                found.append(int(entry.name))
    return sorted(found)


def post(part: Part) -> int:
    return httpx.post(f"{part.address}/api/SMTP", json=ROW, trust_env=False, timeout=10).status_code


def read_metric(part: Part, line: str) -> float:
    text = httpx.get(f"{part.address}/metrics", trust_env=False, timeout=10).text
    found = re.search(rf"^{re.escape(line)} (\S+)$", text, re.M)
    assert found is not None, f"no {line} in the metrics"
    return float(found[1])


def wait(holds: Callable[[], bool], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def stop_signals_reach(pid: int) -> bool:
    """Whether the process stands still: SIGSTOP is no sooner done than its state says so."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


def test_whichever_worker_is_asked_answers_for_all_also_after_one_died(topics: KafkaSettings, tmp_path: Path) -> None:
    part = gateway_part(topics, tmp_path / "log", workers=2)
    with running(part):
        assert [post(part) for _ in range(60)] == [200] * 60
        wait(lambda: {read_metric(part, ACCEPTED) for _ in range(8)} == {60}, 3, "the workers don't agree")
        assert read_metric(part, "eds_gateway_workers") == 2
        assert read_metric(part, 'eds_gateway_requests_total{status="200"}') == 60
        assert read_metric(part, "eds_gateway_request_duration_seconds_count") == 60
        assert read_metric(part, "process_resident_memory_bytes") > 2 * 30e6
        cpu_s = read_metric(part, "process_cpu_seconds_total")
        first, second = worker_pids(part)
        os.kill(first, signal.SIGKILL)
        wait(lambda: len(set(worker_pids(part)) - {first}) == 2, 5, "it is not replaced")
        assert second in worker_pids(part)
        assert f"worker 1 (process {first}) ended with signal SIGKILL; it is replaced" in part.log.read_text()
        assert [post(part) for _ in range(20)] == [200] * 20
        wait(lambda: {read_metric(part, ACCEPTED) for _ in range(8)} == {80}, 3, "a count was lost with its worker")
        assert read_metric(part, "process_cpu_seconds_total") >= cpu_s
        assert httpx.get(f"{part.address}/readyz", trust_env=False).status_code == 200
        pids = worker_pids(part)
        assert part.end() == 0
        assert not any(map(alive, pids))
    assert part.log.read_text().count("gateway serves http://") == 1


def test_connections_that_wait_for_a_dead_worker_are_taken_by_its_replacement(
    topics: KafkaSettings, tmp_path: Path
) -> None:
    part = gateway_part(topics, tmp_path / "log", workers=2)
    request = b"POST /api/SMTP HTTP/1.1\r\nhost: h\r\nconnection: close\r\ncontent-type: application/json\r\n"
    request += b"content-length: 21\r\n\r\n" + b'[{"tracking_id":"q"}]'
    with running(part):
        first = worker_pids(part)[0]
        os.kill(first, signal.SIGSTOP)
        wait(lambda: stop_signals_reach(first), 3, "it does not stand still")
        waiting = [socket.create_connection(("127.0.0.1", part.port), timeout=10) for _ in range(30)]
        try:
            for connection in waiting:
                connection.sendall(request)
            os.kill(first, signal.SIGKILL)
            answers = [connection.recv(65_536) for connection in waiting]
        finally:
            for connection in waiting:
                connection.close()
        assert [answer.startswith(b"HTTP/1.1 200 ") for answer in answers] == [True] * 30


def test_a_worker_that_hangs_makes_the_gateway_not_ready(topics: KafkaSettings, tmp_path: Path) -> None:
    part = gateway_part(topics, tmp_path / "log", workers=2)
    with running(part):
        hung = worker_pids(part)[1]
        os.kill(hung, signal.SIGSTOP)

        def told() -> bool:
            try:
                answer = httpx.get(f"{part.address}/readyz?verbose", trust_env=False, timeout=0.5)
            except httpx.TransportError:
                return False
            return answer.status_code == 503 and "[-]workers: not heard of: worker 2" in answer.text

        wait(told, 10, "nobody says that a worker hangs")
        os.kill(hung, signal.SIGCONT)
        part.wait_ready()
        assert part.end() == 0


def test_workers_end_with_their_parent(topics: KafkaSettings, tmp_path: Path) -> None:
    part = gateway_part(topics, tmp_path / "log", workers=2)
    with running(part):
        pids = worker_pids(part)
        assert len(pids) == 2
        part.kill()
        wait(lambda: not any(map(alive, pids)), 15, "workers outlive their parent")


def test_workers_that_die_too_often_end_the_gateway_with_its_reason(topics: KafkaSettings, tmp_path: Path) -> None:
    part = gateway_part(topics, tmp_path / "log", workers=2)
    with running(part):
        assert part.process is not None
        for _ in range(6):
            pids = worker_pids(part)
            os.kill(pids[0], signal.SIGKILL)
            wait(lambda pids=pids: pids[0] not in worker_pids(part), 5, "it does not end")  # type: ignore[misc]
            if part.process.poll() is None:
                wait(lambda: len(worker_pids(part)) == 2 or part.process.poll() is not None, 5, "not replaced")  # type: ignore[union-attr]
        assert part.process.wait(15) == 1
    assert "workers died 6 times within 60 s; the last, worker " in part.log.read_text()
    assert not any(map(alive, pids))


def test_workers_share_the_disk_of_their_spools() -> None:
    told = [{"spool_bytes": 1, "spool_disk_free_bytes": free, "spool_disk_size_bytes": 9} for free in (5, 4)]
    assert combine(told) == {"spool_bytes": 2, "spool_disk_free_bytes": 4, "spool_disk_size_bytes": 9}


def test_a_port_that_is_taken_is_refused_though_workers_share_theirs(topics: KafkaSettings, tmp_path: Path) -> None:
    part = gateway_part(topics, tmp_path / "log", workers=2)
    with running(part):
        second = gateway_part(topics, tmp_path / "second", workers=2, port=part.port)
        second.start()
        assert second.process is not None
        assert second.process.wait(20) == 2
        assert "Address already in use" in (tmp_path / "second").read_text()
