"""One request through the pure half of the gateway: what the app does around it is only sockets and Kafka."""

import msgspec

from delivery.errors import Rejected
from delivery.notification import Notification
from gateway.encodings import ExpansionLimits
from gateway.formats import Limits
from gateway.negotiation import choose_reply
from gateway.reading import read_rows
from gateway.replies import Reply, method_not_allowed, not_found, reply_to_error, reply_to_rows

LIMITS = Limits()
EXPANSION = ExpansionLimits()


class Answer(msgspec.Struct, frozen=True):
    """The reply, and what would be stored."""

    reply: Reply
    stored: list[Notification]


def ask(method: str, path: str, headers: list[tuple[str, str]], body: bytes) -> Answer:
    """The gateway's answer to one request."""
    found = {name.lower(): value for name, value in headers}
    form = choose_reply(
        found.get("accept"), found.get("accept-charset"), found.get("content-type"), found.get("x-requested-with")
    )
    route = path.partition("?")[0].lower().strip("/").split("/")
    if route[:2] != ["api", "smtp"] or len(route) > 3:
        return Answer(not_found(f"http://localhost{path}", form), [])
    if method != "POST":
        return Answer(method_not_allowed(method, form), [])
    try:
        rows = read_rows(body, found.get("content-type"), found.get("content-encoding"), LIMITS, EXPANSION)
    except Rejected as problem:
        return Answer(reply_to_error(problem, form), [])
    return Answer(reply_to_rows(rows, form), rows.accepted)


def post(body: bytes, content_type: str, **headers: str) -> Answer:
    """The answer to a POST of this body; header names with underscores for hyphens."""
    pairs = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return ask("POST", "/api/SMTP", [("Content-Type", content_type), *pairs], body)
