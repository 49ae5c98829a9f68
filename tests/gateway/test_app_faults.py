"""What holds when something dies: Kafka away and back, SIGTERM with requests in flight, SIGKILL under load."""

import asyncio
import itertools
import os
import random
import signal
import threading
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from bus import topics as bus_topics
from bus.settings import KafkaSettings
from ops.kafka.artefacts import cache_directory
from ops.local_kafka import LocalKafka, choose_port, open_kafka
from tests.gateway.serving import (
    Served,
    gateway_part,
    metric,
    serving,
    stored_events,
    stored_letters,
    until,
)
from tests.parts.processes import Part, running

ANSWER_S_MAX = 5.0
RANDOM_SEED = 20261122


@pytest.fixture
def mortal_kafka(tmp_path: Path) -> Iterator[LocalKafka]:
    """A broker that this test may kill."""
    with open_kafka(tmp_path / "kafka", cache_directory(os.environ), port=None, say=print) as cluster:
        yield cluster


@pytest.mark.anyio
async def test_without_kafka_the_answer_is_503_in_time_and_nothing_is_refused_for_good() -> None:
    nobody = KafkaSettings(bootstrap=f"127.0.0.1:{choose_port()}")
    async with serving(nobody) as gateway:
        bodies = [b'[{"tracking_id":"a"}]', b'[{"tracking_id":', b'[{"tries":"x"}]', b'[{"tries":"x"},{"tries":1}]']
        started = time.monotonic()
        replies = await asyncio.gather(
            *(
                gateway.client.post("/api/SMTP", content=body, headers={"content-type": "application/json"})
                for body in bodies
            ),
            gateway.client.post("/api/SMTP", content=b"[]"),  # without a content type: its bytes must be kept too
        )
        took = time.monotonic() - started
        ready = await gateway.client.get("/readyz?verbose")
        alive = await gateway.client.get("/livez")
        assert await metric(gateway, 'eds_gateway_notifications_total{result="accepted"}') == 0
        assert await metric(gateway, 'eds_gateway_notifications_total{result="unavailable"}') == 6
    assert [reply.status_code for reply in replies] == [503] * 5
    assert all(int(reply.headers["retry-after"]) > 0 for reply in replies)
    assert all(list(reply.json()) == ["Message"] for reply in replies)
    assert took < ANSWER_S_MAX
    assert ready.status_code == 503
    assert ready.text.startswith("[+]serving ok\n[-]kafka: ")
    assert alive.status_code == 200


@pytest.mark.anyio
async def test_the_whole_request_has_one_deadline() -> None:
    """The time that the body took is not there for Kafka any more."""
    nobody = KafkaSettings(bootstrap=f"127.0.0.1:{choose_port()}")

    async def slow_body() -> AsyncIterator[bytes]:
        yield b"["
        await asyncio.sleep(1.2)
        yield b'{"tries":1}]'

    async with serving(nobody, request_ms_max=2_000) as gateway:
        started = time.monotonic()
        reply = await gateway.client.post(
            "/api/SMTP", content=slow_body(), headers={"content-type": "application/json"}
        )
        took = time.monotonic() - started
    assert reply.status_code == 503
    assert 1.9 < took < 3.0


async def answers(gateway: Served, path: str, status: int) -> bool:
    """Whether this status is the answer; the interface gets a row `after`."""
    if path == "/api/SMTP":
        return (await gateway.post([{"tracking_id": "after"}])).status_code == status
    return (await gateway.client.get(path)).status_code == status


@pytest.mark.anyio
async def test_kafka_goes_and_comes_back_without_a_restart(mortal_kafka: LocalKafka) -> None:
    kafka = KafkaSettings(bootstrap=mortal_kafka.bootstrap, partitions=1)
    await asyncio.to_thread(bus_topics.ensure, kafka)
    async with serving(kafka) as gateway:
        assert (await gateway.post([{"tracking_id": "before"}])).status_code == 200
        assert (await gateway.client.get("/readyz")).status_code == 200
        [broker] = mortal_kafka.broker_ids
        mortal_kafka.kill(broker)
        started = time.monotonic()
        away = await gateway.post([{"tracking_id": "during"}])
        assert time.monotonic() - started < ANSWER_S_MAX
        assert away.status_code == 503
        await until(lambda: answers(gateway, "/readyz", 503), 10)
        await asyncio.to_thread(mortal_kafka.restart, broker)
        await until(lambda: answers(gateway, "/api/SMTP", 200), 40)
        await until(lambda: answers(gateway, "/readyz", 200), 10)
    stored = {event.tracking_id for event in await stored_events(kafka)}
    assert {"before", "after"} <= stored


class Senders:
    """Threads that post numbered rows, some of them bad, and keep what was answered 200."""

    def __init__(self, address: str, count: int) -> None:
        self.acknowledged: list[str] = []
        self.refused: set[int] = set()
        self._numbers = itertools.count()
        self._address = address
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._post_on) for _ in range(count)]
        for thread in self._threads:
            thread.start()

    def wait_for(self, acknowledged: int) -> None:
        deadline = time.monotonic() + 30
        while len(self.acknowledged) < acknowledged:
            assert time.monotonic() < deadline, f"only {len(self.acknowledged)} rows were acknowledged"
            time.sleep(0.002)

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(15)

    def _post_on(self) -> None:
        with httpx.Client(base_url=self._address, trust_env=False, timeout=10) as client:
            while not self._stop.is_set():
                names = [f"row-{next(self._numbers)}" for _ in range(20)]
                rows: list[dict[str, str | int]] = [{"tracking_id": name} for name in names[:-1]]
                rows.append({"tracking_id": names[-1], "tries": "bad"})
                try:
                    reply = client.post("/api/SMTP", json=rows)
                except httpx.TransportError:
                    return  # the gateway is gone: this request was never answered
                if reply.status_code == 200:
                    self.acknowledged += names
                else:
                    self.refused.add(reply.status_code)


async def stored_names(kafka: KafkaSettings) -> set[str]:
    """The tracking ids of all events and of all dead rows."""
    names = {event.tracking_id or "" for event in await stored_events(kafka)}
    for letter in await stored_letters(kafka):
        names.add((letter.content or b"").decode().partition('"tracking_id":"')[2].partition('"')[0])
    return names


@pytest.mark.anyio
async def test_sigterm_answers_what_is_in_flight_and_loses_nothing(topics: KafkaSettings, tmp_path: Path) -> None:
    with running(gateway_part(topics, tmp_path / "log")) as gateway:
        senders = Senders(gateway.address, 8)
        try:
            await asyncio.to_thread(senders.wait_for, 1000)
            started = time.monotonic()
            assert await asyncio.to_thread(gateway.end, signal.SIGTERM) == 0
            assert time.monotonic() - started < 10
        finally:
            await asyncio.to_thread(senders.stop)
        log = [line for line in gateway.log_lines() if line["logger"] == "gateway.requests"]
    assert senders.refused <= {503}
    assert set(senders.acknowledged) <= await stored_names(topics)
    answered = sum(line["accepted"] + line["rejected"] for line in log if line["message"] == "POST 200")
    assert answered >= len(senders.acknowledged)


@pytest.mark.anyio
async def test_sigkill_under_load_loses_nothing_that_was_answered_200(topics: KafkaSettings, tmp_path: Path) -> None:
    moments = random.Random(RANDOM_SEED)
    acknowledged: set[str] = set()
    for round_number in range(3):
        with running(gateway_part(topics, tmp_path / f"log-{round_number}")) as gateway:
            senders = Senders(gateway.address, 8)
            try:
                await asyncio.to_thread(senders.wait_for, moments.randint(100, 1500))
                assert await asyncio.to_thread(gateway.end, signal.SIGKILL) == -signal.SIGKILL
            finally:
                await asyncio.to_thread(senders.stop)
        acknowledged |= set(senders.acknowledged)
        assert not senders.refused
    assert acknowledged <= await stored_names(topics)


@pytest.mark.anyio
async def test_the_log_has_a_line_a_request_and_no_whole_address(topics: KafkaSettings, tmp_path: Path) -> None:
    def post(gateway: Part) -> None:
        with httpx.Client(base_url=gateway.address, trust_env=False) as client:
            client.post("/api/SMTP", json=[{"tracking_id": "t", "rcpt_to": "alice@example.org"}])
            client.post("/api/SMTP", json=[{"tries": "bob@example.org"}], headers={"x-request-id": "given"})

    with running(gateway_part(topics, tmp_path / "log")) as gateway:
        await asyncio.to_thread(post, gateway)
        assert await asyncio.to_thread(gateway.end) == 0
        lines = [line for line in gateway.log_lines() if line["logger"] == "gateway.requests"]
        text = (tmp_path / "log").read_text()
    assert [(line["message"], line["accepted"]) for line in lines] == [("POST 200", 1), ("POST 400", 0)]
    assert lines[1]["request_id"] == "given"
    assert lines[0]["source"] == "default"
    assert lines[0]["duration_ms"] > 0
    assert "alice@" not in text
    assert "bob@" not in text


def test_settings_that_cannot_work_end_the_process_with_their_reason(tmp_path: Path) -> None:
    nowhere = KafkaSettings(bootstrap="127.0.0.1:1")
    gateway = gateway_part(nowhere, tmp_path / "log", host="0.0.0.0")
    with pytest.raises(AssertionError, match="ended at its start"), running(gateway):
        pass
    assert "no source is authenticated" in (tmp_path / "log").read_text()
