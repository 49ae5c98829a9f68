"""Logs are JSON lines without whole addresses."""

import io
import logging
import subprocess
import sys

import orjson
import pytest

from delivery.logs import JsonFormatter
from delivery.masking import mask_addresses


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("to <alice@example.org>: no", "to <a…@example.org>: no"),
        ("a@b.example,carol@d.example", "…@b.example,c…@d.example"),
        ('{"to":"alice\\u0040example.org"}', '{"to":"a…@example.org"}'),
        ("<to>alice&#64;example.org, bob&#x40;example.org</to>", "<to>a…@example.org, b…@example.org</to>"),
        ("nothing here", "nothing here"),
    ],
)
def test_addresses_are_masked(text: str, masked: str) -> None:
    assert mask_addresses(text) == masked


def test_a_record_is_one_line_of_json() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    logger = logging.Logger("eds.test")
    logger.addHandler(handler)
    try:
        raise ValueError("no box bob@example.org")
    except ValueError:
        logger.exception("failed for %s", "alice@example.org", extra={"rows": 3})
    assert stream.getvalue().count("\n") == 1
    line = orjson.loads(stream.getvalue())
    assert (line["level"], line["message"], line["rows"]) == ("error", "failed for a…@example.org", 3)
    assert "b…@example.org" in line["exception"]
    assert "bob@" not in stream.getvalue()


def test_what_ends_a_process_or_warns_is_a_line_too_and_passwords_are_not_in_it() -> None:
    program = """
import logging, threading, warnings
from delivery.logs import log_to_stderr
log_to_stderr("warning")
logging.getLogger("x").info("not wanted")
logging.getLogger("x").warning("at %s", "postgresql://eds:hunter2@db/eds?password=hunter2", extra={"to": ["ann@example.org"]})
warnings.warn("old")
thread = threading.Thread(target=lambda: 1 / 0)
thread.start()
thread.join()
raise RuntimeError("for bob@example.org")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=30, check=False)
    told = [orjson.loads(line) for line in done.stderr.splitlines()]
    assert done.returncode == 1
    assert [line["logger"] for line in told] == ["x", "py.warnings", "process", "process"]
    assert told[0]["to"] == ["a…@example.org"]
    assert "ZeroDivisionError" in told[2]["exception"]
    assert "RuntimeError: for b…@example.org" in told[3]["exception"]
    assert b"hunter2" not in done.stderr
