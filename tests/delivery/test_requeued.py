"""Notes of requeues: written and read back, and what is none is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.errors import Rejected
from delivery.event import Record
from delivery.requeued import Place, Requeued, is_requeued, read_place, read_requeued, to_record

COUNTS = st.integers(0, 10**6)
LETTER = "1f" * 16
PLACES = st.builds(Place, st.integers(0, 9999), st.integers(0, 2**63 - 1))


@given(PLACES, st.text(st.characters(codec="utf-8")), st.integers(0, 4 * 10**12), COUNTS, COUNTS)
def test_a_note_is_read_as_it_was_written(of: Place, by: str, at: int, events: int, bad: int) -> None:
    note = Requeued(of=of, by=by, at=at, events=events, bad=bad, letter=LETTER)
    record = to_record(note)
    assert is_requeued(record)
    assert (record.key, record.value, record.timestamp_ms) == (f"requeued/{LETTER}/{at}".encode(), b"{}", at)
    assert read_requeued(record) == note


def test_the_headers_are_what_they_are_said_to_be() -> None:
    record = to_record(Requeued(of=Place(2, 17), by="ada", at=1_771_977_605_123, events=3, bad=1, letter=LETTER))
    assert record.headers == [
        ("eds_requeued_of", b"2:17"),
        ("eds_requeued_by", b"ada"),
        ("eds_requeued_at", b"2026-02-25T00:00:05.123Z"),
        ("eds_requeued_events", b"3"),
        ("eds_requeued_bad", b"1"),
        ("eds_requeued_letter", LETTER.encode()),
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("of", b"2"), ("of", b"2:-1"), ("by", b"\xff"), ("at", b"today"), ("events", b"-1"), ("bad", b"x"), ("at", None),
        ("letter", b"a\0b"),
    ],
)  # fmt: skip
def test_a_damaged_note_is_refused(name: str, content: bytes | None) -> None:
    record = to_record(Requeued(of=Place(0, 0), by="ada", at=0, events=1, bad=0))
    damaged = {**dict(record.headers), f"eds_requeued_{name}": content}
    headers = [(key, value) for key, value in damaged.items() if value is not None]
    with pytest.raises(Rejected, match="note of a requeue"):
        read_requeued(Record(None, None, headers, 0))


@pytest.mark.parametrize("text", ["", "1", "1:", ":1", "a:1", "1:1:1", "-1:1", "1:" + "9" * 20])
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="partition:offset"):
        read_place(text)
