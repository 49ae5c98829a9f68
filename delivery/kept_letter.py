"""A dead letter as it is kept: with its place, and whether it was requeued.

A letter whose headers can't be read is kept in sight with what is known of it; nothing of the topic makes reading fail.
"""

import msgspec

from delivery.dead_letter import DeadLetter, Part, read_dead_letter
from delivery.event import Header, Record
from delivery.requeued import Place, Requeued, State, state_of

_UNREADABLE = (ValueError, RecursionError)  # msgspec's and Unicode's errors are ValueErrors


class KeptLetter(msgspec.Struct, frozen=True):
    """A letter with its place and its newest note. `part` is None, and `problem` says why, where headers can't be read.

    `content_bytes` is how long the content is where `letter` holds only its beginning; None where it holds all.
    """

    place: Place
    letter: DeadLetter
    part: Part | None
    problem: str = ""
    note: Requeued | None = None
    content_bytes: int | None = None

    @property
    def state(self) -> State:
        """What its note says of it."""
        return state_of(self.note)


def keep(place: Place, record: Record, note: Requeued | None = None) -> KeptLetter:
    """The letter that this record is."""
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
