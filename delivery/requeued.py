"""The note that a dead letter was requeued: a record of its own beside the letters, everything in headers eds_requeued_….

Its key is its own, so that on a compacted topic it neither removes its letter nor is it removed by another note; its value is
an empty object, since a record without a value would not stay. Notes that can't be read count as none: then the letter is
requeued again, which is harmless.
"""

import re
from enum import StrEnum
from typing import Annotated

import msgspec

from delivery.dead_letter import is_letter_id
from delivery.errors import Rejected
from delivery.event import Header, Record, format_time, parse_time

_PLACE = re.compile(r"(\d{1,9}):(\d{1,19})")
_PREFIX = "eds_requeued_"
Count = Annotated[int, msgspec.Meta(ge=0)]


class Place(msgspec.Struct, frozen=True, order=True):
    """Where a letter is: its address, written as partition:offset."""

    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.partition}:{self.offset}"


class Requeued(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the letter at `of`: `events` of its rows were published, `bad` of them are still bad. `at` in ms.

    `letter` is its id; notes of earlier days have none.
    """

    of: Place
    by: str
    at: int
    events: Count
    bad: Count
    letter: str = ""


class State(StrEnum):
    """What was done about a letter: nothing; all of it published; or a part of its rows, others being bad still."""

    OPEN = "open"
    REQUEUED = "requeued"
    PARTLY = "partly"


def state_of(note: Requeued | None) -> State:
    """What a letter's newest note says of it."""
    if note is None or (note.events == 0 and note.bad):
        return State.OPEN
    return State.PARTLY if note.bad else State.REQUEUED


def newer(known: Requeued | None, note: Requeued) -> Requeued:
    """Which of two notes of a letter counts: the newer, but one that left nothing bad stands for good."""
    if known is None or (not note.bad, note.at) > (not known.bad, known.at):
        return note
    return known


def read_place(text: str) -> Place:
    """A place from its text; ValueError where it is none."""
    found = _PLACE.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is not partition:offset, such as 0:12")
    return Place(int(found[1]), int(found[2]))


def to_record(note: Requeued) -> Record:
    """The record that keeps this note."""
    texts = {"of": str(note.of), "by": note.by, "at": format_time(note.at), "events": note.events, "bad": note.bad}
    if note.letter:
        texts["letter"] = note.letter
    headers: list[Header] = [(_PREFIX + name, str(text).encode()) for name, text in texts.items()]
    return Record(f"requeued/{note.letter or note.of}/{note.at}".encode(), b"{}", headers, note.at)


def is_requeued(record: Record) -> bool:
    """Whether the record is such a note, and not a letter."""
    return any(name == f"{_PREFIX}of" for name, _ in record.headers)


def read_requeued(record: Record) -> Requeued:
    """The note of a record; Rejected where it can't be read."""
    try:
        texts = {name: content.decode() for name, content in record.headers}
        fields = {
            "of": read_place(texts[f"{_PREFIX}of"]),
            "by": texts[f"{_PREFIX}by"],
            "at": parse_time(texts[f"{_PREFIX}at"]),
            "events": texts[f"{_PREFIX}events"],
            "bad": texts[f"{_PREFIX}bad"],
            "letter": texts.get(f"{_PREFIX}letter", ""),
        }
        if fields["letter"] and not is_letter_id(str(fields["letter"])):
            raise ValueError("its letter is no id")
        return msgspec.convert(fields, Requeued, strict=False)
    except (ValueError, KeyError) as problem:  # msgspec's and Unicode's errors are ValueErrors
        raise Rejected({"headers": [f"The note of a requeue can't be read: {problem}."]}) from problem
