"""OpenTelemetry spans for whoever wants them: the extra `otel` is installed and [traces] endpoint is set. Else nothing of
OpenTelemetry is imported, and a request costs nothing for it.

The three rooms share this: how a span begins with its parent from a request or a record, how it ends, and how its context
goes on in headers. Names and attributes are those of the semantic conventions 1.44 for HTTP and messaging.
"""

import logging
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import Meta

from delivery.errors import Misconfigured

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span

Header = tuple[str, bytes]
Value = str | int
Kind = Literal["SERVER", "PRODUCER", "CONSUMER", "CLIENT", "INTERNAL"]


class TraceSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where spans go. Everything else is OpenTelemetry's own: the variables OTEL_… count."""

    endpoint: Annotated[
        str,
        Meta(
            description="Where spans are sent to, OTLP over HTTP, such as http://127.0.0.1:4318/v1/traces; empty: none."
        ),
    ] = ""
    sample_ratio: Annotated[
        float,
        Meta(ge=0, le=1, description="Of how many traces that begin here spans are kept; of others, as they say."),
    ] = 1.0
    documents: Annotated[
        bool, Meta(description="Whether spans of GraphQL operations carry their documents, which may hold addresses.")
    ] = False


NO_TRACES = TraceSettings()


class Tracing:
    """The spans of one process."""

    def __init__(self, provider: "TracerProvider") -> None:
        from opentelemetry import trace
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        self._provider = provider
        self._tracer = provider.get_tracer("email-delivery-status")
        self._trace = trace
        self._propagator = TraceContextTextMapPropagator()

    def begin(
        self,
        name: str,
        kind: Kind,
        attributes: Mapping[str, Value],
        parent: "Span | Sequence[Header]" = (),
        *,
        links: Sequence[Sequence[Header]] = (),
        began_at: int | None = None,
    ) -> "Span":
        """A span that has begun, a child of another one or of what the headers traceparent and tracestate say.

        `links` are the headers of what it is about beside. `began_at` in ns since 1970, where it did not begin now.
        """
        context = self._extracted(parent) if isinstance(parent, Sequence) else self._trace.set_span_in_context(parent)
        linked = (self._trace.get_current_span(self._extracted(one)).get_span_context() for one in links)
        return self._tracer.start_span(
            name, context, self._trace.SpanKind[kind], dict(attributes),
            [self._trace.Link(one) for one in linked if one.is_valid], began_at,
        )  # fmt: skip

    def _extracted(self, headers: Sequence[Header]) -> "Context":
        return self._propagator.extract({name: content.decode("ascii", "replace") for name, content in headers})

    def headers(self, span: "Span") -> tuple[Header, ...]:
        """The headers that make what comes next a child of this span."""
        carrier: dict[str, str] = {}
        self._propagator.inject(carrier, self._trace.set_span_in_context(span))
        return tuple((name, content.encode()) for name, content in carrier.items())

    def end(self, span: "Span", error: str = "", attributes: Mapping[str, Value] | None = None) -> None:
        """Ends a span; `error` is what error.type says, one of few words: never a text with content in it."""
        if attributes:
            span.set_attributes(dict(attributes))
        if error:
            span.set_attribute("error.type", error)
            span.set_status(self._trace.StatusCode.ERROR)
        span.end()

    def close(self) -> None:
        """Sends what has not been sent. It blocks, some seconds at most: not for the event loop's thread."""
        self._provider.shutdown()


def kept_trace(span: "Span") -> str:
    """The id of the span's trace; "" where it was not sampled."""
    context = span.get_span_context()
    return f"{context.trace_id:032x}" if context.trace_flags.sampled else ""


def tracing_to(settings: TraceSettings, service: str) -> Tracing | None:
    """The spans of this process as the settings want them; None where they want none. Misconfigured without the extra."""
    if not settings.endpoint:
        return None
    logging.getLogger("opentelemetry").setLevel(logging.ERROR)  # a collector that is away is no news every few seconds
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
        from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
    except ImportError as problem:
        raise Misconfigured(
            "[traces] endpoint is set, and OpenTelemetry is not installed: pip install -r requirements/otel.txt in the checkout"
        ) from problem
    provider = TracerProvider(
        sampler=ParentBased(TraceIdRatioBased(settings.sample_ratio)),
        resource=Resource.create({"service.name": service}),
        shutdown_on_exit=False,
    )
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=settings.endpoint)))
    return Tracing(provider)


def sending(topic: str, client_id: str) -> tuple[str, dict[str, Value]]:
    """Name and attributes of a PRODUCER span."""
    return f"send {topic}", _messaging("send", topic) | {"messaging.client.id": client_id}


def polling(topic: str, group: str, count: int) -> tuple[str, dict[str, Value]]:
    """Name and attributes of a CLIENT span over the collecting of a batch."""
    return f"poll {topic}", _messaging("poll", topic, "receive") | {
        "messaging.consumer.group.name": group,
        "messaging.batch.message_count": count,
    }


def processing(topic: str, group: str, partition: int | None, count: int) -> tuple[str, dict[str, Value]]:
    """Name and attributes of a CONSUMER span over a batch, of one partition where it is; it links to its records' contexts."""
    attributes = _messaging("process", topic) | {
        "messaging.consumer.group.name": group,
        "messaging.batch.message_count": count,
    }
    if partition is not None:
        attributes["messaging.destination.partition.id"] = str(partition)
    return f"process {topic}", attributes


def applying(system: str) -> tuple[str, dict[str, Value]]:
    """Name and attributes of a CLIENT span over a batch's transaction in the store; `system` as in db.system.name."""
    return "apply view", {"db.system.name": system, "db.operation.name": "apply", "db.collection.name": "view"}


def serving(method: str, route: str, scheme: str) -> tuple[str, dict[str, Value]]:
    """Name and attributes of a SERVER span; `route` is a template, never a path with somebody's secret in it."""
    return f"{method} {route}", {"http.request.method": method, "http.route": route, "url.scheme": scheme}


def _messaging(operation: str, topic: str, kind: str = "") -> dict[str, Value]:
    return {
        "messaging.system": "kafka",
        "messaging.operation.name": operation,
        "messaging.operation.type": kind or operation,
        "messaging.destination.name": topic,
    }
