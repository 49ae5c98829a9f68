"""From a body to what is stored: rows → events → acknowledged, and a dead letter for each row that can't be used.

Settled with rows means that Kafka has acknowledged every accepted row, and the dead letter of every other one, with
acks=all; or, where the gateway has a spool and Kafka is away, that they are on this machine's disk.
Settled with Rejected means that nothing of the body could be used and that its bytes are in the dead letters; with
Retryable, that not all of it is known to be stored: the sender must send all of it again, and what is then stored twice
does no harm.
"""

from collections.abc import Callable, Sequence
from functools import partial
from time import perf_counter

import msgspec

from bus.settings import KafkaSettings
from delivery.dead_letter import DeadLetter, Part, to_record
from delivery.errors import DeliveryStatusError, Rejected, Retryable, TooLarge, Unsupported
from delivery.event import Header, Record, build_event, event_id, request_headers
from gateway.acceptance import only_allowed, without_oversized
from gateway.encodings import ExpansionLimits
from gateway.formats import Limits
from gateway.metrics import GatewayMetrics
from gateway.publishing import Publishing, Sent
from gateway.reading import read_rows
from gateway.rows import BadRow, Rows
from gateway.settings import GatewaySettings
from gateway.sources.source import Source

LETTER_ERRORS_MAX = 1_000
EXPANSION_MAX = 6  # a control character of one byte is six in JSON


class Submission(msgspec.Struct, frozen=True, gc=False):
    """One request's body with what came beside it. `received_at` in ms."""

    body: bytes
    content_type: str | None
    content_encoding: str | None
    received_at: int
    source: Source
    trace: tuple[Header, ...] = ()


Settled = Callable[[Rows | DeliveryStatusError], None]
"""Told once what became of a submission."""


class Taking:
    """One submission on its way into Kafka: its outcome once all of it is stored, and how much of it is under way."""

    __slots__ = (
        "_left",
        "_metrics",
        "_problem",
        "_rows_left",
        "_sent",
        "_settled",
        "_started",
        "invalid",
        "letters",
        "outcome",
    )

    def __init__(self, outcome: Rows | Rejected, publishes: int, metrics: GatewayMetrics, settled: Settled) -> None:
        self.outcome = outcome
        self.letters = ""  # the reason of its dead letters, where it has any
        self.invalid = 0
        self._left = publishes
        self._rows_left = 0
        self._metrics = metrics
        self._settled: Settled | None = settled
        self._problem: DeliveryStatusError | None = None
        self._sent: list[Sent] = []
        self._started = perf_counter()

    def send(self, publisher: Publishing, topic: str, records: Sequence[Record], rows: int) -> None:
        """One of its publishes; `rows` are those that are lost to it where it fails."""
        self._rows_left += rows
        sent = publisher.send(topic, records, partial(self._published, rows))
        if sent is not None:
            self._sent.append(sent)

    def abandon(self) -> None:
        """Nobody waits for the outcome any more: its time is over, or its sender has hung up."""
        self._settled = None
        for sent in self._sent:
            sent.abandon()
        for _ in range(self._left):
            self._metrics.count_produce_error("Cancelled")
        self._metrics.notifications["unavailable"] += self._rows_left

    def _published(self, rows: int, problem: DeliveryStatusError | None) -> None:
        self._left -= 1
        self._rows_left -= rows
        if problem is None:
            self._metrics.produce_duration.observe(perf_counter() - self._started)
        else:
            self._problem = self._problem or problem
            if isinstance(problem, Retryable):
                self._metrics.notifications["unavailable"] += rows
                self._metrics.count_produce_error(type(problem).__name__)
        # All are waited for, also where one fails: nothing of this request is under way once it is answered.
        if not self._left:
            self.settle()

    def settle(self) -> None:
        """All of it is stored, or some of it failed: says so, and counts it."""
        settled, self._settled = self._settled, None
        if settled is None:
            return
        if self._problem is not None:
            settled(self._problem)
            return
        notifications = self._metrics.notifications
        if isinstance(self.outcome, Rows):
            notifications["accepted"] += len(self.outcome.accepted)
        if self.invalid:
            notifications["invalid"] += self.invalid
        if self.letters:
            self._metrics.count_dead_letters(self.letters, self.invalid if isinstance(self.outcome, Rows) else 1)
        settled(self.outcome)


class Intake:
    """Takes submissions for one gateway."""

    def __init__(
        self, publisher: Publishing, kafka: KafkaSettings, settings: GatewaySettings, metrics: GatewayMetrics
    ) -> None:
        self._limits = Limits(rows_max=settings.rows_max)
        self._expansion = ExpansionLimits(
            expanded_bytes_max=settings.expanded_bytes_max, ratio_max=settings.expansion_ratio_max
        )
        self._publisher = publisher
        self.events_topic = kafka.notifications_topic
        self._letters_topic = kafka.dead_letters_topic
        self._event_bytes_max = settings.event_bytes_max
        self._metrics = metrics

    def take(self, submission: Submission, settled: Settled) -> Taking:
        """Has the submission stored; `settled` is called in the loop, at once or later. At least one row is accepted then,
        unless there are none at all."""
        try:
            rows = read_rows(
                submission.body, submission.content_type, submission.content_encoding, self._limits, self._expansion
            )
        except Rejected as problem:
            return self._keep_body(submission, problem, 1, settled)
        rows = only_allowed(rows, submission.source)
        shared = request_headers(submission.received_at, submission.source.name, submission.trace)
        records = [build_event(row, submission.received_at, shared) for row in rows.accepted]
        if len(submission.body) * EXPANSION_MAX > self._event_bytes_max or submission.content_encoding:
            rows, records = without_oversized(rows, records, self._event_bytes_max)
        if rows.rejected:
            return self._take_with_bad_rows(submission, rows, records, settled)
        taking = Taking(rows, 1 if records else 0, self._metrics, settled)
        if records:
            taking.send(self._publisher, self.events_topic, records, len(records))
        else:
            taking.settle()
        return taking

    def _take_with_bad_rows(
        self, submission: Submission, rows: Rows, records: Sequence[Record], settled: Settled
    ) -> Taking:
        if not rows.accepted:
            problem = Rejected({path: reasons for row in rows.rejected for path, reasons in row.errors.items()})
            return self._keep_body(submission, problem, len(rows.rejected), settled)
        letters = [to_record(_letter_of_row(submission, row)) for row in rows.rejected]
        taking = Taking(rows, 2, self._metrics, settled)
        taking.letters, taking.invalid = "invalid", len(letters)
        taking.send(self._publisher, self.events_topic, records, len(records))
        taking.send(self._publisher, self._letters_topic, letters, len(letters))
        return taking

    def _keep_body(self, submission: Submission, problem: Rejected, rows: int, settled: Settled) -> Taking:
        """The body's bytes into the dead letters, so that it may be refused. A body without bytes needs no letter."""
        reason = _reason(problem)
        taking = Taking(problem, 1 if submission.body else 0, self._metrics, settled)
        taking.invalid = rows
        if submission.body:
            taking.letters = reason
            letter = to_record(_letter_of_body(submission, problem, reason))
            taking.send(self._publisher, self._letters_topic, [letter], rows)
        else:
            taking.settle()
        return taking


def _reason(problem: Rejected) -> str:
    if isinstance(problem, Unsupported):
        return "unsupported"
    return "too_large" if isinstance(problem, TooLarge) else "invalid"


def _letter_of_body(submission: Submission, problem: Rejected, reason: str) -> DeadLetter:
    return DeadLetter(
        part=Part.BODY,
        content=submission.body,
        reason=reason,
        errors=dict(list(problem.errors.items())[:LETTER_ERRORS_MAX]),
        received_at=submission.received_at,
        source=submission.source.name,
        content_type=submission.content_type or "",
        content_encoding=submission.content_encoding or "",
        key=event_id(submission.body).encode(),
        traceparent=_traceparent(submission.trace),
    )


def _letter_of_row(submission: Submission, row: BadRow) -> DeadLetter:
    return DeadLetter(
        part=Part.ROW,
        content=row.content,
        reason="invalid",
        errors=dict(list(row.errors.items())[:LETTER_ERRORS_MAX]),
        received_at=submission.received_at,
        source=submission.source.name,
        content_type=row.content_type or submission.content_type or "",
        index=row.index,
        key=event_id(row.content).encode(),
        traceparent=_traceparent(submission.trace),
    )


def _traceparent(trace: tuple[Header, ...]) -> str:
    return trace[0][1].decode() if trace else ""
