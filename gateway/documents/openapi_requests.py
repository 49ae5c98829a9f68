"""What may be posted, as JSON Schemas for the OpenAPI document, with examples that work.

A request is answered 200 if it holds no row at all or at least one good one; so the schemas ask an array to contain a good
row, not to consist of them. They are wider than delivery.notification: what binds to its members may be sent.
"""

from typing import Any

from delivery.notification import INT64_MAX, INT64_MIN, INTEGER_MEMBERS, MEMBERS
from delivery.schemas import MEMBER_DESCRIPTIONS, REFERENCE, Schema
from gateway.formats.xml import NAMESPACE

EXAMPLE_ROWS: list[Schema] = [
    {
        "tracking_id": "b6a1f0c2", "event_code": 103, "event_label": "delivered", "mail_from": "shop@example.com",
        "rcpt_to": "ann@example.org", "resp_class": 0, "resp_code": 250, "resp_msg": "250 2.0.0 Ok", "sender_id": 7,
        "status": "delivered", "time_started": 1767607190, "time_finished": 1767607200, "tries": 0,
    },
    {"tracking_id": "b6a1f0c3", "event_code": 101, "rcpt_to": "bob@example.org", "resp_code": 550, "resp_class": 10},
]  # fmt: skip
EXAMPLE_XML = (
    f'<ArrayOfSMTPNotification xmlns="{NAMESPACE}">\n  <SMTPNotification>\n    <event_code>103</event_code>\n'
    "    <rcpt_to>ann@example.org</rcpt_to>\n    <tracking_id>b6a1f0c2</tracking_id>\n    <tries>0</tries>\n"
    "  </SMTPNotification>\n</ArrayOfSMTPNotification>"
)
EXAMPLE_FORM: Schema = {
    "[0].tracking_id": "b6a1f0c2",
    "[0].event_code": 103,
    "[1].tracking_id": "b6a1f0c3",
    "[1].tries": 0,
}
EXAMPLE_FORM_TEXT = "[0].tracking_id=b6a1f0c2&[0].event_code=103&[1].tracking_id=b6a1f0c3&[1].tries=0"
EXAMPLE_LINES = '{"tracking_id":"b6a1f0c2","event_code":103}\n{"tracking_id":"b6a1f0c3","event_code":101}\n'
EXAMPLE_CLOUDEVENT: Schema = {
    "specversion": "1.0", "id": "1", "source": "/mta", "type": "smtp", "data": EXAMPLE_ROWS[1],
}  # fmt: skip
LINES: Schema = {
    "type": "string",
    "description": f"One notification a line, each a JSON object, such as\n\n```\n{EXAMPLE_LINES}```",
}

_INTEGER: Schema = {"type": "integer", "format": "int64", "minimum": INT64_MIN, "maximum": INT64_MAX}
# Each keyword holds for its own type: an integer, the same as text, or nothing.
_LENIENT: Schema = {**_INTEGER, "type": ["integer", "string", "null"], "pattern": "^([+-]?[0-9]{1,18})?$"}
_ABSENT: Schema = {"enum": [None, ""]}
_CONTAINER: Schema = {"type": ["array", "object"]}


def json_examples() -> dict[str, Schema]:
    """Named examples of JSON bodies."""
    return {
        "rows": {"summary": "Two rows.", "value": EXAMPLE_ROWS},
        "own members": {
            "summary": "Members of the sender's own are kept, and integers may be texts.",
            "value": [{"tracking_id": "b6a1f0c2", "tries": "2", "campaign_id": "spring"}],
        },
        "one row": {"summary": "One notification without an array.", "value": EXAMPLE_ROWS[0]},
    }


def components() -> dict[str, Schema]:
    """The named schemas of all request formats."""
    return {
        "Notifications": _notifications(),
        "Rows": _rows("Row", "An array of notifications. A row that can't be used is named in the reply."),
        "Row": _row(),
        "EmptyRow": _empty_row(),
        "Wrapped": _wrapped(),
        "XmlNotifications": _xml_notifications(),
        "XmlRow": _xml_row(),
        "FormNotifications": _form_notifications(),
        "CloudEvent": _cloudevent(),
        "CloudEvents": _rows("CloudEvent", "A batch of CloudEvents."),
    }


def _ref(name: str) -> Schema:
    return {"$ref": REFERENCE.format(name=name)}


def _rows(name: str, description: str) -> Schema:
    return {
        "description": description,
        "type": "array",
        "items": {"anyOf": [_ref(name), {"description": "Anything else is a bad row."}]},
        "anyOf": [{"maxItems": 0}, {"contains": _ref(name)}],
    }


def _notifications() -> Schema:
    return {
        "description": "Notifications as JSON: an array of them, one alone, or either in an object around it; null holds none.",
        "anyOf": [_ref("Rows"), _single(), _ref("Wrapped"), {"type": "null"}],
    }


def _single() -> Schema:
    """One row alone: one of unknown members only, with an array or object in one of them alone, would be a wrapper."""
    return {**_ref("Row"), "not": _looks_wrapped()}


def _looks_wrapped() -> Schema:
    return {
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "propertyNames": {"not": {"enum": list(MEMBERS)}},
        "additionalProperties": _CONTAINER,
    }


def _wrapped() -> Schema:
    inner = {"anyOf": [_ref("Rows"), _single(), _ref("Wrapped")]}
    return {
        "description": 'An object with one member that holds the rows, such as {"notifications": […]}.',
        **_looks_wrapped(),
        "additionalProperties": inner,
    }


def _row() -> Schema:
    properties = {
        name: {
            "description": MEMBER_DESCRIPTIONS[name],
            **(_LENIENT if name in INTEGER_MEMBERS else _TEXT),
        }
        for name in MEMBERS
    }
    return {
        "title": "SMTPNotification",
        "description": "One notification. All members are optional; one at least has a value. Others are kept as they are.",
        "type": "object",
        "properties": properties,
        "additionalProperties": True,
        "not": _ref("EmptyRow"),
    }


_TEXT: Schema = {"type": ["string", "number", "boolean", "null"]}


def _empty_row() -> Schema:
    return {
        "description": "A row that holds nothing.",
        "type": "object",
        "properties": {name: _ABSENT if name in INTEGER_MEMBERS else {"type": "null"} for name in MEMBERS},
        "additionalProperties": False,
    }


def _xml_notifications() -> Schema:
    rows = _rows("XmlRow", "Notifications as XML. Members stand in any order and in this namespace, another or none.")
    rows["items"]["xml"] = {"name": "SMTPNotification"}
    del rows["type"]
    rows["anyOf"] = [
        {"type": "array", **rows["anyOf"][1]},
        {"description": "An empty root: it holds no rows.", "enum": [[], {}, ""]},
    ]
    return {**rows, "xml": {"name": "ArrayOfSMTPNotification", "namespace": NAMESPACE, "wrapped": True}}


def _xml_row() -> Schema:
    return {
        "type": "object",
        "xml": {"name": "SMTPNotification"},
        "properties": {name: _written(name) for name in MEMBERS},
        "minProperties": 1,
    }


def _written(name: str) -> Schema:
    return {"description": MEMBER_DESCRIPTIONS[name], **(_INTEGER if name in INTEGER_MEMBERS else {"type": "string"})}


def _form_notifications() -> Schema:
    properties: dict[str, Any] = {f"[0].{name}": _written(name) for name in MEMBERS}
    return {
        "description": "Notifications as a form. The first row is shown; `[1].…` and so on follow, and `[0][tries]` is read too.",
        "type": "object",
        "properties": properties,
        "anyOf": [{"maxProperties": 0}, *({"required": [key]} for key in properties)],
    }


def _cloudevent() -> Schema:
    return {
        "description": "A CloudEvent in JSON whose data is one notification or an array of them.",
        "type": "object",
        "properties": {
            "specversion": {"description": "1.0"},
            "data": {"anyOf": [{**_ref("Rows"), "minItems": 1}, _single()]},
        },
        "required": ["specversion", "data"],
    }
