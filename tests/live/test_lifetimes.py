"""What is begun ends: nothing stays behind of a subscription that is over, and nobody waits for what will not come."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any, cast
from unittest.mock import ANY

import httpx
import msgspec
import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from bus.tail import Found
from delivery.classification import Kind
from delivery.errors import Unavailable
from delivery.views import Message, Phase
from graphql_api.access.access import Caller
from graphql_api.context import Sources
from graphql_api.http.app import build_app, serving
from graphql_api.live.changes import Change, Gone, current_change
from graphql_api.live.cursors import CHANGES, encode_positions
from graphql_api.live.hub import BEGINNING_MAX
from graphql_api.live.service import Live
from graphql_api.settings import GraphQLSettings
from store.contract import Reader
from tests.live.speaking import WAIT_S, data_of, opened, received, send, speaking, subscribe

pytestmark = pytest.mark.anyio
ALL = "subscription { messageChanged { trackingId revision } }"
ONE = 'subscription { messageChanged(trackingId: "m") { trackingId revision } }'
RESUMED = "subscription ($after: String) { messageChanged(after: $after) { trackingId revision } }"
SELECTED = 'subscription { messageChanged(trackingId: "m") { deliveries { nodes { id } } } }'


class Store:
    """A reader of nothing but messages: those in `views`. It answers while `answers` is set; `asked` are those that wait."""

    def __init__(self) -> None:
        self.views: dict[str, Message] = {}
        self.answers = asyncio.Event()
        self.answers.set()
        self.asked = 0

    async def messages(self, tracking_ids: list[str]) -> list[Message | None]:
        self.asked += 1
        try:
            await self.answers.wait()
        finally:
            self.asked -= 1
        return [self.views.get(tracking_id) for tracking_id in tracking_ids]

    async def deliveries_of(self, *_: object) -> None:
        raise Unavailable("the store is away")

    async def check(self) -> None:
        """All is well."""


@pytest.fixture
def store() -> Store:
    return Store()


class Judging:
    """The process aside as it answers when a document is new to it: not at all, or with this problem."""

    problem = None

    def __init__(self, problem: Exception | None) -> None:
        self._problem = problem

    async def judge(self, text: str, operation_name: str | None) -> None:
        if self._problem is not None:
            raise self._problem
        await asyncio.Event().wait()


@asynccontextmanager
async def live_over(store: Store, aside: Judging | None = None, **settings: Any) -> AsyncIterator[tuple[str, Live]]:
    """A server whose topics are fed by the test: its address, and its live results."""

    async def nothing() -> None:
        return None

    async def no_ends() -> dict[str, dict[int, int]]:
        return {}

    chosen = msgspec.structs.replace(GraphQLSettings(port=0), **settings)
    sources = Sources(
        reader=cast("Reader", store), end_offsets=no_ends, check_broker=nothing, topic="t", now=lambda: 0, version="1"
    )
    app = build_app(chosen, sources, aside=cast("Any", aside))
    live: Live = app.ctx.live
    live.hub.changes.start({0: 0})
    async with serving(app, chosen) as port:
        yield f"http://127.0.0.1:{port}", live


def view_of(tracking_id: str, revision: int) -> Message:
    return Message(
        tracking_id=tracking_id, phase=Phase(3, 5, "", Kind.DELIVERED), first_event_at=1, last_event_at=5,
        revision=revision, sender_id=None, mail_from=None, deliveries={},
    )  # fmt: skip


def tell(live: Live, tracking_id: str, revision: int) -> None:
    """The topic's next record: this message at this revision."""
    offset = (live.hub.changes.positions or {})[0]
    change: Change = msgspec.structs.replace(current_change(view_of(tracking_id, revision)), place=(0, offset))
    live.hub.changes.find(Found([change], {0: offset + 1}))


async def until(condition: Any, what: str) -> None:
    deadline = asyncio.get_running_loop().time() + WAIT_S
    while not condition():
        assert asyncio.get_running_loop().time() < deadline, what
        await asyncio.sleep(0.01)


async def answered(ws: ClientConnection) -> None:
    """Returns once the server has read all that was sent."""
    await send(ws, type="ping")
    while (await received(ws))["type"] != "pong":
        pass


@pytest.mark.parametrize("query", [ALL, ONE], ids=["from now on", "as it is"])
async def test_an_id_that_is_used_again_and_again_is_one_subscription(store: Store, query: str) -> None:
    """However quickly it is completed and asked for anew, and whether or not the document is known: the last one counts."""
    store.views["m"] = view_of("m", 1)
    async with live_over(store) as (url, live):
        async with speaking(url) as ws:
            for burst in range(5):
                for _ in range(20):
                    await subscribe(ws, "1", query)
                    await send(ws, id="1", type="complete")
                await answered(ws)
                await subscribe(ws, "1", query)
                await until(lambda: live.hub.count == 1, "the last one is not there")
                await answered(ws)
                assert live.hub.count == 1
                tell(live, "m", burst + 2)
                while (found := (await data_of(ws))["data"]["messageChanged"])["revision"] < burst + 2:
                    pass
                assert found == {"trackingId": "m", "revision": burst + 2}
                await send(ws, id="1", type="complete")
                await answered(ws)
                assert live.hub.count == 0
            for number in range(20):
                await subscribe(ws, str(number), query)
                await send(ws, id=str(number), type="complete")
                await subscribe(ws, str(number), query)
            await until(lambda: live.hub.count == 20, "not all are there")
            await answered(ws)
            assert live.hub.count == 20
        await until(lambda: not live.hub.count, f"{live.hub.count} subscriptions are left")
        assert (live.hub.count, +live.hub._callers, live.hub._groups) == (0, {}, {})
        assert live.metrics.subscriptions.labels("ws")._value.get() == 0


async def test_a_query_that_the_client_completes_is_given_up(store: Store) -> None:
    """However many: those that are under way are never more than one connection may have."""
    async with live_over(store, operation_ms_max=60_000) as (url, _), speaking(url) as ws:
        store.answers.clear()
        for number in range(3):
            await subscribe(ws, "1", f'{{ message(trackingId: "m{number}") {{ revision }} }}')
            await until(lambda: store.asked, "it is not under way")
            await send(ws, id="1", type="complete")
            await until(lambda: not store.asked, "it goes on")
        store.answers.set()
        await subscribe(ws, "1", '{ message(trackingId: "m") { revision } }')
        assert await data_of(ws) == {"data": {"message": None}} | {"extensions": ANY}


NOT_STARTED = [
    (Unavailable("it ended in the middle"), 503, "UNAVAILABLE", "Not available now: it ended in the middle"),
    (None, 503, "UNAVAILABLE", "Not available now: over operation_ms_max=200"),
    (RuntimeError("a secret"), 500, "INTERNAL_SERVER_ERROR", "Internal error. The server's log has it under this id."),
]


@pytest.mark.parametrize(("problem", "status", "code", "message"), NOT_STARTED, ids=["away", "slow", "defect"])
async def test_who_can_not_be_answered_is_told(
    store: Store, problem: Exception | None, status: int, code: str, message: str
) -> None:
    """A subscription that can't be started ends with an error as any request does; its id is free, its connection goes on."""
    async with live_over(store, Judging(problem), operation_ms_max=200) as (url, live):
        async with speaking(url) as ws:
            for _ in range(2):
                await subscribe(ws, "1", ALL)
                told = await received(ws)
                assert (told["type"], told["id"]) == ("error", "1")
                (error,) = told["payload"]
                assert (error["extensions"]["code"], error["message"]) == (code, message)
        async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=WAIT_S) as client:
            reply = await client.post("/graphql", json={"query": ALL}, headers={"accept": "text/event-stream"})
        assert (reply.status_code, reply.headers.get("retry-after")) == (status, "5" if status == 503 else None)
        (error,) = reply.json()["errors"]
        assert (error["extensions"]["code"], error["message"]) == (code, message)
        assert live.hub.count == 0


@pytest.mark.parametrize(
    ("problem", "code", "reason"),
    [
        (Unavailable("the keys can't be read"), 1013, "Not available now: the keys can't be read"),
        (RuntimeError("a secret"), 1011, "Internal error"),
    ],
    ids=["away", "defect"],
)
async def test_who_can_not_be_known_now_is_told(
    store: Store, monkeypatch: pytest.MonkeyPatch, problem: Exception, code: int, reason: str
) -> None:
    """At once, with a code after which clients come back where it may be better by then."""

    async def verify(_authorization: str | None) -> Caller:
        raise problem

    access: dict[str, Any] = {"jwt_issuer": "i", "jwt_audience": "a", "jwt_keys": "http://127.0.0.1/never-asked"}
    async with live_over(store, **access) as (url, live):
        monkeypatch.setattr(live._access, "identify", verify)
        async with opened(url) as ws:
            await send(ws, type="connection_init")
            with pytest.raises(ConnectionClosed) as ending:
                await received(ws)
    assert ending.value.rcvd is not None
    assert (ending.value.rcvd.code, ending.value.rcvd.reason) == (code, reason)


async def test_nothing_is_read_for_who_has_left(store: Store) -> None:
    """Neither does it hold up who comes after; one reading of the topic at a time is under way, whoever leaves it."""
    gate, under_way, most = threading.Event(), 0, 0

    def past(_starts: object, _ends: object) -> Iterator[Change | Gone]:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        assert gate.wait(WAIT_S)
        under_way -= 1
        return iter(())

    store.views["m"] = view_of("m", 1)
    async with live_over(store) as (url, live), speaking(url) as ws:
        live.hub.changes.start({0: 10})
        live.hub.changed_before.past = past
        for number in range(BEGINNING_MAX + 1):
            await subscribe(ws, str(number), RESUMED, after=encode_positions(CHANGES, {0: 0}))
        await until(lambda: live.hub.count == BEGINNING_MAX + 1, "not all are there")
        await until(lambda: under_way, "nothing is read")
        for number in range(BEGINNING_MAX + 1):
            await send(ws, id=str(number), type="complete")
        await until(lambda: not live.hub._tasks, "something is still to be read for who has left")
        await subscribe(ws, "again", RESUMED, after=encode_positions(CHANGES, {0: 0}))
        await subscribe(ws, "one", ONE)
        assert (await data_of(ws))["data"]["messageChanged"] == {"trackingId": "m", "revision": 1}
        gate.set()
        tell(live, "m", 2)
        assert sorted([(await received(ws))["id"], (await received(ws))["id"]]) == ["again", "one"]
        assert (under_way, most) == (0, 1)


@pytest.mark.parametrize("query", [ONE, SELECTED], ids=["the message", "what is selected of it"])
async def test_who_has_left_waits_for_no_store(store: Store, query: str) -> None:
    store.views["m"] = view_of("m", 1)
    async with live_over(store) as (url, live), speaking(url) as ws:
        if query == ONE:
            store.answers.clear()
        await subscribe(ws, "1", query)
        await until(lambda: live.hub._tasks, "it has not begun")
        await answered(ws)
        await send(ws, id="1", type="complete")
        await until(lambda: not live.hub._tasks and not store.asked, "it is still waited for")
