"""Everybody who asks the same within the same scope: a change is rendered once for all of them.

A selection that needs nothing beyond the record is rendered at once. One that asks the store is rendered in portions, one
after the other, so that what comes meanwhile is gathered, and of one message only the latest is rendered.
"""

import asyncio
from collections.abc import Awaitable, Mapping
from typing import Any

import msgspec
from graphql import Executor
from graphql.execution import ExecutionResult

from graphql_api.access.access import Caller
from graphql_api.errors import internal_error
from graphql_api.live.changes import Arrival, Change
from graphql_api.live.cursors import encode_revision
from graphql_api.live.endings import OVERLOAD
from graphql_api.live.matching import Where
from graphql_api.live.rendering import NOTHING, Renderer, key_of, to_payload
from graphql_api.live.subscriber import Subscriber

Item = Change | Arrival
Pending = tuple[Item, str, bool]
"""A change, the cursor behind it, and whether the store has to say if the filter has it."""

PORTION = 32
PENDING_MAX = 2_000
TOLD_MAX = 1_000
NOTHING_TOLD: dict[str, int] = {}  # shared by all that never asked
RETRY_S = 0.5


class Group:
    """`where` is within the callers' scope. `key` tells groups apart; `index_keys` are where it is filed."""

    __slots__ = (
        "_executor", "_pending", "_renderer", "_task",
        "_told", "caller", "index_keys", "key", "members", "tracking_id", "where",
    )  # fmt: skip

    def __init__(
        self,
        key: object,
        where: Where,
        tracking_id: str | None,
        executor: Executor[Any],
        caller: Caller,
        renderer: Renderer,
    ) -> None:
        self.key = key
        self.where = where
        self.tracking_id = tracking_id
        self.members: dict[Subscriber, None] = {}
        self.index_keys: list[Any] = []
        self._executor = executor
        self.caller = caller
        self._renderer = renderer
        self._pending: dict[str, Pending] | None = None
        self._told: dict[str, int] = NOTHING_TOLD
        self._task: asyncio.Task[None] | None = None

    def offer(self, item: Item, cursor: str, *, ask: bool = False) -> None:
        """Renders a change and sends it to the members, now or as soon as what came before is sent."""
        if self._task is not None or ask:
            self._queue(item, cursor, ask=ask)
            return
        context = self._renderer.open(self.caller, 1)
        found = self._renderer.start(self._executor, context, item)
        if isinstance(found, ExecutionResult):
            self._tell(item, cursor, found)
        else:
            self._task = asyncio.create_task(self._work([(item, cursor, False)], found))

    async def render_for(self, subscriber: Subscriber, item: Item, cursor: str) -> None:
        """Renders what one member is to have before all that is offered, and sends it. Waits while the store is away."""
        while True:
            results = await self._renderer.render(self._executor, self.caller, [item])
            if results is not None:
                break
            await asyncio.sleep(RETRY_S)
        if results[0] is not NOTHING:
            subscriber.send(to_payload(results[0], item, self._cursor(item, cursor)))

    async def admits(self, item: Item) -> bool:
        """Whether the filter has it, by the store. Waits while that is away."""
        while True:
            admitted = await self._renderer.admitted(self.caller, self.where, [key_of(item)])
            if admitted is not None:
                return key_of(item) in admitted
            await asyncio.sleep(RETRY_S)

    def close(self) -> None:
        """Nobody is left."""
        if self._task is not None:
            self._task.cancel()
        self._pending = None

    def _cursor(self, item: Item, cursor: str) -> str:
        if self.tracking_id is not None and isinstance(item, Change):
            return encode_revision(item.tracking_id, item.revision)
        return cursor

    def _tell(self, item: Item, cursor: str, result: ExecutionResult) -> None:
        if result is NOTHING:
            return
        payload = to_payload(result, item, self._cursor(item, cursor))
        for member in list(self.members):
            member.offer(payload)

    def _queue(self, item: Item, cursor: str, *, ask: bool) -> None:
        if self._pending is None:
            self._pending = {}
        key = key_of(item)
        self._pending.pop(key, None)
        self._pending[key] = (item, cursor, ask)
        if len(self._pending) > PENDING_MAX:
            for member in list(self.members):
                member.connection.drop(OVERLOAD)
        elif self._task is None:
            self._task = asyncio.create_task(self._work([], None))

    async def _work(self, portion: list[Pending], first: Awaitable[ExecutionResult] | None) -> None:
        try:
            await self._tell_pending(portion, first)
        except Exception as defect:
            error = internal_error(defect)
            for member in list(self.members):
                member.connection.fail(member, [error])
        finally:
            self._task = None

    async def _tell_pending(self, portion: list[Pending], first: Awaitable[ExecutionResult] | None) -> None:
        if first is not None:
            result = await self._renderer.within_time(first)
            if result is not None:
                self._tell(portion[0][0], portion[0][1], result)
                portion = []
        while portion or self._pending:
            if not portion:
                portion = self._take()
            portion = await self._render(portion)
            if portion:  # the store is away: what came meanwhile is newer
                await asyncio.sleep(RETRY_S)
                portion = [one for one in portion if not self._superseded(one[0])]

    def _take(self) -> list[Pending]:
        pending = self._pending or {}
        keys = list(pending)[:PORTION]
        portion = [pending.pop(key) for key in keys]
        if not pending:
            self._pending = None
        return portion

    def _superseded(self, item: Item) -> bool:
        return isinstance(item, Change) and self._pending is not None and item.tracking_id in self._pending

    async def _render(self, portion: list[Pending]) -> list[Pending]:
        """Sends the portion; returns it where the store can't be asked."""
        if any(ask for _, _, ask in portion):
            current = await self._renderer.admitted(
                self.caller, self.where, [key_of(item) for item, _, ask in portion if ask]
            )
            if current is None:
                return portion
            portion = [one for pending in portion if (one := self._as_stored(pending, current)) is not None]
        results = await self._renderer.render(self._executor, self.caller, [one[0] for one in portion])
        if results is None:
            return [(item, cursor, False) for item, cursor, _ in portion]
        for (item, cursor, _), result in zip(portion, results, strict=True):
            self._tell(item, cursor, result)
        return []

    def _as_stored(self, pending: Pending, current: Mapping[str, Change]) -> Pending | None:
        """A change that the store was asked about: told as it is there, since that is what the answer rests on, and once."""
        item, cursor, ask = pending
        if not ask:
            return pending
        found = current.get(key_of(item))
        if found is None or found.revision <= self._told.get(found.tracking_id, -1):
            return None
        if self._told is NOTHING_TOLD:
            self._told = {}
        self._told.pop(found.tracking_id, None)
        self._told[found.tracking_id] = found.revision
        if len(self._told) > TOLD_MAX:
            del self._told[next(iter(self._told))]
        return msgspec.structs.replace(found, place=item.place), cursor, False
