"""One request on its way: receipt → broker → view → status topic → reader, as its spans tell it to a collector."""

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from bus.reading import read_all
from consumers.spans import LINKS_MAX, BatchSpans, creations
from delivery.batch import Batch
from delivery.dead_letter import read_dead_letter
from delivery.errors import Fenced
from delivery.event import Received
from delivery.notification import Notification
from delivery.tracing import Tracing
from store.contract import Applied
from tests.histories import START_MS, received
from tests.observability.collecting import Collector
from tests.observability.conftest import ADDRESS, Stack, wait_applied

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = "b7ad6b7169203331"


def test_a_request_is_followed_from_its_receipt_into_the_view_and_out_of_it(stack: Stack, spans: Collector) -> None:
    came_with = {"traceparent": f"00-{TRACE}-{PARENT}-01"}
    rows = [
        {"tracking_id": "traced-1", "rcpt_to": ADDRESS, "event_label": "delivered"},
        {"tracking_id": "x", "tries": "?"},
    ]
    assert stack.post(rows, headers=came_with) == 200
    wait_applied(stack, "traced-1", headers=came_with)
    events, status, letters = (
        stack.kafka.notifications_topic,
        stack.kafka.status_topic,
        stack.kafka.dead_letters_topic,
    )

    request = spans.wait("POST /api/SMTP", lambda span: span.trace == TRACE)
    sent = spans.wait(f"send {events}", lambda span: span.parent == request.id)
    assert (request.kind, request.parent, sent.kind, sent.trace) == ("SERVER", PARENT, "PRODUCER", TRACE)

    created = (TRACE, sent.id)
    polled = spans.wait(f"poll {events}", lambda span: created in span.links)
    processed = spans.wait(f"process {events}", lambda span: created in span.links)
    assert (polled.kind, processed.kind) == ("CLIENT", "CONSUMER")
    # Its only event was the whole batch: then the batch goes on in its trace.
    assert (processed.trace, processed.parent) == created
    assert processed.attributes.items() >= {
        "messaging.system": "kafka", "messaging.operation.name": "process", "messaging.operation.type": "process",
        "messaging.destination.name": events, "messaging.consumer.group.name": stack.kafka.group,
        "messaging.batch.message_count": 1,
    }.items()  # fmt: skip
    assert polled.attributes["messaging.operation.type"] == "receive"
    assert polled.duration_ns <= (stack.kafka.batch_age_ms_max + 1_000) * 1_000_000
    applied = spans.wait("apply view", lambda span: span.parent == processed.id)
    assert (applied.kind, applied.attributes["db.system.name"]) == ("CLIENT", "sqlite")
    announced = spans.wait(f"send {status}", lambda span: span.parent == processed.id)
    assert (announced.kind, announced.attributes["messaging.batch.message_count"]) == ("PRODUCER", 1)

    asked = spans.wait("query", lambda span: span.parent == PARENT)
    assert (asked.kind, asked.trace) == ("SERVER", TRACE)
    assert asked.attributes == {
        "graphql.operation.type": "query", "graphql.operation.name": "Seen", "eds.graphql.result": "ok",
    }  # fmt: skip
    assert {span.service.rpartition("-")[2] for span in (request, processed, asked)} == {
        "gateway",
        "consumers",
        "graphql",
    }

    own = f"00-{TRACE}-{sent.id}-01"
    [told] = [one.record for one in read_all(stack.kafka, status) if one.record.key == b"traced-1"]
    assert dict(told.headers)["traceparent"].decode() == own
    kept = [read_dead_letter(one.record) for one in read_all(stack.kafka, letters)]
    assert own in {letter.traceparent for letter in kept}


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
