"""The W3C trace context of a request, on its way into the events' headers.

Only what is valid by the standard (Trace Context, level 1 and 2) goes on; anything else is dropped, as the standard asks.
"""

import re
from collections.abc import Sequence

from delivery.event import Header
from delivery.trace_context import is_traceparent

TRACESTATE_CHARACTERS_MAX = 512
TRACESTATE_MEMBERS_MAX = 32

_MEMBER = re.compile(
    r"(?:[a-z][a-z0-9_\-*/]{0,255}|[a-z0-9][a-z0-9_\-*/]{0,240}@[a-z][a-z0-9_\-*/]{0,13})=[ -+\--<>-~]{1,256}"
)


def trace_headers(traceparents: Sequence[str], tracestates: Sequence[str]) -> tuple[Header, ...]:
    """The headers of the events, from all values that the request's two headers had; empty without a valid traceparent."""
    if len(traceparents) != 1:
        return ()
    traceparent = traceparents[0].strip()
    if not is_traceparent(traceparent):
        return ()
    tracestate = _valid_state(tracestates)
    head: Header = ("traceparent", traceparent.encode())
    return (head, ("tracestate", tracestate.encode())) if tracestate else (head,)


def _valid_state(tracestates: Sequence[str]) -> str:
    """The list members of all headers, joined; "" where any is not valid, because part of a state means nothing."""
    members = [member.strip(" \t") for header in tracestates for member in header.split(",")]
    members = [member for member in members if member]
    joined = ",".join(members)
    if len(members) > TRACESTATE_MEMBERS_MAX or len(joined) > TRACESTATE_CHARACTERS_MAX:
        return ""
    keys = {member.partition("=")[0] for member in members}
    valid = len(keys) == len(members) and all(_MEMBER.fullmatch(member) for member in members)
    return joined if valid else ""
