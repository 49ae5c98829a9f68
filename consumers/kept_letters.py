"""The dead letters as the topic keeps them: each with its place, and whether it was requeued. Pure: records in, letters out.

A letter whose headers can't be read is kept in sight with what is known of it; nothing of the topic makes reading fail.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

import msgspec

from bus.reading import Stored
from delivery.dead_letter import DeadLetter, Part, read_dead_letter
from delivery.errors import Rejected
from delivery.event import Header, Record
from delivery.requeued import Place, Requeued, is_requeued, read_requeued

_UNREADABLE = (ValueError, RecursionError)  # msgspec's and Unicode's errors are ValueErrors


class State(StrEnum):
    """What was done about a letter: nothing; all of it published; or a part of its rows, others being bad still."""

    OPEN = "open"
    REQUEUED = "requeued"
    PARTLY = "partly"


class KeptLetter(msgspec.Struct, frozen=True):
    """A letter with its place and its newest note. `part` is None, and `problem` says why, where headers can't be read."""

    place: Place
    letter: DeadLetter
    part: Part | None
    problem: str = ""
    note: Requeued | None = None

    @property
    def state(self) -> State:
        """What its note says of it."""
        if self.note is None or (self.note.events == 0 and self.note.bad):
            return State.OPEN
        return State.PARTLY if self.note.bad else State.REQUEUED


class LetterFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which letters; what is not given admits all. Times in ms, `since` included and `until` not.

    `reason` is a text in the letter's reason or in those of its members. `member` is a member's path such as `[3].tries`,
    or its end, such as `tries`.
    """

    reason: str = ""
    source: str | None = None
    part: Part | None = None
    since: int | None = None
    until: int | None = None
    member: str = ""
    index: int | None = None
    state: State | None = None

    def admits(self, kept: KeptLetter) -> bool:
        """Whether the letter is one of those."""
        letter = kept.letter
        return (
            (self.source is None or letter.source == self.source)
            and (self.part is None or kept.part is self.part)
            and (self.since is None or letter.received_at >= self.since)
            and (self.until is None or letter.received_at < self.until)
            and (self.index is None or letter.index == self.index)
            and (self.state is None or kept.state is self.state)
            and (not self.member or any(_is_path(path, self.member) for path in letter.errors))
            and (not self.reason or self._has_reason(letter))
        )

    def _has_reason(self, letter: DeadLetter) -> bool:
        wanted = self.reason.casefold()
        reasons = (reason for group in letter.errors.values() for reason in group)
        return wanted in letter.reason.casefold() or any(wanted in reason.casefold() for reason in reasons)


def _is_path(path: str, wanted: str) -> bool:
    return path == wanted or path.endswith(f".{wanted}")


def notes_of(records: Iterable[Stored]) -> dict[Place, Requeued]:
    """The notes among the records, by the letter: the newest of each, but one that left nothing bad stands for good."""
    notes: dict[Place, Requeued] = {}
    for one in records:
        if not is_requeued(one.record):
            continue
        try:
            note = read_requeued(one.record)
        except Rejected:
            continue
        known = notes.get(note.of)
        if known is None or (not note.bad, note.at) > (not known.bad, known.at):
            notes[note.of] = note
    return notes


def letters_of(records: Iterable[Stored], notes: Mapping[Place, Requeued]) -> Iterator[KeptLetter]:
    """The letters among the records, in their order."""
    for one in records:
        if not is_requeued(one.record):
            place = Place(one.partition, one.offset)
            yield _read(place, one.record, notes.get(place))


def _read(place: Place, record: Record, note: Requeued | None) -> KeptLetter:
    try:
        letter = read_dead_letter(record)
    except _UNREADABLE as problem:
        return _salvage(place, record, str(problem), note)
    return KeptLetter(place, letter, letter.part, note=note)


def _salvage(place: Place, record: Record, problem: str, note: Requeued | None) -> KeptLetter:
    """The letter with those of its headers that can be read, each tried by itself."""
    stand_in: list[Header] = [("eds_part", Part.RECORD.encode()), ("eds_reason", b"")]
    readable = [header for header in record.headers if _is_readable(record, [*stand_in, header])]
    letter = read_dead_letter(Record(record.key, record.value, stand_in + readable, record.timestamp_ms))
    part = letter.part if any(name == "eds_part" for name, _ in readable) else None
    return KeptLetter(place, letter, part, f"its headers can't be read: {problem}", note)


def _is_readable(record: Record, headers: list[Header]) -> bool:
    try:
        read_dead_letter(Record(record.key, record.value, headers, record.timestamp_ms))
    except _UNREADABLE:
        return False
    return True
