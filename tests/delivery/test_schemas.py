"""Whatever is written to a topic is valid by the published schemas."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker, ValidationError

from delivery import schemas
from delivery.classification import shipped_classifier
from delivery.dead_letter import DeadLetter, Part, to_record
from delivery.event import Received, Record, build_event, request_headers
from delivery.notification import Notification
from delivery.state import fold
from delivery.status import status_record
from tests.histories import START_MS, arrivals, notifications

COMPONENTS = schemas.wire_components()
TRACE = (("traceparent", b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), ("tracestate", b"a=b"))


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    whole = {**schema, "components": {"schemas": COMPONENTS}}
    Draft202012Validator.check_schema(whole)
    return Draft202012Validator(whole, format_checker=FormatChecker())


NOTIFICATION = validator({"$ref": "#/components/schemas/Notification"})
STATUS = validator({"$ref": "#/components/schemas/MessageStatus"})
EVENT_HEADERS = validator(schemas.event_headers())
STATUS_HEADERS = validator(schemas.status_headers())
LETTER_HEADERS = validator(schemas.dead_letter_headers())


def check_headers(known: Draft202012Validator, record: Record) -> None:
    """Valid, and none that the schema does not name: what we write ourselves is all described."""
    headers = {name: value.decode() for name, value in record.headers}
    known.validate(headers)
    assert isinstance(known.schema, dict)
    assert headers.keys() <= known.schema["properties"].keys()


def check_members(value: Any, schema: dict[str, Any]) -> None:
    """No member of a status that its schema does not name."""
    if "$ref" in schema:
        schema = COMPONENTS[schema["$ref"].rpartition("/")[2]]
    if isinstance(value, list):
        for item in value:
            check_members(item, schema["items"])
    elif isinstance(value, dict) and "properties" in schema:
        assert value.keys() <= schema["properties"].keys()
        for name, item in value.items():
            check_members(item, schema["properties"][name])


@settings(max_examples=200)
@given(notifications().filter(lambda sent: sent != Notification()), st.booleans())
def test_events_are_valid(sent: Notification, traced: bool) -> None:
    record = build_event(sent, START_MS, request_headers(START_MS, "default", TRACE if traced else ()))
    NOTIFICATION.validate(json.loads(record.value or b""))
    check_headers(EVENT_HEADERS, record)


@settings(max_examples=100)
@given(arrivals(20))
def test_statuses_are_valid(events: list[Received]) -> None:
    for views in fold(events, shipped_classifier()).values():
        for deliveries in (list(views.deliveries.values()), []):
            record = status_record(views.message, deliveries, START_MS)
            value = json.loads(record.value or b"")
            STATUS.validate(value)
            check_members(value, {"$ref": "#/components/schemas/MessageStatus"})
            check_headers(STATUS_HEADERS, record)


LETTERS = st.builds(
    DeadLetter,
    part=st.sampled_from(Part),
    content=st.none() | st.binary(max_size=20),
    reason=st.sampled_from(["invalid", "unsupported", "too_large", "The record has no value."]),
    errors=st.dictionaries(st.text(max_size=9), st.lists(st.text(max_size=9), max_size=2), max_size=2),
    received_at=st.just(START_MS),
    source=st.sampled_from(["", "default"]),
    content_type=st.sampled_from(["", "application/json"]),
    content_encoding=st.sampled_from(["", "gzip"]),
    index=st.none() | st.integers(0, 10_000),
    topic=st.sampled_from(["", "smtp.notifications"]),
    partition=st.none() | st.integers(0, 99),
    offset=st.none() | st.integers(0, 2**63 - 1),
    traceparent=st.sampled_from(["", TRACE[0][1].decode()]),
)


@settings(max_examples=200)
@given(LETTERS)
def test_dead_letters_are_valid(letter: DeadLetter) -> None:
    record = to_record(letter)
    check_headers(LETTER_HEADERS, record)
    errors = schemas.dead_letter_headers()["properties"]["eds_errors"]["contentSchema"]
    Draft202012Validator(errors).validate(json.loads(dict(record.headers)["eds_errors"]))


@pytest.mark.parametrize(
    ("known", "value"),
    [
        (NOTIFICATION, {}),
        (NOTIFICATION, {"tries": "1"}),
        (NOTIFICATION, {"tries": 2**63}),
        (NOTIFICATION, {"status": None}),
        (STATUS, {"tracking_id": "x"}),
        (EVENT_HEADERS, {"ce_id": "x"}),
        (LETTER_HEADERS, {"eds_part": "other", "eds_reason": "x", "eds_errors": "{}"}),
    ],
)
def test_the_schemas_refuse_what_is_never_written(known: Draft202012Validator, value: Any) -> None:
    with pytest.raises(ValidationError):
        known.validate(value)
