"""One operation: run it within its time, and say what came of it in the reply's terms."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec
from graphql import GraphQLError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.execution import ExecutionResult, PreExecutionError
from strawberry.types.graphql import OperationType

from delivery.event import Header
from graphql_api.access.access import Caller
from graphql_api.compiled.plans import Asked, Plans
from graphql_api.context import Context, Contexts
from graphql_api.encoding import encode_large, encode_reply
from graphql_api.errors import INTERNAL, UNAVAILABLE, internal_error, problem, render_error
from graphql_api.guards.aside import run_aside, sources_aside
from graphql_api.guards.room import CHEAP, Room
from graphql_api.http.negotiation import ReplyType
from graphql_api.http.persisted import PersistedDocuments
from graphql_api.http.point_reads import PointReads
from graphql_api.http.requests import BadRequest, GraphQLRequest
from graphql_api.metrics import Metrics
from graphql_api.schema import build_schema
from graphql_api.settings import GraphQLSettings
from graphql_api.spans import OperationSpans

RETRY_AFTER = {"retry-after": "5"}
ALLOWED = {"POST": (OperationType.QUERY, OperationType.MUTATION)}
"""By the method; any other carries queries alone: nothing is changed by a link, an image or a stream."""
MUTATION = "mutations are sent by POST, as application/json"
STREAMED = "queries are answered here; subscriptions need the header accept: text/event-stream, or a WebSocket"


class Reply(msgspec.Struct, frozen=True):
    """What goes back over HTTP."""

    status: int
    type: ReplyType
    body: bytes
    headers: dict[str, str] = msgspec.field(default_factory=dict)


class Work(msgspec.Struct, frozen=True):
    """An operation to run: what is asked, how it came, and by whom. `known` are the tags of answers that the client holds.

    `cost` is None where it can't run: the executor tells why.
    """

    asked: Asked
    request: GraphQLRequest
    reply_type: ReplyType
    caller: Caller
    method: str
    known: str
    cost: int | None


class Operations:
    """Runs operations against one schema. `clock_s` is a monotonic clock in seconds, for the durations."""

    def __init__(
        self,
        settings: GraphQLSettings,
        contexts: Contexts,
        metrics: Metrics,
        clock_s: Callable[[], float],
        spans: OperationSpans | None = None,
    ) -> None:
        self.spans = spans
        self._settings = settings
        self._contexts = contexts
        self._metrics = metrics
        self._clock_s = clock_s
        self._schema = build_schema(settings)
        self.checked = self._schema.documents
        self._plans = Plans(self._schema, self.checked.costs, self.checked.in_turn)
        self.checked.on_forget.append(self._plans.forget)
        self._room = Room(settings.query_cost_max)
        self._contexts_aside: Contexts | None = None
        self._documents = PersistedDocuments(settings)
        self._points = PointReads(settings.documents_cached_max, contexts.version)

    def document(self, request: GraphQLRequest) -> str:
        """The document to run. BadRequest where its hash is unknown, or it is not one of those that are answered."""
        return self._documents.document(request.query, request.extensions)

    async def run(
        self,
        request: GraphQLRequest,
        reply_type: ReplyType,
        caller: Caller,
        *,
        method: str,
        known: str | None = None,
        trace: Sequence[Header] = (),
    ) -> Reply:
        """Runs it; BadRequest where the method can't carry it. Errors of whatever kind become a reply.

        `known` are the tags of answers that the client holds: a GET that is a point read is 304 where one is still true.
        `trace` is the context that the request brought.
        """
        started_s = self._clock_s()
        span = None if self.spans is None else self.spans.begin("query", request, trace)
        result, reply = "failed", None
        try:
            reply, result = await self._run(request, reply_type, caller, method, known or "")
        except BadRequest:
            result = "rejected"
            raise
        except TimeoutError:
            reason = problem(f"Not available now: over operation_ms_max={self._settings.operation_ms_max}", UNAVAILABLE)
            reply = Reply(503, reply_type, encode_reply({"errors": [reason.formatted]}), dict(RETRY_AFTER))
        except Exception as defect:
            reply = Reply(500, reply_type, encode_reply({"errors": [internal_error(defect)]}))
        finally:
            trace_id = "" if self.spans is None or span is None else self.spans.end(span, result)
            self._metrics.observe(result, self._clock_s() - started_s, trace_id=trace_id)
        return reply

    async def _run(
        self, request: GraphQLRequest, reply_type: ReplyType, caller: Caller, method: str, known: str
    ) -> tuple[Reply, str]:
        query = self.document(request)
        asked = Asked(query, request.operation_name, request.variables)
        async with asyncio.timeout(self._settings.operation_ms_max / 1000):
            checked = self.checked.known(query) or await self.checked.check(query, request.operation_name)
            cost: int | None = None
            if checked.is_valid and checked.document is not None:
                cost = self._plans.cost(asked, checked.document)
                if cost is not None and not self._plans.knows(asked):
                    self._plans.learn(asked, checked.document)
            work = Work(asked, request, reply_type, caller, method, known, cost)
            if cost is None or not self._plans.knows(asked) or (cost <= CHEAP and not checked.introspects):
                return await self._answer(work, self._contexts)
            async with self._room.take(cost):
                if self._contexts_aside is None:
                    self._contexts_aside = self._contexts.over(sources_aside(self._contexts.sources))
                return await run_aside(self._answer(work, self._contexts_aside))

    async def _answer(self, work: Work, contexts: Contexts) -> tuple[Reply, str]:
        asked = work.asked
        with _opened(contexts, work) as context:
            tag: str | None = None
            is_paged = self._plans.is_paged(asked)
            if work.method == "GET" and (work.known or not is_paged):
                tag = await self._tag(work, context)
            if tag is not None and tag in work.known:
                return Reply(304, work.reply_type, b"", {"etag": tag}), "ok"
            if work.cost is not None and self._plans.knows(asked):
                found = await self._run_plan(work, context)
            else:
                found = await self._execute(work, context)
            if work.method == "GET" and tag is None and is_paged and found is not None:
                # From the message that was read with its page: a tag must not be newer than its answer.
                tag = await self._tag(work, context)
        if found is None:  # by a plan; what that has read and spent doesn't count
            with _opened(contexts, work) as context:
                found = await self._execute(work, context)
        reply, result = found
        if tag is not None and result == "ok":
            reply.headers["etag"] = tag
        return reply, result

    async def _tag(self, work: Work, context: Context) -> str | None:
        asked = work.asked
        return await self._points.tag(asked.document, work.request, work.caller, context, work.reply_type.value)

    async def _run_plan(self, work: Work, context: Context) -> tuple[Reply, str] | None:
        """The answer by a plan; None where there is none, or anything is wrong."""
        data = await self._plans.run(work.asked, context)
        if data is None:
            return None
        content = {"data": data} | self._extensions(context.budget.cost)
        return Reply(200, work.reply_type, _encode(content, work.cost)), "ok"

    async def _execute(self, work: Work, context: Context) -> tuple[Reply, str]:
        asked = work.asked
        try:
            executed = await self._schema.execute(
                asked.document,
                asked.variables,
                context,
                operation_name=asked.operation_name,
                allowed_operation_types=ALLOWED.get(work.method, (OperationType.QUERY,)),
            )
        except InvalidOperationTypeError as refused:
            if work.method == "GET":
                raise BadRequest("only queries can be sent by GET", 405, {"allow": "POST"}) from refused
            executed = _rejected(MUTATION if refused.operation_type is OperationType.MUTATION else STREAMED)
        except CannotGetOperationTypeError as unclear:
            executed = _rejected(unclear.as_http_error_reason())
        return self._render(executed, work.reply_type, context.budget.cost)

    def _render(self, executed: ExecutionResult, reply_type: ReplyType, cost: int | None) -> tuple[Reply, str]:
        """The reply, and its name for the metrics. Without `data` where nothing ran: then no error has a path."""
        errors = executed.errors or []
        ran = executed.data is not None or any(error.path for error in errors)
        validated = not isinstance(executed, PreExecutionError)
        content: dict[str, Any] = {"data": executed.data} if ran else {}
        if errors:
            content["errors"] = [render_error(error, validated) for error in errors]
        content |= self._extensions(cost)
        status = 200 if ran or reply_type is ReplyType.JSON else 400
        return Reply(status, reply_type, _encode(content, cost)), _result(content, ran)

    def _extensions(self, cost: int | None) -> dict[str, Any]:
        if cost is None:
            return {}
        return {"extensions": {"cost": {"requested": cost, "maximum": self._settings.query_cost_max}}}


@contextmanager
def _opened(contexts: Contexts, work: Work) -> Iterator[Context]:
    """A context for one go at the operation; what it reads ends with it."""
    context = contexts.open(work.caller, work.asked.operation_name)
    context.budget.cost = work.cost
    try:
        yield context
    finally:
        context.loaders.give_up()


def _encode(content: Mapping[str, Any], cost: int | None) -> bytes:
    return encode_large(content) if cost is not None and cost > CHEAP else encode_reply(content)


def _rejected(message: str) -> PreExecutionError:
    return PreExecutionError(data=None, errors=[GraphQLError(message)])


def _result(content: Mapping[str, Any], ran: bool) -> str:
    if not ran:
        return "rejected"
    errors = content.get("errors", ())
    if any(error["extensions"]["code"] in (INTERNAL, UNAVAILABLE) for error in errors):
        return "failed"
    return "partial" if errors else "ok"


def refuse(reason: BadRequest, reply_type: ReplyType) -> Reply:
    """The reply to what is no GraphQL request."""
    error = problem(reason.message, reason.code).formatted
    return Reply(reason.status, reply_type, encode_reply({"errors": [error]}), reason.headers)
