"""Compares what was sent with what the GraphQL API serves: every message's revision and phase, every delivery's phase.

The expectation is the pure fold of the sent rows (delivery/state.py), so a lost, doubled or misordered event shows.
"""

import asyncio
import ssl
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import httpx
import msgspec

from delivery.classification import Classifier
from delivery.errors import Unavailable
from delivery.event import Received, build_event, read_event
from delivery.notification import Notification
from delivery.state import fold
from delivery.views import Views
from ops.server_url import is_distrusted
from ops.traffic import Row

PAGE = 100
DIFFERENCES_SHOWN = 5
QUERY = """query Check($ids: [String!]!, $first: Int!) {
  messages(where: {trackingIds: $ids}, first: $first) {
    nodes { trackingId revision phase deliveries(first: 20) { nodes { recipient phase } } }
  }
}"""

Seen = tuple[int, str, tuple[tuple[str, str], ...]]


def expected_views(rows: Iterable[Row], classifier: Classifier) -> dict[str, Views]:
    """The views that the sent rows must lead to."""
    return fold((_received(row) for row in rows), classifier)


def _received(row: Row) -> Received:
    record = build_event(msgspec.convert(row, Notification), 0, ())
    return read_event(record.value, record.headers, 0, 0, 0)


class SentCheck:
    """Asks the API until the views are as expected, or the time is over."""

    def __init__(
        self, url: str, headers: dict[str, str], views: dict[str, Views], verify: ssl.SSLContext | bool = True
    ) -> None:
        self._url = url
        self._verify = verify
        self._headers = headers
        self._wrong = {tracking_id: _wanted(view) for tracking_id, view in views.items()}
        self._found: dict[str, Seen] = {}

    async def run(self, timeout_s: float, progress: Callable[[int], None]) -> list[str]:
        """Lines about messages that are not as they should be; empty when the view is complete. `progress` gets how many are."""
        deadline = time.monotonic() + timeout_s
        async with httpx.AsyncClient(timeout=30, trust_env=False, headers=self._headers, verify=self._verify) as client:
            while True:
                pending = list(self._wrong)
                for start in range(0, len(pending), PAGE):
                    done = await self._look(client, pending[start : start + PAGE], deadline)
                    progress(done)
                    if not done and time.monotonic() < deadline:
                        await asyncio.sleep(0.2)  # these are still on their way: let the consumers have the processor
                if not self._wrong or time.monotonic() > deadline:
                    return self._differences()

    async def _look(self, client: httpx.AsyncClient, tracking_ids: Sequence[str], deadline: float) -> int:
        variables = {"ids": tracking_ids, "first": len(tracking_ids)}
        try:
            reply = await client.post(self._url, json={"query": QUERY, "variables": variables})
        except httpx.TransportError as problem:
            if time.monotonic() > deadline or is_distrusted(problem):
                raise Unavailable(f"{self._url}: {problem}") from problem
            return 0
        except httpx.DecodingError as problem:
            raise Unavailable(f"{self._url}: {problem}") from problem
        try:
            answer = msgspec.json.decode(reply.content, type=_Answer)
        except (ValueError, RecursionError):
            answer = _Answer()
        if answer.data is None or reply.status_code != 200 or answer.errors:
            raise Unavailable(f"{self._url} answered {reply.status_code}: {reply.text[:500]}")
        done = 0
        for node in answer.data.messages.nodes:
            seen = _seen(node)
            if seen == self._wrong.get(node.tracking_id):
                del self._wrong[node.tracking_id]
                done += 1
            else:
                self._found[node.tracking_id] = seen
        return done

    def _differences(self) -> list[str]:
        lines = [
            f"{tracking_id}: expected {wanted}, found {self._found.get(tracking_id, 'nothing')}"
            for tracking_id, wanted in list(self._wrong.items())[:DIFFERENCES_SHOWN]
        ]
        if len(self._wrong) > DIFFERENCES_SHOWN:
            lines.append(f"… and {len(self._wrong) - DIFFERENCES_SHOWN} more")
        return lines


def _wanted(views: Views) -> Seen:
    deliveries = ((delivery.recipient, delivery.phase.kind.upper()) for delivery in views.deliveries.values())
    return views.message.revision, views.message.phase.kind.upper(), tuple(sorted(deliveries))


def _seen(node: "_Node") -> Seen:
    deliveries = ((delivery.recipient or "", delivery.phase) for delivery in node.deliveries.nodes)
    return node.revision, node.phase, tuple(sorted(deliveries))


class _Delivery(msgspec.Struct):
    recipient: str | None
    phase: str


class _Deliveries(msgspec.Struct):
    nodes: list[_Delivery]


class _Node(msgspec.Struct, rename="camel"):
    tracking_id: str
    revision: int
    phase: str
    deliveries: _Deliveries


class _Messages(msgspec.Struct):
    nodes: list[_Node]


class _Data(msgspec.Struct):
    messages: _Messages


class _Answer(msgspec.Struct):
    data: _Data | None = None
    errors: Any = None
