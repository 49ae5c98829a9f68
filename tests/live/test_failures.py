"""Nobody waits for what will not come: whoever can't be answered is told."""

import asyncio
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from bus.records import Stored
from bus.settings import KafkaSettings
from delivery.errors import Unavailable
from graphql_api.access.access import Caller
from graphql_api.live import feed
from store.settings import StoreSettings
from tests.live.conftest import Pipeline, serving, subscribed
from tests.live.fed import ALL, Judging, Store, live_over, tell, until
from tests.live.speaking import WAIT_S, opened, received, send, speaking, subscribe

pytestmark = pytest.mark.anyio
SSE = {"accept": "text/event-stream"}


@pytest.fixture
async def store() -> Store:
    return Store()


NOT_STARTED = [
    (Unavailable("it ended in the middle"), 503, "UNAVAILABLE", "Not available now: it ended in the middle"),
    (None, 503, "UNAVAILABLE", "Not available now: over operation_ms_max=200"),
    (RuntimeError("a secret"), 500, "INTERNAL_SERVER_ERROR", "Internal error. The server's log has it under this id."),
]


@pytest.mark.parametrize(("problem", "status", "code", "message"), NOT_STARTED, ids=["away", "slow", "defect"])
async def test_who_can_not_be_answered_is_told(
    store: Store, problem: Exception | None, status: int, code: str, message: str
) -> None:
    """A subscription that can't be started ends with an error as any request does; its id is free, its connection goes on."""
    async with live_over(store, Judging(problem), operation_ms_max=200) as (url, live):
        async with speaking(url) as ws:
            for _ in range(2):
                await subscribe(ws, "1", ALL)
                told = await received(ws)
                assert (told["type"], told["id"]) == ("error", "1")
                (error,) = told["payload"]
                assert (error["extensions"]["code"], error["message"]) == (code, message)
        async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=WAIT_S) as client:
            reply = await client.post("/graphql", json={"query": ALL}, headers=SSE)
        assert (reply.status_code, reply.headers.get("retry-after")) == (status, "5" if status == 503 else None)
        (error,) = reply.json()["errors"]
        assert (error["extensions"]["code"], error["message"]) == (code, message)
        assert live.hub.count == 0


@pytest.mark.parametrize(
    ("problem", "code", "reason"),
    [
        (Unavailable("the keys can't be read"), 1013, "Not available now: the keys can't be read"),
        (RuntimeError("a secret"), 1011, "Internal error"),
    ],
    ids=["away", "defect"],
)
async def test_who_can_not_be_known_now_is_told(
    store: Store, monkeypatch: pytest.MonkeyPatch, problem: Exception, code: int, reason: str
) -> None:
    """At once, with a code after which clients come back where it may be better by then."""

    async def verify(_authorization: str | None) -> Caller:
        raise problem

    access: dict[str, Any] = {"jwt_issuer": "i", "jwt_audience": "a", "jwt_keys": "http://127.0.0.1/never-asked"}
    async with live_over(store, **access) as (url, live):
        monkeypatch.setattr(live._access, "identify", verify)
        async with opened(url) as ws:
            await send(ws, type="connection_init")
            with pytest.raises(ConnectionClosed) as ending:
                await received(ws)
    assert ending.value.rcvd is not None
    assert (ending.value.rcvd.code, ending.value.rcvd.reason) == (code, reason)


async def test_a_defect_ends_the_subscriptions_that_it_concerns(store: Store) -> None:
    """The others go on, and so does whoever asks again."""
    narrow = 'subscription { messageChanged(where: {recipientDomain: "example.org"}) { trackingId } }'
    async with live_over(store) as (url, live), speaking(url) as ws:
        await subscribe(ws, "all", ALL)
        for number in range(2):
            await subscribe(ws, "narrow", narrow)
            await until(lambda: live.hub.count == 2, "not both are there")
            tell(live, "m", number + 1)  # the store is asked whether the filter has it, and is not up to that
            told = {message["id"]: message for message in [await received(ws), await received(ws)]}
            assert told["all"]["payload"]["data"]["messageChanged"] == {"trackingId": "m", "revision": number + 1}
            assert told["narrow"]["type"] == "error"
            assert told["narrow"]["payload"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
            assert live.hub.count == 1


async def test_everybody_is_told_when_live_results_end(
    topics: KafkaSettings, sqlite: StoreSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A defect that ends the following of a topic: all are sent away, to come back to another server, and nobody is let in."""

    def broken(_found: Stored) -> None:
        raise RuntimeError("a secret")

    monkeypatch.setattr(feed, "read_change", broken)
    async with (
        Pipeline(topics, sqlite) as pipeline,
        serving(topics, sqlite) as (url, _),
        httpx.AsyncClient(base_url=url, trust_env=False, timeout=WAIT_S) as client,
        client.stream("POST", "/graphql", json={"query": ALL}, headers=SSE) as stream,
        speaking(url) as ws,
    ):
        await subscribe(ws, "1", ALL)
        await subscribed(url, 2)
        await pipeline.report("m", "queued")
        with pytest.raises(ConnectionClosed) as ending:
            await received(ws)
        assert ending.value.rcvd is not None
        assert (ending.value.rcvd.code, ending.value.rcvd.reason.split(":")[0]) == (
            1013, "The live results of this server have ended"
        )  # fmt: skip
        assert '"code":"UNAVAILABLE"' in (await stream.aread()).decode()
        assert "live: live results have ended" in (await client.get("/readyz")).text
        reply = await client.post("/graphql", json={"query": ALL}, headers=SSE)
        assert (reply.status_code, reply.headers["retry-after"]) == (503, "5")
        assert (await client.post("/graphql", json={"query": "{ __typename }"})).status_code == 200


async def test_who_is_being_let_in_when_live_results_end_is_told_as_well(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with (
        live_over(store) as (url, live),
        httpx.AsyncClient(base_url=url, trust_env=False, timeout=WAIT_S) as client,
    ):
        prepare = live.hub.prepare

        async def prepare_while_it_ends(text: str, operation_name: str | None) -> Any:
            live.hub.feed_failure = lambda: RuntimeError("a secret")
            await until(lambda: live.problem, "it goes on")
            return await prepare(text, operation_name)

        monkeypatch.setattr(live.hub, "prepare", prepare_while_it_ends)
        async with asyncio.timeout(WAIT_S):  # a stream that goes on beats
            reply = await client.post("/graphql", json={"query": ALL}, headers=SSE)
        assert '"code":"UNAVAILABLE"' in reply.text
