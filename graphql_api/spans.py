"""The span of an operation. Its name is the operation's type alone: documents and names are what clients choose."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from delivery.event import Header
from delivery.tracing import Tracing, Value, kept_trace
from graphql_api.http.requests import GraphQLRequest

if TYPE_CHECKING:
    from opentelemetry.trace import Span

NAME_CHARACTERS_MAX = 256
OURS = "failed"


class OperationSpans:
    """Those of one server. With `documents` they carry the documents, which may hold addresses."""

    def __init__(self, tracing: Tracing, *, documents: bool = False) -> None:
        self._tracing = tracing
        self._documents = documents

    def begin(self, kind: str, request: GraphQLRequest, trace: Sequence[Header]) -> "Span":
        """`kind` is query or subscription; `trace` is the context that the request brought, if it did."""
        attributes: dict[str, Value] = {"graphql.operation.type": kind}
        if request.operation_name:
            attributes["graphql.operation.name"] = request.operation_name[:NAME_CHARACTERS_MAX]
        if self._documents and request.query:
            attributes["graphql.document"] = request.query
        return self._tracing.begin(kind, "SERVER", attributes, trace)

    def end(self, span: "Span", result: str) -> str:
        """`result` as in the metrics; what the client did wrong is no error of the server's. Gives its trace's id, if kept."""
        self._tracing.end(span, result if result == OURS else "", {"eds.graphql.result": result})
        return kept_trace(span)


def trace_of(headers: Mapping[str, str]) -> tuple[Header, ...]:
    """The context that a request's headers carry."""
    found = ((name, headers.get(name)) for name in ("traceparent", "tracestate"))
    return tuple((name, value.encode("ascii", "replace")) for name, value in found if value)
