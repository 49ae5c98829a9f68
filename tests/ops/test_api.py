"""The client of the GraphQL API against a server with a script: what passes is tried again, and a stream goes on."""

import threading
from collections.abc import Iterator
from contextlib import aclosing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import msgspec
import orjson
import pytest
from graphql import build_schema, parse, validate

from delivery.errors import Misconfigured, Unavailable
from graphql_api.settings import GraphQLSettings
from ops import api as asking
from ops import message_rows
from ops.api import Api, open_api
from ops.client_settings import ClientSettings
from ops.commands import statistics
from ops.configuration import read_configuration
from ops.outcomes import Misused, Refused

pytestmark = pytest.mark.anyio
JSON, EVENTS = "application/json", "text/event-stream"
Reply = tuple[int, str, str]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "AGAIN_S", (0.01,) * len(asking.AGAIN_S))


class Scripted:
    """Answers with these replies, one after the other, and keeps what it was asked."""

    def __init__(self, *replies: Reply) -> None:
        self.replies = list(replies)
        self.asked: list[dict[str, Any]] = []
        self.url = ""


@contextmanager
def answering(*replies: Reply) -> Iterator[Scripted]:
    script = Scripted(*replies)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            script.asked.append(orjson.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            status, kind, text = script.replies.pop(0)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Retry-After", "0")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        script.url = f"http://127.0.0.1:{server.server_port}/graphql"
        try:
            yield script
        finally:
            server.shutdown()
            thread.join()


def error(code: str, status: int = 200) -> Reply:
    return status, JSON, orjson.dumps({"errors": [{"message": "the reason", "extensions": {"code": code}}]}).decode()


def stream(*payloads: dict[str, Any], ending: str = "") -> Reply:
    events = "".join(f"event: next\ndata: {orjson.dumps(payload).decode()}\n\n" for payload in payloads)
    return 200, EVENTS, f":\n\n{events}{ending}"


def payload(number: int) -> dict[str, Any]:
    return {"data": {"n": number}, "extensions": {"cursor": f"c{number}"}}


async def test_what_is_too_much_for_now_is_asked_again() -> None:
    with answering(error("RATE_LIMITED", 429), error("UNAVAILABLE", 503), (200, JSON, '{"data":{"a":1}}')) as server:
        async with Api(server.url) as api:
            assert await api.ask("{ a }", {}) == {"a": 1}
    with answering(*[error("RATE_LIMITED", 429)] * 5) as server:
        async with Api(server.url) as api:
            with pytest.raises(Unavailable, match="the reason"):
                await api.ask("{ a }", {})
        assert server.replies == []


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (error("UNAUTHENTICATED", 401), Refused),
        (error("FORBIDDEN"), Refused),
        (error("NO_INDEX"), Misused),
        (error("INTERNAL_SERVER_ERROR"), Unavailable),
        ((200, "text/html", "<html>a proxy's page</html>"), Unavailable),
        ((200, JSON, '["no answer"]'), Unavailable),
    ],
)
async def test_errors_are_what_the_server_means(reply: Reply, kind: type[Exception]) -> None:
    with answering(reply, reply) as server:
        async with Api(server.url) as api:
            with pytest.raises(kind):
                await api.ask("{ a }", {})
            with pytest.raises(kind):
                await anext(api.follow("subscription { a }", {}))


async def test_pages_are_read_until_there_are_no_more_or_enough() -> None:
    def page(*numbers: int, more: bool) -> Reply:
        info = {"hasNextPage": more, "endCursor": f"c{numbers[-1]}"}
        return 200, JSON, orjson.dumps({"data": {"list": {"nodes": list(numbers), "pageInfo": info}}}).decode()

    with answering(page(1, 2, more=True), page(3, more=False)) as server:
        async with Api(server.url) as api:
            assert [one async for one in api.pages("q", {}, ["list"], 0)] == [1, 2, 3]
        assert [asked["variables"]["after"] for asked in server.asked] == [None, "c2"]
    with answering(page(1, 2, more=True), page(3, more=True)) as server:
        async with Api(server.url) as api:
            assert [one async for one in api.pages("q", {}, ["list"], 3)] == [1, 2, 3]
        assert [asked["variables"]["first"] for asked in server.asked] == [3, 1]
    with answering((200, JSON, '{"data":{"message":null}}')) as server:
        async with Api(server.url) as api:
            assert [one async for one in api.pages("q", {}, ["message", "events"], 0)] == []


async def test_a_stream_goes_on_where_it_broke_and_anew_where_that_place_is_gone() -> None:
    gone = error("CURSOR_EXPIRED")
    going = {"errors": [{"message": "bye", "extensions": {"code": "GOING_AWAY"}}]}
    replies = stream(payload(1), payload(2)), stream(payload(3), going), gone, stream(payload(4))
    with answering(*replies) as server:
        async with Api(server.url) as api:
            seen = []
            async with aclosing(api.follow("subscription { n }", {"id": "x"})) as changes:
                async for data in changes:
                    seen.append(data["n"])
                    if len(seen) == 4:
                        break
        assert seen == [1, 2, 3, 4]
        assert [asked["variables"]["after"] for asked in server.asked] == [None, "c2", "c3", None]
        assert all(asked["variables"]["id"] == "x" for asked in server.asked)


async def test_a_server_that_only_breaks_off_is_given_up() -> None:
    with answering(*[stream()] * 9) as server:
        async with Api(server.url) as api:
            with pytest.raises(Unavailable, match="the stream ended"):
                await anext(api.follow("subscription { n }", {}))


async def test_a_stream_that_had_nothing_to_tell_goes_on_when_the_server_comes_back() -> None:
    starting = [error("UNAVAILABLE", 503)] * 9
    with answering(stream(), *starting, stream(), *starting, stream(payload(1))) as server:
        async with Api(server.url) as api:
            assert await anext(api.follow("subscription { n }", {})) == {"n": 1}
        assert server.replies == []


async def test_heartbeats_alone_show_that_a_server_is_a_good_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "ALIVE_S", 0.0)
    idle = stream(ending=":\n\n")
    with answering(*[idle] * 20, stream(payload(1))) as server:
        async with Api(server.url) as api:
            assert await anext(api.follow("subscription { n }", {})) == {"n": 1}


async def test_an_operation_that_fails_is_not_asked_for_again() -> None:
    failed = stream({"errors": [{"message": "the reason", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}]})
    with answering(stream(), failed) as server:
        async with Api(server.url) as api:
            with pytest.raises(Unavailable, match="the reason"):
                await anext(api.follow("subscription { n }", {}))


def test_what_commands_ask_fits_the_schema() -> None:
    schema = build_schema((Path(__file__).parents[2] / "graphql_api" / "schema.graphql").read_text("utf-8"))
    for document in (
        statistics.DOCUMENT, message_rows.MESSAGE, message_rows.MESSAGES, message_rows.HISTORY, message_rows.CHANGES,
    ):  # fmt: skip
        assert validate(schema, parse(document)) == []


def test_who_is_asked_and_as_whom(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("new\nold\n")
    settings = read_configuration({})
    assert open_api(settings, None, None).url == "http://127.0.0.1:8081/graphql"
    assert open_api(settings, "https://api.example/", None).url == "https://api.example/graphql"
    everywhere = msgspec.structs.replace(settings, graphql=GraphQLSettings(host="::", port=1, token_file=str(token)))
    api = open_api(everywhere, None, None)
    assert (api.url, api._client.headers["Authorization"]) == ("http://[::1]:1/graphql", "Bearer new")
    own = msgspec.structs.replace(
        settings, client=ClientSettings(graphql_url="http://h/api/graphql", ca_file="/no/such")
    )
    assert open_api(own, None, None).url == "http://h/api/graphql"
    with pytest.raises(Misconfigured, match="ca_file"):
        open_api(own, "https://h", None)
    token.write_text("tökén")  # no header holds that
    with pytest.raises(Misconfigured, match="the token's file"):
        open_api(settings, None, token)
