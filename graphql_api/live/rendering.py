"""A selection over what changed → the result's bytes. What the record doesn't hold comes through the loaders, as in any query."""

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Any, cast

from graphql import Executor, GraphQLError
from graphql.execution import ExecutionResult

from delivery.errors import Retryable
from delivery.json_text import encode_json
from graphql_api.access.access import Caller
from graphql_api.context import Context, Contexts
from graphql_api.errors import render_error
from graphql_api.live.changes import Arrival, Change, current_change
from graphql_api.live.matching import Where
from graphql_api.live.payload import Payload
from graphql_api.types.event import Event
from graphql_api.types.message import Message
from store.questions import MessageFilter, Order, Window

Item = Change | Arrival
Result = ExecutionResult | Awaitable[ExecutionResult]
ONE = Window(limit=1)
NOTHING = ExecutionResult(None, None)
"""What is there no more."""


class Renderer:
    """Renders for the groups of one server. `operation_s_max` bounds how long the store is waited for."""

    def __init__(self, contexts: Contexts, operation_s_max: float) -> None:
        self._contexts = contexts
        self._operation_s_max = operation_s_max

    def open(self, caller: Caller, operations: int) -> Context:
        return self._contexts.open(caller, None, operations)

    def start(self, executor: Executor[Any], context: Context, item: Item) -> Result:
        """Runs the selection; done at once where it needs nothing beyond the record."""
        if isinstance(item, Arrival):
            return _execute(executor, context, Event.of(item.event, context.sight))
        if item.view is None:
            return self._loaded(executor, context, item.tracking_id)
        return _execute(executor, context, Message.of(item.view, context.sight))

    async def _loaded(self, executor: Executor[Any], context: Context, tracking_id: str) -> ExecutionResult:
        try:
            view = await context.loaders.messages.load(tracking_id)
        except Retryable as problem:
            return ExecutionResult(None, [GraphQLError(str(problem), original_error=problem)])
        if view is None:
            return NOTHING
        result = _execute(executor, context, Message.of(view, context.sight))
        return result if isinstance(result, ExecutionResult) else await result

    async def current(self, caller: Caller, tracking_id: str) -> Change | None:
        """A message as it is now; None where there is none. Unavailable where the store is away."""
        loaders = self.open(caller, 1).loaders
        try:
            view = await loaders.messages.load(tracking_id)
        finally:
            loaders.give_up()
        return None if view is None else current_change(view)

    async def render(
        self, executor: Executor[Any], caller: Caller, items: Sequence[Item]
    ) -> list[ExecutionResult] | None:
        """The results of all, from as few round trips as one needs. None where the store is away or too slow."""
        context = self.open(caller, len(items))
        found = [self.start(executor, context, item) for item in items]
        try:
            async with asyncio.timeout(self._operation_s_max):
                results = await _gathered(found)
        except TimeoutError:
            return None
        finally:
            context.loaders.give_up()
        return None if any(_unavailable(result) for result in results) else results

    async def within_time(self, found: Awaitable[ExecutionResult]) -> ExecutionResult | None:
        """One result; None where the store is away or too slow."""
        try:
            async with asyncio.timeout(self._operation_s_max):
                result = await found
        except TimeoutError:
            return None
        return None if _unavailable(result) else result

    async def admitted(self, caller: Caller, where: Where, tracking_ids: Sequence[str]) -> dict[str, Change] | None:
        """Those of the messages that have a delivery as the filter asks, as the store has them; None where it is away."""
        reader = self.open(caller, len(tracking_ids)).reader
        admitted: dict[str, Change] = {}
        try:
            for tracking_id in tracking_ids:
                asked = MessageFilter(tracking_ids=(tracking_id,), recipient=where.recipient, domain=where.domain)
                for view in (await reader.page_messages(asked, Order.NEWEST_FIRST, ONE)).rows:
                    admitted[tracking_id] = current_change(view)
        except Retryable:
            return None
        return admitted


async def _gathered(found: Sequence[Result]) -> list[ExecutionResult]:
    async def result(one: Result) -> ExecutionResult:
        return one if isinstance(one, ExecutionResult) else await one

    return list(await asyncio.gather(*map(result, found)))


def _execute(executor: Executor[Any], context: Context, root: object) -> Result:
    run = executor.build_per_event_executor(root)
    run.context_value = context
    return cast("Result", run.execute_operation(False))


def _unavailable(result: ExecutionResult) -> bool:
    return any(isinstance(error.original_error, (Retryable, TimeoutError)) for error in result.errors or ())


def to_payload(result: ExecutionResult, item: Item, cursor: str) -> Payload:
    """The result's bytes with their cursor."""
    data = encode_json(cast("Any", result.data))
    extensions = b'"extensions":{"cursor":"%b"}}' % cursor.encode()
    errors = b""
    if result.errors:
        errors = b'"errors":%b,' % encode_json(cast("Any", [render_error(error, True) for error in result.errors]))
    content = b'{"data":%b,%b%b' % (data, errors, extensions)
    return Payload(
        key_of(item), item.revision if isinstance(item, Change) else 0, hash(data) or 1, content, cursor, item.place
    )


def key_of(item: Item) -> str:
    """What a later change supersedes: a message's id. No event supersedes another."""
    return item.tracking_id if isinstance(item, Change) else item.event.id
