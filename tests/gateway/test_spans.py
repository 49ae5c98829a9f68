"""Spans of a post, by OpenTelemetry's own SDK: what hangs on what, what it says, and that events carry the context on."""

import builtins
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, format_span_id, format_trace_id

from bus.settings import KafkaSettings
from delivery.errors import Misconfigured
from delivery.tracing import TraceSettings, Tracing, processing, tracing_to
from tests.gateway.serving import serving, stored_records

pytestmark = pytest.mark.anyio
TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = "b7ad6b7169203331"


class Exported:
    """A tracing whose spans stay here."""

    def __init__(self) -> None:
        self._exporter = InMemorySpanExporter()
        provider = TracerProvider(shutdown_on_exit=False)
        provider.add_span_processor(SimpleSpanProcessor(self._exporter))
        self.tracing = Tracing(provider)

    def spans(self) -> list[ReadableSpan]:
        return list(self._exporter.get_finished_spans())


async def test_a_post_has_two_spans_in_its_senders_trace_and_its_events_go_on_from_them(topics: KafkaSettings) -> None:
    exported = Exported()
    headers = {"traceparent": f"00-{TRACE}-{PARENT}-01", "tracestate": "vendor=one", "x-request-id": "given"}
    async with serving(topics, tracing=exported.tracing) as gateway:
        assert (await gateway.post([{"tracking_id": "t-1"}], headers=headers)).status_code == 200
    send, request = exported.spans()
    assert request.context is not None
    assert send.context is not None
    assert request.parent is not None
    assert (request.name, request.kind) == ("POST /api/SMTP", SpanKind.SERVER)
    assert (format_trace_id(request.context.trace_id), format_span_id(request.parent.span_id)) == (TRACE, PARENT)
    assert request.attributes == {
        "http.request.method": "POST",
        "http.route": "/api/SMTP",
        "url.scheme": "http",
        "http.response.status_code": 200,
        "http.request.header.x-request-id": "given",
    }
    assert (send.name, send.kind, send.parent) == (
        f"send {topics.notifications_topic}",
        SpanKind.PRODUCER,
        request.context,
    )
    assert send.attributes == {
        "messaging.system": "kafka",
        "messaging.operation.name": "send",
        "messaging.operation.type": "send",
        "messaging.destination.name": topics.notifications_topic,
        "messaging.client.id": "email-delivery-status-producer",
        "messaging.batch.message_count": 1,
        "messaging.message.conversation_id": "t-1",
    }
    [record] = await stored_records(topics)
    carried = dict(record.headers)
    assert carried["traceparent"] == f"00-{TRACE}-{format_span_id(send.context.span_id)}-01".encode()
    assert carried["tracestate"] == b"vendor=one"


async def test_what_fails_says_so_and_what_was_refused_unread_was_not_sent() -> None:
    exported = Exported()
    nobody = KafkaSettings(bootstrap="127.0.0.1:1", delivery_timeout_ms=1_000)
    async with serving(nobody, tracing=exported.tracing, request_ms_max=500, body_bytes_max=10_000) as gateway:
        assert (await gateway.post([{"tries": 1}])).status_code == 503
        assert (await gateway.client.post("/api/SMTP", content=b" " * 10_001)).status_code == 413
        assert (await gateway.client.get("/api/SMTP")).status_code == 405
    send, failed, refused = exported.spans()
    assert (send.attributes or {})["error.type"] == "Unavailable"
    assert (failed.attributes or {})["error.type"] == "503"
    assert not failed.status.is_ok
    assert (refused.attributes or {})["http.response.status_code"] == 413
    assert "error.type" not in (refused.attributes or {})


def test_without_an_endpoint_nothing_of_it_is_there() -> None:
    assert tracing_to(TraceSettings(), "x") is None


def test_without_the_extra_one_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    imports = builtins.__import__

    def refuse(name: str, *rest: Any) -> Any:
        if name.startswith("opentelemetry"):
            raise ImportError(name)
        return imports(name, *rest)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(Misconfigured, match=r"pip install -r requirements/otel\.txt"):
        tracing_to(TraceSettings(endpoint="http://127.0.0.1:4318/v1/traces"), "x")


def test_spans_go_to_the_endpoint_and_a_batch_names_its_place() -> None:
    tracing = tracing_to(TraceSettings(endpoint="http://127.0.0.1:9/v1/traces", sample_ratio=0.0), "x")
    assert tracing is not None
    name, attributes = processing("smtp.notifications", "group", 3, 1)
    span = tracing.begin(name, "CONSUMER", attributes)
    assert not span.is_recording()  # not sampled: nothing is sent
    assert int(tracing.headers(span)[0][1][-2:], 16) & 1 == 0
    tracing.end(span)
    tracing.close()
    assert name == "process smtp.notifications"
    assert attributes["messaging.destination.partition.id"] == "3"
