"""The spans of a batch, for whoever switched traces on: how it came (`poll`), that it was processed, its transaction in the store,
and the announcement of what it changed.

A batch holds events of many requests, so it is a trace of its own that links to where they were created, up to a bound. Where all
of them were created by one request, it goes on in that request's trace.
"""

import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from delivery.batch import Batch
from delivery.errors import DeliveryStatusError
from delivery.event import Header
from delivery.trace_context import is_traceparent
from delivery.tracing import Tracing, applying, polling, processing, sending
from store.contract import Applied

if TYPE_CHECKING:
    from opentelemetry.trace import Span

LINKS_MAX = 64
CLIENT_ID = "email-delivery-status-producer"


class BatchSpans:
    """Those of one process. Batches are processed one after the other."""

    def __init__(self, tracing: Tracing, topic: str, group: str, collect_ms_max: int, system: str) -> None:
        """`collect_ms_max` bounds how long a batch is collected; `system` is the database, as OpenTelemetry names it."""
        self._tracing = tracing
        self._topic = topic
        self._group = group
        self._collect_ns_max = collect_ms_max * 1_000_000
        self._system = system
        self._asked_at = time.time_ns()
        self._polled: Span | None = None
        self._processing: Span | None = None
        self._applying: Span | None = None
        self._links: list[Sequence[Header]] = []
        self._origin: Sequence[Header] = ()

    def asked(self) -> None:
        """The next batch is wanted from now on."""
        self._asked_at = time.time_ns()

    def came(self, batch: Batch) -> None:
        """It is in hand: how it came is told, from when it can have begun to be collected."""
        self._links = creations(event.traceparent for event in batch.events)
        is_of_one = len(self._links) == 1 and all(event.traceparent is not None for event in batch.events)
        self._origin = self._links[0] if is_of_one else ()
        began_at = max(self._asked_at, time.time_ns() - self._collect_ns_max)
        name, attributes = polling(self._topic, self._group, len(batch.events))
        self._polled = self._tracing.begin(
            name, "CLIENT", attributes, self._origin, links=self._links, began_at=began_at
        )
        self._tracing.end(self._polled)

    def begin(self, batch: Batch) -> None:
        """Its processing begins."""
        partition = next(iter(batch.next_offsets)) if len(batch.next_offsets) == 1 else None
        name, attributes = processing(self._topic, self._group, partition, len(batch.events))
        if len(batch.events) == 1:
            [event] = batch.events
            attributes["messaging.kafka.offset"] = event.offset
            if event.tracking_id is not None:
                attributes["messaging.message.conversation_id"] = event.tracking_id
        parent = self._origin or self._polled or ()
        self._processing = self._tracing.begin(name, "CONSUMER", attributes, parent, links=self._links)
        name, attributes = applying(self._system)
        self._applying = self._tracing.begin(name, "CLIENT", attributes, self._processing)

    def applied(self, outcome: Applied | BaseException) -> None:
        """It is in the view, or it isn't."""
        error = "" if isinstance(outcome, Applied) else _name(outcome)
        counts: dict[str, str | int] = {}
        if isinstance(outcome, Applied):
            counts = {"eds.events.applied": outcome.inserted, "eds.events.duplicate": outcome.duplicates}
        for span in (self._applying, self._processing):
            if span is not None:
                self._tracing.end(span, error, counts)

    def announce(self, topic: str, count: int) -> "Span":
        """The announcement of what it changed begins; it ends by `announced`."""
        name, attributes = sending(topic, CLIENT_ID)
        parent: Span | Sequence[Header] = self._processing or ()
        return self._tracing.begin(name, "PRODUCER", attributes | {"messaging.batch.message_count": count}, parent)

    def announced(self, span: "Span", problem: BaseException | None = None) -> None:
        self._tracing.end(span, "" if problem is None else _name(problem))


def creations(traceparents: Iterable[str | None]) -> list[Sequence[Header]]:
    """The contexts in which these events were created, each once, at most LINKS_MAX; what is none is left out."""
    found: list[Sequence[Header]] = []
    for traceparent in dict.fromkeys(traceparents):
        if traceparent is not None and is_traceparent(traceparent):
            found.append([("traceparent", traceparent.encode())])
            if len(found) == LINKS_MAX:
                break
    return found


def _name(problem: BaseException) -> str:
    """What error.type says: the name of one of our own errors, or that it is another."""
    return type(problem).__name__ if isinstance(problem, DeliveryStatusError) else "_OTHER"
