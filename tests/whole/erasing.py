"""A gateway and consumers to erase an address from, and what it must be gone from."""

import asyncio
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

from bus.reading import read_all
from bus.settings import KafkaSettings
from delivery.classification import shipped_classifier
from delivery.state import fold
from delivery.views import encode_view
from store.opening import open_reader
from store.settings import StoreSettings
from tests.contract.stores import Place
from tests.parts.processes import Part, environment
from tests.whole.test_crashes import topic_events, wait_complete

ADA, BOB = "ada.lovelace@example.org", "bob@example.net"
WAIT_S_MAX = 60.0
ROWS: list[dict[str, Any]] = [
    {"tracking_id": "both", "rcpt_to": ADA, "event_code": 103, "time_finished": 1_795_000_001},
    {
        "tracking_id": "both",
        "rcpt_to": BOB,
        "event_code": 101,
        "resp_msg": "550 5.1.1 no",
        "time_finished": 1_795_000_002,
    },
    {"tracking_id": "hers", "rcpt_to": f"Ada <{ADA.upper()}>", "event_code": 103, "time_finished": 1_795_000_003},
    {
        "tracking_id": "his",
        "rcpt_to": BOB,
        "event_code": 101,
        "resp_msg": f"550 <{ADA}> has moved",
        "campaign": f"to {ADA}",
    },
    {"rcpt_to": ADA, "event_code": 107, "time_finished": 1_795_000_004},
]
BAD: list[dict[str, Any]] = [{"tracking_id": "bad", "rcpt_to": ADA, "tries": "many"}]


class World:
    """A gateway and consumers, and `eds` beside them."""

    def __init__(self, kafka: KafkaSettings, store: StoreSettings, directory: Path) -> None:
        self.kafka, self.store = kafka, store
        self.sections = {"kafka": kafka, "store": store}
        self.gateway = Part("gateway", self.sections, directory / "gateway.log")
        self.consumers = Part("consumers", self.sections, directory / "consumers.log")

    def post(self, *rows: dict[str, Any]) -> None:
        reply = httpx.post(f"{self.gateway.address}/api/SMTP", json=list(rows), trust_env=False, timeout=20)
        assert reply.status_code in (200, 400), reply.text

    def eds(self, *arguments: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.eds_text(*arguments, "--json"))
        return found

    def eds_text(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "ops", *arguments], env=environment(self.sections),
            stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=False, text=True,
        )  # fmt: skip
        assert done.returncode == 0, (done.stdout, done.stderr)
        return done.stdout

    def kill_erasure(self, line: str, pause_s: float) -> bool:
        """Begins an erasure, and kills it so long after it has said this; whether it was under way still."""
        command = [sys.executable, "-m", "ops", "erase", "--recipient", ADA, "--yes"]
        with subprocess.Popen(
            command, env=environment(self.sections), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.stderr is not None
            assert any(line in told for told in process.stderr), line
            time.sleep(pause_s)
            process.kill()
            return process.wait() < 0

    async def settled(self) -> None:
        reader = open_reader(self.store)
        await reader.open()
        try:
            await wait_complete(self.kafka, reader)
        finally:
            await reader.close()

    async def letters(self, count: int) -> None:
        deadline = time.monotonic() + WAIT_S_MAX
        while (await Place(self.store).query("select count(*) from dead_letters"))[0][0] < count:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.1)

    async def assert_gone(self) -> None:
        assert await Place(self.store).holding(ADA) == []
        for topic in (self.kafka.status_topic, self.kafka.dead_letters_topic):
            newest = {one.record.key: one.record for one in await asyncio.to_thread(read_all, self.kafka, topic)}
            for record in newest.values():
                said = (record.value or b"") + b"".join(content for _, content in record.headers)
                assert ADA.encode() not in said.lower(), topic
        for part in (self.gateway, self.consumers):
            assert ADA not in part.log.read_text("utf-8").lower()

    async def assert_his_is_the_fold(self) -> None:
        events = [one for one in await asyncio.to_thread(topic_events, self.kafka) if one.notification.rcpt_to == BOB]
        view = fold(events, shipped_classifier())["both"]
        [(state,)] = await Place(self.store).query("select state from messages where tracking_id = 'both'")
        assert state == encode_view(view.message).decode()
        assert await Place(self.store).query("select count(*) from deliveries") == [(2,)]
