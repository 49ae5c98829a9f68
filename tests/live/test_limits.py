"""Who may follow what, how much of it, and how it ends: over the wire, word by word."""

import asyncio
import json
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from websockets.exceptions import ConnectionClosed, InvalidStatus

from bus.settings import KafkaSettings
from store.settings import StoreSettings
from tests.live.conftest import Pipeline, metric, notification, serving, subscribed
from tests.live.fed import until
from tests.live.speaking import data_of, opened, received, send, speaking, subscribe

pytestmark = pytest.mark.anyio
ALL = "subscription { messageChanged { trackingId mailFrom revision } }"
ONE = "subscription ($id: String!) { messageChanged(trackingId: $id) { trackingId revision } }"
SUPPORT, WHOLE = "support-token-000000", "whole-token-00000000"


@pytest.fixture
def tokens(tmp_path: Path) -> str:
    """A file of two tokens: one of sender 7 without addresses, one that sees everything."""
    entries = [
        {"name": "support", "sha256": sha256(SUPPORT.encode()).hexdigest(), "sender_ids": [7]},
        {"name": "whole", "sha256": sha256(WHOLE.encode()).hexdigest(), "sender_ids": "all", "addresses": True},
    ]
    path = tmp_path / "tokens.json"
    path.write_text(json.dumps({"tokens": entries}))
    return str(path)


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


async def closed(ws: Any) -> tuple[int, str]:
    """The close's code and reason; what comes before is passed over."""
    while True:
        try:
            await asyncio.wait_for(ws.recv(), 20)
        except ConnectionClosed as ending:
            return (ending.rcvd.code, ending.rcvd.reason) if ending.rcvd else (1006, "")


async def error_code(ws: Any) -> str:
    message = await received(ws)
    assert message["type"] == "error", message
    (error,) = message["payload"]
    code: str = error["extensions"]["code"]
    return code


async def test_a_scope_holds_for_what_is_live(topics: KafkaSettings, sqlite: StoreSettings, tokens: str) -> None:
    async with Pipeline(topics, sqlite) as pipeline, serving(topics, sqlite, tokens_file=tokens) as (url, _):
        await pipeline.report("theirs", "queued", sender_id=8)
        async with speaking(url, bearer(SUPPORT)) as narrow, speaking(url, additional_headers=bearer(WHOLE)) as wide:
            await subscribe(narrow, "all", ALL)
            await subscribe(narrow, "theirs", ONE, id="theirs")
            await subscribe(narrow, "events", "subscription { eventReceived { trackingId rcptTo } }")
            await subscribe(wide, "all", ALL)
            await subscribed(url, 4)
            await pipeline.report("theirs", "delivered", sender_id=8, mail_from="alice@example.com")
            await pipeline.report("ours", "delivered", mail_from="alice@example.com")
            seen = {(message["id"], json.dumps(message["payload"]["data"])) for message in
                    [await received(narrow), await received(narrow)]}  # fmt: skip
            assert seen == {
                (
                    "all",
                    '{"messageChanged": {"trackingId": "ours", "mailFrom": "a\\u2026@example.com", "revision": 1}}',
                ),
                ("events", '{"eventReceived": {"trackingId": "ours", "rcptTo": "\\u2026@example.org"}}'),
            }
            found = {(await data_of(wide))["data"]["messageChanged"]["mailFrom"] for _ in range(2)}
            assert found <= {"alice@example.com", None}
            await subscribe(
                narrow, "guess", 'subscription { messageChanged(where: {recipient: "a@example.org"}) { id } }'
            )
            assert await error_code(narrow) == "FORBIDDEN"


async def test_tokens_are_asked_for_and_checked(topics: KafkaSettings, sqlite: StoreSettings, tokens: str) -> None:
    async with Pipeline(topics, sqlite), serving(topics, sqlite, tokens_file=tokens) as (url, _):
        for init in ({}, bearer("unknown-token-000000"), {"authorization": 7}):
            async with opened(url) as ws:
                await send(ws, type="connection_init", payload=init)
                code, reason = await closed(ws)
                assert (code, reason.split(":")[0]) == (4403, "Forbidden")
        with pytest.raises(InvalidStatus) as refused:
            async with opened(url, additional_headers=bearer("unknown-token-000000")):
                pass
        assert refused.value.response.status_code == 401
        async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=20) as client:
            reply = await client.post("/graphql", json={"query": ALL}, headers={"accept": "text/event-stream"})
            assert reply.status_code == 401


async def test_a_token_that_expires_ends_its_connection(
    topics: KafkaSettings, sqlite: StoreSettings, tmp_path: Path
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    shown = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(key.public_key()))
    (tmp_path / "keys.json").write_text(json.dumps({"keys": [shown | {"kid": "k", "alg": "ES256", "use": "sig"}]}))
    claims = {"iss": "issuer", "aud": "audience", "sub": "s", "sender_ids": "all", "exp": int(time.time()) + 3}
    token = jwt.encode(claims, key, algorithm="ES256", headers={"kid": "k"})
    access = {"jwt_issuer": "issuer", "jwt_audience": "audience", "jwt_keys": str(tmp_path / "keys.json")}
    async with Pipeline(topics, sqlite), serving(topics, sqlite, jwt_leeway_s=0, **access) as (url, _):
        async with speaking(url, bearer(token)) as ws:
            await subscribe(ws, "1", ALL)
            assert await closed(ws) == (4403, "The token has expired")
        await subscribed(url, 0)
        assert await metric(url, "eds_graphql_subscription_dropped_total") == 1


async def test_a_token_that_is_taken_out_of_its_file_is_refused_and_ends_its_connections(
    topics: KafkaSettings, sqlite: StoreSettings, tokens: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Soon, without a restart. A file that can't be used changes nothing, and is told in the log once."""
    path = tmp_path / "tokens.json"
    kept = [entry for entry in json.loads(path.read_text())["tokens"] if entry["name"] == "whole"]
    asked = {"query": "{ __typename }"}
    async with (
        Pipeline(topics, sqlite) as pipeline,
        serving(topics, sqlite, tokens_file=tokens, reload_ms=100) as (url, _),
        httpx.AsyncClient(base_url=url, trust_env=False, timeout=20) as client,
        speaking(url, bearer(SUPPORT)) as revoked,
        speaking(url, bearer(WHOLE)) as other,
        client.stream("POST", "/graphql", json={"query": ALL}, headers={"accept": "text/event-stream"} | bearer(SUPPORT))
        as stream,
    ):  # fmt: skip
        for ws in (revoked, other):
            await subscribe(ws, "1", ALL)
        await subscribed(url, 3)
        path.write_text("{")
        await until(lambda: "the tokens in use stay as they are" in caplog.text, "a broken file is not told")
        path.unlink()
        await until(lambda: "No such file" in caplog.text, "a missing file is not told")
        for token in (SUPPORT, WHOLE):
            assert (await client.post("/graphql", json=asked, headers=bearer(token))).status_code == 200
        path.write_text(json.dumps({"tokens": kept}))
        assert await closed(revoked) == (4403, "The token is not valid any more, or has other rights")
        assert "UNAUTHENTICATED" in (await asyncio.wait_for(stream.aread(), 20)).decode()
        assert (await client.post("/graphql", json=asked, headers=bearer(SUPPORT))).status_code == 401
        assert (await client.post("/graphql", json=asked, headers=bearer(WHOLE))).status_code == 200
        await pipeline.report("m", "delivered")
        assert (await data_of(other))["data"]["messageChanged"]["trackingId"] == "m"
        assert await metric(url, "eds_graphql_subscription_dropped_total") == 2
    assert caplog.text.count("No such file") == 1


async def test_browsers_of_other_origins_are_kept_out(topics: KafkaSettings, sqlite: StoreSettings) -> None:
    async with Pipeline(topics, sqlite), serving(topics, sqlite, origins_allowed=("https://ok.example",)) as (url, _):
        with pytest.raises(InvalidStatus) as refused:
            async with opened(url, origin="https://bad.example"):
                pass
        assert refused.value.response.status_code == 403
        async with speaking(url, origin="https://ok.example"):
            pass
        async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=20) as client:
            upgrade = {"connection": "upgrade", "upgrade": "websocket", "host": "bad.example"}
            assert (await client.get("/graphql", headers=upgrade)).status_code == 421
            headers = {"accept": "text/event-stream", "origin": "https://bad.example"}
            assert (await client.post("/graphql", json={"query": ALL}, headers=headers)).status_code == 403
            headers["origin"] = "https://ok.example"
            async with client.stream("POST", "/graphql", json={"query": ALL}, headers=headers) as reply:
                assert (reply.status_code, reply.headers["access-control-allow-origin"]) == (200, "https://ok.example")


async def test_guards_hold_for_subscriptions(topics: KafkaSettings, sqlite: StoreSettings) -> None:
    documents = {
        "LIMIT_EXCEEDED": "subscription { messageChanged { events(first: 200) { nodes { id kind source eventId trackingId } } } }",
        "GRAPHQL_PARSE_FAILED": "subscription { messageChanged {" + " id" * 3_000 + "} }",
        "GRAPHQL_VALIDATION_FAILED": "subscription { a: messageChanged { id } b: messageChanged { id } }",
        "BAD_USER_INPUT": "subscription A { messageChanged { id } } subscription B { messageChanged { id } }",
    }
    async with Pipeline(topics, sqlite), serving(topics, sqlite, query_cost_max=1_000) as (url, _), speaking(url) as ws:
        for code, document in documents.items():
            await subscribe(ws, code, document)
            assert await error_code(ws) == code
        await send(ws, id="1", type="subscribe", payload={"variables": {}})
        assert await error_code(ws) == "BAD_REQUEST"
        async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=20) as client:
            reply = (await client.post("/graphql", json={"query": ALL})).json()
            assert "text/event-stream" in reply["errors"][0]["message"]


async def test_there_are_only_so_many_subscriptions(topics: KafkaSettings, sqlite: StoreSettings, tokens: str) -> None:
    limits = {"subscribers_max": 3, "token_subscribers_max": 2, "tokens_file": tokens}
    async with (
        Pipeline(topics, sqlite),
        serving(topics, sqlite, **limits) as (url, _),
        speaking(url, bearer(SUPPORT)) as one,
        speaking(url, bearer(WHOLE)) as other,
    ):
        for number in range(3):
            await subscribe(one, str(number), ALL)
        assert await error_code(one) == "LIMIT_EXCEEDED"
        for number in range(2):
            await subscribe(other, str(number), ALL)
        assert await error_code(other) == "LIMIT_EXCEEDED"
        await send(one, id="0", type="complete")
        await subscribed(url, 2)
        await subscribe(other, "again", ALL)
        await subscribed(url, 3)
        async with speaking(url, bearer(WHOLE)):
            with pytest.raises(InvalidStatus) as refused:
                async with opened(url):
                    pass
            assert refused.value.response.status_code == 503
            assert "retry-after" in refused.value.response.headers


@pytest.mark.parametrize(
    ("messages", "code"),
    [
        (["{"], 4400),
        (['{"type": "start"}'], 4400),
        ([b"{}"], 4400),
        (['{"type": "subscribe", "id": "1", "payload": {"query": "{ __typename }"}}'], 4401),
        (['{"type": "connection_init"}'] * 2, 4429),
        (['{"type": "connection_init"}', '{"type": "subscribe", "id": "", "payload": {}}'], 4400),
        (['{"type": "connection_init"}', '{"type": "subscribe", "id": "1"}'], 4400),
        (["x" * 3_000], 1009),
        ([], 4408),
    ],
    ids=["no JSON", "unknown", "binary", "too early", "twice", "no id", "no payload", "too large", "silence"],
)  # fmt: skip
async def test_the_protocol_is_kept(
    topics: KafkaSettings, sqlite: StoreSettings, messages: list[str | bytes], code: int
) -> None:
    limits = {"connection_init_ms_max": 300, "message_bytes_max": 2_000}
    async with Pipeline(topics, sqlite), serving(topics, sqlite, **limits) as (url, _), opened(url) as ws:
        for message in messages:
            await ws.send(message)
        assert (await closed(ws))[0] == code


async def test_ids_and_subprotocols(topics: KafkaSettings, sqlite: StoreSettings) -> None:
    async with Pipeline(topics, sqlite), serving(topics, sqlite) as (url, _):
        async with speaking(url) as ws:
            await send(ws, type="ping")
            assert await received(ws) == {"type": "pong"}
            await subscribe(ws, "1", ALL)
            await subscribe(ws, "1", ALL)
            assert await closed(ws) == (4409, "Subscriber for 1 already exists")
        async with opened(url, subprotocol="graphql-ws") as ws:
            assert (await closed(ws))[0] == 4406
        async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=20) as client:
            reply = await client.get("/graphql", headers={"connection": "upgrade", "upgrade": "websocket"})
            assert reply.status_code in (400, 426)


async def test_whoever_answers_no_ping_is_dropped(topics: KafkaSettings, sqlite: StoreSettings) -> None:
    async with (
        Pipeline(topics, sqlite),
        serving(topics, sqlite, ping_ms=200) as (url, _),
        speaking(url, ping_interval=None) as ws,
    ):
        await subscribe(ws, "1", ALL)
        await subscribed(url, 1)
        await asyncio.sleep(1)  # it does answer
        assert await metric(url, "eds_graphql_subscriptions_active") == 1
        ws.transport.pause_reading()  # so it gets no pings to answer
        await subscribed(url, 0)
        ws.transport.abort()


async def test_a_slow_client_gets_the_latest_or_is_dropped_and_others_are_not_held_up(
    topics: KafkaSettings, sqlite: StoreSettings
) -> None:
    query = "subscription { eventReceived { trackingId respMsg } }"
    limits = {"subscriber_bytes_max": 100_000, "ping_ms": 60_000}
    async with (
        Pipeline(topics, sqlite) as pipeline,
        serving(topics, sqlite, **limits) as (url, _),
        speaking(url, max_queue=1) as slow,
        speaking(url) as quick,
    ):
        await subscribe(slow, "1", query)
        await subscribe(quick, "1", query)
        await subscribed(url, 2)
        slow.transport.pause_reading()
        count, got = 0, 0
        while await metric(url, "eds_graphql_subscription_dropped_total") == 0:
            rows = [notification("m", "opened", resp_msg="x" * 20_000, tries=count + at) for at in range(40)]
            await pipeline.apply(rows)
            count += len(rows)
            for _ in rows:
                await data_of(quick)
                got += 1
            assert count < 4_000, "the slow client is kept"
        assert got == count
        await subscribed(url, 1)
        slow.transport.resume_reading()
        code, reason = await closed(slow)
        assert (code, reason) == (4290, "You read too slowly: ask for less, then go on with `after`")


async def test_of_a_message_a_slow_client_gets_the_latest(topics: KafkaSettings, sqlite: StoreSettings) -> None:
    """However often it changes, what waits for one subscriber is one payload."""
    query = "subscription { messageChanged { trackingId revision events(first: 50) { nodes { respMsg } } } }"
    limits = {"subscriber_bytes_max": 2_000_000, "ping_ms": 60_000, "query_cost_max": 1_000_000}
    async with Pipeline(topics, sqlite) as pipeline, serving(topics, sqlite, **limits) as (url, _):
        async with speaking(url, max_queue=1, max_size=None) as slow:
            await subscribe(slow, "1", query)
            await subscribed(url, 1)
            slow.transport.pause_reading()
            for number in range(60):
                await pipeline.report("m", "opened", resp_msg="x" * 20_000, tries=number)
            slow.transport.resume_reading()
            seen: list[int] = []
            while not seen or seen[-1] < 60:
                seen.append((await data_of(slow))["data"]["messageChanged"]["revision"])
            assert seen == sorted(set(seen))
        assert await metric(url, "eds_graphql_subscription_dropped_total") == 0


async def test_readiness_goes_first(topics: KafkaSettings, sqlite: StoreSettings) -> None:
    async with (
        Pipeline(topics, sqlite),
        serving(topics, sqlite) as (url, stop),
        httpx.AsyncClient(base_url=url, trust_env=False, timeout=20) as client,
        speaking(url) as ws,
    ):
        assert (await client.get("/readyz")).status_code == 200
        ws.transport.pause_reading()  # its close takes as long as it may
        stop.set()
        while (reply := await client.get("/readyz")).status_code == 200:
            pass
        assert "live: going away" in reply.text
        ws.transport.resume_reading()
        assert (await closed(ws))[0] == 1001
