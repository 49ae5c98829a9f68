"""Who follows what: subscriptions come and go here, and each change finds those that it is for."""

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Callable, Coroutine
from typing import Any, cast

import msgspec
import orjson
from graphql import GraphQLError

from delivery.errors import Retryable
from graphql_api.access.access import Caller
from graphql_api.context import Contexts
from graphql_api.errors import internal_error, limit_exceeded, render_error
from graphql_api.guards.reading import Reading
from graphql_api.http.requests import GraphQLRequest
from graphql_api.live.changes import Arrival, Change, Gone
from graphql_api.live.channel import Channel
from graphql_api.live.cursors import CHANGES, EVENTS, decode_revision
from graphql_api.live.documents import Documents, Prepared, Refused
from graphql_api.live.endings import MISSED
from graphql_api.live.group import RETRY_S, Group
from graphql_api.live.matching import (
    admits_arrival,
    admits_change,
    arrival_keys,
    change_keys,
    index_keys,
    narrowed,
)
from graphql_api.live.rendering import Renderer
from graphql_api.live.replay import Replay
from graphql_api.live.subscriber import Subscriber
from graphql_api.live.subscription import Wanted
from graphql_api.settings import GraphQLSettings
from store.questions import EventFilter, MessageFilter

REVISIONS_MAX = 20_000
BEGINNING_MAX = 64
RING_RECORDS_MAX = 5_000


class Hub:
    """The subscriptions of one process. `changes` and `arrivals` are fed by whoever follows the topics.

    `feed_failure` says why that has ended, None where it goes on.
    """

    def __init__(self, settings: GraphQLSettings, contexts: Contexts, reading: Reading) -> None:
        self._settings = settings
        self._contexts = contexts
        self._documents = Documents(settings, reading)
        self._renderer = Renderer(contexts, settings.operation_ms_max / 1000)
        size = settings.replay_bytes_max
        self.changes: Channel[Change | Gone, Group] = Channel(CHANGES, self._tell_change, RING_RECORDS_MAX, size)
        self.arrivals: Channel[Arrival, Group] = Channel(EVENTS, self._tell_arrival, RING_RECORDS_MAX, size)
        self.changed_before = Replay(self.changes, size)
        self.arrived_before = Replay(self.arrivals, size)
        self.changes.on_gap = lambda: self._end_all(MessageFilter)
        self.arrivals.on_gap = lambda: self._end_all(EventFilter)
        self._groups: dict[object, Group] = {}
        self._revisions: OrderedDict[str, tuple[int, int]] = OrderedDict()
        self._beginning = asyncio.Semaphore(BEGINNING_MAX)
        self._tasks: set[asyncio.Task[None]] = set()
        self._callers: Counter[str] = Counter()
        self.feed_failure: Callable[[], BaseException | None] = lambda: None
        self.count = 0

    async def follow(self) -> None:
        """Tells what is found, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.changes.run())
            tasks.create_task(self.arrivals.run())

    async def prepare(self, text: str, operation_name: str | None) -> Prepared | None:
        """The document as a subscription; None where it is another operation. Refused where it can't run."""
        return await self._documents.prepare(text, operation_name)

    async def subscribe(
        self,
        prepared: Prepared,
        request: GraphQLRequest,
        caller: Caller,
        subscriber: Subscriber,
        after: str | None = None,
    ) -> None:
        """The subscriber gets what it asks for from now on, or behind the cursor `after`. Refused where it can't."""
        try:
            self._admit(caller)
        except GraphQLError as error:
            raise Refused([render_error(error, True)]) from None
        executor = self._documents.executor(prepared, request.variables)
        wanted = await self._documents.wanted(executor, self._contexts.open(caller, request.operation_name))
        if subscriber.connection.is_closed:
            return
        if after is not None:
            wanted = msgspec.structs.replace(wanted, after=after)
        where = narrowed(wanted.where, caller.scope.sender_ids)
        variables = {name: value for name, value in (request.variables or {}).items() if name != prepared.resuming}
        key = (
            prepared.text, prepared.operation_name, orjson.dumps(variables, option=orjson.OPT_SORT_KEYS),
            where, wanted.tracking_id, caller.scope,
        )  # fmt: skip
        group = self._groups.get(key)
        if group is None:
            group = Group(key, where, wanted.tracking_id, executor, caller, self._renderer)
            group.index_keys = index_keys(where)
            self._groups[key] = group
            self._channel(group).join(group, group.index_keys)
        group.members[subscriber] = None
        subscriber.group = group
        self.count += 1
        self._callers[caller.name] += 1
        if wanted.tracking_id is not None or wanted.after is not None:
            subscriber.held = True
            subscriber.beginning = self._start(self._begin(subscriber, group, wanted))

    def leave(self, subscriber: Subscriber, caller: Caller) -> None:
        """The subscriber gets nothing more, and nothing is read for it any more."""
        group, subscriber.group = subscriber.group, None
        subscriber.drop_waiting()
        if subscriber.beginning is not None:
            subscriber.beginning.cancel()
        if group is None:
            return
        self.count -= 1
        self._callers[caller.name] -= 1
        if not self._callers[caller.name]:
            del self._callers[caller.name]
        del group.members[subscriber]
        if not group.members:
            self._channel(group).leave(group, group.index_keys)
            del self._groups[group.key]
            group.close()

    def _admit(self, caller: Caller) -> None:
        settings = self._settings
        if self.count >= settings.subscribers_max:
            raise limit_exceeded("subscribers_max", settings.subscribers_max, self.count + 1)
        if self._callers[caller.name] >= settings.token_subscribers_max:
            raise limit_exceeded(
                "token_subscribers_max", settings.token_subscribers_max, self._callers[caller.name] + 1
            )

    def _channel(self, group: Group) -> Channel[Any, Group]:
        return self.changes if isinstance(group.where, MessageFilter) else self.arrivals

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _begin(self, subscriber: Subscriber, group: Group, wanted: Wanted) -> None:
        """What the subscriber is to have first; then all that waits for it."""
        try:
            async with self._beginning:
                if wanted.tracking_id is not None:
                    await self._send_current(subscriber, group, wanted.tracking_id, wanted.after)
                elif wanted.after is not None:
                    await self._send_missed(subscriber, group, wanted.after)
        except GraphQLError as error:
            subscriber.connection.fail(subscriber, [render_error(error, True)])
        except Exception as defect:
            subscriber.connection.fail(subscriber, [internal_error(defect)])
        else:
            subscriber.held, subscriber.beginning = False, None
            subscriber.flush()

    async def _send_current(self, subscriber: Subscriber, group: Group, tracking_id: str, after: str | None) -> None:
        known = -1 if after is None else decode_revision(after, tracking_id)
        current = None
        while True:
            try:
                current = await self._renderer.current(group.caller, tracking_id)
                break
            except Retryable:  # the subscriber stays, and learns of it when the store is back
                await asyncio.sleep(RETRY_S)
        if current is None:
            return
        if current.revision == known:
            subscriber.start_at(known)
            return
        verdict = admits_change(cast("MessageFilter", group.where), current)
        if verdict or (verdict is None and await group.admits(current)):
            await group.render_for(subscriber, current, "")

    async def _send_missed(self, subscriber: Subscriber, group: Group, after: str) -> None:
        where = group.where
        if isinstance(where, EventFilter):
            missed = await self.arrived_before.missed(
                after, lambda item: admits_arrival(where, cast("Arrival", item)), subscriber.cover
            )
        else:
            missed = await self.changed_before.missed(
                after, lambda item: admits_change(where, cast("Change", item)), subscriber.cover
            )
        for one in missed:
            await subscriber.connection.until_writable()
            if not one.ask or await group.admits(one.item):
                await group.render_for(subscriber, one.item, one.cursor)

    def _tell_change(self, item: Change | Gone) -> None:
        if isinstance(item, Gone):
            self._revisions.pop(item.tracking_id, None)
            for group in self.changes.index.find([("tracking_id", item.tracking_id)]):
                for member in list(group.members):
                    if group.tracking_id is not None:
                        member.connection.complete(member)
            return
        index = self.changes.index
        found = index.find(change_keys(item))
        if item.recipients is None:
            found |= index.under("recipient") | index.under("domain")
        if not found or not self._is_newer(item):
            return
        for group in found:
            verdict = admits_change(cast("MessageFilter", group.where), item)
            if verdict is not False:
                group.offer(item, "" if group.tracking_id is not None else self.changes.cursor(), ask=verdict is None)

    def _tell_arrival(self, item: Arrival) -> None:
        for group in self.arrivals.index.find(arrival_keys(item)):
            if admits_arrival(cast("EventFilter", group.where), item):
                group.offer(item, self.arrivals.cursor())

    def _is_newer(self, change: Change) -> bool:
        """Whether it is no older view, and none that was told before: records come at least once."""
        known = self._revisions.pop(change.tracking_id, None)
        told = (change.revision, change.digest)
        if known is not None and (known[0] > change.revision or known == told):
            self._revisions[change.tracking_id] = known
            return False
        self._revisions[change.tracking_id] = told
        if len(self._revisions) > REVISIONS_MAX:
            self._revisions.popitem(last=False)
        return True

    def _end_all(self, kind: type[MessageFilter] | type[EventFilter]) -> None:
        for group in list(self._groups.values()):
            if isinstance(group.where, kind):
                for member in list(group.members):
                    member.connection.live.metrics.dropped.labels(MISSED.reason).inc()
                    member.connection.fail(member, [MISSED.error()])
