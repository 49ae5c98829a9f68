"""After a gap nothing is missed and nothing is doubled, whichever side went away; where that can't be had, the client is told."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection

from bus import topics as kafka_topics
from bus.settings import KafkaSettings
from graphql_api.pagination import pack
from ops.local_kafka import choose_port
from store.settings import StoreSettings
from tests.bus.conftest import Start, crash_kafka  # noqa: F401  # a fixture
from tests.live.clients import following
from tests.live.conftest import Pipeline, notification, serving, subscribed
from tests.live.speaking import data_of, speaking, subscribe
from tests.live.test_following import DOMAIN, EVENTS

pytestmark = pytest.mark.anyio
MESSAGES = 12


async def revisions(ws: ClientConnection, count: int) -> tuple[dict[str, list[int]], str]:
    """The revisions of each message in the order they came, and the last cursor."""
    found: dict[str, list[int]] = {}
    cursor = ""
    for _ in range(count):
        payload = await data_of(ws)
        change = payload["data"]["messageChanged"]
        found.setdefault(change["trackingId"], []).append(change["revision"])
        cursor = payload["extensions"]["cursor"]
    return found, cursor


@pytest.mark.parametrize("restarted", [False, True], ids=["client away", "server away"])
async def test_what_changed_meanwhile_comes_once(topics: KafkaSettings, store: StoreSettings, restarted: bool) -> None:
    """Of each message the latest revision: from memory, or, by another server, from the topic."""
    query = "subscription ($after: String) { messageChanged(after: $after) { trackingId revision } }"
    async with Pipeline(topics, store) as pipeline:
        async with serving(topics, store) as (url, _):
            async with speaking(url) as ws:
                await subscribe(ws, "1", query)
                await subscribed(url, 1)
                await pipeline.apply([notification(f"m{number}", "queued") for number in range(MESSAGES)])
                found, cursor = await revisions(ws, MESSAGES)
                assert found == {f"m{number}": [1] for number in range(MESSAGES)}
            if not restarted:
                await come_back(url, pipeline, query, cursor)
        if restarted:
            async with serving(topics, store) as (url, _):
                await come_back(url, pipeline, query, cursor)


async def come_back(url: str, pipeline: Pipeline, query: str, cursor: str) -> None:
    for label in ("deferred", "delivered"):
        await pipeline.apply([notification(f"m{number}", label) for number in range(0, MESSAGES, 2)])
    async with speaking(url) as ws:
        await subscribe(ws, "1", query, after=cursor)
        expected = {f"m{number}": 3 for number in range(0, MESSAGES, 2)}
        found: dict[str, int] = {}
        while found != expected:
            step, cursor = await revisions(ws, 1)
            ((tracking_id, (revision,)),) = step.items()
            assert revision > found.get(tracking_id, 1)
            found[tracking_id] = revision
        await pipeline.report("m0", "opened")
        step, cursor = await revisions(ws, 1)
        assert step == {"m0": [4]}
    async with speaking(url) as ws:
        await subscribe(ws, "1", query, after=cursor)
        await subscribed(url, 1)
        await pipeline.report("m1", "opened")
        assert (await revisions(ws, 1))[0] == {"m1": [2]}


async def test_who_came_back_learns_of_messages_of_many_deliveries_as_others_do(
    topics: KafkaSettings, sqlite: StoreSettings
) -> None:
    """A record that doesn't name all deliveries has the store asked; what comes of it stands where the record does."""
    async with Pipeline(topics, sqlite) as pipeline, serving(topics, sqlite) as (url, _):
        async with speaking(url) as ws:
            await subscribe(ws, "1", DOMAIN, domain="example.org")
            await subscribed(url, 1)
            await pipeline.apply([notification(f"m{number}", "queued") for number in range(MESSAGES)])
            _, cursor = await revisions(ws, MESSAGES)
        async with speaking(url) as ws:
            await subscribe(ws, "1", DOMAIN, domain="example.org", after=cursor)
            await subscribed(url, 1)
            for label in ("queued", "delivered"):
                await pipeline.apply([notification("many", label, f"r{number}@example.org") for number in range(30)])
            while (await revisions(ws, 1))[0] != {"many": [60]}:
                pass


async def test_each_event_comes_once_over_a_gap(topics: KafkaSettings, sqlite: StoreSettings) -> None:
    async with Pipeline(topics, sqlite) as pipeline:
        async with serving(topics, sqlite) as (url, _), speaking(url) as ws:
            await subscribe(ws, "1", EVENTS)
            await subscribed(url, 1)
            await pipeline.apply([notification("m", "queued", tries=number) for number in range(5)])
            payloads = [await data_of(ws) for _ in range(3)]
        await pipeline.apply([notification("m", "deferred", tries=number) for number in range(5)])
        async with serving(topics, sqlite) as (url, _), speaking(url) as ws:
            await subscribe(ws, "1", EVENTS, after=payloads[-1]["extensions"]["cursor"])
            payloads += [await data_of(ws) for _ in range(7)]
            await pipeline.report("m", "delivered")
            payloads.append(await data_of(ws))
        events = [payload["data"]["eventReceived"] for payload in payloads]
        assert len({event["eventId"] for event in events}) == len(events) == 11
        assert [event["kind"] for event in events] == ["QUEUED"] * 5 + ["DEFERRED"] * 5 + ["DELIVERED"]


@pytest.mark.parametrize("transport", ["ws", "sse"])
async def test_clients_go_on_by_themselves_when_a_server_takes_anothers_place(
    topics: KafkaSettings, sqlite: StoreSettings, transport: str
) -> None:
    port = choose_port()
    async with Pipeline(topics, sqlite) as pipeline:
        async with serving(topics, sqlite, port=port) as (url, _):
            context = following(transport, url, DOMAIN, domain="example.org", after=None)
            client = await context.__aenter__()
            await subscribed(url, 1)
            await pipeline.report("m", "queued")
            assert (await client.data("messageChanged"))["revision"] == 1
        try:
            await pipeline.report("m", "deferred")
            await pipeline.report("m", "delivered")
            async with serving(topics, sqlite, port=port):
                assert (await client.data("messageChanged"))["revision"] == 3
                await pipeline.report("m", "opened")
                assert (await client.data("messageChanged"))["revision"] == 4
        finally:
            await context.__aexit__(None, None, None)


@pytest.mark.parametrize(
    ("after", "code"),
    [
        ("nonsense", "BAD_CURSOR"),
        (pack(["arrivals", 0, 0, 0]), "BAD_CURSOR"),
        (pack(["changes", "0", 0, 0]), "BAD_CURSOR"),
        (pack(["changes", 0, 0]), "CURSOR_EXPIRED"),
        (pack(["changes", 0, 0, 10**9]), "CURSOR_EXPIRED"),
        (pack(["changes", 0, 0, 0]), "CURSOR_EXPIRED"),
    ],
    ids=["nonsense", "other subscription", "no numbers", "other partitions", "ahead", "too far back"],
)
async def test_cursors_that_cannot_be_gone_on_from(
    topics: KafkaSettings, sqlite: StoreSettings, after: str, code: str
) -> None:
    async with Pipeline(topics, sqlite) as pipeline:
        await pipeline.apply([notification(f"m{number}", "queued") for number in range(6)])
        async with serving(topics, sqlite, replay_records_max=5) as (url, _), speaking(url) as ws:
            await subscribe(ws, "1", DOMAIN, domain="example.org", after=after)
            message = json.loads(await asyncio.wait_for(ws.recv(), 20))
            assert message["type"] == "error"
            assert [error["extensions"]["code"] for error in message["payload"]] == [code]
            await subscribed(url, 0)


async def test_one_message_goes_on_from_its_revision(topics: KafkaSettings, sqlite: StoreSettings) -> None:
    query = 'subscription ($after: String) { messageChanged(trackingId: "m", after: $after) { revision } }'

    async def begin(url: str, after: str | None) -> tuple[int, str]:
        async with speaking(url) as ws:
            await subscribe(ws, "1", query, after=after)
            await subscribed(url, 1)
            await pipeline.report("m", "opened", tries=len(seen))
            payload = await data_of(ws)
        return payload["data"]["messageChanged"]["revision"], payload["extensions"]["cursor"]

    seen: list[int] = []
    async with Pipeline(topics, sqlite) as pipeline, serving(topics, sqlite) as (url, _):
        await pipeline.report("m", "queued")
        cursor: str | None = None
        while len(seen) < 3:
            revision, cursor = await begin(url, cursor)
            seen.append(revision)
        # First it comes as it is; whoever has that revision gets the next one only.
        assert seen[0] in (1, 2)
        assert seen[1] == seen[0] + 1 or seen[0] == 1
        assert seen == sorted(set(seen))


async def test_kafka_goes_away_and_comes_back(
    sqlite: StoreSettings,
    tmp_path: Path,
    crash_kafka: Start,  # noqa: F811
) -> None:
    """Subscribers stay, learn that nothing may come, and get all that happened since."""
    cluster = await asyncio.to_thread(crash_kafka, 1, None)
    kafka = KafkaSettings(bootstrap=cluster.bootstrap, partitions=3, retention_days=0)
    await asyncio.to_thread(kafka_topics.ensure, kafka)
    async with (
        Pipeline(kafka, sqlite) as pipeline,
        serving(kafka, sqlite) as (url, _),
        following("ws", url, DOMAIN, domain="example.org", after=None) as client,
    ):
        await subscribed(url, 1)
        await pipeline.report("m", "queued")
        assert (await client.data("messageChanged"))["revision"] == 1
        await asyncio.to_thread(cluster.kill, 1)
        stale: Any = await client.until("ping")
        assert "does not answer" in stale["stale"]
        await asyncio.to_thread(cluster.restart, 1)
        while (await client.until("ping"))["stale"] is not None:
            pass  # it is asked again until it answers; `until` has its own deadline
        await pipeline.until_writable()
        await pipeline.report("m", "delivered")
        assert (await client.data("messageChanged"))["revision"] == 2
        assert not [line for line in client.lines if "closed" in line]
