"""Rows as request bodies, in every format that the interface has."""

from collections.abc import Callable, Sequence
from urllib.parse import urlencode
from xml.sax.saxutils import escape

import orjson

from ops.traffic import Row

NAMESPACE = "http://schemas.datacontract.org/2004/07/EmailDeliveryStatus.Models.SMTP"


def json_body(rows: Sequence[Row]) -> bytes:
    return orjson.dumps(list(rows))


def xml_body(rows: Sequence[Row]) -> bytes:
    def members(row: Row) -> str:
        return "".join(f"<{name}>{escape(str(row[name]))}</{name}>" for name in sorted(row))

    inner = "".join(f"<SMTPNotification>{members(row)}</SMTPNotification>" for row in rows)
    return f'<ArrayOfSMTPNotification xmlns="{NAMESPACE}">{inner}</ArrayOfSMTPNotification>'.encode()


def form_body(rows: Sequence[Row]) -> bytes:
    return urlencode({f"[{i}].{name}": value for i, row in enumerate(rows) for name, value in row.items()}).encode()


FORMATS: tuple[tuple[str, Callable[[Sequence[Row]], bytes]], ...] = (
    ("application/json", json_body),
    ("text/json", json_body),
    ("application/xml", xml_body),
    ("text/xml", xml_body),
    ("application/x-www-form-urlencoded", form_body),
)
