"""All three servers as processes over one Kafka, with some traffic behind them; started once for all tests in here."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import msgspec
import pytest

from bus.settings import KafkaSettings
from store.settings import StoreSettings
from tests.observability.collecting import Collector, collecting
from tests.parts.kafka import Kafka
from tests.parts.processes import Part, running

WAIT_S_MAX = 30.0
ADDRESS = "somebody.secret@recipient.example"
TRACKING_ID = "observed-1"


class Stack(msgspec.Struct, frozen=True):
    """The processes by their names."""

    parts: dict[str, Part]
    kafka: KafkaSettings

    def get(self, server: str, path: str) -> str:
        return httpx.get(f"{self.parts[server].address}{path}", trust_env=False, timeout=10).text

    def ask(self, query: str, variables: dict[str, Any], **options: Any) -> dict[str, Any]:
        """What the API answers."""
        address = f"{self.parts['graphql'].address}/graphql"
        content = {"query": query, "variables": variables, "operationName": "Seen"}
        reply = httpx.post(address, json=content, trust_env=False, timeout=10, **options)
        found: dict[str, Any] = reply.json()
        return found

    def post(self, rows: Any, **options: Any) -> int:
        address = f"{self.parts['gateway'].address}/api/SMTP"
        return httpx.post(address, json=rows, trust_env=False, timeout=10, **options).status_code


@pytest.fixture(scope="module")
def spans() -> Iterator[Collector]:
    """Where the processes send their spans."""
    with collecting() as collector:
        yield collector


@pytest.fixture(scope="module")
def stack(kafka: Kafka, spans: Collector, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One message with a delivery and a bounce, one dead letter, and one question about the message."""
    directory = tmp_path_factory.mktemp("observed")
    with kafka.topics() as topics, ExitStack() as parts, pytest.MonkeyPatch.context() as environment:
        environment.setenv("OTEL_BSP_SCHEDULE_DELAY", "100")
        sections: dict[str, Any] = {
            "kafka": topics,
            "store": StoreSettings(url=f"sqlite:///{directory}/store.db"),
            "gateway": {"spool_dir": str(directory / "spool")},
            "consumers": {"idle_announce_ms": 50},
            "traces": {"endpoint": spans.endpoint},
        }
        started = {
            name: Part(name, sections, directory / f"{name}.log") for name in ("gateway", "consumers", "graphql")
        }
        for part in started.values():
            parts.enter_context(running(part))
        found = Stack(started, topics)
        rows: list[dict[str, Any]] = [
            {
                "tracking_id": TRACKING_ID,
                "rcpt_to": ADDRESS,
                "event_label": "delivered",
                "time_finished": 1_795_342_805,
            },
            {"tracking_id": TRACKING_ID, "rcpt_to": "b@recipient.example", "event_label": "bounced", "resp_code": 550},
            {"tracking_id": "bad", "rcpt_to": ADDRESS, "tries": "many"},
        ]
        assert found.post(rows) == 200
        wait_applied(found, TRACKING_ID)
        yield found


def wait_applied(stack: Stack, tracking_id: str, **options: Any) -> None:
    """Returns once the API has the message."""
    query = "query Seen($id: String!) { message(trackingId: $id) { phase } }"
    wait(lambda: stack.ask(query, {"id": tracking_id}, **options)["data"]["message"] is not None)


def wait(holds: Callable[[], bool]) -> None:
    """Returns once it holds."""
    deadline = time.monotonic() + WAIT_S_MAX
    while not holds():
        assert time.monotonic() < deadline, "it did not come to hold"
        time.sleep(0.05)
