"""What the three servers log: lines of JSON with the same members, without a whole address, a password or a token."""

import re
import subprocess
import sys
from typing import Any

import orjson
import pytest

from tests.observability.conftest import ADDRESS, Stack, wait
from tests.observability.published import SERVERS

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def lines(content: bytes) -> list[dict[str, Any]]:
    """Every line, each of which has to be an object."""
    return [orjson.loads(line) for line in content.splitlines()]


@pytest.mark.parametrize("server", SERVERS)
def test_every_line_is_json_with_the_same_members_and_no_address_is_whole(stack: Stack, server: str) -> None:
    assert stack.post([{"tracking_id": "wrong", "tries": ADDRESS}]) == 400
    log = stack.parts[server].log
    wait(lambda: server != "gateway" or b'"problem"' in log.read_bytes())
    told = lines(log.read_bytes())
    assert told
    for line in told:
        assert list(line)[:4] == ["time", "level", "logger", "message"]
        assert TIME.fullmatch(line["time"])
        assert line["level"] in ("debug", "info", "warning", "error", "critical")
    assert ADDRESS.encode() not in log.read_bytes()
    assert any("http://127.0.0.1" in line["message"] for line in told)  # where it serves


def test_what_ends_a_process_or_warns_is_a_line_too_and_passwords_are_not_in_it() -> None:
    program = """
import logging, threading, warnings
from delivery.logs import log_to_stderr
log_to_stderr("warning")
logging.getLogger("x").info("not wanted")
logging.getLogger("x").warning("at %s", "postgresql://eds:hunter2@db/eds", extra={"to": ["ann@example.org"]})
warnings.warn("old")
thread = threading.Thread(target=lambda: 1 / 0)
thread.start()
thread.join()
raise RuntimeError("for bob@example.org")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=30, check=False)
    told = lines(done.stderr)
    assert done.returncode == 1
    assert [line["logger"] for line in told] == ["x", "py.warnings", "process", "process"]
    assert told[0]["to"] == ["a…@example.org"]
    assert "ZeroDivisionError" in told[2]["exception"]
    assert "RuntimeError: for b…@example.org" in told[3]["exception"]
    assert b"hunter2" not in done.stderr
