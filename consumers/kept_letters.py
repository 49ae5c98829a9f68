"""The dead letters as the topic keeps them: each with its place, and whether it was requeued. Pure: records in, letters out."""

from collections.abc import Iterable, Iterator

import msgspec

from bus.records import Stored
from delivery.dead_letter import DeadLetter, Part, is_redacted, is_removal
from delivery.errors import Rejected
from delivery.kept_letter import KeptLetter, keep
from delivery.requeued import Place, Requeued, State, is_requeued, newer, read_requeued


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


class Aftermath(msgspec.Struct):
    """What the topic says of letters behind them: notes by the letter's id (of earlier days: by its place), and for each key
    the newest record that replaces or removes what had it before, by its place."""

    notes: dict[str | Place, Requeued] = msgspec.field(default_factory=dict)
    replaced: dict[bytes, Place] = msgspec.field(default_factory=dict)

    def note_of(self, kept: KeptLetter) -> Requeued | None:
        """The note that counts for a letter."""
        found = self.notes.get(kept.letter.id)
        old = self.notes.get(kept.place)
        return found if old is None else newer(found, old)

    def is_gone(self, one: Stored) -> bool:
        """Whether a later record of the same key took this one's place."""
        replacement = self.replaced.get(one.record.key) if one.record.key is not None else None
        return replacement is not None and (one.partition, one.offset) < (replacement.partition, replacement.offset)


def aftermath_of(records: Iterable[Stored]) -> Aftermath:
    """What these records, in their order, say of the letters among and before them."""
    found = Aftermath()
    for one in records:
        record = one.record
        if is_requeued(record):
            try:
                note = read_requeued(record)
            except Rejected:
                continue
            letter = note.letter or note.of
            found.notes[letter] = newer(found.notes.get(letter), note)
        elif record.key is not None and (is_removal(record) or is_redacted(record)):
            found.replaced[record.key] = Place(one.partition, one.offset)
    return found


def letters_of(records: Iterable[Stored], aftermath: Aftermath) -> Iterator[KeptLetter]:
    """The letters among the records, in their order, without those that were replaced or removed since."""
    for one in records:
        if is_requeued(one.record) or is_removal(one.record) or aftermath.is_gone(one):
            continue
        kept = keep(Place(one.partition, one.offset), one.record)
        yield msgspec.structs.replace(kept, note=aftermath.note_of(kept))
