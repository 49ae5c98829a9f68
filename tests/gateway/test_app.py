"""POST api/SMTP over real HTTP with a real Kafka: what is answered, and what is stored when it is."""

import asyncio
import gzip

import httpx
import pytest

from bus.settings import KafkaSettings
from delivery.dead_letter import Part
from delivery.event import event_id
from delivery.notification import Notification, encode_notification
from tests.gateway.serving import metric, serving, stored_events, stored_letters, stored_records

pytestmark = pytest.mark.anyio
NOW = 1_793_000_000_123
TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


async def test_200_means_stored_with_key_headers_and_time(topics: KafkaSettings) -> None:
    row = Notification(tracking_id="a-1", rcpt_to="someone@example.org", event_code=103, tries=1)
    headers = {"traceparent": TRACEPARENT, "tracestate": "vendor=one,other@x=two"}
    async with serving(topics, now=NOW) as gateway:
        reply = await gateway.post(
            [{"tries": 1, "tracking_id": "a-1", "rcpt_to": "someone@example.org", "event_code": 103}], headers=headers
        )
    assert (reply.status_code, reply.json()) == (200, {"accepted": 1})
    [record] = await stored_records(topics)
    value = encode_notification(row)
    assert (record.key, record.value) == (b"a-1", value)
    assert dict(record.headers) == {
        "ce_id": event_id(value).encode(),
        "ce_subject": b"a-1",
        "ce_specversion": b"1.0",
        "ce_type": b"email-delivery-status.smtp-notification.v1",
        "content-type": b"application/json",
        "ce_source": b"default",
        "ce_time": b"2026-10-26T07:33:20.123Z",
        "traceparent": TRACEPARENT.encode(),
        "tracestate": b"vendor=one,other@x=two",
    }
    assert record.timestamp_ms == NOW


async def test_every_row_of_a_large_request_is_stored_once(topics: KafkaSettings) -> None:
    rows = [{"tracking_id": f"many-{number}", "tries": number} for number in range(1000)]
    async with serving(topics) as gateway:
        reply = await gateway.post(rows)
        assert await metric(gateway, 'eds_gateway_notifications_total{result="accepted"}') == 1000
    assert reply.json() == {"accepted": 1000}
    assert sorted(event.notification.tries or 0 for event in await stored_events(topics)) == list(range(1000))


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/api/smtp", 200),
        ("POST", "/API/Smtp/", 200),
        ("POST", "/api/SMTP/5", 200),
        ("POST", "/api/%53MTP", 200),
        ("POST", "/api/SMTP?token=abc", 200),
        ("POST", "/api/SMTP/5/6", 404),
        ("POST", "/api/SMTPs", 404),
        ("POST", "/", 404),
        ("GET", "/api/SMTP", 405),
        ("HEAD", "/api/smtp/", 405),
        ("OPTIONS", "/api/SMTP", 405),
        ("PUT", "/api/SMTP/5", 405),
        ("PROPFIND", "/api/SMTP", 405),
    ],
)
async def test_routes(topics: KafkaSettings, method: str, path: str, status: int) -> None:
    async with serving(topics) as gateway:
        reply = await gateway.client.request(method, path, json=[{"tries": 1}])
        again = await gateway.post([{"tries": 1}])
    assert reply.status_code == status
    assert again.status_code == 200
    if status == 405:
        assert reply.headers["allow"] == "POST"
        message = f"The requested resource does not support http method '{method}'."
        assert reply.text == ("" if method == "HEAD" else f'{{"Message":"{message}"}}')
    if status == 404:
        uri = f"{gateway.address}{path}"
        assert reply.json() == {"Message": f"No HTTP resource was found that matches the request URI '{uri}'."}
    if status in (404, 405) and method != "HEAD":
        assert reply.headers["content-type"] == "application/json; charset=utf-8"


async def test_a_bad_row_costs_no_good_one(topics: KafkaSettings) -> None:
    body = b'[{"tracking_id":"g1"},{"tries": "many", "rcpt_to":"x@example.org"},{"tracking_id":"g2"}]'
    headers = {"content-type": "application/json", "traceparent": TRACEPARENT}
    async with serving(topics, now=NOW) as gateway:
        reply = await gateway.client.post("/api/SMTP", content=body, headers=headers)
        assert await metric(gateway, 'eds_gateway_notifications_total{result="invalid"}') == 1
        assert await metric(gateway, 'eds_dead_letters_total{reason="invalid"}') == 1
    assert reply.status_code == 200
    [rejected] = reply.json()["rejected"]
    assert (reply.json()["accepted"], rejected["index"]) == (2, 1)
    assert list(rejected["errors"]) == ["notifications[1].tries"]
    assert {event.tracking_id for event in await stored_events(topics)} == {"g1", "g2"}
    [letter] = await stored_letters(topics)
    assert (letter.part, letter.content, letter.index) == (Part.ROW, b'{"tries": "many", "rcpt_to":"x@example.org"}', 1)
    assert list(letter.errors) == ["[1].tries"]
    assert (letter.received_at, letter.source, letter.content_type) == (NOW, "default", "application/json")
    assert letter.traceparent == TRACEPARENT


@pytest.mark.parametrize(
    ("body", "headers", "status", "reason"),
    [
        (b'[{"tracking_id":', {"content-type": "application/json"}, 400, "invalid"),
        (b'[{"tries":"x"},{"tries":"y"}]', {"content-type": "text/json"}, 400, "invalid"),
        (b"<ArrayOf", {"content-type": "text/xml"}, 400, "invalid"),
        (b"[{}]", {}, 415, "unsupported"),
        (b"[{}]", {"content-type": "application/pdf"}, 415, "unsupported"),
        (b"no gzip", {"content-type": "application/json", "content-encoding": "gzip"}, 400, "invalid"),
    ],
)
async def test_a_refused_body_is_kept(
    topics: KafkaSettings, body: bytes, headers: dict[str, str], status: int, reason: str
) -> None:
    async with serving(topics, now=NOW) as gateway:
        reply = await gateway.client.post("/api/SMTP", content=body, headers=headers)
    assert reply.status_code == status
    [letter] = await stored_letters(topics)
    assert (letter.part, letter.content, letter.reason) == (Part.BODY, body, reason)
    assert letter.content_type == headers.get("content-type", "")
    assert letter.content_encoding == headers.get("content-encoding", "")
    assert letter.errors
    assert await stored_records(topics) == []


async def test_an_empty_body_is_no_dead_letter(topics: KafkaSettings) -> None:
    async with serving(topics) as gateway:
        reply = await gateway.client.post("/api/SMTP", headers={"content-type": "application/json"})
    assert (reply.status_code, reply.json()) == (200, {"accepted": 0})
    assert await stored_letters(topics) == []


async def test_a_compressed_body_is_stored_and_a_bomb_is_kept_as_it_came(topics: KafkaSettings) -> None:
    headers = {"content-type": "application/json", "content-encoding": "gzip"}
    bomb = gzip.compress(b"[" + b" " * 5_000_000 + b"]")
    async with serving(topics, expanded_bytes_max=1_000_000) as gateway:
        reply = await gateway.client.post("/api/SMTP", content=gzip.compress(b'[{"tracking_id":"z"}]'), headers=headers)
        assert (reply.status_code, reply.json()) == (200, {"accepted": 1})
        reply = await gateway.client.post("/api/SMTP", content=bomb, headers=headers)
    assert reply.status_code == 413
    [letter] = await stored_letters(topics)
    assert (letter.content, letter.content_encoding, letter.reason) == (bomb, "gzip", "too_large")


async def test_a_row_too_large_for_an_event_is_a_bad_row(topics: KafkaSettings) -> None:
    rows = [{"tracking_id": "s0"}, {"tries": "x"}, {"resp_msg": "m" * 5000}, {"tracking_id": "s3"}]
    async with serving(topics, event_bytes_max=2048) as gateway:
        reply = await gateway.post(rows)
    assert [(row["index"], list(row["errors"])) for row in reply.json()["rejected"]] == [
        (1, ["notifications[1].tries"]),
        (2, ["notifications[2]"]),
    ]
    assert {event.tracking_id for event in await stored_events(topics)} == {"s0", "s3"}
    assert {letter.index for letter in await stored_letters(topics)} == {1, 2}


async def test_the_reply_has_the_format_that_was_asked_for(topics: KafkaSettings) -> None:
    async with serving(topics) as gateway:
        reply = await gateway.post([{"tries": 1}], headers={"accept": "text/html;q=0.1, text/xml"})
    assert reply.headers["content-type"] == "text/xml; charset=utf-8"
    assert reply.text == "<Result><accepted>1</accepted></Result>"


async def test_a_request_id_is_taken_over_or_made(topics: KafkaSettings) -> None:
    async with serving(topics) as gateway:
        given = await gateway.post([{"tries": 1}], headers={"x-request-id": "mta-7/42"})
        bad = await gateway.post([{"tries": 1}], headers={"x-request-id": "no spaces, please"})
        made = await gateway.post([{"tries": 1}])
    assert given.headers["x-request-id"] == "mta-7/42"
    assert len({bad.headers["x-request-id"], made.headers["x-request-id"], "no spaces, please"}) == 3


async def test_health_and_metrics(topics: KafkaSettings) -> None:
    async with serving(topics) as gateway:
        alive = await gateway.client.get("/livez")
        ready = await gateway.client.get("/readyz")
        verbose = await gateway.client.get("/readyz?verbose")
        await gateway.post([{"tries": 1}])
        assert await metric(gateway, "eds_gateway_inflight_requests") == 0
        assert await metric(gateway, "eds_gateway_inflight_bytes") == 0
        assert await metric(gateway, "eds_gateway_request_duration_seconds_count") == 1
        assert await metric(gateway, "eds_kafka_produce_duration_seconds_count") == 1
        assert await metric(gateway, 'eds_gateway_requests_total{status="200"}') == 1
    assert (alive.status_code, alive.text) == (200, "ok\n")
    assert (ready.status_code, ready.text) == (200, "ok\n")
    assert verbose.text == "[+]serving ok\n[+]kafka ok\n"


async def test_while_it_drains_it_is_not_ready_and_still_serves(topics: KafkaSettings) -> None:
    async with serving(topics, drain_delay_ms=1_500) as gateway:
        assert (await gateway.post([{"tries": 1}])).status_code == 200
        gateway.stop.set()
        await asyncio.sleep(0)
        ready = await gateway.client.get("/readyz")
        last = await gateway.post([{"tries": 2}])
        await gateway.task
        with pytest.raises(httpx.ConnectError):
            await gateway.client.get("/livez")
    assert (ready.status_code, ready.text) == (503, "[-]serving: shutting down\n[+]kafka ok\n")
    assert last.status_code == 200
    assert len(await stored_records(topics)) == 2


async def test_two_gateways_in_one_process_do_not_meet(topics: KafkaSettings) -> None:
    async with serving(topics) as one, serving(topics) as other:
        await one.post([{"tries": 1}])
        assert await metric(other, 'eds_gateway_notifications_total{result="accepted"}') == 0
        assert isinstance(await other.post([{"tries": 2}]), httpx.Response)
