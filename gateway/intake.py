"""From a body to what is stored: rows → events → acknowledged, and a dead letter for each row that can't be used.

A return means that Kafka has acknowledged every accepted row, and the dead letter of every other one, with acks=all;
or, where the gateway has a spool and Kafka is away, that they are on this machine's disk.
Rejected means that nothing of the body could be used and that its bytes are in the dead letters. Retryable means that
not all of it is known to be stored: the sender must send all of it again, and what is then stored twice does no harm.
"""

import asyncio
from collections.abc import Sequence
from time import perf_counter

import msgspec

from bus.settings import KafkaSettings
from delivery.dead_letter import DeadLetter, Part, to_record
from delivery.errors import Rejected, Retryable, TooLarge, Unsupported
from delivery.event import Header, Record, build_event, event_id, request_headers
from gateway.acceptance import only_allowed, without_oversized
from gateway.encodings import ExpansionLimits
from gateway.formats import Limits
from gateway.metrics import GatewayMetrics
from gateway.reading import read_rows
from gateway.rows import BadRow, Rows
from gateway.settings import GatewaySettings
from gateway.source import Source
from gateway.spooling import Publishing

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
        self._events_topic = kafka.notifications_topic
        self._letters_topic = kafka.dead_letters_topic
        self._event_bytes_max = settings.event_bytes_max
        self._metrics = metrics

    async def take(self, submission: Submission) -> Rows:
        """Stores the submission. Its rows, of which at least one is accepted unless there are none at all."""
        try:
            rows = read_rows(
                submission.body, submission.content_type, submission.content_encoding, self._limits, self._expansion
            )
        except Rejected as problem:
            await self._keep_body(submission, problem)
            raise
        rows = only_allowed(rows, submission.source)
        shared = request_headers(submission.received_at, submission.source.name, submission.trace)
        records = [build_event(row, submission.received_at, shared) for row in rows.accepted]
        if len(submission.body) * EXPANSION_MAX > self._event_bytes_max or submission.content_encoding:
            rows, records = without_oversized(rows, records, self._event_bytes_max)
        if rows.rejected:
            await self._take_with_bad_rows(submission, rows, records)
        elif records:
            await self._publish(self._events_topic, records, len(records))
        self._metrics.notifications["accepted"] += len(records)
        return rows

    async def _take_with_bad_rows(self, submission: Submission, rows: Rows, records: Sequence[Record]) -> None:
        if not rows.accepted:
            problem = Rejected({path: reasons for row in rows.rejected for path, reasons in row.errors.items()})
            await self._keep_body(submission, problem, len(rows.rejected))
            raise problem
        letters = [to_record(_letter_of_row(submission, row)) for row in rows.rejected]
        # Both are waited for, also where one fails: nothing of this request is under way once it is answered.
        results = await asyncio.gather(
            self._publish(self._events_topic, records, len(records)),
            self._publish(self._letters_topic, letters, len(letters)),
            return_exceptions=True,
        )
        for result in results:
            if result is not None:
                raise result
        self._metrics.notifications["invalid"] += len(letters)
        self._metrics.count_dead_letters("invalid", len(letters))

    async def _keep_body(self, submission: Submission, problem: Rejected, rows: int = 1) -> None:
        """The body's bytes into the dead letters, so that it may be refused. A body without bytes needs no letter."""
        reason = _reason(problem)
        if submission.body:
            letter = to_record(_letter_of_body(submission, problem, reason))
            await self._publish(self._letters_topic, [letter], rows)
            self._metrics.count_dead_letters(reason, 1)
        self._metrics.notifications["invalid"] += rows

    async def _publish(self, topic: str, records: Sequence[Record], rows: int) -> None:
        started = perf_counter()
        try:
            await self._publisher.publish(topic, records)
        except (Retryable, asyncio.CancelledError) as problem:
            self._metrics.notifications["unavailable"] += rows
            error = "Cancelled" if isinstance(problem, asyncio.CancelledError) else type(problem).__name__
            self._metrics.count_produce_error(error)
            raise
        self._metrics.produce_duration.observe(perf_counter() - started)


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
