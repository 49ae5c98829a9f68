"""GraphQL over HTTP as its specification and its audits want it, and the other paths of the server."""

import asyncio
import html
import json
import re
import subprocess
from pathlib import Path
from urllib.parse import urljoin

import pytest

from delivery.classification import shipped_classifier
from delivery.errors import Misconfigured, Unavailable
from graphql_api.context import Sources
from graphql_api.http.app import build_app, listen
from graphql_api.http.negotiation import ReplyType, choose_reply
from graphql_api.http.pages import CONSOLE_PATHS
from graphql_api.settings import GraphQLSettings
from graphql_api.types.pipeline import EndToEnd
from store.contract import Reader
from tests.graphql_api.conftest import Api, Ends, running_api
from tests.graphql_api.world import STARTED_S, TOPIC, World
from tests.parts.npm import install

GRAPHQL = "application/graphql-response+json"
AUDITS = 61


@pytest.mark.anyio
async def test_all_audits_of_graphql_http_are_ok(api: Api) -> None:
    packages = install("graphql-http@1.23.1", "graphql@16.14.0")
    script = Path(__file__).with_name("audits.mjs")
    url = api.client.base_url.join("/graphql")
    process = await asyncio.create_subprocess_exec(
        "node", script, packages, str(url),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    output, problems = await asyncio.wait_for(process.communicate(), 120)
    assert process.returncode == 0, problems.decode()
    audits = json.loads(output)
    assert [audit for audit in audits if audit["status"] != "ok"] == []
    assert len(audits) == AUDITS


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, ReplyType.JSON),
        ("*/*", ReplyType.JSON),
        ("text/html", ReplyType.JSON),
        (GRAPHQL, ReplyType.GRAPHQL),
        (f"application/json, {GRAPHQL}", ReplyType.GRAPHQL),
        (f"application/json, {GRAPHQL};q=0.9", ReplyType.JSON),
        (f"{GRAPHQL}; q=0", ReplyType.JSON),
        (f"{GRAPHQL};q=x", ReplyType.JSON),
        (f"Application/GraphQL-Response+JSON; charset=utf-8, {'*/*'};q=0.1", ReplyType.GRAPHQL),
    ],
)
def test_the_reply_type_is_what_the_client_likes_best(accept: str | None, expected: ReplyType) -> None:
    assert choose_reply(accept) is expected


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("query A { __typename } query B { __typename }", "BAD_USER_INPUT"),
        ("mutation { send }", "GRAPHQL_VALIDATION_FAILED"),
        ("query ($first: Int!) { messages(first: $first) { nodes { id } } }", "BAD_USER_INPUT"),
    ],
)
async def test_what_cannot_run_is_400_or_200_by_reply_type_and_has_no_data(api: Api, query: str, code: str) -> None:
    for accept, status in ((GRAPHQL, 400), ("application/json", 200)):
        response = await api.client.post("/graphql", json={"query": query}, headers={"accept": accept})
        assert response.status_code == status
        assert response.headers["content-type"] == f"{accept}; charset=utf-8"
        assert [error["extensions"]["code"] for error in response.json()["errors"]] == [code]
        assert "data" not in response.json()


@pytest.mark.anyio
async def test_what_ran_is_200_with_its_data(api: Api) -> None:
    query = 'query A { a: node(id: "x") { id } b: __typename } query B { __typename }'
    response = await api.client.post(
        "/graphql", json={"query": query, "operationName": "A"}, headers={"accept": GRAPHQL}
    )
    assert response.status_code == 200
    assert response.json()["data"] == {"a": None, "b": "Query"}
    (error,) = response.json()["errors"]
    assert (error["path"], error["extensions"]) == (["a"], {"code": "BAD_ID"})


@pytest.mark.anyio
async def test_get_queries(api: Api) -> None:
    query = "query ($id: String!) { message(trackingId: $id) { trackingId } }"
    response = await api.client.get("/graphql", params={"query": query, "variables": '{"id": "huge"}'})
    assert response.json() == {
        "data": {"message": {"trackingId": "huge"}},
        "extensions": {"cost": {"requested": 2, "maximum": 100_000}},
    }
    refused = await api.client.get("/graphql", params={"query": "mutation { a }"})
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")
    assert (await api.client.get("/graphql", params={"query": "{a}", "variables": "{"})).status_code == 400
    assert (await api.client.get("/graphql")).status_code == 400


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        (None, b'{"query": "{__typename}"}', 415),
        ("text/plain", b'{"query": "{__typename}"}', 415),
        ("application/x-www-form-urlencoded", b"query=%7B__typename%7D", 415),
        ("application/json; charset=latin1", b'{"query": "{__typename}"}', 415),
        ("application/json; charset=UTF-8", b'{"query": "{__typename}"}', 200),
        ("application/json", b"", 400),
        ("application/json", b'{"query": "\xff"}', 400),
        ("application/json", b'[{"query": "{__typename}"}]', 400),
        ("application/json", b'{"query": " "}', 400),
        ("application/json", b'{"query": "{__typename}", "extensions": 1}', 400),
    ],
)
async def test_bodies(api: Api, content_type: str | None, body: bytes, status: int) -> None:
    headers = {"content-type": content_type} if content_type else {}
    response = await api.client.post("/graphql", content=body, headers=headers)
    assert response.status_code == status
    if status != 200:
        assert [error["extensions"]["code"] for error in response.json()["errors"]] == ["BAD_REQUEST"]


@pytest.mark.anyio
async def test_names_of_operations_have_a_length(api: Api) -> None:
    """What is remembered of a document is kept by them too."""
    for length, status in ((200, 200), (201, 400)):
        name = "a" * length
        asked = {"query": f"query {name} {{ __typename }}", "operationName": name}
        for reply in (await api.client.post("/graphql", json=asked), await api.client.get("/graphql", params=asked)):
            assert reply.status_code == status
            if status == 400:
                (error,) = reply.json()["errors"]
                assert error["message"] == "operationName has 201 characters, at most 200 are read"
                assert error["extensions"] == {"code": "LIMIT_EXCEEDED"}


@pytest.mark.anyio
async def test_paths_and_methods_that_are_not_there(api: Api) -> None:
    assert (await api.client.get("/nowhere")).status_code == 404
    response = await api.client.put("/graphql", json={})
    assert response.status_code == 405
    assert set(response.headers["allow"].split(", ")) == {"GET", "OPTIONS", "POST"}
    assert "Traceback" not in response.text


@pytest.mark.anyio
async def test_pipeline_says_how_fresh_the_answers_are(api: Api, ends: Ends) -> None:
    query = """{ pipeline { lag newestEventAt ageSeconds appliedAt brokerAvailable schemaVersion classificationVersion version
        partitions { topic partition appliedOffset announcedOffset endOffset lag } } }"""
    found = (await api.ask(query))["pipeline"]
    partitions = found.pop("partitions")
    assert partitions == [
        {
            "topic": TOPIC, "partition": number, "appliedOffset": end - 1, "announcedOffset": end - 1,
            "endOffset": end, "lag": 1,
        }
        for number, end in sorted(ends.ends[TOPIC].items())
    ]  # fmt: skip
    newest = max(event.received_at for event in api.world.events)
    assert found.pop("ageSeconds") == ((STARTED_S + 10_000) * 1000 - newest) / 1000
    assert found.pop("schemaVersion") >= 1
    assert found == {
        "lag": 3,
        "newestEventAt": "2026-11-18T11:21:46.250Z",
        "appliedAt": "2026-11-18T11:06:40.000Z",
        "brokerAvailable": True,
        "classificationVersion": shipped_classifier().version,
        "version": "1.2.3",
    }
    ends.problem = Unavailable("Kafka does not answer")
    found = (await api.ask(query))["pipeline"]
    assert (found["lag"], found["brokerAvailable"]) == (None, False)
    assert {partition["lag"] for partition in found["partitions"]} == {None}


@pytest.mark.anyio
async def test_how_long_events_took_lately(api: Api, ends: Ends) -> None:
    query = "{ pipeline { endToEnd { since events p50Seconds p99Seconds } } }"
    found = (await api.ask(query))["pipeline"]["endToEnd"]
    assert found == {"since": "2026-11-18T13:48:00.000Z", "events": 100, "p50Seconds": 0.025, "p99Seconds": 0.1}
    ends.now += 5 * 60_000
    assert (await api.ask(query))["pipeline"]["endToEnd"]["events"] == 0
    nothing = (await api.ask(query))["pipeline"]["endToEnd"]
    assert (nothing["events"], nothing["p50Seconds"], nothing["p99Seconds"]) == (0, None, None)


def test_what_took_longer_than_any_bound_has_none() -> None:
    found = EndToEnd.of(0, {1_800_000: 98, 2**63 - 1: 2})
    assert (found.p50_seconds, found.p99_seconds) == (1_800.0, None)


@pytest.mark.anyio
async def test_readiness_asks_the_store_and_the_broker(api: Api, ends: Ends) -> None:
    assert (await api.client.get("/livez")).text == "ok\n"
    assert (await api.client.get("/readyz")).status_code == 200
    assert (await api.client.get("/readyz?verbose")).text == "[+]store ok\n[+]kafka ok\n"
    ends.problem = Unavailable("Kafka does not answer")
    response = await api.client.get("/readyz")
    assert (response.status_code, response.text) == (503, "[+]store ok\n[-]kafka: Kafka does not answer\n")
    assert (await api.client.get("/livez")).status_code == 200


@pytest.mark.anyio
async def test_metrics_count_operations(api: Api) -> None:
    await api.ask("{ __typename }")
    await api.problem("{ nothing }")
    await api.problem('{ node(id: "x") { id } }')
    text = (await api.client.get("/metrics")).text
    for result in ("ok", "rejected", "partial"):
        assert f'eds_graphql_operations_total{{result="{result}",type="query"}} 1.0' in text
    assert 'eds_graphql_operation_duration_seconds_count{type="query"} 3.0' in text


@pytest.mark.anyio
async def test_pages_need_nothing_from_elsewhere(api: Api) -> None:
    for path in (*CONSOLE_PATHS, "/graphiql"):
        page = await api.client.get(path)
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        policy = page.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "http" not in policy
        found = re.findall(r'(?:src|href)="([^"]+)"', page.text)
        assert found
        for link in set(found) - {"data:,"}:
            assert link.startswith(("/", "./"))
            linked = await api.client.get(urljoin(path, html.unescape(link)))
            assert linked.status_code == 200, link
            kept = "immutable" in linked.headers.get("cache-control", "")
            assert kept == link.startswith("./assets/")
        again = await api.client.get(path, headers={"if-none-match": page.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


@pytest.mark.anyio
async def test_pages_can_be_switched_off(reader: Reader, world: World, ends: Ends) -> None:
    for console, graphiql in ((True, False), (False, True)):
        async with running_api(reader, world, ends, console=console, graphiql=graphiql) as api:
            assert (await api.client.get("/graphiql")).status_code == (200 if graphiql else 404)
            for path in CONSOLE_PATHS:
                assert (await api.client.get(path)).status_code == (200 if console else 404)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org", ""])
def test_an_address_that_others_reach_is_refused(host: str, ends: Ends) -> None:
    sources = Sources(reader=None, end_offsets=ends, check_broker=ends.check, topic="", now=lambda: 0, version="")  # type: ignore[arg-type]
    with pytest.raises(Misconfigured, match="EDS_GRAPHQL_TOKEN_FILE"):
        build_app(GraphQLSettings(host=host), sources)


def test_an_address_that_is_taken_is_said_to_be() -> None:
    with listen("127.0.0.1", 0) as taken:
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Misconfigured, match=f"EDS_GRAPHQL_PORT={port}"):
            listen("127.0.0.1", port)
