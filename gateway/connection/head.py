"""What a POST to the interface says before its body, read once: how it is answered, and what its body is said to be."""

import re
from collections.abc import Sequence

import msgspec
from multidict import CIMultiDict, MultiMapping

from delivery.event import Header
from gateway.negotiation import ReplyForm, choose_reply
from gateway.trace import trace_headers

READ_OF_ALL = frozenset(
    {"accept", "accept-charset", "content-type", "content-encoding", "x-requested-with", "connection"}
)
"""Headers that say how a request is read and answered."""
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:/+=-]{1,64}")


class Head(msgspec.Struct, frozen=True):
    """`request_id` is the sender's own: empty where it gave none, or none that can be repeated. `path` is not decoded."""

    headers: MultiMapping[str]
    path: str
    query: str
    form: ReplyForm
    content_type: str | None
    content_encoding: str | None
    request_id: str
    trace: tuple[Header, ...]


def head_of(headers: MultiMapping[str], path: str, query: str) -> Head:
    """The head of a request with these headers."""
    return Head(
        headers,
        path,
        query,
        form_of(headers),
        headers.get("content-type"),
        _joined(headers, "content-encoding"),
        _request_id(headers),
        _trace(headers),
    )


def with_own(common: Head, own: Sequence[tuple[str, str]]) -> Head:
    """The head of a request that has these headers too, none of READ_OF_ALL."""
    headers = CIMultiDict(common.headers)
    headers.extend(own)
    return Head(
        headers,
        common.path,
        common.query,
        common.form,
        common.content_type,
        common.content_encoding,
        _request_id(headers),
        _trace(headers),
    )


def _request_id(headers: MultiMapping[str]) -> str:
    given = headers.get("x-request-id")
    return given if given and _REQUEST_ID.fullmatch(given) else ""


def _trace(headers: MultiMapping[str]) -> tuple[Header, ...]:
    if "traceparent" not in headers:
        return ()
    return trace_headers(headers.getall("traceparent"), headers.getall("tracestate", []))


def form_of(headers: MultiMapping[str]) -> ReplyForm:
    """The form of the reply to a request with these headers."""
    return choose_reply(
        _joined(headers, "accept"),
        _joined(headers, "accept-charset"),
        headers.get("content-type"),
        headers.get("x-requested-with"),
    )


def _joined(headers: MultiMapping[str], name: str) -> str | None:
    """A header's values joined, as HTTP allows a list to be spread over several lines."""
    values: list[str] | None = headers.getall(name, None)
    if values is None:
        return None
    return values[0] if len(values) == 1 else ", ".join(values)
