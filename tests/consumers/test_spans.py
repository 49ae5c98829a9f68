"""The spans of a batch, by OpenTelemetry's own SDK."""

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from consumers.spans import LINKS_MAX, BatchSpans, creations
from delivery.batch import Batch
from delivery.errors import Fenced
from delivery.event import Received
from delivery.notification import Notification
from delivery.tracing import Tracing
from store.contract import Applied
from tests.histories import START_MS, received


def event(number: int, trace: int | None) -> Received:
    made = received(Notification(tracking_id=f"t-{number}"), START_MS, number)
    traceparent = None if trace is None else f"00-{trace:032x}-{1:016x}-01"
    return Received(**{name: getattr(made, name) for name in made.__struct_fields__} | {"traceparent": traceparent})


def told() -> tuple[BatchSpans, InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return BatchSpans(Tracing(provider), "events", "group", 50, "postgresql"), exporter


def test_a_batch_of_many_requests_is_a_trace_of_its_own_with_a_bounded_number_of_links() -> None:
    spans, exporter = told()
    batch = Batch([event(number, number % 200 + 1) for number in range(1000)], {0: 500, 1: 500})
    spans.came(batch)
    spans.begin(batch)
    spans.applied(Applied([], 990, 10))
    spans.announced(spans.announce("status", 990))
    poll, apply, process, send = exporter.get_finished_spans()
    assert len(poll.links) == len(process.links) == LINKS_MAX
    assert poll.parent is None
    assert process.parent == poll.context
    assert apply.parent == send.parent == process.context
    assert (process.attributes or {})["eds.events.duplicate"] == 10
    assert "messaging.destination.partition.id" not in (process.attributes or {})


def test_a_batch_goes_on_in_the_trace_of_a_request_only_where_all_of_it_came_by_it() -> None:
    spans, exporter = told()
    for events in ([event(1, 7), event(2, 7)], [event(3, 7), event(4, None)]):
        spans.came(Batch(events, {0: 5}))
        spans.begin(Batch(events, {0: 5}))
        spans.applied(Applied([], 2, 0))
    found = [span for span in exporter.get_finished_spans() if span.name == "process events"]
    assert [span.context is not None and span.context.trace_id == 7 for span in found] == [True, False]
    assert [len(span.links) for span in found] == [1, 1]


def test_what_was_fenced_says_so_and_events_without_a_trace_make_no_links() -> None:
    spans, exporter = told()
    batch = Batch([event(1, None)], {3: 2})
    spans.came(batch)
    spans.begin(batch)
    spans.applied(Fenced("another process"))
    spans.announced(spans.announce("status", 1), KeyError("content"))
    _, apply, process, send = exporter.get_finished_spans()
    assert [(span.attributes or {})["error.type"] for span in (apply, process, send)] == ["Fenced", "Fenced", "_OTHER"]
    assert (process.attributes or {})["messaging.destination.partition.id"] == "3"
    assert not process.links
    assert creations([None, "nonsense", "00-\ufffd"]) == []
