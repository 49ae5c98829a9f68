"""What other sites' pages can't do through a reader's browser; and what clients save by hashes and tags."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from delivery.errors import Misconfigured
from graphql_api.guards import kept
from graphql_api.http.persisted import PersistedDocuments
from graphql_api.http.requests import BadRequest
from graphql_api.settings import GraphQLSettings, require_access
from store.contract import Reader
from tests.graphql_api.conftest import Api, Ends, running_api
from tests.graphql_api.world import World

pytestmark = pytest.mark.anyio
NAME = "{ __typename }"
CONSOLE = "https://console.example"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"sec-fetch-site": "none"}, 200),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site", "accept": "application/json"}, 403),
        ({"sec-fetch-site": "cross-site", "graphql-require-preflight": "1"}, 200),
        ({"sec-fetch-site": "cross-site", "apollo-require-preflight": "true"}, 200),
        ({"origin": CONSOLE, "sec-fetch-site": "cross-site"}, 200),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://127.0.0.1:1"}, 403),
        ({"host": "evil.example"}, 421),
        ({"host": "evil.example", "origin": "http://evil.example"}, 421),
        ({"host": "127.0.0.1.evil.example"}, 421),
        ({"host": "localhost:8081"}, 200),
        ({"host": "[::1]:8081"}, 200),
        ({"host": "reader.example"}, 200),
    ],
)
async def test_only_own_pages_and_programs_are_answered(
    reader: Reader, world: World, ends: Ends, headers: dict[str, str], status: int
) -> None:
    chosen: dict[str, Any] = {"origins_allowed": (CONSOLE,), "hosts_allowed": ("reader.example",)}
    async with running_api(reader, world, ends, **chosen) as api:
        got = await api.client.get("/graphql", params={"query": NAME}, headers=headers)
        posted = await api.client.post("/graphql", json={"query": NAME}, headers=headers)
        assert (got.status_code, posted.status_code) == (status, status)
        if status != 200:
            assert got.json()["errors"][0]["extensions"] == {"code": "FORBIDDEN"}
            assert "access-control-allow-origin" not in got.headers
        elif "origin" in headers:
            assert got.headers["access-control-allow-origin"] == CONSOLE
            assert "origin" in got.headers["vary"]


async def test_preflights(reader: Reader, world: World, ends: Ends) -> None:
    async with running_api(reader, world, ends, origins_allowed=(CONSOLE,)) as api:
        allowed = await api.client.options("/graphql", headers={"origin": CONSOLE})
        assert (allowed.status_code, allowed.headers["access-control-allow-origin"]) == (204, CONSOLE)
        assert "content-type" in allowed.headers["access-control-allow-headers"]
        refused = await api.client.options("/graphql", headers={"origin": "https://evil.example"})
        assert refused.status_code == 403
        assert "access-control-allow-origin" not in refused.headers


def test_any_origin_needs_tokens() -> None:
    with pytest.raises(Misconfigured, match="any page"):
        require_access(GraphQLSettings(origins_allowed=("*",)))
    require_access(GraphQLSettings(origins_allowed=("*",), token_file="token"))


def hashed(query: str) -> dict[str, Any]:
    return {"persistedQuery": {"version": 1, "sha256Hash": sha256(query.encode()).hexdigest()}}


async def test_documents_are_registered_by_their_hash(api: Api) -> None:
    extensions = hashed(NAME)
    for answer in (
        await api.client.post("/graphql", json={"extensions": extensions}),
        await api.client.get("/graphql", params={"extensions": json.dumps(extensions)}),
    ):
        assert answer.status_code == 200
        assert answer.json()["errors"] == [
            {"message": "PersistedQueryNotFound", "extensions": {"code": "PERSISTED_QUERY_NOT_FOUND"}}
        ]
    wrong = await api.client.post("/graphql", json={"query": "{ a: __typename }", "extensions": extensions})
    assert wrong.status_code == 400
    for query in (NAME, None, None):
        answer = await api.client.post("/graphql", json={"query": query, "extensions": extensions})
        assert answer.json()["data"] == {"__typename": "Query"}
    for bad in ({}, {"version": 2}, {"version": 1, "sha256Hash": 7}, 1):
        answer = await api.client.post("/graphql", json={"extensions": {"persistedQuery": bad}})
        assert answer.status_code == 400


async def test_registered_documents_are_bounded(reader: Reader, world: World, ends: Ends) -> None:
    async with running_api(reader, world, ends, documents_cached_max=3) as api:
        for number in range(5):
            query = f"{{ a{number}: __typename }}"
            await api.client.post("/graphql", json={"query": query, "extensions": hashed(query)})
        found = [
            (await api.client.post("/graphql", json={"extensions": hashed(f"{{ a{number}: __typename }}")})).json()
            for number in range(5)
        ]
        assert ["data" in answer for answer in found] == [False, False, True, True, True]


async def test_long_documents_are_not_registered(reader: Reader, world: World, ends: Ends) -> None:
    async with running_api(reader, world, ends, query_characters_max=50) as api:
        for length, code in ((50, None), (51, "PERSISTED_QUERY_NOT_FOUND")):
            query = NAME.ljust(length, "#")
            told = (await api.client.post("/graphql", json={"query": query, "extensions": hashed(query)})).json()
            assert ("errors" in told) == (code is not None)
            again = (await api.client.post("/graphql", json={"extensions": hashed(query)})).json()
            assert [error["extensions"]["code"] for error in again.get("errors", ())] == ([code] if code else [])


def test_registered_documents_are_bounded_by_their_characters_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "CHARACTERS_MAX", 100)
    documents = PersistedDocuments(GraphQLSettings())
    queries = [NAME.ljust(40, str(number)) for number in range(4)]
    for query in queries:
        assert documents.document(query, hashed(query)) == query
        assert documents._registered._characters <= 100
    assert [documents.document(None, hashed(query)) for query in queries[2:]] == queries[2:]
    with pytest.raises(BadRequest, match="PersistedQueryNotFound"):
        documents.document(None, hashed(queries[1]))


async def test_listed_documents_can_be_the_only_ones(reader: Reader, world: World, ends: Ends, tmp_path: Path) -> None:
    path = tmp_path / "documents.json"
    path.write_text(json.dumps({sha256(NAME.encode()).hexdigest(): NAME}))
    chosen: dict[str, Any] = {"documents_file": str(path), "documents_listed_only": True}
    async with running_api(reader, world, ends, **chosen) as api:
        assert await api.ask(NAME) == {"__typename": "Query"}
        listed = await api.client.post("/graphql", json={"extensions": hashed(NAME)})
        assert listed.json()["data"] == {"__typename": "Query"}
        other = "{ a: __typename }"
        for body in ({"query": other}, {"query": other, "extensions": hashed(other)}):
            refused = await api.client.post("/graphql", json=body)
            assert (refused.status_code, refused.json()["errors"][0]["extensions"]["code"]) == (403, "FORBIDDEN")
    path.write_text('{"abc": "{ __typename }"}')
    with pytest.raises(Misconfigured, match="not the SHA-256"):
        async with running_api(reader, world, ends, **chosen):
            pass


async def test_a_get_is_not_sent_twice(api: Api) -> None:
    params = {"query": '{ message(trackingId: "huge") { phase } }'}
    first = await api.client.get("/graphql", params=params)
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "private, no-cache"
    again = await api.client.get("/graphql", params=params, headers={"if-none-match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    other = await api.client.get("/graphql", params={"query": NAME}, headers={"if-none-match": tag})
    assert other.status_code == 200
    failed = await api.client.get(
        "/graphql", params={"query": "{"}, headers={"accept": "application/graphql-response+json"}
    )
    assert "etag" not in failed.headers
