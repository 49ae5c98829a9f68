"""Letters with their states, out of records: nothing that stands in the topic makes the reading fail."""

from hypothesis import given
from hypothesis import strategies as st

from bus.reading import Stored
from consumers.kept_letters import KeptLetter, LetterFilter, State, letters_of, notes_of
from delivery.dead_letter import HEADER_NAMES, DeadLetter, Part, to_record
from delivery.event import Record
from delivery.requeued import Place, Requeued
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
)


def stored(*records: Record) -> list[Stored]:
    return [Stored(0, offset, record) for offset, record in enumerate(records)]


def note(offset: int, at: int, events: int, bad: int) -> Record:
    return note_record(Requeued(of=Place(0, offset), by="ada", at=at, events=events, bad=bad), None)


def letters(*records: Record) -> list[KeptLetter]:
    return list(letters_of(stored(*records), notes_of(stored(*records))))


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
    is_note = "eds_requeued_of" in dict(headers)
    found = letters(Record(None, value, headers, 0))
    assert [kept.letter.content for kept in found] == ([] if is_note else [value])


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
