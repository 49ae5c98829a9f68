"""The direct way and Sanic's own answer alike, byte for byte; and what only one of the two can get wrong."""

import asyncio
import gzip
import json
import re
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import uvloop
from hypothesis import HealthCheck, given
from hypothesis import settings as configured
from hypothesis import strategies as st

from bus.settings import KafkaSettings
from gateway.connection import direct, protocol
from gateway.connection.direct import DirectProtocol
from gateway.connection.plain_heads import PlainHead, PlainHeads
from tests.gateway.serving import Served, metric, serving, stored_events, until_metric

EXAMPLES = 150
BODY_MAX = 2_000
ANSWER_S_MAX = 10
NOBODY = KafkaSettings(bootstrap="127.0.0.1:1", delivery_timeout_ms=1_500)
RESET = b"reset"
LAST = b"GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
HEAD = b"POST /api/SMTP HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


class NoPlainHeads(PlainHeads):
    """Leaves everything to Sanic."""

    def read(self, raw: bytes) -> PlainHead | None:
        return None


BODIES = [
    b'[{"tracking_id":"a","tries":1}]',
    b'[{"tries":1},{"tries":"bad"}]',
    b'[{"tries":"bad"}]',
    b'[{"Tracking_ID":"b","campaign":7}]',
    b"[]",
    b"",
    b"{",
    b"<ArrayOfSMTPNotification/>",
    b"[0].tries=4&[0].tracking_id=f",
    gzip.compress(b'[{"tries":1}]', mtime=0),
    b'[{"resp_msg":"' + b"x" * BODY_MAX + b'"}]',
]
TARGETS = [b"/api/SMTP"] * 6 + [
    b"/API/smtp/", b"/api/SMTP/5?a=b", b"/api/%53MTP", b"/api/SMTP/a%2Fb", b"/api/SMTP/5/6", b"/", b"*", b"/api/SMTP#x",
    b"http://x/api/SMTP", b"/api/SMTP?token=%zz", b"/livez", "/api/SMTP/é".encode(),
]  # fmt: skip
LINES = [
    b"Accept: application/xml", b"accept: text/json;q=0.3, */*;q=0.1", b"Accept:", b"Accept: \xe9", b"Accept-Charset: utf-16",
    b"Accept-Encoding: gzip, deflate", b"Connection: keep-alive", b"connection: Keep-Alive ", b"Connection: close",
    b"Connection: upgrade", b"Upgrade: websocket", b"Expect: 100-continue", b"Expect: tea", b"X-Request-ID: given-1",
    b"x-request-id: a b", b"traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", b"tracestate: a=b",
    b"X-Requested-With: XMLHttpRequest", b"Content-Encoding: gzip", b"Content-Encoding: tea", b"Content-Length: 3",
    b"Transfer-Encoding: chunked", b"transfer-encoding: gzip", b"NoColon", b" folded: on", b"X : y", b": z", b"X:\ty",
    b"X: a\x00b", b"X: a\rb", b"Cookie: a=b", b"Authorization: Bearer t", b"X-Long: " + b"y" * 9_000,
]  # fmt: skip
TYPES = [b"Content-Type: application/json"] * 4 + [
    b"content-type:application/json; charset=utf-8", b"Content-Type: text/json; charset=utf-16", b"Content-Type: application/xml",
    b"Content-Type: application/x-www-form-urlencoded", b"Content-Type: image/png", b"Content-Type: application/json ",
    b"X-No: type",
]  # fmt: skip


PLAIN_LINES = [line for line in LINES if line.split(b":")[0].lower() in (
    b"accept", b"accept-charset", b"x-request-id", b"traceparent", b"x-requested-with", b"cookie", b"content-encoding",
)]  # fmt: skip


@st.composite
def plain_requests(draw: st.DrawFn) -> bytes:
    """Requests as most senders write them."""
    body = draw(st.sampled_from(BODIES))
    lines = [draw(st.sampled_from(TYPES)), *draw(st.lists(st.sampled_from(PLAIN_LINES), max_size=3))]
    head = b"POST %b HTTP/1.1\r\n" % draw(st.sampled_from(TARGETS[:9]))
    return head + b"".join(line + b"\r\n" for line in [*lines, b"Content-Length: %d" % len(body)]) + b"\r\n" + body


@st.composite
def odd_requests(draw: st.DrawFn) -> bytes:
    """Requests as they should not be, or hardly."""
    method = draw(st.sampled_from([b"POST"] * 8 + [b"GET", b"HEAD", b"post", b"PUT", b"OPTIONS"]))
    version = draw(st.sampled_from([b"HTTP/1.1"] * 8 + [b"HTTP/1.0", b"HTTP/1.2", b"HTTP/1.1 "]))
    body = draw(st.sampled_from(BODIES))
    lines = [b"Host: 127.0.0.1", draw(st.sampled_from(TYPES)), *draw(st.lists(st.sampled_from(LINES), max_size=3))]
    right = b"%d" % len(body)
    length = draw(st.sampled_from([right] * 8 + [b"+" + right, b"0" + right, b"x", b"3000000", b"1_0"]))
    if draw(st.integers(0, 11)):
        lines.append(b"Content-Length: " + length)
    head = b" ".join((method, draw(st.sampled_from(TARGETS)), version))
    request = b"\r\n".join([head, *draw(st.permutations(lines)), b"", body])
    return request * draw(st.sampled_from([1, 1, 1, 1, 3]))


async def first_answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """The connection stands, and Sanic waits on it."""
    writer.write(LAST.replace(b"close", b"keep-alive"))
    await reader.readuntil(b"ok\n")


async def conversation(port: int, pieces: list[bytes]) -> bytes:
    """All that is answered to a request, and whether the connection then stands: a GET follows that ends it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        async with asyncio.timeout(ANSWER_S_MAX):
            await first_answer(reader, writer)
            for piece in pieces:
                writer.write(piece)
                await asyncio.sleep(0)
            said = await reader.read(1)
            writer.write(LAST)
            return said + await reader.read()
    except ConnectionError:
        return RESET  # closed over bytes that were still to come: whether one sees the answer is luck
    finally:
        writer.close()


def without_id(answer: bytes) -> bytes:
    """The answer without what is each request's own."""
    return re.sub(rb"x-request-id: [0-9a-f]{8}-[0-9a-f]+\r\n", b"x-request-id: own\r\n", answer)


class Both:
    """Two gateways, of which one leaves everything to Sanic, in a loop of their own."""

    def __init__(self, runner: asyncio.Runner, ours: Served, sanics: Served) -> None:
        self._runner = runner
        self._ports = ours.port, sanics.port

    def answers(self, *pieces: bytes) -> list[bytes]:
        """What the two say to a request in these pieces."""

        async def ask() -> list[bytes]:
            return await asyncio.gather(*(conversation(port, list(pieces)) for port in self._ports))

        return [without_id(answer) for answer in self._runner.run(ask())]


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The bodies that went the direct way."""
    found: list[bytes] = []
    post = DirectProtocol._post

    def note(self: DirectProtocol, plain: PlainHead, body: bytes) -> None:
        found.append(body)
        post(self, plain, body)

    monkeypatch.setattr(DirectProtocol, "_post", note)
    return found


@pytest.fixture
def both(topics: KafkaSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: Any) -> Iterator[Both]:
    options: dict[str, Any] = {"body_bytes_max": 1_000_000, "body_ms_max": 300, "request_log": False}
    options |= getattr(request, "param", {})
    if "token_file" in options:
        options["token_file"] = str(tmp_path / "token")
        (tmp_path / "token").write_text("a-secret-that-is-long-enough")

    async def start(stack: AsyncExitStack) -> list[Served]:
        own = await stack.enter_async_context(serving(topics, **options))
        monkeypatch.setattr(protocol, "PlainHeads", NoPlainHeads)
        return [own, await stack.enter_async_context(serving(topics, **options))]

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        stack = AsyncExitStack()
        try:
            yield Both(runner, *runner.run(start(stack)))
        finally:
            runner.run(stack.aclose())


def test_both_ways_answer_alike(both: Both, taken: list[bytes]) -> None:
    @configured(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(plain_requests() | odd_requests(), st.integers(-1, 400))
    def alike(request: bytes, cut: int) -> None:
        ours, sanics = both.answers(request) if cut < 0 or cut % 3 else both.answers(request[:cut], request[cut:])
        if RESET in (ours, sanics):
            resets.append(request)
        else:
            assert ours == sanics

    resets: list[bytes] = []
    alike()
    assert len(resets) < EXAMPLES // 4
    assert len(taken) > EXAMPLES // 10
    assert len(set(taken)) > 3


@pytest.mark.parametrize("both", [{"token_file": "unused"}, {"inflight_bytes_max": 1_024}], indirect=True)
def test_both_ways_refuse_alike(both: Both) -> None:
    """Who may not post, and what there is no room for, ends its connection on either way."""
    for authorization in (b"", b"Authorization: Bearer no\r\n"):
        head = HEAD + authorization + b"Content-Length: 1500\r\n\r\n["
        ours, sanics = both.answers(head + b" " * 1_498 + b"]")
        assert ours == sanics
        assert ours.split(b" ")[1] in (b"401", b"503")
        assert b"connection: close" in ours


@pytest.mark.anyio
async def test_posts_in_a_row_are_answered_in_their_order(topics: KafkaSettings, taken: list[bytes]) -> None:
    async with serving(topics) as gateway:
        reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
        bodies = [json.dumps([{"tracking_id": str(number), "tries": number}]).encode() for number in range(200)]
        posts = [HEAD + b"x-request-id: n-%d\r\nContent-Length: %d\r\n\r\n%b" % (number, len(body), body)
                 for number, body in enumerate(bodies)]  # fmt: skip
        await first_answer(reader, writer)
        writer.write(posts[0])
        await gateway.client.get("/livez")
        for post in posts[1:]:  # while the one before is under way, and in pieces
            writer.write(post[:70])
            await asyncio.sleep(0)
            writer.write(post[70:])
        answers = b""
        while answers.count(b'{"accepted":1}') < len(posts):
            answers += await reader.read(65_536)
        writer.close()
    assert re.findall(rb"x-request-id: n-(\d+)", answers) == [b"%d" % number for number in range(200)]
    assert sorted(event.notification.tries or 0 for event in await stored_events(topics)) == list(range(200))
    assert taken


@pytest.mark.anyio
async def test_a_sender_that_hangs_up_before_its_answer_leaves_nothing_behind(taken: list[bytes]) -> None:
    async with serving(NOBODY) as gateway:
        reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
        await first_answer(reader, writer)
        writer.write(HEAD + b'Content-Length: 13\r\n\r\n[{"tries":1}]')
        await until_metric(gateway, "eds_gateway_inflight_requests", lambda value: value == 1)
        writer.close()
        await until_metric(gateway, "eds_gateway_inflight_requests", lambda value: value == 0)
        assert await metric(gateway, 'eds_kafka_produce_errors_total{error="Cancelled"}') == 1
        assert await metric(gateway, 'eds_gateway_notifications_total{result="unavailable"}') == 1
    assert len(taken) == 1


@pytest.mark.anyio
async def test_the_deadline_is_kept_and_what_comes_meanwhile_is_answered_after(taken: list[bytes]) -> None:
    async with serving(NOBODY, request_ms_max=500) as gateway:
        reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
        await first_answer(reader, writer)
        for number in range(3):
            writer.write(HEAD + b'x-request-id: n-%d\r\nContent-Length: 13\r\n\r\n[{"tries":1}]' % number)
            await until_metric(gateway, "eds_gateway_inflight_requests", lambda value: value == 1)
        for number in range(3):
            answer = await asyncio.wait_for(reader.readuntil(b"}"), ANSWER_S_MAX)
            assert answer.startswith(b"HTTP/1.1 503 ")
            assert b"Retry-After: 5\r\nx-request-id: n-%d\r\n" % number in answer
        writer.close()
    assert len(taken) == 1


@pytest.mark.anyio
async def test_a_body_in_pieces_is_taken_once_it_is_whole(
    topics: KafkaSettings, taken: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(direct, "REST_S_MAX", ANSWER_S_MAX)
    post = HEAD + b'Content-Length: 13\r\n\r\n[{"tries":1}]'
    async with serving(topics) as gateway:
        reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
        await first_answer(reader, writer)
        for cut in (len(post) - 13, len(post) - 1):
            writer.write(post[:cut])
            await gateway.client.get("/livez")
            writer.write(post[cut:])
            assert b" 200 OK" in await reader.readuntil(b'{"accepted":1}')
        writer.write(post[:-1])
        await gateway.client.get("/livez")
        writer.write(post[-1:] + post)  # more than one: Sanic reads both
        for _ in range(2):
            assert b" 200 OK" in await reader.readuntil(b'{"accepted":1}')
        writer.write(post[:-1])
        await gateway.client.get("/livez")
        writer.close()
    assert taken == [b'[{"tries":1}]'] * 2


@pytest.mark.anyio
async def test_a_body_that_takes_a_while_is_left_to_sanic(topics: KafkaSettings, taken: list[bytes]) -> None:
    post = HEAD + b'Content-Length: 13\r\n\r\n[{"tries":1}]'
    async with serving(topics, body_ms_max=400) as gateway:
        reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
        await first_answer(reader, writer)
        for cut in (len(HEAD), len(post) - 13, len(post) - 1):
            writer.write(post[:cut])
            await until_metric(gateway, "eds_gateway_inflight_requests", lambda value: value == (cut > len(HEAD)))  # noqa: B023
            writer.write(post[cut:])
            assert b" 200 OK" in await reader.readuntil(b'{"accepted":1}')
        assert not taken  # it took longer than one waits here
        writer.write(post[:-1])
        assert b" 408 Request Timeout" in await reader.readuntil(b"\r\n\r\n")
        writer.close()
