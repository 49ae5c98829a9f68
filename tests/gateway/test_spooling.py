"""Kafka away, a spool that takes the rows: what is answered 200 then is in Kafka in the end, in its order, whatever dies."""

import asyncio
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from bus import topics as bus_topics
from bus.settings import KafkaSettings
from ops.kafka.artefacts import cache_directory
from ops.local_kafka import LocalKafka, choose_port, open_kafka
from tests.gateway.serving import gateway_part, metric, serving, stored_events, stored_letters, until
from tests.parts.processes import Part, running

ANSWER_S_MAX = 4.6
SEEDS = [int(one) for one in os.environ.get("EDS_TEST_SEED", "20261122").split(",")]


@pytest.fixture
def mortal_kafka(tmp_path: Path) -> Iterator[LocalKafka]:
    """A broker that this test may kill."""
    with open_kafka(tmp_path / "kafka", cache_directory(os.environ), port=None, say=print) as cluster:
        yield cluster


def nobody() -> KafkaSettings:
    return KafkaSettings(bootstrap=f"127.0.0.1:{choose_port()}")


def rows(*names: str) -> list[dict[str, Any]]:
    return [{"tracking_id": name.partition("/")[0], "status": name} for name in names]


def segments(directory: Path) -> list[Path]:
    return list(directory.glob("**/*.segment"))


async def statuses(kafka: KafkaSettings) -> list[str]:
    """What is in the topic, each row at its first place."""
    return list(dict.fromkeys(event.notification.status or "" for event in await stored_events(kafka)))


@pytest.mark.anyio
async def test_rows_wait_on_the_disk_and_follow_in_their_order(mortal_kafka: LocalKafka, tmp_path: Path) -> None:
    kafka = KafkaSettings(bootstrap=mortal_kafka.bootstrap, partitions=1)
    await asyncio.to_thread(bus_topics.ensure, kafka)
    [broker] = mortal_kafka.broker_ids
    async with serving(kafka, spool_dir=str(tmp_path / "spool")) as gateway:
        assert (await gateway.post(rows("k/0"))).status_code == 200
        assert not segments(tmp_path)
        mortal_kafka.kill(broker)
        for number in range(1, 40):
            started = time.monotonic()
            reply = await gateway.post([*rows(f"k/{number}"), {"tries": f"bad {number}"}])
            assert reply.status_code == 200
            assert time.monotonic() - started < ANSWER_S_MAX
        assert (await gateway.client.post("/api/SMTP", content=b"no type")).status_code == 415
        ready = await gateway.client.get("/readyz?verbose")
        assert ready.status_code == 200
        assert "[+]spool spooling: " in ready.text
        assert "[+]kafka away: " in ready.text
        assert (await gateway.client.get("/readyz")).text.startswith("ok; away: ")
        assert await metric(gateway, "eds_gateway_spool_records") == 39 + 39 + 1
        assert await metric(gateway, "eds_gateway_spool_bytes") > 1_000
        assert await metric(gateway, "eds_gateway_spool_oldest_age_seconds") > 0
        await asyncio.to_thread(mortal_kafka.restart, broker)
        for number in range(40, 200):  # while it is drained, and after
            assert (await gateway.post(rows(f"k/{number}"))).status_code == 200

        async def drained() -> bool:
            return await metric(gateway, "eds_gateway_spool_bytes") == 0

        await until(drained, 30)
        assert (await gateway.client.get("/readyz")).text == "ok\n"
        assert await metric(gateway, 'eds_gateway_notifications_total{result="accepted"}') == 200
    assert await statuses(kafka) == [f"k/{number}" for number in range(200)]
    letters = {letter.content for letter in await stored_letters(kafka)}
    assert letters == {b"no type", *(b'{"tries":"bad %d"}' % number for number in range(1, 40))}
    assert not segments(tmp_path)


@pytest.mark.anyio
async def test_a_full_spool_is_503_and_not_ready(tmp_path: Path) -> None:
    async with serving(nobody(), spool_dir=str(tmp_path), spool_bytes_max=1_048_576, request_ms_max=1_500) as gateway:
        answers = [(await gateway.post([{"tracking_id": "t", "status": "x" * 100_000}])).status_code for _ in range(14)]
        kept = answers.index(503)
        assert answers == [200] * kept + [503] * (14 - kept)
        assert 8 <= kept <= 10
        ready = await gateway.client.get("/readyz")
        assert ready.status_code == 503
        assert "[-]spool: full: spool_bytes_max=1048576" in ready.text
        assert await metric(gateway, "eds_gateway_spool_records") == kept
        assert sum(path.stat().st_size for path in segments(tmp_path)) <= 1_048_576


@contextmanager
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1 MiB; where none can be mounted, nothing may be written beyond 1 MiB of a file."""
    directory = tmp_path / "disk"
    directory.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "eds-test", directory], capture_output=True)
    try:
        yield directory
    finally:
        if mounted.returncode == 0:
            subprocess.run(["umount", directory], check=True)


class LimitedPart(Part):
    """A part whose files may not grow beyond 1 MiB, as on a small disk."""

    def start(self) -> None:
        program = (
            "import os, resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, 2**20));"
            " os.execv(sys.argv[1], sys.argv[1:])"
        )
        whole = self._command
        self._command = [sys.executable, "-c", program, *whole]
        try:
            super().start()
        finally:
            self._command = whole


@pytest.mark.anyio
@pytest.mark.parametrize("limited", [False, True], ids=["small disk", "limited files"])
async def test_a_full_disk_is_503_and_nothing_answered_200_is_lost(
    mortal_kafka: LocalKafka, tmp_path: Path, limited: bool
) -> None:
    kafka = KafkaSettings(bootstrap=mortal_kafka.bootstrap, partitions=1, delivery_timeout_ms=500)
    await asyncio.to_thread(bus_topics.ensure, kafka)
    [broker] = mortal_kafka.broker_ids
    mortal_kafka.kill(broker)
    with small_disk(tmp_path) as disk:
        kind = LimitedPart if limited else Part
        part = kind("gateway", {"kafka": kafka, "gateway": {"spool_dir": disk / "spool"}}, tmp_path / "log")
        with running(part):
            async with httpx.AsyncClient(base_url=part.address, trust_env=False, timeout=10) as client:
                kept = await post_until_refused(client)
                assert (await client.get("/livez")).status_code == 200
                ready = await client.get("/readyz?verbose")
                if not limited:  # a small file can still be written there
                    assert ready.status_code == 503
                    assert "[-]spool: " in ready.text
            part.kill()
        with running(part):
            await asyncio.to_thread(mortal_kafka.restart, broker)
            await wait_drained(part)
            assert part.end() == 0
    assert set(kept) <= set(await statuses(kafka))


async def post_until_refused(client: httpx.AsyncClient) -> list[str]:
    kept: list[str] = []
    refused = 0
    for number in range(60):
        names = [f"{number}-{turn}-{'x' * 7_000}" for turn in range(10)]
        status = (await client.post("/api/SMTP", json=rows(*names))).status_code
        assert status in (200, 503)
        if status == 200:
            kept += names
        else:
            refused += 1
    assert kept
    assert refused
    return kept


async def wait_drained(part: Part, seconds: float = 60) -> None:
    async with httpx.AsyncClient(base_url=part.address, trust_env=False, timeout=10) as client:

        async def drained() -> bool:
            return "\neds_gateway_spool_bytes 0.0\n" in (await client.get("/metrics")).text

        await until(drained, seconds)


class Sender:
    """Posts numbered rows of several keys, one after the other, and goes on where the gateway is started anew."""

    def __init__(self, part: Part, key: str) -> None:
        self.kept: list[str] = []
        self._part = part
        self._key = key
        self._number = 0
        self.stopping = False

    async def post_on(self) -> None:
        async with httpx.AsyncClient(base_url=self._part.address, trust_env=False, timeout=10) as client:
            while not self.stopping:
                names = [f"{self._key}/{self._number + turn}" for turn in range(10)]
                self._number += 10
                try:
                    reply = await client.post("/api/SMTP", json=rows(*names))
                except httpx.TransportError:
                    await asyncio.sleep(0.02)
                    continue
                if reply.status_code == 200:
                    self.kept += names


@pytest.mark.anyio
@pytest.mark.parametrize("seed", SEEDS)
async def test_killed_while_spooling_and_while_draining(mortal_kafka: LocalKafka, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    print(f"EDS_TEST_SEED={seed}")
    kafka = KafkaSettings(bootstrap=mortal_kafka.bootstrap, partitions=3, delivery_timeout_ms=1_000)
    await asyncio.to_thread(bus_topics.ensure, kafka)
    [broker] = mortal_kafka.broker_ids
    part = gateway_part(kafka, tmp_path / "log", spool_dir=tmp_path / "spool", request_log=False)
    with running(part):
        senders = [Sender(part, f"key{number}") for number in range(6)]
        tasks = [asyncio.create_task(sender.post_on()) for sender in senders]
        await asyncio.sleep(chance.uniform(0.1, 0.5))
        mortal_kafka.kill(broker)
        for _ in range(3):  # while it spools
            await asyncio.sleep(chance.uniform(1.2, 2.5))
            await again(part)
        restarting = asyncio.create_task(asyncio.to_thread(mortal_kafka.restart, broker))
        for _ in range(4):  # while it drains
            await asyncio.sleep(chance.uniform(0.05, 1.5))
            await again(part)
        await restarting
        for sender in senders:
            sender.stopping = True
        await asyncio.gather(*tasks)
        await wait_drained(part)
        assert await asyncio.to_thread(part.end) == 0
    found = await statuses(kafka)
    for sender in senders:
        kept = set(sender.kept)
        assert len(kept) > 100
        # One sender's rows, one after the other: all of them, and none before an earlier one.
        assert [name for name in found if name in kept] == sender.kept


async def again(part: Part) -> None:
    await asyncio.to_thread(part.kill)
    await asyncio.to_thread(part.start)
    await asyncio.to_thread(part.wait_ready)


@pytest.mark.anyio
async def test_what_is_left_at_a_stop_is_drained_after_the_next_start_and_by_fewer_workers(
    mortal_kafka: LocalKafka, tmp_path: Path
) -> None:
    kafka = KafkaSettings(bootstrap=mortal_kafka.bootstrap, partitions=1, delivery_timeout_ms=500)
    await asyncio.to_thread(bus_topics.ensure, kafka)
    [broker] = mortal_kafka.broker_ids
    mortal_kafka.kill(broker)
    kept = []
    part = gateway_part(kafka, tmp_path / "log", spool_dir=tmp_path / "spool", workers=2)
    with running(part):
        for number in range(30):  # each over a connection of its own, so that both workers have some
            reply = await asyncio.to_thread(post_once, part.address, rows(f"{number}/{number}"))
            assert reply == 200
            kept.append(f"{number}/{number}")
        assert await asyncio.to_thread(part.end) == 0
    assert {path.parent.name for path in segments(tmp_path)} == {"worker-1", "worker-2"}
    await asyncio.to_thread(mortal_kafka.restart, broker)
    alone = gateway_part(kafka, tmp_path / "log-alone", spool_dir=tmp_path / "spool")
    with running(alone):
        await wait_drained(alone)
        assert await asyncio.to_thread(alone.end) == 0
    assert set(await statuses(kafka)) == set(kept)


def post_once(address: str, content: list[dict[str, Any]]) -> int:
    with httpx.Client(base_url=address, trust_env=False, timeout=10) as client:
        return client.post("/api/SMTP", json=content).status_code
