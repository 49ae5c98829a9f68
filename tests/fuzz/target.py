"""What is fuzzed: one request, cut from an input, all the way to its events and its reply. Only Rejected may be raised.

An input's first three bytes choose the media type, the charset and the content encoding; the rest is the body.
"""

import zlib
from collections.abc import Iterator

from delivery.errors import Rejected
from delivery.event import build_event, read_event, request_headers
from gateway.encodings import ExpansionLimits
from gateway.formats import Limits
from gateway.negotiation import READABLE_TYPES, choose_reply
from gateway.reading import read_rows
from gateway.replies import reply_to_error, reply_to_rows

CHARSETS = (None, None, None, "utf-8", "utf-16", "utf-16be", "iso-8859-1", "windows-1252", "x", "utf-7")
CODINGS = (None, None, None, None, "gzip", "deflate", "br", "zstd", "gzip, br", "x")
LIMITS = Limits(rows_max=50, depth_max=32)
EXPANSION = ExpansionLimits(expanded_bytes_max=256 * 1024)
STATUSES = {200, 400, 413, 415}


def one_input(data: bytes) -> None:
    """Runs one input; any exception is a finding."""
    if len(data) < 3:
        return
    media_type = READABLE_TYPES[data[0] % len(READABLE_TYPES)]
    charset = CHARSETS[data[1] % len(CHARSETS)]
    content_type = f"{media_type}; charset={charset}" if charset else media_type
    form = choose_reply(media_type, charset, content_type)
    try:
        rows = read_rows(data[3:], content_type, CODINGS[data[2] % len(CODINGS)], LIMITS, EXPANSION)
    except Rejected as problem:
        reply = reply_to_error(problem, form)
    else:
        assert len(rows.accepted) + len(rows.rejected) <= LIMITS.rows_max
        headers = request_headers(1, "fuzz")
        for notification in rows.accepted:
            record = build_event(notification, 1, headers)
            event = read_event(record.value, record.headers, 1, 0, 0)
            assert event.value == record.value
        reply = reply_to_rows(rows, form)
    assert reply.status in STATUSES
    reply.body.decode(form.charset)


def inputs_of(body: bytes, content_type: str) -> Iterator[bytes]:
    """Inputs that make this request: plain and compressed."""
    media_type, _, parameter = content_type.partition(";")
    if media_type.strip().lower() not in READABLE_TYPES:
        return
    charset = parameter.partition("=")[2].strip(' "').lower() or None
    places = READABLE_TYPES.index(media_type.strip().lower()), CHARSETS.index(charset) if charset in CHARSETS else 0
    yield bytes([*places, 0]) + body
    yield bytes([*places, CODINGS.index("deflate")]) + zlib.compress(body)
