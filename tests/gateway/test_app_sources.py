"""Sources over real HTTP with a real Kafka: who is let in, what is stored under which name, and what nobody ever sees."""

import asyncio
import hmac
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from bus.settings import KafkaSettings
from delivery.errors import Misconfigured
from gateway.server import check
from gateway.settings import GatewaySettings
from gateway.sources.sources import Sources
from tests.gateway.proving import read_gateway
from tests.gateway.serving import metric, serving, stored_events, stored_letters, until, until_metric
from tests.gateway.test_app_limits import HEAD, connected
from tests.parts.processes import Part, running

pytestmark = pytest.mark.anyio
DENIED = {"Message": "Authorization has been denied for this request."}
NOW = 1_793_000_000_123
SECRETS = {"TOKEN": "the-first-secret", "OTHER": "the-other-secret", "URL": "the-url-secret", "KEY": "the-hmac-secret"}
SOURCES = """
[[gateway.sources]]
name = "mta"
proof = { kind = "bearer", secret_variables = ["TOKEN"] }
sender_ids = [7, 8]
[[gateway.sources]]
name = "smtpcom"
proof = { kind = "url", secret_variables = ["URL"] }
overload_status = 429
retry_after_s = 30
[[gateway.sources]]
name = "signed"
proof = { kind = "hmac", secret_variables = ["KEY"], timestamp = "x-timestamp" }
"""


def settings_of(text: str) -> dict[str, Any]:
    return {"sources": read_gateway(text).sources}


def bearer(secret: str) -> dict[str, str]:
    return {"authorization": f"Bearer {secret}"}


async def test_events_dead_letters_metrics_and_log_name_the_source(
    topics: KafkaSettings, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    rows = [{"tries": 1, "sender_id": 7}, {"tries": 2, "sender_id": 9}, {"tries": 3}, {"tries": 4, "sender_id": 8}]
    async with serving(topics, environment=SECRETS, **settings_of(SOURCES)) as gateway:
        reply = await gateway.post(rows, headers=bearer("the-first-secret"))
        await gateway.client.post("/api/SMTP/the-url-secret", json=[{"tries": 5}])
        await gateway.client.post("/api/SMTP?token=the-url-secret", json=[{"tries": 6}])
        assert await metric(gateway, 'eds_gateway_source_notifications_total{result="accepted",source="mta"}') == 2
        assert await metric(gateway, 'eds_gateway_source_notifications_total{result="invalid",source="mta"}') == 2
        assert await metric(gateway, 'eds_gateway_source_requests_total{source="smtpcom",status="200"}') == 2
    assert (reply.status_code, reply.json()["accepted"]) == (200, 2)
    assert [row["errors"] for row in reply.json()["rejected"]] == [
        {"notifications[1].sender_id": ["Source mta may not send for this sender_id."]},
        {"notifications[2].sender_id": ["Rows of this source must have a sender_id."]},
    ]
    events = await stored_events(topics)
    assert {(event.source, event.notification.tries) for event in events} == {
        ("mta", 1), ("mta", 4), ("smtpcom", 5), ("smtpcom", 6),
    }  # fmt: skip
    assert {(letter.source, letter.index) for letter in await stored_letters(topics)} == {("mta", 1), ("mta", 2)}
    log = capfdbinary.readouterr().err
    assert (log.count(b'"source":"mta"'), log.count(b'"source":"smtpcom"')) == (1, 2)


async def test_the_unproven_are_denied_and_leave_nothing_behind_and_no_secret_is_ever_told(
    topics: KafkaSettings, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    seen: list[str] = []
    async with serving(topics, environment=SECRETS, **settings_of(SOURCES)) as gateway:
        for path, headers in (
            ("/api/SMTP", {}),
            ("/api/SMTP", bearer("the-first-secret-")),
            ("/api/SMTP", bearer("the-url-secret")),
            ("/api/SMTP/the-first-secret?token=the-first-secret", {}),
            ("/api/SMTP?tokens=the-url-secret", {"x-signature": "00", "x-timestamp": "1"}),
        ):
            reply = await gateway.client.post(path, content=b"not even JSON", headers=headers)
            assert (reply.status_code, reply.json()) == (401, DENIED)
            challenge = reply.headers["www-authenticate"]
            assert challenge == 'Bearer realm="email-delivery-status", Signature realm="email-delivery-status"'
        xml = await gateway.client.post("/api/SMTP", content=b"", headers={"accept": "text/xml"})
        assert xml.text == f"<Error><Message>{DENIED['Message']}</Message></Error>"
        for reply in (
            await gateway.client.post("/api/SMTP/the-url-secret/more", json=[]),
            await gateway.client.post("/other/the-url-secret?token=the-url-secret", json=[]),
            await gateway.client.get("/api/SMTP/the-url-secret"),
            await gateway.post([{"tries": "x", "sender_id": 7}], headers=bearer("the-first-secret")),
            await gateway.client.post("/api/SMTP/the-url-secret", content=b"{", headers={"content-type": "text/json"}),
            await gateway.client.get("/metrics"),
        ):
            seen += [reply.text, str(reply.headers)]
        assert await metric(gateway, 'eds_gateway_notifications_total{result="unauthorized"}') == 6
        assert await metric(gateway, 'eds_gateway_source_requests_total{source="unproven",status="401"}') == 6
    letters = await stored_letters(topics)
    assert sorted(letter.source for letter in letters) == ["mta", "smtpcom"]
    assert await stored_events(topics) == []
    told = "".join(seen) + capfdbinary.readouterr().err.decode() + repr(letters)
    assert '"source":"unproven"' in told
    for secret in SECRETS.values():
        assert secret not in told


async def test_a_denied_sender_is_answered_before_its_body_comes(topics: KafkaSettings) -> None:
    async with serving(topics, environment=SECRETS, **settings_of(SOURCES)) as gateway:
        async with connected(gateway) as sender:
            await sender.send(HEAD + b"Expect: 100-continue\r\nContent-Length: 1000000\r\n\r\n")
            status, headers, _ = await sender.reply()
            assert (status, headers["connection"]) == (401, "close")
        async with connected(gateway) as sender:
            await sender.send(HEAD + b"X-Signature: 00\r\nX-Timestamp: 1\r\nContent-Length: 1000000\r\n\r\n")
            assert (await sender.reply())[0] == 401  # its time is not now: its body would prove nothing


async def test_a_signature_over_the_raw_bytes(topics: KafkaSettings) -> None:
    body = b'[ {"tracking_id": "signed-1"} ]'
    stamp = str(NOW // 1000)
    headers = {
        "content-type": "application/json",
        "x-timestamp": stamp,
        "x-signature": hmac.new(b"the-hmac-secret", f"{stamp}.".encode() + body, "sha256").hexdigest(),
    }
    async with serving(topics, now=NOW, environment=SECRETS, **settings_of(SOURCES)) as gateway:
        right = await gateway.client.post("/api/SMTP", content=body, headers=headers)
        wrong = await gateway.client.post("/api/SMTP", content=body + b" ", headers=headers)
        again = await gateway.client.post("/api/SMTP", content=body, headers=headers)
    assert [reply.status_code for reply in (right, wrong, again)] == [200, 401, 200]
    assert {event.source for event in await stored_events(topics)} == {"signed"}
    assert await stored_letters(topics) == []


async def test_a_secret_changes_without_a_restart(topics: KafkaSettings, tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("old-secret\n")
    async with serving(topics, token_file=str(path), reload_ms=100) as gateway:

        async def lets_in(secret: str, *, in_or_not: bool) -> bool:
            reply = await gateway.post([{"tries": 1}], headers=bearer(secret))
            return (reply.status_code == 200) is in_or_not

        assert await lets_in("old-secret", in_or_not=True)
        path.write_text("old-secret\nnew-secret\n")
        await until(lambda: lets_in("new-secret", in_or_not=True), 5)
        assert await lets_in("old-secret", in_or_not=True)
        path.write_text("new-secret\n")
        await until(lambda: lets_in("old-secret", in_or_not=False), 5)
        assert await lets_in("new-secret", in_or_not=True)


async def test_addresses_alone_are_a_403_for_others(topics: KafkaSettings) -> None:
    local = '[[gateway.sources]]\nname = "local"\naddress_ranges = ["127.0.0.0/8"]\n'
    async with serving(topics, **settings_of(local)) as gateway:
        assert (await gateway.post([{"tries": 1}])).status_code == 200
    away = local.replace("127.0.0.0/8", "192.0.2.0/24")
    async with serving(topics, **settings_of(away)) as gateway:
        reply = await gateway.post([{"tries": 1}])
        assert (reply.status_code, reply.json()) == (403, DENIED)
        assert "www-authenticate" not in reply.headers
    async with serving(topics, trusted_proxies=("127.0.0.1",), **settings_of(away)) as gateway:
        assert (await gateway.post([], headers={"x-forwarded-for": "192.0.2.1"})).status_code == 200


LIMITED = """
[[gateway.sources]]
name = "mta"
proof = { kind = "bearer", secret_variables = ["TOKEN"] }
overload_status = 429
[[gateway.sources]]
name = "free"
proof = { kind = "bearer", secret_variables = ["OTHER"] }
"""


@pytest.mark.parametrize(
    ("limit", "rows", "until_refused"),
    [("requests_per_s_max = 2", 1, 3), ("rows_per_s_max = 10", 25, 2), ("bytes_per_s_max = 1000", 200, 2)],
)
async def test_rates_of_one_source_hold_no_other_back(
    topics: KafkaSettings, limit: str, rows: int, until_refused: int
) -> None:
    text = LIMITED.replace("overload_status", f"{limit}\noverload_status")
    body = [{"tries": 1}] * rows
    async with serving(topics, environment=SECRETS, retry_after_s=1, **settings_of(text)) as gateway:
        replies = [await gateway.post(body, headers=bearer("the-first-secret")) for _ in range(until_refused)]
        assert [reply.status_code for reply in replies] == [200] * (until_refused - 1) + [429]
        refused = replies[-1]
        assert refused.json() == {"Message": f"Source mta is over its {limit.split(' ')[0]}. Send the request again."}
        assert (await gateway.post(body, headers=bearer("the-other-secret"))).status_code == 200
        assert await metric(gateway, 'eds_gateway_source_requests_total{source="mta",status="429"}') == 1
        started = time.monotonic()
        await asyncio.sleep(int(refused.headers["retry-after"]))  # as a sender does
        assert (await gateway.post(body, headers=bearer("the-first-secret"))).status_code == 200
        assert time.monotonic() - started < 5


@pytest.mark.parametrize("limit", ["inflight_requests_max = 1", "inflight_bytes_max = 1025"])
async def test_what_one_source_has_in_flight_holds_no_other_back(topics: KafkaSettings, limit: str) -> None:
    text = LIMITED.replace("overload_status", f"{limit}\noverload_status")
    async with serving(topics, environment=SECRETS, **settings_of(text)) as gateway, connected(gateway) as sender:
        await sender.send(HEAD + b"Authorization: Bearer the-first-secret\r\nContent-Length: 1024\r\n\r\n[")
        await until_metric(gateway, "eds_gateway_inflight_requests", lambda value: value == 1)
        refused = await gateway.post([{"tries": 1}], headers=bearer("the-first-secret"))
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "5")
        assert (await gateway.post([{"tries": 1}], headers=bearer("the-other-secret"))).status_code == 200
        await sender.send(b" " * 1022 + b"]")
        assert (await sender.reply())[0] == 200
        assert (await gateway.post([{"tries": 1}], headers=bearer("the-first-secret"))).status_code == 200


def test_beyond_loopback_takes_a_source(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("secret")
    settings = GatewaySettings(host="0.0.0.0", token_file=str(tmp_path / "token"))
    check(settings, KafkaSettings(), Sources(settings))
    with pytest.raises(Misconfigured, match="no source is authenticated"):
        check(settings, KafkaSettings(), Sources())


async def test_the_process_reads_its_secrets_from_files_and_the_environment(
    topics: KafkaSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As docker-compose.yml has it, and with a source of eds.toml beside it."""
    (tmp_path / "token").write_text("from-a-file")
    (tmp_path / "eds.toml").write_text(LIMITED)
    monkeypatch.setenv("TOKEN", "the-first-secret")
    monkeypatch.setenv("OTHER", "the-other-secret")
    part = Part("gateway", {"kafka": topics, "gateway": {"host": "0.0.0.0", "token_file": tmp_path / "token"}},
                tmp_path / "log", config=tmp_path / "eds.toml")  # fmt: skip

    def post() -> list[int]:
        with httpx.Client(base_url=part.address, trust_env=False) as client:
            return [
                client.post("/api/SMTP", json=[{"tries": 1}], headers=bearer(secret)).status_code
                for secret in ("from-a-file", "the-first-secret", "wrong")
            ]

    with running(part):
        assert await asyncio.to_thread(post) == [200, 200, 401]
        assert part.end() == 0
    assert {event.source for event in await stored_events(topics)} == {"default", "mta"}
    for secret in ("from-a-file", "the-first-secret", "the-other-secret"):
        assert secret not in part.log.read_text()
