"""The short way and Sanic's own answer alike; and what only the short way can get wrong."""

import asyncio
import json
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qsl, quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphql_api.http.direct import PIECES_S_MAX, DirectProtocol, read_head
from graphql_api.http.exchange import parameters
from store.contract import Reader
from tests.graphql_api.conftest import Ends, running_api
from tests.graphql_api.test_guards import Endless
from tests.graphql_api.world import World

pytestmark = pytest.mark.anyio

TOKEN = "a-token-for-both-ways"
ANSWER_S_MAX = 20
LAST = b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
POINT = (
    "query ($id: String!) { message(trackingId: $id) { phase revision deliveries(first: 3) { nodes { recipient } } } }"
)
BEARER = f"Authorization: Bearer {TOKEN}"


def post(body: bytes, *lines: str, path: str = "/graphql") -> bytes:
    """A POST with these headers beside those that every client sends."""
    head = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", *lines, f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(head).encode() + body


def get(path: str, *lines: str) -> bytes:
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: 127.0.0.1", *lines, "", ""]).encode()


def asked(document: str, **variables: Any) -> bytes:
    return json.dumps({"query": document, "variables": variables}).encode()


def asked_by_get(document: str, **variables: Any) -> str:
    return f"/graphql?query={quote(document)}&variables={quote(json.dumps(variables))}"


JSON = "Content-Type: application/json"
LARGE = "{ events(first: 200) { nodes { value } } }"
REQUESTS: dict[str, bytes] = {
    "a read": post(asked("{ messages(first: 2) { nodes { trackingId } } }"), JSON, BEARER),
    "no document": post(b'{"query": "{"}', JSON, BEARER),
    "no JSON": post(b"{", JSON, BEARER),
    "another type": post(b"query={__typename}", "Content-Type: text/plain", BEARER),
    "no token": post(asked("{ __typename }"), JSON),
    "a wrong token": post(asked("{ __typename }"), JSON, "Authorization: Bearer nobodys"),
    "no body": post(b"", JSON, BEARER),
    "another origin": post(asked("{ __typename }"), JSON, BEARER, "Origin: https://elsewhere.example"),
    "our own origin": post(asked("{ __typename }"), JSON, BEARER, "Origin: http://127.0.0.1"),
    "the newer type": post(asked("{ nothing }"), JSON, BEARER, "Accept: application/graphql-response+json"),
    "compressed": post(asked(LARGE), JSON, BEARER, "Accept-Encoding: gzip"),
    "by GET": get(asked_by_get("{ messages(first: 1) { nodes { id } } }"), BEARER),
    "by GET, held already": get(asked_by_get("{ __typename }"), BEARER, "If-None-Match: *, W/nothing"),
    "a mutation by GET": get(asked_by_get("mutation { nothing }"), BEARER),
    "no query": get("/graphql", BEARER),
    "too large": post(b"{" + b" " * 3_000 + b"}", JSON, BEARER),
    "HEAD": get("/graphql", BEARER).replace(b"GET", b"HEAD", 1),
    "PUT": post(b"{}", JSON, BEARER).replace(b"POST", b"PUT", 1),
    "another path": post(b"{}", JSON, BEARER, path="/graphql/x"),
    "two tokens": post(asked("{ __typename }"), JSON, BEARER, BEARER),
    "closing": post(asked("{ __typename }"), JSON, BEARER, "Connection: close"),
    "a stream": post(asked("{ __typename }"), JSON, BEARER, "Accept: text/event-stream"),
}
DIRECT = set(REQUESTS) - {"too large", "HEAD", "PUT", "another path", "two tokens", "closing", "a stream"}


@asynccontextmanager
async def served(reader: Reader, world: World, ends: Ends, tmp_path: Path, **more: Any) -> AsyncIterator[int]:
    """The port of a server that asks for the token."""
    (tmp_path / "token").write_text(TOKEN)
    limits = {"token_file": str(tmp_path / "token"), "body_bytes_max": 2_500} | more
    async with running_api(reader, world, ends, TOKEN, **limits) as api:
        assert api.client.base_url.port is not None
        yield api.client.base_url.port


async def conversation(port: int, *pieces: bytes, pause_s: float = 0.0) -> bytes:
    """All that is answered to these bytes; a last request ends the connection where they don't."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        async with asyncio.timeout(ANSWER_S_MAX):
            writer.write(LAST.replace(b"close", b"keep-alive"))
            await reader.readuntil(b"ok\n")  # Sanic's task waits by now
            for piece in pieces:
                writer.write(piece)
                await asyncio.sleep(pause_s)
            said = await reader.read(1)
            writer.write(LAST)
            with suppress(ConnectionError):  # a server that has closed by then does not read the last request
                while more := await reader.read(65_536):
                    said += more
            return said
    finally:
        writer.close()


def parsed(conversation: bytes) -> tuple[bytes, list[bytes], bytes]:
    """The first answer: its status line, its headers in order of their names, and its body."""
    head, _, rest = conversation.partition(b"\r\n\r\n")
    status, *lines = head.split(b"\r\n")
    lengths = [int(line.partition(b":")[2]) for line in lines if line.lower().startswith(b"content-length:")]
    return status, sorted(line for line in lines if not line.startswith(b"ratelimit-")), rest[: sum(lengths)]


async def test_both_ways_answer_alike(
    reader: Reader, world: World, ends: Ends, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = 0
    real = DirectProtocol._ask

    def counting(self: DirectProtocol, *arguments: Any) -> None:
        nonlocal taken
        taken += 1
        real(self, *arguments)

    monkeypatch.setattr(DirectProtocol, "_ask", counting)
    async with served(reader, world, ends, tmp_path) as port:
        for name, request in REQUESTS.items():
            before = taken
            direct = parsed(await conversation(port, request))
            assert (taken - before == 1) is (name in DIRECT), name
            monkeypatch.setattr(DirectProtocol, "_take", lambda *_: False)
            sanics = parsed(await conversation(port, request))
            monkeypatch.undo()
            monkeypatch.setattr(DirectProtocol, "_ask", counting)
            assert direct == sanics, name


async def test_a_body_in_pieces_is_read_whichever_way(reader: Reader, world: World, ends: Ends, tmp_path: Path) -> None:
    request = REQUESTS["a read"]
    async with served(reader, world, ends, tmp_path) as port:
        whole = parsed(await conversation(port, request))
        for pause_s in (0.0, PIECES_S_MAX / 4, PIECES_S_MAX * 3):
            for cut in (5, request.index(b"\r\n\r\n") + 4, len(request) - 1):
                assert parsed(await conversation(port, request[:cut], request[cut:], pause_s=pause_s)) == whole


async def test_requests_in_a_row_are_answered_in_their_order(
    reader: Reader, world: World, ends: Ends, tmp_path: Path
) -> None:
    requests = [post(asked(f"{{ messages(first: {size}) {{ nodes {{ id }} }} }}"), JSON, BEARER) for size in (3, 1, 2)]
    async with served(reader, world, ends, tmp_path) as port:
        for pause_s in (0.0, 0.05):
            said = await conversation(port, *requests, pause_s=pause_s)
            assert said.count(b"HTTP/1.1 200 OK") == 4
            bodies = [
                json.loads(part.partition(b"\r\n\r\n")[2].strip() or b"{}") for part in said.split(b"HTTP/1.1")[1:4]
            ]
            assert [len(body["data"]["messages"]["nodes"]) for body in bodies] == [3, 1, 2]
        assert (await conversation(port, b"".join(requests))).count(b"HTTP/1.1 200 OK") == 4


async def test_who_goes_away_is_waited_for_no_longer(reader: Reader, world: World, ends: Ends, tmp_path: Path) -> None:
    endless = Endless(reader)
    request = post(asked("{ messages(first: 2) { nodes { deliveries { nodes { id } } } } }"), JSON, BEARER)
    async with served(cast("Reader", endless), world, ends, tmp_path) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request)
        await asyncio.wait_for(endless.begun.wait(), ANSWER_S_MAX)
        writer.close()
        await asyncio.wait_for(endless.ended.wait(), ANSWER_S_MAX)


MEGABYTES = "{ events(first: 200) { nodes { " + " ".join(f"a{at}: value" for at in range(99)) + " } } }"


async def test_who_takes_nothing_is_cut_off_and_who_is_slow_is_not(
    reader: Reader, world: World, ends: Ends, tmp_path: Path
) -> None:
    limits = {"unread_ms_max": 400, "body_bytes_max": 100_000}
    async with served(reader, world, ends, tmp_path, **limits) as port:
        for is_slow in (True, False):
            loop = asyncio.get_running_loop()
            with socket.socket() as client:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)
                client.setblocking(False)
                await loop.sock_connect(client, ("127.0.0.1", port))
                await loop.sock_sendall(client, post(asked(MEGABYTES), JSON, BEARER))
                begun = await asyncio.wait_for(loop.sock_recv(client, 1_000), ANSWER_S_MAX)
                whole = int(re.findall(rb"content-length: (\d+)", begun)[0]) + begun.index(b"\r\n\r\n") + 4
                assert whole > 5_000_000
                taken = len(begun)
                for _ in range(10 if is_slow else 1):
                    await asyncio.sleep(0.2 if is_slow else 2.0)
                    taken += len(await loop.sock_recv(client, 100_000))
                with suppress(ConnectionError):
                    while taken < whole and (
                        more := await asyncio.wait_for(loop.sock_recv(client, 1_000_000), ANSWER_S_MAX)
                    ):
                        taken += len(more)
                assert (taken == whole) is is_slow


@settings(max_examples=200)
@given(st.text(st.sampled_from("ab=&+%2041;é"), max_size=20))
def test_parameters_are_read_as_everywhere(query_string: str) -> None:
    assert parameters(query_string) == dict(parse_qsl(query_string, keep_blank_values=True))


@settings(max_examples=300)
@given(st.lists(st.sampled_from(
    ["Host: a", "host: b", "Content-Length: 0", "content-length: 00", "Content-Length: +1", "Transfer-Encoding: chunked",
     "Expect: 100-continue", "Upgrade: h2c", "Connection: close", "Connection: keep-alive", " folded: x", "X : y", "X:\ty",
     "X: \x00", "Accept: text/event-stream", "Accept: */*", "NoColon", "X: é"]
), max_size=4))  # fmt: skip
def test_only_what_is_plain_is_read(lines: list[str]) -> None:
    """No head that servers could read differently: such are left to Sanic."""
    found = read_head("\r\n".join(["POST /graphql HTTP/1.1", *lines]).encode())
    names = [line.partition(":")[0].lower() for line in lines]
    odd = {"transfer-encoding", "expect", "upgrade", " folded", "x ", "nocolon"}
    bad = {"X: \x00", "X: é", "Content-Length: +1", "Connection: close", "Accept: text/event-stream"}
    plain = (
        len(set(names)) == len(names)
        and {"host", "content-length"} <= set(names)
        and not odd & set(names)
        and not bad & set(lines)
    )
    assert (found is not None) is plain
