"""An erased address is gone from everything that is kept, and stays gone: whatever comes late, is replayed, or is made anew."""

import asyncio
import json
import secrets
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from bus.reading import read_all
from bus.settings import KafkaSettings
from delivery.classification import shipped_classifier
from delivery.state import encode_view, fold
from store.opening import open_reader
from store.settings import StoreSettings
from tests.contract.stores import Place
from tests.parts.processes import Part, environment, running
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


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> StoreSettings:
    key = tmp_path / "erasure.key"
    key.write_text(secrets.token_urlsafe(32))
    url = f"sqlite:///{tmp_path}/store.db" if request.param == "sqlite" else request.getfixturevalue("database")
    return StoreSettings(url=url, erasure_key_file=str(key))


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
        done = subprocess.run(
            [sys.executable, "-m", "ops", *arguments, "--json"], env=environment(self.sections),
            stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, (done.stdout, done.stderr.decode())
        found: dict[str, Any] = json.loads(done.stdout)
        return found

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


@pytest.mark.anyio
async def test_an_erased_address_is_gone_and_stays_gone(
    topics: KafkaSettings, store: StoreSettings, tmp_path: Path
) -> None:
    world = World(topics, store, tmp_path)
    with running(world.gateway), running(world.consumers):
        world.post(*ROWS)
        world.post(*BAD)
        await world.settled()
        await world.letters(1)
        before = world.eds("erase", "--recipient", ADA.upper())
        assert before["dry_run"]
        assert before["letters"] == 1
        assert before["found"]["events"] >= 3
        assert await Place(store).holding(ADA) != []
        proof = world.eds("erase", "--recipient", f"<{ADA.upper()}>", "--yes")
        assert proof["whole"]
        assert proof["newly_remembered"]
        await world.assert_gone()
        await world.assert_his_is_the_fold()
        # Late: again as it was, in another case, to another message, and a row that is bad.
        late = {"tracking_id": "late", "rcpt_to": ADA.title(), "event_code": 108, "time_finished": 1_795_000_009}
        world.post(*ROWS, late)
        world.post(*BAD)
        await world.settled()
        await asyncio.to_thread(world.eds, "erase", "--recipient", ADA, "--yes")
        await world.assert_gone()
        await world.assert_his_is_the_fold()
        assert await Place(store).query("select count(*) from messages where tracking_id = 'late'") == [(0,)]
        # All of the topic once more, with the address in it.
        await asyncio.to_thread(world.eds, "rebuild", "--from", "topic", "--yes")
        await world.settled()
        await world.assert_gone()
        await world.assert_his_is_the_fold()
        assert (await asyncio.to_thread(world.eds, "verify", "--all"))["faulty"] == 0
        assert world.consumers.end() == 0
    other = StoreSettings(url=store.url)
    refused = Part("consumers", {"kafka": topics, "store": other}, tmp_path / "refused.log")
    refused.start()
    assert refused.process is not None
    assert refused.process.wait(WAIT_S_MAX) == 2
    assert "erasure_key_file" in refused.log.read_text("utf-8")
