"""Dead letters in the store: what keeps them there, their rows, and their lists as SQL for both databases."""

# ruff: noqa: S608 (names come from this room alone, and every value is bound)

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import msgspec

from delivery.dead_letter import DeadLetter, Part
from delivery.event import view_text
from delivery.kept_letter import KeptLetter
from delivery.notification import INT64_MAX, INT64_MIN
from delivery.requeued import Place, Requeued, State, newer, state_of
from store.columns import asked_text, key_text
from store.contract import LETTER_BYTES_MAX, Claim
from store.erasures import Erasures
from store.filters import Dialect, Statement
from store.questions import Key, LetterFilter, Order, Window

COLUMNS = (
    "id", "topic_partition", "topic_offset", "received_at", "part", "source", "reason", "state", "letter", "problem",
    "content",
)  # fmt: skip
STATES = tuple(state.value for state in State)
LED_VALUES_MAX = 16  # values of a list's leading column that are walked side by side
MEMBERS_MAX = 64  # of one letter, that it can be found by

LetterRow = tuple[str, int, int, int, str, str, str, str, str, str, bytes | None]


class LetterBatch(msgspec.Struct):
    """What records of the topic do to the letters, in their order: a letter as it is now, None where it was removed; and notes."""

    next_offsets: dict[int, int]
    letters: dict[str, KeptLetter | None] = msgspec.field(default_factory=dict)
    notes: dict[str, Requeued] = msgspec.field(default_factory=dict)
    erasures: int = 0
    """The number of the newest erasure that the letters were looked at for."""

    def add_note(self, note: Requeued) -> None:
        """A note of a letter that is named by its id."""
        self.notes[note.letter] = newer(self.notes.get(note.letter), note)


class Pending(msgspec.Struct, frozen=True):
    """How many letters are open, and when the oldest of them arrived (ms)."""

    count: int
    oldest_at: int | None


class LetterKeeper(Protocol):
    """The consumers' side of the dead letters. Errors are those of a Writer (see contract)."""

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    async def claim(self, topic: str, partitions: Sequence[int], owner: str) -> Claim:
        """Takes the partitions over from whoever had them. A position's two offsets are the same here."""

    async def keep(self, claim: Claim, batch: LetterBatch) -> bool:
        """Letters, notes and next offsets in one transaction; Fenced where the claim is outdated. False, and nothing is kept, where
        an address was erased since the letters were looked at."""

    async def erasures(self) -> Erasures:
        """The erased addresses as of now; Misconfigured where they can't be known."""

    async def expire(self, before: int, limit: int) -> int:
        """Removes up to so many of the letters, and of the notes, that are older; returns how many letters."""

    async def pending(self) -> Pending: ...


def letter_row(kept: KeptLetter, note: Requeued | None) -> LetterRow:
    """A letter in its columns."""
    letter = kept.letter
    return (
        letter.id,
        kept.place.partition,
        kept.place.offset,
        letter.received_at,
        kept.part.value if kept.part is not None else "",
        key_text(view_text(letter.source)),
        key_text(view_text(letter.reason)),
        state_of(note).value,
        _encode(msgspec.structs.replace(letter, content=None)).decode(),
        view_text(kept.problem),
        letter.content,
    )


def members_of(kept: KeptLetter) -> list[str]:
    """The names that the letter is found by."""
    names = dict.fromkeys(key_text(view_text(path.rpartition(".")[2])) for path in kept.letter.errors)
    return list(names)[:MEMBERS_MAX]


def note_text(note: Requeued) -> str:
    return _encode(note).decode()


def read_note(text: str | None) -> Requeued | None:
    return None if text is None else _decode_note(text)


def kept_letter(row: Sequence[Any]) -> KeptLetter:
    """A row of SELECTED as a letter."""
    partition, offset, part, letter, problem, content, content_bytes, note = row[:8]
    return KeptLetter(
        Place(partition, offset),
        msgspec.structs.replace(_decode(letter), content=None if content is None else bytes(content)),
        Part(part) if part else None,
        problem,
        read_note(note),
        content_bytes,
    )


def letters_statement(dialect: Dialect, ids: Sequence[str]) -> Statement:
    """The letters with these ids: their rows, then the id."""
    statement = Statement(dialect)
    statement.sql = f"select {_selected(dialect)}, l.id from {_SOURCE} where l.id in ({statement.bind_all(ids)})"
    return statement


def page_statement(dialect: Dialect, where: LetterFilter, order: Order, window: Window) -> Statement:
    """The window's rows and one more, in the window's reading direction (backward: the list's order reversed).

    Each value of the leading column is walked in its index, and what comes first of all of them is the page.
    """
    statement = Statement(dialect)
    newest_first = order is Order.NEWEST_FIRST
    direction = " desc" if newest_first is not window.backward else ""
    ordered = f"order by arrived{direction}, letter_id{direction} limit {statement.bind(window.limit + 1)}"
    branches = []
    for one in _branches(where):
        led, tests = _conditions(statement, one)
        for key, sign in ((window.after, "<" if newest_first else ">"), (window.before, ">" if newest_first else "<")):
            if key is not None:
                tests.append(f"({led}.received_at, {led}.id) {sign} ({statement.bind_all(_key_values(key))})")
        selected = f"{_selected(dialect)}, {led}.received_at as arrived, {led}.id as letter_id"
        branches.append(f"select {selected} from {_source(dialect, one)} where {' and '.join(tests) or 'true'}")
    if dialect is Dialect.POSTGRESQL and len(branches) > 1:
        # SQLite merges plain branches in order; PostgreSQL does so where each is ordered by itself.
        branches = [f"(select * from ({branch} {ordered}) led)" for branch in branches]
    statement.sql = f"{' union all '.join(branches)} {ordered}"
    return statement


def _branches(where: LetterFilter) -> list[LetterFilter]:
    """The filter for one value after the other of its leading column, where that has a few."""
    if where.member is not None or _lead(where) != "received_at":
        return [where]
    for field in ("sources", "reasons", "states", "parts"):
        values = getattr(where, field)
        if values and len(values) <= LED_VALUES_MAX:
            distinct = {asked_text(value): value for value in values}
            return [msgspec.structs.replace(where, **{field: (value,)}) for value in distinct.values()]
    return [where]


def count_statement(dialect: Dialect, where: LetterFilter, count_max: int) -> Statement:
    """How many there are, counting no further than one more than count_max."""
    statement = Statement(dialect)
    _, tests = _conditions(statement, where)
    found = f"select 1 from {_source(dialect, where)} where {' and '.join(tests) or 'true'}"
    statement.sql = f"select count(*) from ({found} limit {statement.bind(count_max + 1)}) counted"
    return statement


def walk_statement(dialect: Dialect, after: str, limit: int) -> Statement:
    """All letters by id, with whole contents."""
    statement = Statement(dialect)
    statement.sql = (
        "select l.topic_partition, l.topic_offset, l.part, l.letter, l.problem, l.content, null, n.note "
        f"from {_SOURCE} where l.id > {statement.bind(after)} order by l.id limit {statement.bind(limit)}"
    )
    return statement


_SOURCE = "dead_letters l left join dead_letter_notes n on n.id = l.id"


def _selected(dialect: Dialect) -> str:
    begin = f"substr(l.content, 1, {LETTER_BYTES_MAX})"
    size = "length(l.content)" if dialect is Dialect.SQLITE else "octet_length(l.content)"
    return f"l.topic_partition, l.topic_offset, l.part, l.letter, l.problem, {begin}, {size}, n.note"


def _source(dialect: Dialect, where: LetterFilter) -> str:
    if where.member is not None:
        return f"dead_letter_members m join {_SOURCE.replace(' left', ' on l.id = m.id left', 1)}"
    if dialect is Dialect.POSTGRESQL:
        return _SOURCE
    return _SOURCE.replace("dead_letters l", f"dead_letters l indexed by dead_letters_{_lead(where)}")


def _lead(where: LetterFilter) -> str:
    """The index that SQLite walks: one value of it, in the list's order; of several values it walks each."""
    for column, values in (("source", where.sources), ("reason", where.reasons), ("state", where.states)):
        if values is not None and len(values) == 1:
            return column
    return "part" if where.parts is not None and len(where.parts) == 1 else "received_at"


def _conditions(statement: Statement, where: LetterFilter) -> tuple[str, list[str]]:
    """Which table leads, and what is asked of the rows."""
    tests: list[str] = []
    led = "l"
    if where.member is not None:
        led = "m"
        tests.append(f"m.member = {statement.bind(asked_text(where.member))}")
    given: list[tuple[str, Iterable[str] | None]] = [
        ("source", where.sources), ("reason", where.reasons),
        ("state", where.states), ("part", where.parts),
    ]  # fmt: skip
    for column, values in given:
        if values is not None:
            texts = [asked_text(value) for value in values]
            tests.append(_any_of(statement, f"l.{column}", texts))
    if where.since is not None:
        tests.append(f"{led}.received_at >= {statement.bind(_clamped(where.since))}")
    if where.until is not None:
        tests.append(f"{led}.received_at < {statement.bind(_clamped(where.until))}")
    return led, tests


def _any_of(statement: Statement, column: str, texts: Sequence[str]) -> str:
    if len(texts) == 1:
        return f"{column} = {statement.bind(texts[0])}"
    return f"{column} in ({statement.bind_all(texts)})" if texts else "false"


def _clamped(number: int) -> int:
    return max(INT64_MIN, min(number, INT64_MAX))


def _key_values(key: Key) -> list[object]:
    if len(key) != 2 or not isinstance(key[0], int) or not isinstance(key[1], str):
        raise ValueError(f"{key!r} is no key of dead_letters")
    return [_clamped(key[0]), asked_text(key[1])]


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(DeadLetter).decode
_decode_note = msgspec.json.Decoder(Requeued).decode
