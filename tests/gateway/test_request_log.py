"""The request log: bounded, written by a thread, addresses masked."""

import asyncio
import threading

import orjson
import pytest

from gateway import request_log
from gateway.metrics import GatewayMetrics
from gateway.request_log import Line, RequestLog, encode_lines
from gateway.request_log import line as line_of

pytestmark = pytest.mark.anyio


def line(number: int = 0, problem: str = "") -> Line:
    return line_of(1_793_000_000_123, f"id-{number}", "POST", 200, "default", 10, 1, 0, 0.0012345, "", problem)


def test_a_line_is_json_without_empty_members_and_whole_addresses() -> None:
    told = orjson.loads(encode_lines([line(problem="The value 'alice@example.org' is not valid.")]))
    assert told == {
        "time": "2026-10-26T07:33:20.123Z",
        "level": "info",
        "logger": "gateway.requests",
        "message": "POST 200",
        "request_id": "id-0",
        "source": "default",
        "body_bytes": 10,
        "accepted": 1,
        "rejected": 0,
        "duration_ms": 1.23,
        "problem": "The value 'a…@example.org' is not valid.",
    }


async def test_every_line_is_written_in_order_and_the_rest_at_the_end() -> None:
    written: list[bytes] = []
    log = RequestLog(GatewayMetrics(), written.append)
    log.start()
    for number in range(1000):
        log.note(line(number))
    await log.close()
    lines = b"".join(written).splitlines()
    assert [orjson.loads(text)["request_id"] for text in lines] == [f"id-{number}" for number in range(1000)]


async def test_a_reader_that_stands_still_costs_lines_and_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_log, "LINES_MAX", 100)
    monkeypatch.setattr(request_log, "WRITE_EVERY_S", 0.001)
    stuck, go_on = threading.Event(), threading.Event()
    written: list[bytes] = []

    def write(content: bytes) -> None:
        stuck.set()
        go_on.wait(10)
        written.append(content)

    metrics = GatewayMetrics()
    log = RequestLog(metrics, write)
    log.start()
    log.note(line(-1))
    assert await asyncio.to_thread(stuck.wait, 10)
    for number in range(150):
        log.note(line(number))
    assert metrics.log_lines_dropped == 50
    go_on.set()
    await log.close()
    assert len(b"".join(written).splitlines()) == 101
