"""A dead letter read again by the rules of today, in the very way in which the gateway reads what is posted.

A letter of a body is that body. A letter of a row is put into a body of one row in its format. A letter of a record of the
events topic is read as consumers read it. Nothing is raised: what is still bad comes back with its reasons.
"""

import re
from collections.abc import Mapping

import msgspec

from delivery.dead_letter import DeadLetter, Part
from delivery.errors import Rejected
from delivery.event import Header, Record, build_event, read_event, request_headers
from delivery.kept_letter import KeptLetter
from gateway.acceptance import only_allowed, without_oversized
from gateway.encodings import ExpansionLimits
from gateway.formats import Limits
from gateway.formats.text import to_utf8
from gateway.formats.xml import NAMESPACE
from gateway.negotiation import (
    CLOUDEVENT_TYPE,
    CLOUDEVENTS_TYPE,
    FORM_TYPE,
    JSON_TYPES,
    LINES_TYPES,
    XML_TYPES,
    read_content_type,
)
from gateway.reading import read_rows
from gateway.rows import Rows
from gateway.settings import GatewaySettings
from gateway.sources.source import Source
from gateway.sources.sources import all_sources, source_of

_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
_PREFIX = re.compile(rb"[<\s/]([A-Za-z_][\w.\-]*):[\w.\-]")
_RESERVED = (b"xml", b"xmlns", b"i", b"xsi")
_OBJECT = re.compile(rb"\s*\{")

TOO_OLD = "It arrived before the history that is kept ([retention] history_days): consumers would pass it over."
Errors = dict[str, list[str]]
Body = tuple[bytes, str]


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What the gateway goes by. `sources` are those that are configured, by name; one that is not may send all.

    Consumers pass over what arrived before `history_since` (ms; None: nothing).
    """

    limits: Limits
    expansion: ExpansionLimits
    event_bytes_max: int
    sources: Mapping[str, Source]
    history_since: int | None = None


class Reading(msgspec.Struct, frozen=True):
    """What a letter is today: events that can be published, how many rows are still bad, and why."""

    events: list[Record]
    bad: int
    errors: Errors


def rules_of(settings: GatewaySettings, history_since: int | None = None) -> Rules:
    """The rules that these settings make."""
    return Rules(
        limits=Limits(rows_max=settings.rows_max),
        expansion=ExpansionLimits(
            expanded_bytes_max=settings.expanded_bytes_max, ratio_max=settings.expansion_ratio_max
        ),
        event_bytes_max=settings.event_bytes_max,
        sources={source.name: source_of(source) for source in all_sources(settings)},
        history_since=history_since,
    )


def read_again(kept: KeptLetter, rules: Rules) -> Reading:
    """What the letter is by these rules. Its events have the letter's arrival and source."""
    letter = kept.letter
    if rules.history_since is not None and letter.received_at < rules.history_since:
        return Reading([], 1, {"": [TOO_OLD]})
    if kept.problem or kept.part is None:
        return Reading([], 1, {"headers": [kept.problem]})
    try:
        if kept.part is Part.RECORD:
            return Reading([_record(letter)], 0, {})
        rows = _body(letter, rules) if kept.part is Part.BODY else _row(letter, rules)
    except Rejected as problem:
        return Reading([], 1, problem.errors)
    return _events(letter, rows, rules)


def _record(letter: DeadLetter) -> Record:
    """The record with its own bytes, the key that its content asks for, and headers anew: the old ones are not all kept."""
    event = read_event(letter.content, None, letter.received_at, 0, 0)
    key = event.notification.tracking_id or event.id
    named: list[Header] = [("ce_id", event.id.encode()), ("ce_subject", key.encode())]
    return Record(key.encode(), event.value, [*named, *_shared(letter)], letter.received_at)


def _body(letter: DeadLetter, rules: Rules) -> Rows:
    return read_rows(
        letter.content or b"", letter.content_type or None, letter.content_encoding or None, rules.limits, rules.expansion
    )  # fmt: skip


def _row(letter: DeadLetter, rules: Rules) -> Rows:
    """The rows of a letter of a row: one if its format still has it as such."""
    best: Rows | None = None
    refusal: Rejected | None = None
    for body, content_type in _bodies_of_row(letter):
        try:
            rows = read_rows(body, content_type, None, rules.limits, rules.expansion)
        except Rejected as problem:
            refusal = refusal or problem
            continue
        if rows.accepted and not rows.rejected:
            return rows
        best = best or rows
    if best is not None:
        return best
    raise refusal or Rejected({"": ["The row is empty."]})


def _bodies_of_row(letter: DeadLetter) -> list[Body]:
    """The bodies that the row may be: one in its own format; and JSON, which is how some formats' rows are kept."""
    content = letter.content or b""
    claimed = read_content_type(letter.content_type or None)
    try:
        text, _ = to_utf8(content, claimed.charset)
    except Rejected:
        text = content  # kept in UTF-8 although the body was in another charset
    charset = f"; charset={claimed.charset}" if claimed.charset else ""
    bodies: list[Body] = []
    if claimed.media_type in XML_TYPES:
        bodies.append((_in_root(text), XML_TYPES[0]))
    elif claimed.media_type == FORM_TYPE:
        bodies.append((content, FORM_TYPE + charset))
    elif claimed.media_type in LINES_TYPES:
        bodies.append((text + b"\n", LINES_TYPES[0]))
    elif claimed.media_type in (CLOUDEVENT_TYPE, CLOUDEVENTS_TYPE) and b'"specversion"' in text:
        return [(text, CLOUDEVENT_TYPE)]
    else:
        bodies.append((_in_array(text), JSON_TYPES[0]))
    if _OBJECT.match(content) and (_in_array(content), JSON_TYPES[0]) not in bodies:
        bodies.append((_in_array(content), JSON_TYPES[0]))
    return bodies


def _in_array(row: bytes) -> bytes:
    return b"[" + row + b"]"


def _in_root(row: bytes) -> bytes:
    """The row's element in a root that declares what the lost root had declared: the prefixes that the row uses."""
    prefixes = sorted({found for found in _PREFIX.findall(row) if found not in _RESERVED})
    names = b"".join(b' xmlns:%b="%b"' % (prefix, NAMESPACE.encode()) for prefix in prefixes)
    nil = b' xmlns:i="%b" xmlns:xsi="%b"' % (_INSTANCE.encode(), _INSTANCE.encode())
    return b'<ArrayOfSMTPNotification xmlns="%b"%b%b>%b</ArrayOfSMTPNotification>' % (
        NAMESPACE.encode(), nil, names, row,
    )  # fmt: skip


def _at_index(rows: Rows, index: int | None) -> Rows:
    """The rows with paths of the body that they once stood in."""
    if index is None:
        return rows
    moved = [
        msgspec.structs.replace(
            row, errors={_moved(path, row.index, index): reasons for path, reasons in row.errors.items()}
        )
        for row in rows.rejected
    ]
    return Rows(rows.accepted, moved)


def _moved(path: str, from_: int, to: int) -> str:
    return f"[{to}]{path.removeprefix(f'[{from_}]')}" if path.startswith(f"[{from_}]") else path


def _events(letter: DeadLetter, rows: Rows, rules: Rules) -> Reading:
    """The events of the rows, without those that the source may not send or that are too large for the topic."""
    if not rows.accepted and not rows.rejected:
        return Reading([], 1, {"": ["It holds no row."]})
    rows = only_allowed(rows, rules.sources.get(letter.source, Source(name=letter.source)))
    shared = _shared(letter)
    events = [build_event(row, letter.received_at, shared) for row in rows.accepted]
    rows, events = without_oversized(rows, events, rules.event_bytes_max)
    rejected = _at_index(rows, letter.index).rejected
    return Reading(events, len(rejected), {path: reasons for row in rejected for path, reasons in row.errors.items()})


def _shared(letter: DeadLetter) -> tuple[Header, ...]:
    trace: list[Header] = [("traceparent", letter.traceparent.encode())] if letter.traceparent else []
    return request_headers(letter.received_at, letter.source, trace)
