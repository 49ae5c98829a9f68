"""Haraka sends mail, and what became of it is read in GraphQL: every process between is real.

Also with the gateway away, and with Haraka killed while it delivers: statuses may come twice, none is missing.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from bus.settings import KafkaSettings
from store.settings import StoreSettings
from tests.parts.processes import Part, running
from tests.senders import haraka as haraka_part
from tests.senders.haraka import Haraka
from tests.senders.mail_sink import MailSink

SEEN_S_MAX = 40.0
MAILS = 40

QUERY = """
query ($id: String!) {
  message(trackingId: $id) {
    phase senderId mailFrom
    deliveries(first: 100) { nodes {
      recipient phase tries classification { kind category enhancedCode } lastResponse { code message }
    } }
    events(first: 100) { nodes { recipient eventLabel eventCode tries respCode respMsg timeStarted timeFinished source } }
  }
}
"""


def test_the_spool_and_its_way_out() -> None:
    """The plugin's own tests, in its own language."""
    node = shutil.which("node")
    assert node, "these tests need node and npm: install them (Debian: apt-get install npm)"
    script = Path(__file__).with_name("test_spool.mjs")
    environment = os.environ | {"PLUGIN": str(haraka_part.PLUGIN)}
    done = subprocess.run([node, "--test", script], env=environment, capture_output=True, timeout=90, check=False)
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()


class Product:
    """Gateway, consumers and GraphQL over one store. The gateway wants a token, and is started by the test."""

    def __init__(self, topics: KafkaSettings, directory: Path) -> None:
        self.token_file = directory / "token"
        self.token_file.write_text("a-token-of-the-test-" + "x" * 20, "ascii")
        sections = {"kafka": topics, "store": StoreSettings(url=f"sqlite:///{directory}/store.db")}
        own = {"gateway": {"token_file": str(self.token_file)}}
        self.gateway = Part("gateway", {**sections, **own}, directory / "gateway.log")
        self.consumers = Part("consumers", sections, directory / "consumers.log")
        self.graphql = Part("graphql", sections, directory / "graphql.log")

    def wait_for(self, tracking_id: str, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The message, once it is as wanted."""
        deadline = time.monotonic() + SEEN_S_MAX
        with httpx.Client(base_url=self.graphql.address, trust_env=False, timeout=10) as client:
            while True:
                reply = client.post("/graphql", json={"query": QUERY, "variables": {"id": tracking_id}})
                assert reply.status_code == 200, reply.text
                assert "errors" not in reply.json(), reply.text
                message: dict[str, Any] | None = reply.json()["data"]["message"]
                if message is not None and condition(message):
                    return message
                assert time.monotonic() < deadline, f"{tracking_id} so far: {message}"
                time.sleep(0.05)


@pytest.fixture
def product(topics: KafkaSettings, tmp_path: Path) -> Iterator[Product]:
    found = Product(topics, tmp_path)
    with ExitStack() as running_parts:
        running_parts.callback(lambda: found.gateway.kill() if _runs(found.gateway) else None)
        running_parts.enter_context(running(found.consumers))
        running_parts.enter_context(running(found.graphql))
        yield found


@pytest.fixture
def sink() -> Iterator[MailSink]:
    with MailSink() as found:
        yield found


@pytest.fixture(params=[0, 2], ids=["one process", "two workers"])
def haraka(request: pytest.FixtureRequest, product: Product, sink: MailSink, tmp_path: Path) -> Haraka:
    settings: dict[str, object] = {
        "url": f"{product.gateway.address}/api/SMTP",
        "token_file": product.token_file,
        "sender_id": 7,
        "wait_ms": 100,
        "backoff_ms_min": 100,
        "backoff_ms_max": 1000,
    }
    return Haraka(tmp_path / "haraka", sink_port=sink.port, nodes=request.param, settings=settings)


def _runs(part: Part) -> bool:
    return part.process is not None and part.process.poll() is None


def _phases(message: dict[str, Any]) -> dict[str, str]:
    return {node["recipient"]: node["phase"] for node in message["deliveries"]["nodes"]}


def _events(message: dict[str, Any], recipient: str) -> list[tuple[str, int | None, int, int | None, str]]:
    nodes = [node for node in message["events"]["nodes"] if node["recipient"] == recipient]
    found = [(n["eventLabel"], n["eventCode"], n["tries"], n["respCode"], n["respMsg"]) for n in nodes]
    return sorted(found, key=lambda event: event[2])


def test_delivered_deferred_and_bounced_are_in_graphql(product: Product, sink: MailSink, haraka: Haraka) -> None:
    names = [f"{word}@example.org" for word in ("delivered", "deferred", "bounced")]
    outcome = dict(zip(names, ["DELIVERED", "DELIVERED", "BOUNCED"], strict=True))
    with running(product.gateway), haraka_part.running(haraka):
        haraka.send(names, {"X-Tracking-ID": "mail-1", "X-Sender-ID": "42"})
        own_id = haraka.send(["delivered@example.net"], {})
        message = product.wait_for("mail-1", lambda found: _phases(found) == outcome)
        deliveries = {node["recipient"]: node for node in message["deliveries"]["nodes"]}
        other = product.wait_for(own_id, lambda found: found["phase"] == "DELIVERED")
        # Haraka's message to the sender about the bounce is delivered too, and is not reported.
        sink.wait_until(lambda found: found["news@example.com"] == 1, 10)
        haraka.end()

    assert (message["senderId"], message["mailFrom"]) == (42, "news@example.com")
    assert _events(message, names[0]) == [("delivered", 103, 0, 250, "250 Taken")]
    assert _events(message, names[1]) == [
        ("deferred", None, 0, 450, "450 4.2.1 Mailbox busy, try again later"),
        ("delivered", 103, 1, 250, "250 Taken"),
    ]
    assert _events(message, names[2]) == [("bounced", 101, 0, 550, "550 5.1.1 No such user here")]
    assert deliveries[names[1]]["tries"] == 1
    assert deliveries[names[2]]["classification"] == {
        "kind": "HARD", "category": "invalid_recipient", "enhancedCode": "5.1.1",
    }  # fmt: skip
    for event in message["events"]["nodes"]:
        assert time.time() - 120 < event["timeStarted"] <= event["timeFinished"] <= time.time()
    assert other["senderId"] == 7
    assert _phases(other) == {"delivered@example.net": "DELIVERED"}


def test_nothing_is_missing_with_the_gateway_away_and_haraka_killed(
    product: Product, sink: MailSink, haraka: Haraka
) -> None:
    recipients = [f"{'bounced' if number % 4 == 0 else 'delivered'}-{number}@example.org" for number in range(MAILS)]
    good = {name for name in recipients if name.startswith("delivered")}
    with haraka_part.running(haraka):
        for number, recipient in enumerate(recipients[: MAILS // 2]):
            haraka.send([recipient], {"X-Tracking-ID": f"spooled-{number}"})
        sink.wait_until(lambda found: len(good & found.keys()) >= 5, 20)
        haraka.kill()
        haraka.start()
        for number, recipient in enumerate(recipients[MAILS // 2 :], MAILS // 2):
            haraka.send([recipient], {"X-Tracking-ID": f"spooled-{number}"})
        sink.wait_until(lambda found: good <= found.keys(), 30)
        haraka.kill()
        assert list(haraka.spool.iterdir()), "nothing was spooled while the gateway was away"
        haraka.start()
        with running(product.gateway):
            for number, recipient in enumerate(recipients):
                phase = "DELIVERED" if recipient in good else "BOUNCED"
                product.wait_for(f"spooled-{number}", lambda found, wanted={recipient: phase}: _phases(found) == wanted)  # type: ignore[misc]
            haraka.end()
