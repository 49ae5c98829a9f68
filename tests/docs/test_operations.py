"""Every `eds` command of the pages for operators runs, in order, over the product's own processes."""

import re
import shlex
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ops.product import Product, running_product
from tests.parts.kafka import Kafka

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "docs/OPERATIONS.md", "docs/ERASURE.md", "docs/RUNBOOK.md")
ELSEWHERE = {"run", "gateway", "consumers", "graphql", "send"}  # servers, and what tests/ops/test_development.py runs
ENDLESS = {"--follow", "watch"}
LOOKS_AT_THE_MACHINE = {"doctor"}  # whose disks may be full


def documented(page: str) -> Iterator[list[str]]:
    """The commands in the page's blocks, as words, without comments and redirections."""
    text = (ROOT / page).read_text("utf-8")
    for block in re.findall(r"^```(?:sh)?\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            if line.startswith(("eds ", ".venv/bin/eds ")):
                yield shlex.split(line.partition(" > ")[0], comments=True)[1:]


@pytest.fixture(scope="module")
def product(kafka: Kafka, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with running_product(kafka, tmp_path_factory.mktemp("product")) as found:
        rows = [{"tracking_id": "readme-1", "rcpt_to": "ada@example.org", "event_code": code} for code in (107, 103)]
        rows.append({"tracking_id": "readme-2", "rcpt_to": "bob@example.org", "event_code": 101})
        for number in range(30):
            found.post(*rows, {"tries": "x", "event_code": number})
        assert found.eds("message", "wait", "readme-1", "--timeout", "60s").status == 0
        deadline = time.monotonic() + 60
        while b'"dead letters"' not in found.eds("doctor", "--problems").out:
            assert time.monotonic() < deadline, "the dead letters"
        yield found


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_the_page_work(product: Product, page: str) -> None:
    commands = list(documented(page))
    assert len(commands) >= 2
    for command in commands:
        if command[0] in ELSEWHERE or ENDLESS & set(command):
            continue
        told = product.eds(*command)
        assert told.status in ((0, 10) if command[0] in LOOKS_AT_THE_MACHINE else (0,)), (command, told.err)
        assert "Traceback" not in told.err
        assert told.out, command
