"""One operation's answer, in the reply's terms: by its plan where it has one, else by the executor."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from graphql import GraphQLError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.execution import ExecutionResult, PreExecutionError
from strawberry.types.graphql import OperationType

from delivery.json_text import encode_json
from graphql_api.access.access import Caller
from graphql_api.compiled.plans import Asked, InTurn, Plans
from graphql_api.context import Context, Contexts
from graphql_api.errors import INTERNAL, UNAVAILABLE, problem, render_error
from graphql_api.guards.checked import Checked
from graphql_api.http.negotiation import ReplyType
from graphql_api.http.point_reads import PointReads
from graphql_api.http.requests import BadRequest, GraphQLRequest
from graphql_api.schema import QuietSchema
from graphql_api.settings import GraphQLSettings

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
    reply_type: ReplyType
    caller: Caller
    method: str
    known: str
    cost: int | None


class Answering:
    """Answers operations against one schema. `in_turn` makes the plans."""

    def __init__(self, settings: GraphQLSettings, schema: QuietSchema, contexts: Contexts, in_turn: InTurn) -> None:
        self._settings = settings
        self._contexts = contexts
        self._schema = schema
        self.documents = schema.documents
        self.plans = Plans(schema, self.documents.costs, in_turn, settings.documents_cached_max)
        self._points = PointReads(settings.documents_cached_max, contexts.version)

    def prepare(self, asked: Asked, checked: Checked) -> int | None:
        """What the operation may cost, None where it can't run. That of a valid query is known to have a plan from now on."""
        if not checked.is_valid or checked.document is None:
            return None
        cost = self.plans.cost(asked, checked.document)
        if cost is not None and not self.plans.knows(asked):
            self.plans.learn(asked, checked.document)
        return cost

    async def answer(self, work: Work) -> tuple[Reply, str]:
        """The reply, and its name for the metrics. BadRequest where the method can't carry it."""
        asked = work.asked
        with self._opened(work) as context:
            tag: str | None = None
            is_paged = self.plans.is_paged(asked)
            if work.method == "GET" and (work.known or not is_paged):
                tag = await self._tag(work, context)
            if tag is not None and tag in work.known:
                return Reply(304, work.reply_type, b"", {"etag": tag}), "ok"
            if work.cost is not None and self.plans.knows(asked):
                found = await self._run_plan(work, context)
            else:
                found = await self._execute(work, context)
            if work.method == "GET" and tag is None and is_paged and found is not None:
                # From the message that was read with its page: a tag must not be newer than its answer.
                tag = await self._tag(work, context)
        if found is None:  # by a plan; what that has read and spent doesn't count
            with self._opened(work) as context:
                found = await self._execute(work, context)
        reply, result = found
        if tag is not None and result == "ok":
            reply.headers["etag"] = tag
        return reply, result

    @contextmanager
    def _opened(self, work: Work) -> Iterator[Context]:
        """A context for one go at the operation; what it reads ends with it."""
        context = self._contexts.open(work.caller, work.asked.operation_name)
        context.budget.cost = work.cost
        try:
            yield context
        finally:
            context.loaders.give_up()

    async def _tag(self, work: Work, context: Context) -> str | None:
        asked = work.asked
        request = GraphQLRequest(asked.document, asked.variables, asked.operation_name)
        return await self._points.tag(asked.document, request, work.caller, context, work.reply_type.value)

    async def _run_plan(self, work: Work, context: Context) -> tuple[Reply, str] | None:
        """The answer by a plan; None where there is none, or anything is wrong."""
        data = await self.plans.run(work.asked, context)
        if data is None:
            return None
        content = {"data": data} | self._extensions(context.budget.cost)
        return Reply(200, work.reply_type, encode_json(content)), "ok"

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
        return Reply(status, reply_type, encode_json(content)), _result(content, ran)

    def _extensions(self, cost: int | None) -> dict[str, Any]:
        if cost is None:
            return {}
        return {"extensions": {"cost": {"requested": cost, "maximum": self._settings.query_cost_max}}}


def _rejected(message: str) -> PreExecutionError:
    return PreExecutionError(data=None, errors=[GraphQLError(message)])


def _result(content: dict[str, Any], ran: bool) -> str:
    if not ran:
        return "rejected"
    errors = content.get("errors", ())
    if any(error["extensions"]["code"] in (INTERNAL, UNAVAILABLE) for error in errors):
        return "failed"
    return "partial" if errors else "ok"


def refuse(reason: BadRequest, reply_type: ReplyType) -> Reply:
    """The reply to what is no GraphQL request."""
    error = problem(reason.message, reason.code).formatted
    return Reply(reason.status, reply_type, encode_json({"errors": [error]}), reason.headers)
