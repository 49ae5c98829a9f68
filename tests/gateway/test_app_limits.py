"""Limits and deadlines of the gateway, by real sockets that behave badly."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import msgspec
import pytest

from bus.settings import KafkaSettings
from delivery.errors import DeliveryStatusError, Misconfigured
from gateway.exchange import Answer, Desk, Exchange
from gateway.rows import Rows
from gateway.server import check
from gateway.settings import GatewaySettings
from gateway.sources.sources import Sources
from tests.gateway.serving import Served, metric, serving, stored_events, until_metric

pytestmark = pytest.mark.anyio
HEAD = b"POST /api/SMTP HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


class Sender:
    """A connection that sends what it likes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def send(self, content: bytes) -> None:
        self.writer.write(content)
        await self.writer.drain()

    async def reply(self) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of the next answer."""
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
        body = await self.reader.readexactly(int(headers.get("content-length", 0)))
        return int(head[0].split(" ")[1]), headers, body

    async def ended(self) -> bool:
        """Whether the other side closes within a while; what it still sends is left unread."""
        async with asyncio.timeout(5):
            try:
                while await self.reader.read(65536):
                    pass
            except ConnectionResetError:
                pass
        return True


@asynccontextmanager
async def connected(gateway: Served) -> AsyncIterator[Sender]:
    reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
    try:
        yield Sender(reader, writer)
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


def request(body: bytes, *lines: bytes) -> bytes:
    return HEAD + b"".join(line + b"\r\n" for line in lines) + b"Content-Length: %d\r\n\r\n" % len(body) + body


async def test_a_body_that_says_it_is_too_large_is_refused_before_it_comes(topics: KafkaSettings) -> None:
    async with serving(topics, body_bytes_max=10_000) as gateway, connected(gateway) as sender:
        await sender.send(HEAD + b"Content-Length: 10001\r\n\r\n")
        status, headers, body = await sender.reply()
        assert await sender.ended()
    assert (status, headers["connection"]) == (413, "close")
    assert json.loads(body) == {"Message": "The request is too large: body_bytes_max is 10000."}


async def test_a_body_that_is_too_large_and_sent_all_the_same_is_answered(topics: KafkaSettings) -> None:
    async with serving(topics, body_bytes_max=10_000) as gateway, connected(gateway) as sender:
        await sender.send(request(b"[" + b" " * 3_000_000 + b"]"))
        status, _, _ = await sender.reply()
        assert await sender.ended()
        assert await metric(gateway, "eds_gateway_inflight_bytes") == 0
    assert status == 413


async def test_a_sender_that_waits_for_continue_is_told_so_or_refused_at_once(topics: KafkaSettings) -> None:
    async with serving(topics, body_bytes_max=10_000) as gateway:
        async with connected(gateway) as sender:
            await sender.send(HEAD + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n")
            assert await sender.reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
            await sender.send(b"[]")
            assert (await sender.reply())[0] == 200
        async with connected(gateway) as sender:
            started = time.monotonic()
            await sender.send(HEAD + b"Expect: 100-continue\r\nContent-Length: 10001\r\n\r\n")
            assert (await sender.reply())[0] == 413
            assert await sender.ended()
            assert time.monotonic() - started < 2.5  # it did not wait for the body


async def test_a_chunked_body_is_read_up_to_the_limit(topics: KafkaSettings) -> None:
    chunk = b'400\r\n[{"tracking_id":"c"}' + b" " * 1004 + b"\r\n"
    async with serving(topics, body_bytes_max=10_000) as gateway:
        async with connected(gateway) as sender:
            await sender.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunk)
            await sender.send(b"1\r\n]\r\n0\r\n\r\n")
            assert (await sender.reply())[::2] == (200, b'{"accepted":1}')
            await sender.send(request(b"[]"))
            assert (await sender.reply())[0] == 200
        async with connected(gateway) as sender:
            await sender.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + (b"400\r\n" + b" " * 1024 + b"\r\n") * 20)
            assert (await sender.reply())[0] == 413
            assert await sender.ended()
        assert await metric(gateway, "eds_gateway_inflight_bytes") == 0


@pytest.mark.parametrize(
    "content",
    [
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        HEAD + b"Content-Length: -1\r\n\r\n",
        HEAD + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n[]",
        HEAD + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"NO HTTP AT ALL\r\n\r\n",
    ],
)
async def test_broken_http_is_a_bad_request(topics: KafkaSettings, content: bytes) -> None:
    async with serving(topics) as gateway, connected(gateway) as sender:
        await sender.send(content)
        status, _, body = await sender.reply()
        assert await sender.ended()
        assert (await gateway.post([{"tries": 1}])).status_code == 200
    assert status == 400
    assert list(json.loads(body)) == ["Message"]


async def test_headers_are_bounded_in_size(topics: KafkaSettings) -> None:
    async with serving(topics) as gateway, connected(gateway) as sender:
        await sender.send(HEAD + b"".join(b"X-%d: %s\r\n" % (number, b"y" * 100) for number in range(1000)))
        status, _, _ = await sender.reply()
    assert status == 413


async def drip(sender: Sender, content: bytes) -> None:
    """One byte at a time, for as long as the other side stands it."""
    try:
        for number in range(len(content)):
            await sender.send(content[number : number + 1])
            await asyncio.sleep(0.05)
    except ConnectionError:
        pass


async def test_dripping_headers_are_cut_off(topics: KafkaSettings) -> None:
    async with serving(topics, header_ms_max=600) as gateway, connected(gateway) as sender:
        started = time.monotonic()
        dripping = asyncio.create_task(drip(sender, HEAD * 10))
        status, _, _ = await sender.reply()
        took = time.monotonic() - started
        dripping.cancel()
        await asyncio.gather(dripping, return_exceptions=True)
        assert await sender.ended()
    assert status == 408
    assert 0.4 < took < 2


async def test_a_connection_that_sends_requests_one_after_another_is_not_taken_for_slow(topics: KafkaSettings) -> None:
    async with serving(topics, header_ms_max=400) as gateway, connected(gateway) as sender:
        until = time.monotonic() + 1.5
        while time.monotonic() < until:
            await sender.send(HEAD)
            await asyncio.sleep(0.1)
            await sender.send(b"Content-Length: 2\r\n\r\n[]")
            assert (await sender.reply())[0] == 200


async def test_a_slow_body_is_cut_off(topics: KafkaSettings) -> None:
    async with serving(topics, body_ms_max=500) as gateway, connected(gateway) as sender:
        started = time.monotonic()
        await sender.send(HEAD + b"Content-Length: 10000\r\n\r\n[")
        dripping = asyncio.create_task(drip(sender, b" " * 1000))
        status, headers, _ = await sender.reply()
        took = time.monotonic() - started
        assert await metric(gateway, "eds_gateway_inflight_requests") == 0
        dripping.cancel()
        await asyncio.gather(dripping, return_exceptions=True)
        assert await sender.ended()
    assert (status, headers["connection"]) == (408, "close")
    assert 0.4 < took < 2


async def test_a_sender_that_hangs_up_leaves_nothing_behind(topics: KafkaSettings) -> None:
    async with serving(topics) as gateway:
        async with connected(gateway) as sender:
            await sender.send(HEAD + b"Content-Length: 10000\r\n\r\n[")
            await until_metric(gateway, "eds_gateway_inflight_bytes", lambda value: value == 10_000)
        await until_metric(gateway, "eds_gateway_inflight_bytes", lambda value: value == 0)
        assert await metric(gateway, "eds_gateway_inflight_requests") == 0


@pytest.mark.parametrize("sent", [HEAD, HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n[", b"\r"])
async def test_a_sender_that_hangs_up_in_the_middle_is_no_defect(
    topics: KafkaSettings, sent: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving(topics) as gateway:
        async with connected(gateway) as sender:
            await sender.send(sent)
            await until_metric(gateway, "eds_gateway_connections", lambda value: value == 2)
            await asyncio.sleep(0)
        await until_metric(gateway, "eds_gateway_connections", lambda value: value == 1)
        assert 'status="500"' not in (await gateway.client.get("/metrics")).text
        assert (await gateway.post([{"tries": 1}])).status_code == 200
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def test_a_sender_that_hangs_up_as_its_rows_are_stored_takes_no_answer_from_others(
    topics: KafkaSettings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Its task is cancelled, and has not heard of it yet, when the records are acknowledged."""
    store, settle = Desk.store, Desk.settle
    tasks: list[asyncio.Task[Any] | None] = []

    def note(desk: Desk, exchange: Exchange, body: bytes, answer: Answer) -> None:
        tasks.append(asyncio.current_task())
        store(desk, exchange, body, answer)

    def hang_up(desk: Desk, exchange: Exchange, outcome: Rows | DeliveryStatusError) -> None:
        if len(tasks) == 1 and tasks[0] is not None:
            tasks[0].cancel()
        settle(desk, exchange, outcome)

    monkeypatch.setattr(Desk, "store", note)
    monkeypatch.setattr(Desk, "settle", hang_up)
    rows = b"[" + b",".join(b'{"tries":%d}' % number for number in range(20)) + b"]"
    async with serving(msgspec.structs.replace(topics, linger_ms=300)) as gateway:
        async with connected(gateway) as sender:
            chunk = b"%x\r\n%b\r\n0\r\n\r\n" % (len(rows), rows)
            await sender.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunk)
            await sender.ended()
        assert tasks[0] is not None, "Sanic's task has it"
        assert (await gateway.post([{"tries": 20}])).status_code == 200
        assert await metric(gateway, "eds_gateway_inflight_requests") == 0
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
    assert len(await stored_events(topics)) == 21


@pytest.mark.parametrize("limit", [{"inflight_requests_max": 1}, {"inflight_bytes_max": 1024}])
async def test_over_the_limit_of_all_requests_the_sender_is_asked_to_come_back(
    topics: KafkaSettings, limit: dict[str, Any]
) -> None:
    async with serving(topics, **limit, retry_after_s=7) as gateway, connected(gateway) as sender:
        await sender.send(HEAD + b"Content-Length: 1024\r\n\r\n[")
        await until_metric(gateway, "eds_gateway_inflight_requests", lambda value: value == 1)
        reply = await gateway.post([{"tracking_id": "later"}])
        assert (reply.status_code, reply.headers["retry-after"]) == (503, "7")
        assert await metric(gateway, 'eds_gateway_notifications_total{result="throttled"}') == 1
        await sender.send(b" " * 1022 + b"]")
        assert (await sender.reply())[0] == 200
        assert (await gateway.post([{"tracking_id": "later"}])).status_code == 200
    assert [event.tracking_id for event in await stored_events(topics)] == ["later"]


async def test_connections_are_bounded(topics: KafkaSettings) -> None:
    async with serving(topics, connections_max=2) as gateway:
        async with connected(gateway) as first, connected(gateway) as second:
            await first.send(request(b"[]"))
            assert (await first.reply())[0] == 200
            async with connected(gateway) as third:
                status, headers, body = await third.reply()
                assert (status, headers["retry-after"], headers["connection"]) == (503, "5", "close")
                assert list(json.loads(body)) == ["Message"]
                assert await third.ended()
            await second.send(request(b"[]"))
            assert (await second.reply())[0] == 200
        await until_metric(gateway, "eds_gateway_connections", lambda value: value == 1)


async def test_too_many_rows_are_refused_and_kept(topics: KafkaSettings) -> None:
    async with serving(topics, rows_max=10) as gateway:
        assert (await gateway.post([{"tries": 1}] * 11)).status_code == 413
        assert await metric(gateway, 'eds_dead_letters_total{reason="too_large"}') == 1


def test_an_open_listener_is_for_loopback_only() -> None:
    for host in ("127.0.0.1", "::1", "localhost", "127.8.8.8"):
        check(GatewaySettings(host=host), KafkaSettings(), Sources())
    for host in ("0.0.0.0", "::", "192.0.2.1"):
        with pytest.raises(Misconfigured, match="no source is authenticated"):
            check(GatewaySettings(host=host), KafkaSettings(), Sources())


def test_a_body_must_fit_into_a_dead_letter() -> None:
    with pytest.raises(Misconfigured, match="record_bytes_max"):
        check(GatewaySettings(body_bytes_max=10_000_000), KafkaSettings(record_bytes_max=10_000_000), Sources())
