"""Requeue: dead letters that today's rules can read go to the events topic, with their own arrival and source.

Events are acknowledged before the note of their letters is written. A crash between the two leaves letters open whose events
are stored; requeuing them again does no harm, since an event's id is its content.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from types import TracebackType
from typing import Self

import msgspec

from bus.publisher import Publisher
from bus.settings import KafkaSettings
from delivery.event import Record
from delivery.kept_letter import KeptLetter
from delivery.requeued import Place, Requeued, State, to_record
from ops.letter_reading import Errors, Reading, Rules, read_again

BATCH_LETTERS_MAX = 500
BATCH_EVENTS_MAX = 5_000
BATCH_BYTES_MAX = 4_194_304


class Outcome(StrEnum):
    """What requeuing does to a letter. In a dry run it says what it would do."""

    REQUEUED = "requeued"
    PARTLY = "partly"
    BAD = "still bad"
    DONE = "already requeued"


class Decision(msgspec.Struct, frozen=True):
    """What is to be done about one letter: its events to publish, how many rows stay bad, and why."""

    place: Place
    outcome: Outcome
    events: list[Record]
    bad: int
    errors: Errors
    letter: str


def decide(kept: KeptLetter, rules: Rules, *, again: bool) -> Decision:
    """What these rules do about a letter. One that was requeued is left alone, unless more of it is good now or `again`."""
    if kept.state is State.REQUEUED and not again:
        return Decision(kept.place, Outcome.DONE, [], 0, {}, kept.letter.id)
    reading = read_again(kept, rules)
    events, outcome = reading.events, _outcome(reading)
    published = kept.note.events if kept.state is State.PARTLY and kept.note is not None else 0
    if not again and len(events) <= published:
        events, outcome = [], Outcome.BAD
    return Decision(kept.place, outcome, events, reading.bad, reading.errors, kept.letter.id)


def _outcome(reading: Reading) -> Outcome:
    if not reading.events:
        return Outcome.BAD
    return Outcome.PARTLY if reading.bad else Outcome.REQUEUED


def batches(decisions: Iterable[Decision]) -> Iterator[list[Decision]]:
    """The decisions in their order, in lists that are bounded by letters, events and bytes (but for a last letter)."""
    batch: list[Decision] = []
    events = bytes_ = 0
    for decision in decisions:
        batch.append(decision)
        events += len(decision.events)
        bytes_ += sum(len(event.value or b"") for event in decision.events)
        if len(batch) >= BATCH_LETTERS_MAX or events >= BATCH_EVENTS_MAX or bytes_ >= BATCH_BYTES_MAX:
            yield batch
            batch, events, bytes_ = [], 0, 0
    if batch:
        yield batch


class Requeuer:
    """Publishes decisions for one command: `with Requeuer(…) as requeuer`, then `carry_out`, in turn."""

    def __init__(self, settings: KafkaSettings, by: str, now: Callable[[], int]) -> None:
        self._settings = settings
        self._by = by
        self._now = now
        self._runner = asyncio.Runner()
        self._publisher = Publisher(settings)

    def __enter__(self) -> Self:
        self._runner.__enter__()
        self._runner.run(self._publisher.open())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._runner.run(self._publisher.close())
        self._runner.__exit__(kind, problem, trace)

    def carry_out(self, decisions: Sequence[Decision]) -> None:
        """Returns when all events, and then the letters' notes, are acknowledged. Retryable: not all are; do it again."""
        self._runner.run(self._carry_out(decisions))

    async def _carry_out(self, decisions: Sequence[Decision]) -> None:
        events = [event for decision in decisions for event in decision.events]
        for start in range(0, len(events), BATCH_EVENTS_MAX):
            await self._publisher.publish(self._settings.notifications_topic, events[start : start + BATCH_EVENTS_MAX])
        notes = [self._note(decision) for decision in decisions if decision.events]
        await self._publisher.publish(self._settings.dead_letters_topic, notes)

    def _note(self, decision: Decision) -> Record:
        return to_record(
            Requeued(
                of=decision.place, letter=decision.letter, by=self._by, at=self._now(),
                events=len(decision.events), bad=decision.bad,
            )
        )  # fmt: skip
