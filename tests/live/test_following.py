"""What subscribers get: through the clients that frontends use, over real Kafka and both stores."""

import asyncio

import httpx
import pytest

from bus.settings import KafkaSettings
from store.settings import StoreSettings
from tests.live.clients import following
from tests.live.conftest import Pipeline, notification, serving, subscribed

pytestmark = pytest.mark.anyio
ONE = "subscription ($id: String!) { messageChanged(trackingId: $id) { trackingId phase revision } }"
DOMAIN = """subscription ($domain: String!, $after: String) { messageChanged(where: {recipientDomain: $domain}, after: $after)
 { trackingId revision deliveryCounts { total } deliveries { nodes { recipient phase } } } }"""
EVENTS = """subscription ($where: EventFilter, $after: String) { eventReceived(where: $where, after: $after)
 { eventId trackingId kind recipient } }"""


@pytest.mark.parametrize("transport", ["ws", "sse"])
async def test_one_message_comes_as_it_is_and_then_as_it_changes(
    topics: KafkaSettings, store: StoreSettings, transport: str
) -> None:
    async with Pipeline(topics, store) as pipeline:
        await pipeline.report("m", "queued")
        async with serving(topics, store) as (url, _), following(transport, url, ONE, id="m") as client:
            assert await client.data("messageChanged") == {"trackingId": "m", "phase": "QUEUED", "revision": 1}
            await pipeline.report("other", "queued")
            await pipeline.report("m", "deferred")
            assert await client.data("messageChanged") == {"trackingId": "m", "phase": "DEFERRED", "revision": 2}
            await pipeline.report("m", "delivered")
            await pipeline.report("m", "opened")
            while (found := await client.data("messageChanged"))["revision"] < 4:
                assert found == {"trackingId": "m", "phase": "DELIVERED", "revision": 3}
            assert found == {"trackingId": "m", "phase": "DELIVERED", "revision": 4}


async def test_a_message_that_is_not_there_yet_comes_when_it_is(topics: KafkaSettings, sqlite: StoreSettings) -> None:
    async with (
        Pipeline(topics, sqlite) as pipeline,
        serving(topics, sqlite) as (url, _),
        following("ws", url, ONE, id="later") as client,
    ):
        await subscribed(url, 1)
        await pipeline.report("later", "queued")
        assert await client.data("messageChanged") == {"trackingId": "later", "phase": "QUEUED", "revision": 1}


@pytest.mark.parametrize("transport", ["ws", "sse"])
async def test_a_filter_finds_messages_by_their_deliveries_however_many(
    topics: KafkaSettings, store: StoreSettings, transport: str
) -> None:
    async with (
        Pipeline(topics, store) as pipeline,
        serving(topics, store) as (url, _),
        following(transport, url, DOMAIN, domain="example.net", after=None) as client,
    ):
        await subscribed(url, 1)
        await pipeline.report("no", "queued", "a@example.org")
        await pipeline.report("yes", "delivered", "B@Example.net")
        found = await client.data("messageChanged")
        assert (found["trackingId"], found["revision"]) == ("yes", 1)
        assert found["deliveries"]["nodes"] == [{"recipient": "b@example.net", "phase": "DELIVERED"}]
        many = [notification("many", "queued", f"r{number}@example.org") for number in range(30)]
        await pipeline.apply(many)
        await pipeline.apply([notification("many", "queued", "c@example.net")])
        found = await client.data("messageChanged")
        assert (found["trackingId"], found["revision"], found["deliveryCounts"]) == ("many", 31, {"total": 31})


@pytest.mark.parametrize("transport", ["ws", "sse"])
async def test_events_come_as_they_arrive(topics: KafkaSettings, sqlite: StoreSettings, transport: str) -> None:
    async with Pipeline(topics, sqlite) as pipeline, serving(topics, sqlite) as (url, _):
        where = {"kinds": ["BOUNCED", "DELIVERED"], "senderIds": [7]}
        async with following(transport, url, EVENTS, where=where, after=None) as client:
            await subscribed(url, 1)
            await pipeline.report("m", "queued")
            await pipeline.report("m", "delivered", sender_id=8)
            await pipeline.report("m", "bounced")
            found = await client.data("eventReceived")
            assert (found["trackingId"], found["kind"], found["recipient"]) == ("m", "BOUNCED", "a@example.org")
            await pipeline.report(None, "delivered", "b@example.org")
            found = await client.data("eventReceived")
            assert (found["trackingId"], found["recipient"]) == (None, "b@example.org")


async def test_queries_run_over_every_transport(topics: KafkaSettings, sqlite: StoreSettings) -> None:
    async with Pipeline(topics, sqlite) as pipeline, serving(topics, sqlite) as (url, _):
        await pipeline.report("m", "queued")
        for transport in ("ws", "sse"):
            async with following(transport, url, '{ message(trackingId: "m") { revision } }') as client:
                assert await client.data("message") == {"revision": 1}
                assert await client.line() == {"complete": True}
            async with following(transport, url, "{ nothing }") as client:
                line = await client.line()
                errors = line["error"] if transport == "ws" else line["next"]["errors"]
                assert [error["extensions"]["code"] for error in errors] == ["GRAPHQL_VALIDATION_FAILED"]


async def test_parts_come_as_apollo_reads_them(topics: KafkaSettings, sqlite: StoreSettings) -> None:
    async with Pipeline(topics, sqlite) as pipeline, serving(topics, sqlite) as (url, _):
        await pipeline.report("m", "queued")
        accept = 'multipart/mixed;boundary="graphql";subscriptionSpec="1.0", application/json'
        body = {"query": 'subscription { messageChanged(trackingId: "m") { revision } }'}
        async with (
            httpx.AsyncClient(base_url=url, trust_env=False, timeout=20) as client,
            client.stream("POST", "/graphql", json=body, headers={"accept": accept}) as response,
        ):
            assert response.headers["content-type"].startswith("multipart/mixed")
            text = ""
            async for part in response.aiter_text():
                text += part
                if '{"revision":1}' in text and text.endswith("--graphql"):
                    break
        assert text.startswith('\r\n--graphql\r\ncontent-type: application/json\r\n\r\n{"payload":{"data":')


async def test_the_same_revision_is_not_sent_twice_and_an_older_one_never(
    topics: KafkaSettings, sqlite: StoreSettings
) -> None:
    async with (
        Pipeline(topics, sqlite) as pipeline,
        serving(topics, sqlite) as (url, _),
        following("ws", url, ONE, id="m") as one,
        following("ws", url, DOMAIN, domain="example.org", after=None) as many,
    ):
        await subscribed(url, 2)
        announced = [*await pipeline.apply([notification("m", "queued")])]
        announced += await pipeline.apply([notification("m", "delivered")])
        for client in (one, many):
            while (await client.data("messageChanged"))["revision"] < 2:
                pass
        await pipeline.announce([announced[1], announced[0], announced[1]])
        await pipeline.report("m", "opened")
        for client in (one, many):
            assert (await client.data("messageChanged"))["revision"] == 3


async def test_a_client_that_is_killed_leaves_nothing_behind(topics: KafkaSettings, sqlite: StoreSettings) -> None:
    async with Pipeline(topics, sqlite), serving(topics, sqlite) as (url, _):
        for transport in ("ws", "sse"):
            async with following(transport, url, ONE, id="m") as client:
                await subscribed(url, 1)
                client.process.kill()
                await subscribed(url, 0)


async def test_everybody_is_told_when_the_server_ends(topics: KafkaSettings, sqlite: StoreSettings) -> None:
    async with Pipeline(topics, sqlite) as pipeline:
        await pipeline.report("m", "queued")
        async with (
            serving(topics, sqlite) as (url, stop),
            following("ws", url, ONE, id="m") as client,
            following("sse", url, ONE, id="m") as other,
        ):
            for one in (client, other):
                assert (await one.data("messageChanged"))["revision"] == 1
            stop.set()
            assert await client.until("closed") == 1001
            assert "after" in client.lines[-1]["reason"]
            await asyncio.sleep(0)
