"""CloudEvents 1.0 in JSON: one structured event, or a batch. Its `data` is a notification or an array of them."""

import base64
import binascii
from typing import Any

from delivery.errors import Rejected, TooLarge, Unreadable
from gateway.formats.json import decode_json
from gateway.formats.json_exact import Span, broken_off, elements, members, value_span
from gateway.formats.json_size import refuse_many_values
from gateway.formats.limits import Limits
from gateway.formats.text import UTF8, Charset, decode, to_utf8
from gateway.rows import BadRow, Rows

_NO_DATA = "The event has no data."
_NO_EVENT = "Expected a CloudEvent with specversion and data."


def decode_cloudevents(body: bytes, charset: str | None, limits: Limits, *, is_batch: bool) -> Rows:
    """The rows of all events, numbered through. An event without usable data is a bad row."""
    content, written = to_utf8(body, charset)
    refuse_many_values(content, limits)
    text = decode(content)
    rows = Rows([])
    for span in _events(text, is_batch=is_batch):
        event = text[span.start : span.end]
        _add_event(rows, event, span, written, limits)
        if len(rows.accepted) + len(rows.rejected) > limits.rows_max:
            raise TooLarge("rows_max", limits.rows_max)
    return rows


def _events(text: str, *, is_batch: bool) -> list[Span]:
    start = len(text) - len(text.lstrip(" \t\r\n"))
    whole = value_span(text, start)
    if text[whole.end :].strip(" \t\r\n"):
        raise broken_off(text, whole.end)
    if not is_batch:
        return [whole]
    if not isinstance(whole.value, list):
        raise Unreadable("A batch of CloudEvents is an array.")
    return list(elements(text, start))


def _add_event(rows: Rows, event: str, span: Span, written: Charset, limits: Limits) -> None:
    index = len(rows.accepted) + len(rows.rejected)
    if not isinstance(span.value, dict) or "specversion" not in span.value:
        rows.rejected.append(BadRow(index, {f"[{index}]": [_NO_EVENT]}, written.restore(event)))
        return
    try:
        inner = decode_json(_data(event, span.value), None, limits)
    except TooLarge:
        raise
    except Rejected as problem:
        reasons = [reason for group in problem.errors.values() for reason in group]
        rows.rejected.append(BadRow(index, {f"[{index}].data": reasons}, written.restore(event)))
        return
    if not inner.accepted and not inner.rejected:
        rows.rejected.append(BadRow(index, {f"[{index}].data": [_NO_DATA]}, written.restore(event)))
    rows.accepted += inner.accepted
    rows.rejected += [_moved(row, index, written) for row in inner.rejected]


def _data(event: str, value: dict[str, Any]) -> bytes:
    """The JSON text of the event's data."""
    encoded = value.get("data_base64")
    if isinstance(encoded, str):
        try:
            return base64.b64decode(encoded, validate=True)
        except binascii.Error as problem:
            raise Unreadable(f"data_base64 is not base64: {problem}.") from problem
        except ValueError as problem:
            raise Unreadable("data_base64 is not base64: it has characters beyond ASCII.") from problem
    data = value.get("data")
    if isinstance(data, str):
        return data.encode("utf-8", "surrogatepass")
    if data is None:
        raise Unreadable(_NO_DATA)
    start = [at for name, at in members(event, 0) if name == "data"][-1]
    return event[start : value_span(event, start).end].encode("utf-8", "surrogatepass")


def _moved(row: BadRow, index: int, written: Charset) -> BadRow:
    """A bad row of one event as a row of the whole body."""
    place = index + row.index
    errors = {path.replace(f"[{row.index}]", f"[{place}]", 1): reasons for path, reasons in row.errors.items()}
    content = row.content if written == UTF8 else written.restore(row.content.decode())
    return BadRow(place, errors, content)
