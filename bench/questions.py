"""What the GraphQL benchmarks ask: each question as HTTP requests for the load."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from urllib.parse import quote

import httpx
import msgspec

from bench.events import START_S
from bench.programs import Post, http_post
from delivery.event import Received

TOKEN = "benchmark-0123456789abcdef"  # what the measured server asks for; it is on loopback and gone with the run
REQUESTS_MAX = 1_000
Asks = Callable[[Received], dict[str, object]]

POINT = """query Point($id: String!) { message(trackingId: $id) { trackingId phase revision
 deliveries(first: 10) { nodes { recipient phase tries lastResponse { code message } } }
 events(first: 10) { nodes { eventLabel eventCode occurredAt respMsg } } } }"""
LIST = "{ messages(first: 100) { nodes { trackingId phase senderId mailFrom lastEventAt } } }"
RECIPIENT = """query ($to: String!) { messages(where: {recipient: $to}, first: 20) { nodes { trackingId phase lastEventAt } } }"""
DOMAIN = """query ($domain: String!, $from: DateTime!, $to: DateTime!) { deliveries(where: {recipientDomain: $domain,
 lastEventAt: {gte: $from, lt: $to}}, first: 50) { nodes { trackingId recipient phase lastEventAt } } }"""
STATISTICS = """query ($from: DateTime!, $to: DateTime!) { statistics(where: {occurredAt: {gte: $from, lt: $to}}, interval: HOUR) {
 totals { total } buckets { startsAt counts { total delivered bounced deferred } }
 breakdown(by: RECIPIENT_DOMAIN, first: 10) { value totals { total } } } }"""
PEER_POINT = """query Point($id: String!) { messageByTrackingId(trackingId: $id) { trackingId phase revision
 deliveriesByTrackingId(first: 10, orderBy: LAST_EVENT_AT_DESC) { nodes { recipient phase state } }
 benchEventsByKey(first: 10, orderBy: OCCURRED_AT_DESC) { nodes { kind eventCode occurredAt value } } } }"""
PEER_LIST = "{ allMessages(first: 100, orderBy: LAST_EVENT_AT_DESC) { nodes { trackingId phase senderId revision lastEventAt } } }"


class Question(msgspec.Struct, frozen=True):
    """A document, the variables that it is asked with for an event, whether it is asked by GET with the answer's tag, and whether
    the store is written to meanwhile, so that nothing that was remembered of it stays true."""

    name: str
    document: str
    asks: Asks
    tagged: bool = False
    written: bool = False


QUESTIONS = (
    Question("point read", POINT, lambda event: {"id": event.tracking_id}),
    Question("point read, 304", POINT, lambda event: {"id": event.tracking_id}, tagged=True),
    Question("100 messages × 5 fields", LIST, lambda _: {}),
    Question("messages of a recipient", RECIPIENT, lambda event: {"to": event.notification.rcpt_to or ""}),
    Question("deliveries of a domain in an hour", DOMAIN, lambda event: {"domain": _domain(event), **_hours(event, 1)}),
    Question("statistics of three days", STATISTICS, lambda event: _hours(event, 72)),
    Question("statistics of three days, beside writes", STATISTICS, lambda event: _hours(event, 72), written=True),
)
PEER_QUESTIONS = (
    Question("point read", PEER_POINT, lambda event: {"id": event.tracking_id}),
    Question("100 messages × 5 fields", PEER_LIST, lambda _: {}),
)


def requests_of(question: Question, events: Sequence[Received], port: int) -> list[Post]:
    """The requests of a question, about messages from all over the store. Those by GET carry the tags of a first answer."""
    chosen = [event for event in events[:: max(1, len(events) // REQUESTS_MAX)] if event.tracking_id]
    headers = [("Authorization", f"Bearer {TOKEN}")]
    if not question.tagged:
        bodies = [json.dumps({"query": question.document, "variables": question.asks(event)}) for event in chosen]
        return [Post(http_post("/graphql", "application/json", body.encode(), headers), 1) for body in bodies]
    posts = []
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, headers=dict(headers)) as client:
        for event in chosen[: REQUESTS_MAX // 10]:
            variables = quote(json.dumps(question.asks(event)))
            path = f"/graphql?query={quote(question.document)}&variables={variables}"
            tag = client.get(path).headers["etag"]
            lines = [
                f"GET {path} HTTP/1.1",
                "Host: 127.0.0.1",
                f"Authorization: Bearer {TOKEN}",
                f"If-None-Match: {tag}",
            ]
            posts.append(Post("\r\n".join([*lines, "", ""]).encode(), 1))
    return posts


def require_answer(question: Question, event: Received, port: int) -> None:
    """RuntimeError where the server has errors to tell instead of an answer."""
    asked = {"query": question.document, "variables": question.asks(event)}
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, headers=headers, timeout=20) as client:
        answer = client.post("/graphql", json=asked).json()
    if answer.get("errors") or not answer.get("data"):
        raise RuntimeError(f"{question.name}: {answer}")


def _domain(event: Received) -> str:
    return (event.notification.rcpt_to or "").rpartition("@")[2]


def _hours(event: Received, hours: int) -> dict[str, object]:
    """A time of so many whole hours around the event."""
    start_s = max(event.occurred_at // 3_600_000 * 3_600 - (hours - 1) * 1_800, START_S // 3_600 * 3_600)
    return {"from": _text(start_s), "to": _text(start_s + hours * 3_600)}


def _text(time_s: int) -> str:
    return datetime.fromtimestamp(time_s, UTC).isoformat()
