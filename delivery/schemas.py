"""The wire as JSON Schema (2020-12), made from the very types that encode it. See docs/WIRE.md for what may change.

On the wire an absent member is left out, so none of these schemas knows null; and new members may come at any time, so
none of them forbids what it does not name.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from delivery.dead_letter import (
    ERRORS_HEADER,
    HEADER_NAMES,
    KEY_HEADER,
    NO_VALUE_HEADER,
    REDACTED_HEADER,
    DeadLetter,
    Part,
)
from delivery.event import CONTENT_TYPE, EVENT_TYPE, SPEC_VERSION
from delivery.notification import INTEGER_MEMBERS, Notification
from delivery.status import STATUS_TYPE, MessageStatus

Schema = dict[str, Any]
REFERENCE = "#/components/schemas/{name}"

MEMBER_DESCRIPTIONS = {
    "event_code": "101 bounce, 102 complaint, 103 delivery, 107 open, 108 click.",
    "event_label": "The event in words, such as delivered.",
    "mail_from": "The envelope's sender.",
    "rcpt_to": "The recipient.",
    "resp_class": "0 delivered, else the sender's class of bounce, such as 22 for a full mailbox.",
    "resp_code": "The code of the SMTP reply, such as 550.",
    "resp_msg": "The text of the SMTP reply; it may begin with an enhanced status code (RFC 3463).",
    "sender_id": "Who sent, as the sender numbers its customers.",
    "status": "The state in the sender's own words.",
    "time_finished": "Unix time in seconds; above 10^11 in milliseconds. When it ended, so when it happened.",
    "time_started": "Unix time in seconds; above 10^11 in milliseconds.",
    "tracking_id": "What groups the events of one message; the key of its status.",
    "tries": "Deferred attempts before this one.",
}
TRACEPARENT = {"type": "string", "description": "The W3C trace context that the request carried."}


def wire_components() -> dict[str, Schema]:
    """The values of the topics, by name: Notification, MessageStatus and all that they are made of."""
    _, components = msgspec.json.schema_components([Notification, MessageStatus], ref_template=REFERENCE)
    found = {name: _without_null(schema) for name, schema in components.items()}
    notification = found["Notification"]
    notification["minProperties"] = 1
    notification["additionalProperties"] = True
    notification["description"] = (
        "One SMTP notification in its canonical form: the members that it has, in ordinal order, then the sender's own, sorted."
    )
    for name, description in MEMBER_DESCRIPTIONS.items():
        notification["properties"][name]["description"] = description
    for name in INTEGER_MEMBERS:
        notification["properties"][name]["format"] = "int64"
    return found


def _without_null(schema: Any) -> Any:
    """The schema without null and defaults, which these types never write."""
    if isinstance(schema, list):
        return [_without_null(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {name: _without_null(value) for name, value in schema.items() if name != "default" and value != []}
    if "anyOf" in kept:
        kinds = [kind for kind in kept.pop("anyOf") if kind != {"type": "null"}]
        kept |= kinds[0] if len(kinds) == 1 else {"anyOf": kinds}
    return kept


def _headers(properties: dict[str, Schema], required: Iterable[str]) -> Schema:
    return {"type": "object", "properties": properties, "required": sorted(required), "additionalProperties": True}


def _constant(value: bytes) -> Schema:
    return {"type": "string", "const": value.decode()}


def event_headers() -> Schema:
    """The headers of an event, each value as text: CloudEvents 1.0 in binary mode, and the trace context."""
    properties: dict[str, Schema] = {
        "ce_specversion": _constant(SPEC_VERSION),
        "ce_type": _constant(EVENT_TYPE),
        "content-type": _constant(CONTENT_TYPE),
        "ce_id": {"type": "string", "pattern": "^[0-9a-f]{32}$", "description": "blake2b-128 over the value."},
        "ce_source": {"type": "string", "minLength": 1, "description": "The name of the source that posted it."},
        "ce_subject": {"type": "string", "description": "The record's key: the tracking_id, without one the id."},
        "ce_time": {"type": "string", "format": "date-time", "description": "When it arrived."},
    }
    required = tuple(properties)
    return _headers({**properties, "traceparent": TRACEPARENT, "tracestate": {"type": "string"}}, required)


def status_headers() -> Schema:
    """The headers of a record of the status topic."""
    properties: dict[str, Schema] = {
        "ce_specversion": _constant(SPEC_VERSION),
        "ce_type": _constant(STATUS_TYPE),
        "content-type": _constant(CONTENT_TYPE),
        "ce_id": {"type": "string", "pattern": "/[0-9]+$", "description": "The tracking_id, a slash and the revision."},
        "ce_source": {"type": "string", "minLength": 1},
        "ce_subject": {"type": "string", "minLength": 1, "description": "The tracking_id."},
    }
    return _headers({**properties, "traceparent": TRACEPARENT}, properties)


def dead_letter_headers() -> Schema:
    """The headers of a dead letter; its value is the bytes themselves."""
    _, components = msgspec.json.schema_components([DeadLetter], ref_template=REFERENCE)
    letter = components["DeadLetter"]
    properties = {name: _as_text(letter["properties"][field]) for field, name in HEADER_NAMES.items()}
    properties["eds_part"] = {
        "type": "string",
        "enum": sorted(Part),
        "description": "What the bytes are: a whole body, one row of it, or a record of the events topic.",
    }
    properties[HEADER_NAMES["id"]] = {
        "type": "string",
        "pattern": "^[0-9a-f]{32}$",
        "description": "The letter's id, and the record's key: a later record with it replaces or removes the letter.",
    }
    properties[KEY_HEADER] = {"type": "string", "description": "What was the key of a record of the events topic."}
    properties[NO_VALUE_HEADER] = _constant(b"1") | {
        "description": "There was no value; an empty one has no such header."
    }
    properties[REDACTED_HEADER] = _constant(b"1") | {"description": "An erased address was taken out of it."}
    properties[ERRORS_HEADER] = {
        "type": "string",
        "contentMediaType": "application/json",
        "contentSchema": letter["properties"]["errors"],
        "description": "Member paths such as [3].tries to reasons, as JSON.",
    }
    always = [name for field, name in HEADER_NAMES.items() if field in letter["required"]]
    return _headers(properties, [*always, HEADER_NAMES["id"], ERRORS_HEADER])


def _as_text(schema: Schema) -> Schema:
    """A field as the text that its header holds."""
    if {"type": "integer"} in schema.get("anyOf", ()):
        return {"type": "string", "pattern": "^[0-9]+$"}
    return {"type": "string", "minLength": 1}
