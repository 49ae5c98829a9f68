"""Notifications written in every format, as a sender would: the other half of the formats' laws."""

import json
from typing import Any
from urllib.parse import quote_plus
from xml.sax.saxutils import escape

import msgspec

from delivery.notification import ExtendedNotification, Notification
from gateway.formats.xml import NAMESPACE

Row = dict[str, Any]


def members_of(notification: Notification) -> Row:
    """What the sender of this notification has in hand."""
    row = {name: value for name, value in msgspec.structs.asdict(notification).items() if value is not None}
    extras = row.pop("extras", {}) if isinstance(notification, ExtendedNotification) else {}
    return row | extras


def as_json(rows: list[Row]) -> str:
    return json.dumps(rows, ensure_ascii=False)


def as_lines(rows: list[Row]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def as_cloudevents(rows: list[Row]) -> str:
    return json.dumps([{"specversion": "1.0", "id": "1", "source": "/", "type": "x", "data": row} for row in rows])


def as_xml(rows: list[Row], prefix: str = "") -> str:
    name = f"xmlns:{prefix}" if prefix else "xmlns"
    p = f"{prefix}:" if prefix else ""
    inside = "".join(
        f"<{p}SMTPNotification>"
        + "".join(f"<{p}{key}>{_xml_text(value)}</{p}{key}>" for key, value in row.items())
        + f"</{p}SMTPNotification>"
        for row in rows
    )
    return f'<{p}ArrayOfSMTPNotification {name}="{NAMESPACE}">{inside}</{p}ArrayOfSMTPNotification>'


def _xml_text(value: object) -> str:
    return escape(str(value), {"\r": "&#13;"})


def as_form(rows: list[Row], brackets: bool = False) -> str:
    shape = "[{}][{}]={}" if brackets else "[{}].{}={}"
    return "&".join(
        shape.format(index, key, quote_plus(str(value))) for index, row in enumerate(rows) for key, value in row.items()
    )
