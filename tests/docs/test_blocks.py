"""The commands of the pages work: every sh block of SENDERS.md and the README's curls, run in order against real processes.

The pages name the default ports; the test puts those of its own processes there, and changes nothing else.
"""

import json
import math
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from graphql import build_schema, parse, validate

from bus.settings import KafkaSettings
from graphql_api import errors
from graphql_api.access.access import Scope
from graphql_api.access.tokens import TokenFiles
from graphql_api.settings import GraphQLSettings
from store.settings import StoreSettings
from tests.parts.processes import Part, running

ROOT = Path(__file__).parents[2]
SECRETS = "openssl rand"
APPLIED_S_MAX = 20.0


def blocks(page: str, language: str) -> list[str]:
    """The page's fenced blocks of a language, in order."""
    text = (ROOT / page).read_text("utf-8")
    found: list[str] = re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return found


class Reader:
    """Runs blocks as somebody does who reads the page beside a shell."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.ports: dict[str, int] = {}

    def run(self, block: str) -> str:
        """The output; a command that fails, fails the test."""
        for default, port in self.ports.items():
            block = block.replace(f"127.0.0.1:{default}", f"127.0.0.1:{port}")
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", block], cwd=self._directory,
            stdin=subprocess.DEVNULL, capture_output=True, timeout=30, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{block}\n{done.stdout.decode()}\n{done.stderr.decode()}"
        return done.stdout.decode()


class Product:
    """Consumers and GraphQL, and a gateway with the sources that it is given."""

    def __init__(self, topics: KafkaSettings, directory: Path) -> None:
        self._sections = {"kafka": topics, "store": StoreSettings(url=f"sqlite:///{directory}/store.db")}
        self._directory = directory
        self._parts = ExitStack()
        self.reader = Reader(directory)
        self.address = ""

    def start(self, config: Path | None) -> None:
        for name, port in (("gateway", "8080"), ("consumers", "8082"), ("graphql", "8081")):
            part = Part(name, self._sections, self._directory / f"{name}.log", config if name == "gateway" else None)
            self._parts.enter_context(running(part))
            self.reader.ports[port] = part.port
            self.address = part.address

    def wait_message(self, tracking_id: str) -> dict[str, Any]:
        query = "query ($id: String!) { message(trackingId: $id) { phase events { nodes { source } } } }"
        deadline = time.monotonic() + APPLIED_S_MAX
        with httpx.Client(base_url=self.address, trust_env=False, timeout=10) as client:
            while True:
                reply = client.post("/graphql", json={"query": query, "variables": {"id": tracking_id}})
                found: dict[str, Any] | None = reply.json()["data"]["message"]
                if found is not None:
                    return found
                assert time.monotonic() < deadline, f"{tracking_id} is not there"
                time.sleep(0.05)

    def close(self) -> None:
        self._parts.close()


@pytest.fixture
def product(topics: KafkaSettings, tmp_path: Path) -> Iterator[Product]:
    found = Product(topics, tmp_path)
    try:
        yield found
    finally:
        found.close()


def test_the_commands_of_the_senders_page(product: Product, tmp_path: Path) -> None:
    secrets, *commands = blocks("docs/SENDERS.md", "sh")
    assert SECRETS in secrets
    product.reader.run(secrets)
    config = tmp_path / "eds.toml"
    (sources,) = blocks("docs/SENDERS.md", "toml")
    config.write_text(sources.replace('"secrets/', f'"{tmp_path}/secrets/'), "utf-8")
    product.start(config)
    posts = [block for block in commands if "/api/SMTP" in block]
    reads = [block for block in commands if "/graphql" in block]
    assert len(posts) + len(reads) == len(commands)
    assert len(posts) == 5
    for block in posts:
        reply = json.loads(product.reader.run(block))
        assert reply["accepted"] >= 1
        assert "rejected" not in reply
    found = {name: product.wait_message(f"senders-{name}") for name in range(1, 6)}
    # An opened mail that nobody said was delivered has no phase yet.
    assert [one["phase"] for one in found.values()] == ["DELIVERED", "BOUNCED", "UNKNOWN", "QUEUED", "BOUNCED"]
    told = [one["events"]["nodes"][0]["source"] for one in found.values()]
    assert told == ["mta", "service-basic", "service", "signed", "service"]
    for block in reads:
        state = json.loads(product.reader.run(block))["data"]["message"]
        assert state["phase"] == "DELIVERED"


def test_the_commands_of_the_readme(product: Product) -> None:
    product.start(None)
    post, read = (block for block in blocks("README.md", "sh") if block.lstrip().startswith("curl"))
    assert json.loads(product.reader.run(post)) == {"accepted": 1}
    assert product.wait_message("readme-1")["phase"] == "DELIVERED"
    message = json.loads(product.reader.run(read))["data"]["message"]
    assert message["phase"] == "DELIVERED"


def test_the_examples_of_the_frontends_page(product: Product, tmp_path: Path) -> None:
    product.start(None)
    post = next(block for block in blocks("README.md", "sh") if block.lstrip().startswith("curl"))
    product.reader.run(post)
    product.wait_message("readme-1")
    asking = [block for block in blocks("docs/FRONTENDS.md", "sh") if block.startswith("curl")]
    answers = [json.loads(product.reader.run(block)) for block in asking]
    assert len(answers) == 3
    assert all("errors" not in answer for answer in answers)
    assert answers[1]["data"]["messages"]["totalCount"] == {"count": 1, "precision": "EXACT"}
    (program,) = blocks("docs/FRONTENDS.md", "python")
    (tmp_path / "program.py").write_text(program.replace("127.0.0.1:8081", product.address.removeprefix("http://")))
    assert product.reader.run(f"{sys.executable} program.py") == "['readme-1']\n"


def test_a_token_that_is_made_as_the_frontends_page_says_is_known(tmp_path: Path) -> None:
    (block,) = (block for block in blocks("docs/FRONTENDS.md", "sh") if "sha256sum" in block)
    made = [Reader(tmp_path).run(block).strip() for _ in range(2)]
    found = TokenFiles(GraphQLSettings(tokens_file=str(tmp_path / "secrets" / "readers.toml")))()
    callers = [found.find(token) for token in made]
    assert [caller.scope for caller in callers if caller] == [Scope(sender_ids=frozenset({7, 8}), addresses=False)] * 2
    assert [(caller.name, caller.may_requeue, caller.rate_per_s) for caller in callers if caller] == [
        ("support", False, 50)
    ] * 2


def test_the_frontends_page_has_every_code() -> None:
    page = (ROOT / "docs" / "FRONTENDS.md").read_text("utf-8")
    codes = re.findall(r"^([A-Z][A-Z_]+)  ", errors.__doc__ or "", re.MULTILINE)
    assert len(codes) > 8
    assert [code for code in codes if f"`{code}`" not in page] == []


@pytest.mark.parametrize("page", ["README.md", "docs/FRONTENDS.md"])
def test_the_queries_of_the_pages_are_of_the_schema(page: str) -> None:
    schema = build_schema((ROOT / "graphql_api" / "schema.graphql").read_text("utf-8"))
    (block,) = blocks(page, "graphql")
    assert validate(schema, parse(block)) == []


def test_the_table_of_the_scale_page_follows_from_its_figures() -> None:
    page = (ROOT / "docs" / "SCALE.md").read_text("utf-8")
    text = " ".join(page.split())
    told = r"gateway, ([\d.]+) µs .*? and ([\d.]+) µs at one.*?materializer ([\d.]+) µs an event of its own and ([\d.]+) µs"
    found = re.search(told, text)
    assert found is not None
    many, one, materializer, server = map(float, found.groups())
    rows = re.findall(r"^\| ([\d,]+) \| \d+.*? \| (\d+).*? \| (\d+) \| (\d+) · (\d+) \|$", page, re.MULTILINE)
    assert len(rows) == 3
    for rate, *processes in rows:
        needed = [
            math.ceil(int(rate.replace(",", "")) * cost_us / 1e6 / 0.5) for cost_us in (materializer, server, many, one)
        ]
        assert [int(each) for each in processes] == needed, rate
    benchmarks = (ROOT / "docs" / "BENCHMARKS.md").read_text("utf-8")
    for connections, cost_us in (("100 / 16", many), ("1 / 64", one)):
        row = re.search(rf"^\| {connections} \|.*\| {cost_us} · ", benchmarks, re.MULTILINE)
        assert row is not None, (
            f"SCALE.md has {cost_us} µs at {connections}, BENCHMARKS.md something else: change figure and table"
        )


def test_the_figures_of_the_comparison_are_those_of_the_benchmarks() -> None:
    pages = {name: (ROOT / "docs" / name).read_text("utf-8") for name in ("COMPARISON.md", "BENCHMARKS.md")}
    table = pages["BENCHMARKS.md"].partition("`make bench BENCH=gateway`")[2]
    table = table.partition("CPU, gateway ÷ yardstick")[2].partition("\n\n")[0]
    measured = re.findall(r"^\| \d+ / \d+ \| ([\d.]+) \|", table, re.MULTILINE)
    assert len(measured) == 4
    told = re.search(r"took ([\d.]+) to ([\d.]+) times the CPU time of a Go program", pages["COMPARISON.md"])
    assert told is not None
    assert told.groups() == (min(measured), max(measured))


PAGES = (
    "README.md", "docs/SENDERS.md", "docs/SUBSCRIBERS.md", "docs/SCALE.md", "docs/OPERATIONS.md", "docs/FRONTENDS.md",
    "docs/ARCHITECTURE.md", "docs/ERASURE.md", "docs/BACKUP.md", "docs/DEPLOYMENT.md", "docs/UPGRADE.md", "docs/COMPARISON.md",
    "docs/OBSERVABILITY.md", "docs/RUNBOOK.md",
    "deploy/senders/haraka/README.md",
)  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    place = ROOT / page
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", place.read_text("utf-8"))
    assert [link for link in links if not (place.parent / link).exists()] == []
