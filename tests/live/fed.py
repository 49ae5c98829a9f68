"""Live results of a server whose topics and whose store are the test's: nothing comes but what it tells."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import msgspec
from websockets.asyncio.client import ClientConnection

from bus.tail import Found
from delivery.classification import Kind
from delivery.errors import Unavailable
from delivery.views import Message, Phase
from graphql_api.context import Sources
from graphql_api.http.app import build_app, serving
from graphql_api.live.changes import Change, current_change
from graphql_api.live.service import Live
from graphql_api.settings import GraphQLSettings
from store.contract import Reader
from tests.live.speaking import WAIT_S, received, send

ALL = "subscription { messageChanged { trackingId revision } }"
ONE = 'subscription { messageChanged(trackingId: "m") { trackingId revision } }'


class Store:
    """A reader of the messages in `views`, that answers while `answers` is set; so many are `asked`, and wait.

    Deliveries are away, and pages a defect.
    """

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

    async def page_messages(self, *_: object) -> None:
        raise RuntimeError("a secret")

    async def check(self) -> None:
        """All is well."""


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
