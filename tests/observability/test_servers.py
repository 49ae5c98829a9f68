"""What the three servers tell, as processes: metrics, read by Prometheus' own parser and judged by promtool; spans; logs.

One file, so that the processes are started once, however the tests are spread.
"""

import re
import time
from collections.abc import Iterator
from itertools import chain
from typing import Any

import httpx
import orjson
import pytest
from prometheus_client import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families

from bus.reading import read_all
from delivery.dead_letter import read_dead_letter
from delivery.measures import build, render
from tests.observability.collecting import Collector
from tests.observability.conftest import ADDRESS, TRACKING_ID, Stack, wait, wait_applied
from tests.observability.published import SERVERS, names, registries
from tests.parts.promtool import check

PUBLISHED = {
    "gateway": {
        "eds_gateway_notifications_total": {"result"}, "eds_gateway_requests_total": {"status"},
        "eds_gateway_request_duration_seconds": set(), "eds_gateway_inflight_requests": set(),
        "eds_kafka_produce_duration_seconds": set(), "eds_kafka_produce_errors_total": {"error"},
        "eds_dead_letters_total": {"reason"}, "eds_gateway_spool_bytes": set(), "eds_gateway_spool_limit_bytes": set(),
        "eds_gateway_spool_oldest_age_seconds": set(), "eds_disk_free_bytes": {"what"}, "eds_disk_size_bytes": {"what"},
    },
    "consumers": {
        "eds_consumer_events_total": {"result"}, "eds_consumer_batch_duration_seconds": set(),
        "eds_consumer_lag_records": {"topic", "partition"}, "eds_consumer_lag_seconds": {"topic", "partition"},
        "eds_consumer_rebalances_total": set(), "eds_end_to_end_latency_seconds": set(), "eds_view_events_total": {"kind"},
        "eds_dead_letters_total": {"reason"}, "eds_dead_letters_pending": set(),
        "eds_dead_letter_oldest_age_seconds": set(), "eds_view_messages": {"status"},
        "eds_view_last_applied_timestamp_seconds": set(), "eds_disk_free_bytes": {"what"}, "eds_disk_size_bytes": {"what"},
    },
    "graphql": {
        "eds_graphql_operations_total": {"type", "result"}, "eds_graphql_operation_duration_seconds": {"type"},
        "eds_graphql_subscriptions_active": {"transport"}, "eds_graphql_subscription_dropped_total": {"reason"},
    },
}  # fmt: skip
OF_EACH = {
    "eds_build_info": {"version", "commit"}, "process_cpu_seconds_total": set(), "process_resident_memory_bytes": set(),
    "process_open_fds": set(), "process_start_time_seconds": set(),
}  # fmt: skip
LABELS = {
    "result", "status", "source", "error", "reason", "topic", "partition", "part", "kind", "what", "type", "transport",
    "version", "commit", "le", "generation", "implementation", "major", "minor", "patchlevel",
}  # fmt: skip
UNITS = ("_seconds", "_bytes", "_total", "_info", "_requests", "_records", "_connections", "_workers", "_pending",
         "_messages", "_active", "_fds")  # fmt: skip

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = "b7ad6b7169203331"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def families(text: str) -> dict[str, Metric]:
    return {family.name: family for family in text_string_to_metric_families(text)}


def labels(family: Metric) -> Iterator[str]:
    return chain.from_iterable(sample.labels for sample in family.samples)


@pytest.mark.parametrize("server", SERVERS)
def test_promtool_has_nothing_to_say_and_every_name_label_and_unit_is_in_order(stack: Stack, server: str) -> None:
    text = stack.get(server, "/metrics")
    assert check(["check", "metrics"], text.encode()) == ""
    found = families(text)
    for family in found.values():
        assert family.documentation
        assert family.type in ("counter", "gauge", "histogram")
        assert set(labels(family)) <= LABELS, family.name
        if family.name.startswith("eds_"):
            full = family.name + ("_total" if family.type == "counter" else "")
            assert full.endswith(UNITS), full
    for name, wanted in (PUBLISHED[server] | OF_EACH).items():
        family = found[name.removesuffix("_total")]
        assert not family.samples or set(labels(family)) - {"le"} == wanted, name
    assert found["eds_build_info"].samples[0].labels == {"version": build().version, "commit": build().commit}
    assert ADDRESS not in text
    assert TRACKING_ID not in text


@pytest.mark.parametrize("server", SERVERS)
def test_openmetrics_says_the_same_and_has_exemplars_that_lead_to_traces(stack: Stack, server: str) -> None:
    headers = {"accept": "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3"}
    reply = httpx.get(f"{stack.parts[server].address}/metrics", headers=headers, trust_env=False, timeout=10)
    assert reply.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
    found = {family.name: family for family in parse_openmetrics(reply.text)}  # type: ignore[no-untyped-call]
    assert found.keys() == families(stack.get(server, "/metrics")).keys()
    examples = [sample.exemplar for family in found.values() for sample in family.samples if sample.exemplar]
    assert examples
    assert all(re.fullmatch("[0-9a-f]{32}", one.labels["trace_id"]) for one in examples)


def test_what_is_told_without_a_server_is_what_a_server_tells(stack: Stack) -> None:
    for server, registry in registries().items():
        assert set(families(stack.get(server, "/metrics"))) == set(families(render(registry)[0].decode())), server
        assert len(list(names(registry))) == len(set(names(registry)))


NUMBERS = {
    "gateway": [
        ("eds_gateway_notifications_total", {"result": "accepted"}, 2),
        ("eds_gateway_notifications_total", {"result": "invalid"}, 1),
        ("eds_gateway_request_duration_seconds_count", {}, 1),
    ],
    "consumers": [
        ("eds_consumer_events_total", {"result": "applied"}, 2),
        ("eds_view_events_total", {"kind": "delivered"}, 1),
        ("eds_view_events_total", {"kind": "bounced"}, 1),
        ("eds_view_events_total", {"kind": "opened"}, 0),
        ("eds_end_to_end_latency_seconds_count", {}, 2),
    ],
}


def test_the_numbers_are_those_of_the_traffic(stack: Stack) -> None:
    def numbers() -> dict[str, list[float]]:
        found = {server: families(stack.get(server, "/metrics")) for server in NUMBERS}
        return {
            server: [value(found[server], name, **labels) for name, labels, _ in wanted]
            for server, wanted in NUMBERS.items()
        }

    def grown(before: dict[str, list[float]]) -> dict[str, list[float]]:
        now = numbers()
        return {server: [a - b for a, b in zip(now[server], before[server], strict=True)] for server in now}

    before = numbers()  # all that was posted until now is in the view
    rows = [
        {"tracking_id": "counted", "rcpt_to": ADDRESS, "event_label": "delivered"},
        {"tracking_id": "counted", "rcpt_to": "b@recipient.example", "event_label": "bounced"},
        {"tracking_id": "counted", "tries": "many"},
    ]
    assert stack.post(rows) == 200
    wanted = {server: [count for _, _, count in wanted] for server, wanted in NUMBERS.items()}
    wait(lambda: grown(before) == wanted)


def test_what_is_told_now_and_then(stack: Stack) -> None:
    def told() -> bool:
        return any(sample.labels["status"] == "bounced" for sample in consumers()["eds_view_messages"].samples)

    def consumers() -> dict[str, Metric]:
        return families(stack.get("consumers", "/metrics"))

    wait(told)
    wait(lambda: value(consumers(), "eds_dead_letters_pending") >= 1)
    found = consumers()
    assert value(found, "eds_view_last_applied_timestamp_seconds") > time.time() - 300
    assert 0 < value(found, "eds_end_to_end_latency_seconds_sum") < 1000
    assert value(families(stack.get("gateway", "/metrics")), "eds_gateway_spool_limit_bytes") > 0
    for what, told_of in {"store": found, "spool": families(stack.get("gateway", "/metrics"))}.items():
        assert 0 < value(told_of, "eds_disk_free_bytes", what=what) < value(told_of, "eds_disk_size_bytes", what=what)
    graphql = families(stack.get("graphql", "/metrics"))
    assert value(graphql, "eds_graphql_operations_total", type="query", result="ok") >= 1
    assert value(graphql, "eds_graphql_operations_total", type="subscription", result="failed") == 0


def value(found: dict[str, Metric], sample: str, **wanted: str) -> float:
    """The one sample of this name and these labels."""
    family = found[re.sub("_(total|count|sum|bucket)$", "", sample)]
    [number] = [one.value for one in family.samples if one.name == sample and one.labels == wanted]
    return number


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
        "messaging.batch.message_count": 1, "messaging.message.conversation_id": "traced-1",
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


def lines(content: bytes) -> list[dict[str, Any]]:
    """Every line, each of which has to be an object."""
    return [orjson.loads(line) for line in content.splitlines()]


@pytest.mark.parametrize("server", SERVERS)
def test_every_line_is_json_with_the_same_members_and_no_address_is_whole(stack: Stack, server: str) -> None:
    assert stack.post([{"tracking_id": "wrong", "tries": ADDRESS}]) == 400
    log = stack.parts[server].log
    wait(lambda: server != "gateway" or b'"problem"' in log.read_bytes())
    told = lines(log.read_bytes())
    assert told
    for line in told:
        assert list(line)[:4] == ["time", "level", "logger", "message"]
        assert TIME.fullmatch(line["time"])
        assert line["level"] in ("debug", "info", "warning", "error", "critical")
    assert ADDRESS.encode() not in log.read_bytes()
    assert any("http://127.0.0.1" in line["message"] for line in told)  # where it serves
