"""Live results of one server: its connections and their limits, what a connection may start, staleness, and the end of it all."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any

import orjson

from delivery.errors import Retryable, Unavailable
from graphql_api.access.access import Access, Caller
from graphql_api.context import CheckBroker, Contexts
from graphql_api.errors import UNAVAILABLE
from graphql_api.guards.throttle import Throttle
from graphql_api.http.negotiation import ReplyType
from graphql_api.http.requests import BadRequest, GraphQLRequest, not_now
from graphql_api.live.connection import Connection
from graphql_api.live.documents import Prepared, Refused
from graphql_api.live.endings import FAILED, REVOKED, SHUTDOWN
from graphql_api.live.hub import Hub
from graphql_api.live.subscriber import Subscriber
from graphql_api.metrics import TRANSPORTS, Metrics
from graphql_api.operations import Operations
from graphql_api.settings import GraphQLSettings
from graphql_api.spans import OURS

WATCH_S = 1.0
DRAIN_S_MAX = 2.0
_log = logging.getLogger("graphql_api")


class Live:
    """`waiting_bytes` are held for slow clients in all. `stale` says why nothing may come, None where all is well."""

    def __init__(
        self,
        settings: GraphQLSettings,
        contexts: Contexts,
        operations: Operations,
        access: Access,
        throttle: Throttle,
        metrics: Metrics,
        check_broker: CheckBroker,
    ) -> None:
        self.settings = settings
        self.metrics = metrics
        self.hub = Hub(settings, contexts, operations.reading)
        self.waiting_bytes = 0
        self.stale: str | None = None
        self.is_draining = False
        self._operations = operations
        self._access = access
        self._throttle = throttle
        self._check_broker = check_broker
        self._connections: set[Connection] = set()
        self._empty = asyncio.Event()
        self._failure: str | None = None
        self._delivered = {kind: metrics.delivered.labels(kind) for kind in TRANSPORTS}

    @property
    def problem(self) -> str | None:
        """Why this server should get no new clients; None where it may."""
        return "going away" if self.is_draining else self._failure

    def now_s(self) -> float:
        """Seconds since 1970, as tokens tell time."""
        return time.time()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Live results while the context is open; in the end every client is told."""
        tasks = [asyncio.create_task(self._guarded(work)) for work in (self.hub.follow, self._watch)]
        try:
            yield
        finally:
            await self._drain()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def require_room(self) -> None:
        """BadRequest where no further connection is taken."""
        if self.is_draining:
            raise BadRequest("the server goes away", 503, {"retry-after": "1"}, UNAVAILABLE)
        if self._failure is not None:
            raise not_now(Unavailable(self._failure))
        if len(self._connections) >= self.settings.subscribers_max:
            message = f"more than subscribers_max={self.settings.subscribers_max} connections"
            raise BadRequest(message, 503, {"retry-after": "5"}, UNAVAILABLE)

    def add(self, connection: Connection) -> None:
        self._connections.add(connection)
        self._empty.clear()

    def remove(self, connection: Connection) -> None:
        self._connections.discard(connection)
        if not self._connections:
            self._empty.set()

    async def identify(self, authorization: str | None) -> Caller:
        """Who connection_init says it is. Unauthenticated; BadRequest where that can't be told now."""
        try:
            return await self._access.identify(authorization)
        except Retryable as away:
            raise not_now(away) from away

    def end_revoked(self) -> None:
        """Ends the connections whose tokens have been taken out of their files."""
        for connection in list(self._connections):
            if connection.caller is not None and self._access.has_revoked(connection.caller):
                connection.drop(REVOKED)

    async def start(
        self, subscriber: Subscriber, request: GraphQLRequest, caller: Caller, after: str | None = None
    ) -> bytes | list[dict[str, Any]] | None:
        """Starts an operation. None: it goes on. Bytes: the only result. A list: the errors for which it doesn't run.

        BadRequest where it is none, one too many, or can't be started now.
        """
        with self._throttle.admit(caller):
            text = self._operations.document(request)
            started_s = time.perf_counter()
            try:
                prepared = await self._prepared(text, request.operation_name)
                if prepared is None:
                    return await self._query(request, caller)
                if self.problem is not None:
                    return [(SHUTDOWN if self.is_draining else FAILED).error()]
                with self._told(request):
                    await self.hub.subscribe(prepared, request, caller, subscriber, after)
            except Refused as refused:
                self.metrics.observe("rejected", time.perf_counter() - started_s, "subscription")
                return refused.errors
            except Retryable as away:
                self.metrics.observe("failed", time.perf_counter() - started_s, "subscription")
                raise not_now(away) from away
            connection = subscriber.connection
            if subscriber.group is not None:  # nothing was awaited since: whoever completed it has cancelled this
                connection.subscribers[subscriber.id] = subscriber
                self.metrics.subscriptions.labels(connection.kind).inc()
                if connection.is_closed:
                    connection.leave(subscriber)
            self.metrics.observe("ok", time.perf_counter() - started_s, "subscription")
            return None

    async def _prepared(self, text: str, operation_name: str | None) -> Prepared | None:
        """As the hub has it; Unavailable where that takes longer than an operation may."""
        try:
            async with asyncio.timeout(self.settings.operation_ms_max / 1000):
                return await self.hub.prepare(text, operation_name)
        except TimeoutError:
            raise Unavailable(f"over operation_ms_max={self.settings.operation_ms_max}") from None

    @contextmanager
    def _told(self, request: GraphQLRequest) -> Iterator[None]:
        """The span of a subscription's beginning, where spans are wanted."""
        spans = self._operations.spans
        if spans is None:
            yield
            return
        span, result = spans.begin("subscription", request, ()), OURS
        try:
            yield
            result = "ok"
        except Refused:
            result = "rejected"
            raise
        finally:
            spans.end(span, result)

    async def _query(self, request: GraphQLRequest, caller: Caller) -> bytes | list[dict[str, Any]]:
        reply = await self._operations.run(request, ReplyType.JSON, caller, method="STREAM")
        content = orjson.loads(reply.body)
        errors: list[dict[str, Any]] = content.get("errors", [])
        return reply.body if "data" in content else errors

    def count(self, kind: str) -> None:
        """One payload was written."""
        self._delivered[kind].inc()

    def left(self, connection: Connection, subscriber: Subscriber) -> None:
        """The subscription is over."""
        if connection.caller is not None:
            self.hub.leave(subscriber, connection.caller)
            self.metrics.subscriptions.labels(connection.kind).dec()

    async def _watch(self) -> None:
        """Asks whether changes can come at all, and tells all clients when that changes. Fails where they never will."""
        while True:
            await asyncio.sleep(WATCH_S)
            if (failure := self.hub.feed_failure()) is not None:
                raise RuntimeError("a topic is no longer followed") from failure
            stale = await self._check_broker() if self._connections else self.stale
            if stale != self.stale:
                self.stale = stale
                for connection in list(self._connections):
                    connection.tell_stale(stale)

    async def _guarded(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except Exception as defect:
            self._failure = f"live results have ended: {type(defect).__name__}"
            _log.critical("live results have ended", exc_info=True)
            for connection in list(self._connections):
                connection.end(FAILED)

    async def _drain(self) -> None:
        """Readiness goes first, then every client is told, and has a moment to take it."""
        self.is_draining = True
        for connection in list(self._connections):
            connection.end(SHUTDOWN)
        if self._connections:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._empty.wait(), DRAIN_S_MAX)
        for connection in list(self._connections):
            connection.transport.abort()
