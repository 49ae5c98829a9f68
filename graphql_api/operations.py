"""One operation: whether it is answered here or aside, within its time, and what came of it for the metrics."""

import asyncio
from collections.abc import Callable, Sequence

from graphql import OperationType

from delivery.errors import Retryable, Unavailable
from delivery.event import Header
from delivery.json_text import encode_json
from graphql_api.access.access import Caller
from graphql_api.answering import Answering, Reply, refuse
from graphql_api.aside.errands import Aside, Errand, Errands
from graphql_api.compiled.plan import Plan
from graphql_api.compiled.plans import Asked
from graphql_api.context import Contexts
from graphql_api.errors import internal_error
from graphql_api.guards.checked import Checked, Verdict
from graphql_api.guards.reading import Reading
from graphql_api.guards.room import CHEAP, Room
from graphql_api.http.negotiation import ReplyType
from graphql_api.http.persisted import PersistedDocuments
from graphql_api.http.requests import BadRequest, GraphQLRequest, not_now
from graphql_api.metrics import Metrics
from graphql_api.schema import build_schema
from graphql_api.settings import GraphQLSettings
from graphql_api.spans import OperationSpans


class Operations:
    """Runs operations against one schema. `clock_s` is a monotonic clock in seconds, for the durations.

    What is new or costly is done by `aside`; without one it is done here.
    """

    def __init__(
        self,
        settings: GraphQLSettings,
        contexts: Contexts,
        metrics: Metrics,
        clock_s: Callable[[], float],
        spans: OperationSpans | None = None,
        aside: Aside | None = None,
    ) -> None:
        self.spans = spans
        self._settings = settings
        self._metrics = metrics
        self._clock_s = clock_s
        schema = build_schema(settings, contexts.sources.now)
        self._answering = Answering(settings, schema, contexts, self._plan)
        self._aside = aside or Errands(self._answering, settings.compress_bytes_min)
        self.reading = Reading(schema.documents, self._aside.judge, settings)
        self._room = Room(settings.query_cost_max)
        self._persisted = PersistedDocuments(settings)

    def document(self, request: GraphQLRequest) -> str:
        """The document to run. BadRequest where its hash is unknown, or it is not one of those that are answered."""
        return self._persisted.document(request.query, request.extensions)

    async def run(
        self,
        request: GraphQLRequest,
        reply_type: ReplyType,
        caller: Caller,
        *,
        method: str,
        known: str | None = None,
        codings: str | None = None,
        trace: Sequence[Header] = (),
    ) -> Reply:
        """Runs it; BadRequest where the method can't carry it. Errors of whatever kind become a reply.

        `known` are the tags of answers that the client holds: a GET that is a point read is 304 where one is still true.
        `codings` says how a long reply may come compressed, as one from aside does; `trace` is the context of the request.
        """
        started_s = self._clock_s()
        span = None if self.spans is None else self.spans.begin("query", request, trace)
        result, reply = "failed", None
        try:
            errand = Errand(
                Asked(self.document(request), request.operation_name, request.variables),
                reply_type, caller, method, known or "", codings,
            )  # fmt: skip
            async with asyncio.timeout(self._settings.operation_ms_max / 1000):
                reply, result = await self._run(errand)
        except BadRequest:
            result = "rejected"
            raise
        except TimeoutError:
            late = Unavailable(f"over operation_ms_max={self._settings.operation_ms_max}")
            reply = refuse(not_now(late), reply_type)
        except Retryable as away:
            reply = refuse(not_now(away), reply_type)
        except Exception as defect:
            reply = Reply(500, reply_type, encode_json({"errors": [internal_error(defect)]}))
        finally:
            trace_id = "" if self.spans is None or span is None else self.spans.end(span, result)
            self._metrics.observe(result, self._clock_s() - started_s, trace_id=trace_id)
        return reply

    async def _run(self, errand: Errand) -> tuple[Reply, str]:
        """What is known and cheap is answered here, as is all that changes anything. A query is read when it comes again:
        one that is new each time costs nothing here."""
        asked = errand.asked
        documents = self.reading.documents
        checked = documents.known(asked.document)
        if checked is None and documents.is_too_long(asked.document):
            checked = documents.check(asked.document)
        if checked is None:
            is_new = not self.reading.has_judged(asked.document, asked.operation_name)
            verdict = await self.reading.verdict(asked.document, asked.operation_name)
            cost = self._cost(asked, verdict)
            is_query = verdict.operation is OperationType.QUERY
            if verdict.errors or (is_query and (is_new or not _is_cheap(cost, verdict))):
                return await self._send(errand, cost)
            checked = await self.reading.read(asked.document, asked.operation_name, verdict, self._prepared(asked))
        cost = self._answering.prepare(asked, checked)
        if self._answering.plans.knows(asked) and not _is_cheap(cost, checked):
            return await self._send(errand, cost)
        return await self._answering.answer(errand.work(cost))

    async def _send(self, errand: Errand, cost: int | None) -> tuple[Reply, str]:
        """Has it answered aside. What can't run only says why."""
        if cost is None or cost <= CHEAP:
            return await self._aside.answer(errand)
        async with self._room.take(cost):
            return await self._aside.answer(errand)

    def _cost(self, asked: Asked, verdict: Verdict) -> int | None:
        if verdict.part is None:
            return None
        return self.reading.documents.costs.with_variables(verdict.part, asked.variables)

    def _prepared(self, asked: Asked) -> Callable[[Checked], object]:
        return lambda checked: self._answering.prepare(asked, checked)

    async def _plan(self, make: Callable[[], Plan | None]) -> Plan | None:
        return await self.reading.in_turn(make)


def _is_cheap(cost: int | None, document: Checked | Verdict) -> bool:
    return cost is not None and cost <= CHEAP and not document.introspects
