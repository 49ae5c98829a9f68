"""Whatever can stand in the events topic can be told of in the dead letters."""

from consumers.dead_letters import dead_records
from delivery.batch import Poison
from delivery.dead_letter import fits, read_dead_letter

RECORD_BYTES_MAX = 100_000


def poison(value: bytes, key: bytes, source: bytes) -> Poison:
    return Poison(3, 41, key, value, [("ce_source", source)], 1_795_342_805_000, "The record is not a notification.")


def test_what_fits_is_kept_whole() -> None:
    [record] = dead_records("events", [poison(b"?" * 90_000, b"k", b"mta")], RECORD_BYTES_MAX)
    letter = read_dead_letter(record)
    assert (letter.content, letter.key, letter.source) == (b"?" * 90_000, b"k", "mta")


def test_what_is_too_large_is_told_of_by_its_place() -> None:
    """Others may have written records that fit into the topic compressed alone."""
    large = b"?" * RECORD_BYTES_MAX
    for value, key, source in ((large, b"k", b"mta"), (b"?", large, b"mta"), (b"?", b"k", large)):
        [record] = dead_records("events", [poison(value, key, source)], RECORD_BYTES_MAX)
        letter = read_dead_letter(record)
        assert fits(record, RECORD_BYTES_MAX)
        assert (letter.topic, letter.partition, letter.offset, letter.content) == ("events", 3, 41, None)
        assert "too large" in letter.errors["value"][0]
