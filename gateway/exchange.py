"""One POST on its way from its head to its reply, and what the metrics and the log tell of it.

Whoever has the connection opens an exchange, lets it enter, gives it the body, and is called back with the reply. Nothing in
here waits: so a request needs no task of its own, and however its bytes arrived, it is answered alike.
"""

import itertools
import secrets
from collections.abc import Callable
from time import perf_counter

from delivery.errors import DeliveryStatusError, Unavailable
from delivery.event import Header
from gateway import replies
from gateway.admission import Admission, Ticket
from gateway.connection.head import Head
from gateway.connection.shown import Shown
from gateway.intake import Intake, Submission, Taking
from gateway.metrics import GatewayMetrics
from gateway.replies import Reply
from gateway.request_log import RequestLog, line
from gateway.rows import Rows
from gateway.settings import GatewaySettings
from gateway.sources.source import Source
from gateway.sources.sources import Pending, Sources, Unproven
from gateway.spans import PostSpans

NOT_ACKNOWLEDGED = "Kafka did not acknowledge in time"

Answer = Callable[[Reply], object]


class Exchange(Ticket):
    """One request. It is its own ticket of admission. `received_at` in ms since 1970, `started` by the process's clock."""

    __slots__ = (
        "_desk", "accepted", "answer", "body_bytes", "head", "pending", "problem", "received_at", "rejected",
        "request_id", "source", "spans", "started", "taking", "trace",
    )  # fmt: skip

    def __init__(self, desk: "Desk", head: Head, request_id: str, received_at: int, source: Source) -> None:
        Ticket.__init__(self)
        self.started = perf_counter()
        self.head = head
        self.request_id = request_id
        self.received_at = received_at
        self.source = source
        self.trace: tuple[Header, ...] = head.trace
        self.pending: Pending | None = None
        self.body_bytes = 0
        self.accepted = 0
        self.rejected = 0
        self.problem = ""
        self.answer: Answer | None = None
        self.taking: Taking | None = None
        self.spans: PostSpans | None = None
        self._desk = desk

    def expire(self) -> None:
        """Its time is over while its rows are under way."""
        self._desk.expire(self)

    def settle(self, outcome: Rows | DeliveryStatusError) -> None:
        """Its rows are stored, or they are not."""
        self._desk.settle(self, outcome)


class Desk:
    """Carries the posts of one gateway process through: who posts, is there room, what is stored, what is answered."""

    def __init__(
        self,
        settings: GatewaySettings,
        sources: Sources,
        intake: Intake,
        admission: Admission,
        metrics: GatewayMetrics,
        request_log: RequestLog | None,
        now: Callable[[], int],
        spans: Callable[[tuple[Header, ...]], PostSpans] | None = None,
    ) -> None:
        """`now` gives ms since 1970; `spans` begins those of a post within the trace that it brought."""
        self.admission = admission
        self.signature_headers = sources.signature_headers
        self._retry_after_s = settings.retry_after_s
        self._sources = sources
        self._intake = intake
        self._metrics = metrics
        self._request_log = request_log
        self._now = now
        self._spans = spans
        self._id_prefix = secrets.token_hex(4)
        self._next_id = itertools.count(1).__next__

    def open(self, head: Head) -> Exchange:
        """A request has come, or as much of it as its head."""
        request_id = head.request_id or f"{self._id_prefix}-{self._next_id():x}"
        return Exchange(self, head, request_id, self._now(), self._sources.default)

    def enter(self, exchange: Exchange, shown: Callable[[Head], Shown], end: Callable[[], object]) -> None:
        """Looks at who it is, as far as the head tells, and lets it in; `end` is called when its time is over before it is
        stored. Unproven where nothing of the body needs to be read, Overloaded, or Unavailable while the gateway ends."""
        if self._spans is not None:
            exchange.spans = self._spans(exchange.trace)
        if self._sources.authenticated:
            found = self._sources.identify(shown(exchange.head), exchange.received_at / 1000)
            if isinstance(found, Pending):
                exchange.pending = found
            else:
                exchange.source = found
        self.admission.enter(exchange, end)
        if exchange.pending is None:
            self.admission.charge(exchange, exchange.source)

    def store(self, exchange: Exchange, body: bytes, answer: Answer) -> None:
        """Has the body's rows stored. `answer` gets the reply, at once or later, unless the exchange is abandoned before."""
        exchange.body_bytes = len(body)
        exchange.answer = answer
        exchange.end = exchange.expire
        if exchange.pending is not None:
            try:
                exchange.source = exchange.pending.prove(body)
                self.admission.charge(exchange, exchange.source)
            except DeliveryStatusError as problem:
                answer(self.refuse(exchange, problem))
                return
        if exchange.spans is not None:
            exchange.trace = exchange.spans.send(self._intake.events_topic)
        head = exchange.head
        submission = Submission(
            body, head.content_type, head.content_encoding, exchange.received_at, exchange.source, exchange.trace
        )
        exchange.taking = self._intake.take(submission, exchange.settle)

    def settle(self, exchange: Exchange, outcome: Rows | DeliveryStatusError) -> None:
        """The rows are stored, or they are not: its sender is told."""
        if exchange.spans is not None:
            exchange.spans.sent(outcome)
        if not isinstance(outcome, Rows):
            reply = self.refuse(exchange, outcome)
        else:
            exchange.accepted, exchange.rejected = len(outcome.accepted), len(outcome.rejected)
            if exchange.meter is not None:
                exchange.meter.spend_rows(exchange.accepted)
            reply = replies.reply_to_rows(outcome, exchange.head.form)
            self.close(exchange, reply)
        if exchange.answer is not None:
            exchange.answer(reply)

    def expire(self, exchange: Exchange) -> None:
        """Its time is over: its sender is told to come again, whatever becomes of its rows."""
        if exchange.taking is not None:
            exchange.taking.abandon()
        self.settle(exchange, Unavailable(NOT_ACKNOWLEDGED, self._retry_after_s))

    def abandon(self, exchange: Exchange) -> None:
        """Its sender has hung up: there is nobody to answer."""
        if exchange.taking is not None:
            exchange.taking.abandon()
        if exchange.spans is not None:
            exchange.spans.abandon()
        self.admission.leave(exchange)

    def refuse(self, exchange: Exchange, problem: DeliveryStatusError) -> Reply:
        """The reply to a request that failed as a whole; it is over."""
        exchange.problem = str(problem)
        form = exchange.head.form
        if isinstance(problem, Unproven):
            self._metrics.notifications["unauthorized"] += 1
            reply = replies.denied(problem.challenges, form)
        else:
            source = exchange.source
            reply = replies.reply_to_error(problem, form, source.overload_status, source.retry_after_s)
        self.close(exchange, reply)
        return reply

    def close(self, exchange: Exchange, reply: Reply, method: str = "POST") -> None:
        """Counts and notes a request that is over."""
        self.admission.leave(exchange)
        duration_s = perf_counter() - exchange.started
        self._metrics.request_duration.observe(duration_s)
        self._metrics.count_request(exchange.source.name, reply.status, exchange.accepted, exchange.rejected)
        if exchange.spans is not None and (trace_id := exchange.spans.end(reply.status, exchange.request_id)):
            self._metrics.request_duration.point_out(duration_s, trace_id, self._now() / 1000)
        if self._request_log is not None:
            traceparent = exchange.trace[0][1].decode() if exchange.trace else ""
            self._request_log.note(
                line(
                    exchange.received_at, exchange.request_id, method, reply.status, exchange.source.name,
                    exchange.body_bytes, exchange.accepted, exchange.rejected, duration_s, traceparent, exchange.problem,
                )
            )  # fmt: skip
