"""OpenTelemetry spans for whoever wants them: the extra `otel` is installed and [traces] endpoint is set. Else nothing of
OpenTelemetry is imported, and a request costs nothing for it.

The three rooms share this: how a span begins with its parent from a request or a record, how it ends, and how its context
goes on in headers. Names and attributes are those of the semantic conventions 1.44 for HTTP and messaging.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import Meta

from delivery.errors import Misconfigured

if TYPE_CHECKING:
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
        self, name: str, kind: Kind, attributes: Mapping[str, Value], parent: "Span | Sequence[Header]" = ()
    ) -> "Span":
        """A span that has begun, a child of another one or of what the headers traceparent and tracestate say."""
        if isinstance(parent, Sequence):
            context = self._propagator.extract(
                {header: content.decode("ascii", "replace") for header, content in parent}
            )
        else:
            context = self._trace.set_span_in_context(parent)
        return self._tracer.start_span(name, context, self._trace.SpanKind[kind], dict(attributes))

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


def tracing_to(settings: TraceSettings, service: str) -> Tracing | None:
    """The spans of this process as the settings want them; None where they want none. Misconfigured without the extra."""
    if not settings.endpoint:
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
        from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
    except ImportError as problem:
        raise Misconfigured(
            "[traces] endpoint is set, and OpenTelemetry is not installed: pip install 'email-delivery-status[otel]'"
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


def processing(topic: str, group: str, partition: int) -> tuple[str, dict[str, Value]]:
    """Name and attributes of a CONSUMER span over a batch of one partition; it links to the contexts of its records."""
    return f"process {topic}", _messaging("process", topic) | {
        "messaging.consumer.group.name": group,
        "messaging.destination.partition.id": str(partition),
    }


def serving(method: str, route: str, scheme: str) -> tuple[str, dict[str, Value]]:
    """Name and attributes of a SERVER span; `route` is a template, never a path with somebody's secret in it."""
    return f"{method} {route}", {"http.request.method": method, "http.route": route, "url.scheme": scheme}


def _messaging(operation: str, topic: str) -> dict[str, Value]:
    return {
        "messaging.system": "kafka",
        "messaging.operation.name": operation,
        "messaging.operation.type": operation,
        "messaging.destination.name": topic,
    }
