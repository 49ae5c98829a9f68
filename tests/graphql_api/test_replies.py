"""Replies that cost less: compressed, or not sent again where the client holds them."""

import gzip
from collections.abc import Callable
from typing import Any, cast

import brotli  # type: ignore[import-untyped]
import httpx
import pytest
import zstandard

from graphql_api.http.compression import choose_coding
from store.contract import Reader
from tests.graphql_api.conftest import NOW, Api, Ends, running_api
from tests.graphql_api.test_round_trips import Counting
from tests.graphql_api.world import World

pytestmark = pytest.mark.anyio

DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompress(body, max_output_size=10_000_000),
}
LARGE = "{ events(first: 100) { nodes { value } } }"
POINT = "query ($id: String!) { message(trackingId: $id) { revision events { nodes { eventId } } } }"


@pytest.mark.parametrize(
    ("accept", "coding"),
    [
        (None, None),
        ("", None),
        ("identity", None),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, br", "br"),
        ("GZIP", "gzip"),
        ("br;q=0.5, gzip;q=0.8", "gzip"),
        ("br;q=0, gzip;q=0", None),
        ("*", "zstd"),
        ("*;q=0.5, zstd;q=0", "br"),
        ("identity, gzip;q=0.5", None),
        ("deflate", None),
    ],
)
async def test_the_coding_is_what_the_client_likes_best(accept: str | None, coding: str | None) -> None:
    assert choose_coding(accept) == coding


async def test_large_replies_are_compressed_and_small_ones_not(api: Api) -> None:
    async def body(query: str, coding: str) -> tuple[httpx.Headers, bytes]:
        headers = {"accept-encoding": coding}
        async with api.client.stream("POST", "/graphql", json={"query": query}, headers=headers) as reply:
            return reply.headers, b"".join([part async for part in reply.aiter_raw()])

    headers, plain = await body(LARGE, "identity")
    assert "content-encoding" not in headers
    assert "accept-encoding" in headers["vary"]
    for coding, decode in DECODERS.items():
        headers, encoded = await body(LARGE, coding)
        assert (headers["content-encoding"], int(headers["content-length"])) == (coding, len(encoded))
        assert decode(encoded) == plain
        assert len(encoded) < len(plain) / 2
    headers, _ = await body("{ __typename }", "gzip")
    assert "content-encoding" not in headers
    schema = await api.client.get("/schema.graphql", headers={"accept-encoding": "br"})
    assert (schema.headers["content-encoding"], schema.text[:3]) == ("br", '"""')


def asked(api: Api, number: int = 0) -> dict[str, str]:
    return {"query": POINT, "variables": f'{{"id": "{api.world.messages[number].tracking_id}"}}'}


async def test_a_point_read_is_not_sent_again_while_its_revision_stands(
    reader: Reader, world: World, ends: Ends
) -> None:
    counting = Counting(reader)
    async with running_api(cast("Reader", counting), world, ends) as api:
        await api.client.get("/graphql", params=asked(api))  # the document is new: how it is read is found out
        counting.calls.clear()
        first = await api.client.get("/graphql", params=asked(api))
        tag = first.headers["etag"]
        assert first.json()["data"]["message"]["revision"]
        assert counting.calls == {"message_pages": 1}  # the tag costs no look of its own
        counting.calls.clear()
        again = await api.client.get("/graphql", params=asked(api), headers={"if-none-match": tag})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert counting.calls == {"messages": 1}
        other = await api.client.get("/graphql", params=asked(api, 1), headers={"if-none-match": tag})
        assert other.status_code == 200
        renamed = asked(api) | {"query": POINT.replace("revision", "revision phase")}
        assert (await api.client.get("/graphql", params=renamed, headers={"if-none-match": tag})).status_code == 200


class Revised:
    """A reader whose messages have had another event."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.more = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reader, name)

    async def messages(self, tracking_ids: list[str]) -> list[Any]:
        views = await self._reader.messages(tracking_ids)
        for view in views:
            if view is not None:
                view.revision += self.more
        return views

    async def message_pages(self, *arguments: Any) -> list[Any]:
        pages = await self._reader.message_pages(*arguments)
        for page in pages:
            if page is not None:
                page.message.revision += self.more
        return pages


async def test_another_revision_or_another_minute_is_another_answer(reader: Reader, world: World, ends: Ends) -> None:
    revised = Revised(reader)
    async with running_api(cast("Reader", revised), world, ends) as api:
        tags = []
        for more, later in ((0, 0), (0, 0), (1, 0), (1, 60_000)):
            revised.more, ends.now = more, NOW + later
            tags.append((await api.client.get("/graphql", params=asked(api))).headers["etag"])
        assert tags[0] == tags[1]
        assert len(set(tags)) == 3


@pytest.mark.parametrize(
    "query",
    [
        "query ($id: String!) { message(trackingId: $id) { revision } pipeline { lag } }",
        "query ($id: String!) { message(trackingId: $id) { revision } ...A } fragment A on Query { pipeline { lag } }",
        "query ($id: String!) { message(trackingId: $id) { revision } messages(first: 1) { nodes { id } } }",
    ],
)
async def test_what_asks_for_more_is_told_by_its_content(reader: Reader, world: World, ends: Ends, query: str) -> None:
    async with running_api(reader, world, ends) as api:
        first = await api.client.get("/graphql", params=asked(api) | {"query": query})
        assert not first.headers["etag"].startswith('W/"m')
        headers = {"if-none-match": first.headers["etag"]}
        assert (
            await api.client.get("/graphql", params=asked(api) | {"query": query}, headers=headers)
        ).status_code == 304


async def test_an_answer_with_errors_has_no_revision(api: Api) -> None:
    query = 'query ($id: String!) { message(trackingId: $id) { events(after: "x") { nodes { id } } } }'
    reply = await api.client.get("/graphql", params=asked(api) | {"query": query})
    assert reply.json()["errors"]
    assert not reply.headers.get("etag", "").startswith('W/"m')
