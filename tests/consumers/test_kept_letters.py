"""Letters with their states, out of records: nothing that stands in the topic makes the reading fail."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from bus.records import Stored
from consumers.kept_letters import LetterFilter, aftermath_of, letters_of
from delivery.dead_letter import HEADER_NAMES, DeadLetter, Part, letter_id, removal, to_record
from delivery.event import Record
from delivery.kept_letter import KeptLetter
from delivery.requeued import Place, Requeued, State
from delivery.requeued import to_record as note_record

LETTER = DeadLetter(
    part=Part.ROW,
    content=b'{"tries":"x"}',
    reason="invalid",
    errors={"[3].tries": ['Expected an integer, got "x".'], "[3].resp_code": ["Too long."]},
    received_at=1000,
    source="mta",
    content_type="application/json",
    index=3,
    key=b"k",
)
LETTER = msgspec.structs.replace(LETTER, id=letter_id(LETTER))


def stored(*records: Record) -> list[Stored]:
    return [Stored(0, offset, record) for offset, record in enumerate(records)]


def note(offset: int, at: int, events: int, bad: int, letter: str = "") -> Record:
    return note_record(Requeued(of=Place(0, offset), by="ada", at=at, events=events, bad=bad, letter=letter))


def letters(*records: Record) -> list[KeptLetter]:
    return list(letters_of(stored(*records), aftermath_of(stored(*records))))


def test_a_letter_is_open_until_a_note_says_otherwise() -> None:
    record = to_record(LETTER)
    assert [(kept.place, kept.letter, kept.part, kept.state) for kept in letters(record)] == [
        (Place(0, 0), LETTER, Part.ROW, State.OPEN)
    ]
    partly, done = note(0, 5, 2, 1), note(0, 6, 3, 0)
    found = letters(record, record, record, partly, note(1, 5, 1, 0), note(77, 1, 1, 0))
    assert [kept.state for kept in found] == [State.PARTLY, State.REQUEUED, State.OPEN]
    assert [kept.state for kept in letters(record, done, partly)] == [State.REQUEUED]
    assert [kept.state for kept in letters(record, note(0, 9, 2, 1), done)] == [State.REQUEUED]
    damaged = Record(None, None, [("eds_requeued_of", b"0:0")], 7)
    assert [kept.state for kept in letters(record, damaged)] == [State.OPEN]


def test_of_a_letter_without_good_headers_the_rest_is_known() -> None:
    record = to_record(LETTER)
    without_part = [header for header in record.headers if header[0] != "eds_part"]
    bad_index = [(name, b"many" if name == "eds_index" else content) for name, content in record.headers]
    bad_errors = [(name, b"[" * 100_000 if name == "eds_errors" else content) for name, content in record.headers]
    changed = [[], without_part, bad_index, bad_errors]
    bare, partless, indexless, reasonless = letters(*(Record(None, b"x", headers, 9) for headers in changed))
    assert (bare.part, bare.letter.content, bare.letter.received_at, bare.letter.reason) == (None, b"x", 9, "")
    assert (partless.part, partless.letter.source, partless.letter.errors) == (None, "mta", LETTER.errors)
    assert (indexless.part, indexless.letter.index, indexless.letter.reason) == (Part.ROW, None, "invalid")
    assert (reasonless.part, reasonless.letter.index, reasonless.letter.errors) == (Part.ROW, 3, {})
    assert all("headers can't be read" in kept.problem for kept in (bare, partless, indexless, reasonless))


NAMES = st.sampled_from([*HEADER_NAMES.values(), "eds_errors", "eds_requeued_of", "eds_requeued_at", "other"])
CONTENTS = st.binary(max_size=20) | st.sampled_from([b"row", b"1", b"{}", b'{"a":["b"]}', b"0:0", b"[[[["])


@given(st.lists(st.tuples(NAMES, CONTENTS), max_size=8), st.none() | st.binary(max_size=20))
def test_whatever_stands_in_a_record_is_read(headers: list[tuple[str, bytes]], value: bytes | None) -> None:
    names = dict(headers)
    is_letter = "eds_requeued_of" not in names and (value is not None or any(name.startswith("eds_") for name in names))
    found = letters(Record(None, value, headers, 0))
    assert [kept.letter.content for kept in found] == ([value] if is_letter else [])


def test_a_letter_can_be_replaced_and_removed_and_keeps_its_note() -> None:
    first, second = LETTER, msgspec.structs.replace(LETTER, index=4, id="")
    redacted = msgspec.structs.replace(first, content=b"{}", redacted=True)
    records = [to_record(first), to_record(second), note(0, 5, 1, 0, first.id), to_record(redacted)]
    assert records[0].key != records[1].key
    [other, kept] = letters(*records)
    assert (other.letter.index, other.state) == (4, State.OPEN)
    assert (kept.place, kept.letter, kept.state) == (Place(0, 3), redacted, State.REQUEUED)
    assert [each.letter.index for each in letters(*records, removal(first.id, 9))] == [4]


def test_a_record_without_a_value_is_a_letter_like_any_other() -> None:
    nothing = DeadLetter(part=Part.RECORD, content=None, reason="no_event", errors={}, received_at=1, key=None)
    empty = msgspec.structs.replace(nothing, content=b"", key=b"")
    assert [(kept.letter.content, kept.letter.key) for kept in letters(to_record(nothing), to_record(empty))] == [
        (None, None), (b"", b""),
    ]  # fmt: skip


def test_each_filter_admits_its_own() -> None:
    [kept] = letters(to_record(LETTER))
    admitting = [
        LetterFilter(), LetterFilter(reason="an INTEGER"), LetterFilter(reason="inval"), LetterFilter(source="mta"),
        LetterFilter(part=Part.ROW), LetterFilter(since=1000), LetterFilter(until=1001), LetterFilter(member="tries"),
        LetterFilter(member="[3].tries"), LetterFilter(index=3), LetterFilter(state=State.OPEN),
    ]  # fmt: skip
    refusing = [
        LetterFilter(reason="xml"), LetterFilter(source=""), LetterFilter(part=Part.BODY), LetterFilter(since=1001),
        LetterFilter(until=1000), LetterFilter(member="ries"), LetterFilter(member="[2].tries"), LetterFilter(index=0),
        LetterFilter(state=State.PARTLY), LetterFilter(source="mta", index=0),
    ]  # fmt: skip
    assert [one for one in admitting if not one.admits(kept)] == []
    assert [one for one in refusing if one.admits(kept)] == []
