"""Records in portions are all of them, in their order, and no portion is more than one publish takes."""

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from bus.portions import PORTION_RECORDS, RECORD_OVERHEAD_BYTES, portions
from delivery.event import Record

BYTES_MAX = 1_000_000


@given(st.lists(st.sampled_from([0, 1, BYTES_MAX // 3, BYTES_MAX, 2 * BYTES_MAX]), max_size=12), st.integers(0, 5_000))
def test_nothing_is_lost_and_each_portion_is_bounded(sizes: list[int], small: int) -> None:
    records = [Record(b"%d" % at, bytes(size), [], 0) for at, size in enumerate(sizes)]
    records += [Record(b"s%d" % at, None, [], 0) for at in range(small)]
    found = list(portions(iter(records), BYTES_MAX))
    assert [record for portion in found for record in portion] == records
    for portion in found:
        assert 0 < len(portion) <= PORTION_RECORDS
        assert sum(len(record.value or b"") + RECORD_OVERHEAD_BYTES for record in portion[:-1]) < BYTES_MAX


def test_a_portion_is_made_when_it_is_asked_for() -> None:
    made: list[Record] = []

    def records() -> Iterator[Record]:
        for at in range(3 * PORTION_RECORDS):
            made.append(Record(b"%d" % at, b"", [], 0))
            yield made[-1]

    coming = portions(records(), BYTES_MAX)
    assert made == []
    assert next(coming) == made
    assert len(made) == PORTION_RECORDS
