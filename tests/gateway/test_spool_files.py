"""The spool's files keep what was appended, whatever happens to their last bytes, and believe nothing else."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from delivery.errors import Misconfigured
from delivery.event import Record
from gateway.spool import files as spool_files
from gateway.spool.files import SUFFIX, SpoolFiles
from gateway.spool.frames import HEAD_BYTES, MARK, Framing

# These laws are about bytes: where memory can hold them, no disk is waited for.
FAST = "/dev/shm" if os.path.isdir("/dev/shm") else None
AT_MS = 1_795_342_805_000
records = st.builds(
    Record,
    st.none() | st.binary(max_size=40),
    st.none() | st.binary(max_size=200) | st.just(MARK * 3),
    st.lists(st.tuples(st.text(max_size=12), st.binary(max_size=30)), max_size=4),
    st.integers(0, 2**62),
)
publishes = st.lists(st.tuples(st.text(max_size=20), st.lists(records, max_size=5)), max_size=8)
Publish = tuple[str, list[Record]]


@contextmanager
def opened(directory: Path, segment_bytes_max: int = 400) -> Iterator[SpoolFiles]:
    files = SpoolFiles(directory, segment_bytes_max)
    try:
        yield files
    finally:
        files.close()


def append(files: SpoolFiles, publish: Publish) -> None:
    topic, rows = publish
    files.append(files.framing.encode(topic, rows, AT_MS), len(rows), AT_MS)


def drain(files: SpoolFiles, bytes_max: int = 300) -> list[Publish]:
    found = []
    while frames := files.read(bytes_max):
        found += [frame.content() for frame in frames]
        files.advance(frames)
    assert files.waiting_bytes == files.waiting_records == 0
    assert files.oldest_at_ms is None
    return found


def segments(directory: Path) -> list[Path]:
    return sorted(directory.glob(f"*{SUFFIX}"))


@settings(max_examples=25)
@given(publishes, st.integers(0, 3), st.integers(1, 2_000))
def test_what_was_appended_is_drained_in_its_order_whoever_opens_it(
    given_publishes: list[Publish], reopened: int, bytes_max: int
) -> None:
    with TemporaryDirectory(dir=FAST) as name:
        directory = Path(name)
        drained: list[Publish] = []
        with opened(directory) as files:
            for publish in given_publishes:
                append(files, publish)
        for _ in range(reopened):  # each owner drains a part
            with opened(directory) as files:
                assert files.waiting_records == sum(len(rows) for _, rows in given_publishes[len(drained) :])
                if frames := files.read(bytes_max):
                    drained += [frame.content() for frame in frames]
                    files.advance(frames)
        with opened(directory) as files:
            drained += drain(files, bytes_max)
            assert files.disk_bytes == 0
        assert drained == given_publishes
        assert segments(directory) == []


@settings(max_examples=5)
@given(st.lists(st.tuples(st.text(max_size=5), st.lists(records, max_size=2)), min_size=1, max_size=3))
def test_cut_at_any_byte_all_whole_records_before_the_cut_are_there(given_publishes: list[Publish]) -> None:
    with TemporaryDirectory(dir=FAST) as name:
        source, ends = Path(name) / "source", []
        with opened(source, 10**6) as files:
            for publish in given_publishes:
                append(files, publish)
                ends.append(segments(source)[0].stat().st_size)
        content = segments(source)[0].read_bytes()
        for cut in range(len(content)):
            directory = Path(name) / str(cut)
            directory.mkdir()
            (directory / f"7{SUFFIX}").write_bytes(content[:cut])
            with opened(directory) as files:
                append(files, ("later", []))
                whole = [publish for publish, end in zip(given_publishes, ends, strict=True) if end <= cut]
                assert drain(files) == [*whole, ("later", [])]
            assert list(directory.glob("*.damaged")) == []


@settings(max_examples=30)
@given(st.lists(st.tuples(st.text(max_size=5), st.lists(records, max_size=2)), min_size=2, max_size=5), st.data())
def test_changed_bytes_cost_their_own_record_alone_and_the_file_is_kept(
    given_publishes: list[Publish], data: st.DataObject
) -> None:
    with TemporaryDirectory(dir=FAST) as name:
        directory, ends = Path(name), [HEAD_BYTES]
        with opened(directory, 10**6) as files:
            for publish in given_publishes:
                append(files, publish)
                ends.append(segments(directory)[0].stat().st_size)
        [path] = segments(directory)
        hurt = data.draw(st.integers(0, len(given_publishes) - 2))  # the last one would be a cut
        at = data.draw(st.integers(ends[hurt], ends[hurt + 1] - 1))
        content = bytearray(path.read_bytes())
        content[at] ^= data.draw(st.integers(1, 255))
        path.write_bytes(content)
        with opened(directory) as files:
            assert drain(files) == given_publishes[:hurt] + given_publishes[hurt + 1 :]
        assert [kept.read_bytes() for kept in directory.glob("*.damaged")] == [bytes(content)]


def test_content_that_looks_like_a_frame_is_none() -> None:
    """Whoever posts a frame of another spool in a row does not get it read, also where the row's own frame is damaged."""
    foreign = Framing(b"f" * 16).encode("forged", [], AT_MS)
    ours = Framing(b"o" * 16)
    frame = bytearray(ours.encode("topic", [Record(None, foreign, [], 1)], AT_MS))
    assert foreign in frame
    frame[-1] ^= 1
    assert list(ours.frames(bytes(frame))) == []


def test_a_lost_note_makes_duplicates_and_loses_nothing(tmp_path: Path) -> None:
    sent = [(f"topic-{n}", [Record(None, b"v" * 50, [], n)]) for n in range(8)]
    with opened(tmp_path) as files:
        for publish in sent:
            append(files, publish)
        files.advance(files.read(1)[:1])
    for content in (b"", b"\0" * 24, b"x" * 11):
        (tmp_path / "drained").write_bytes(content)
        with opened(tmp_path) as files:
            assert files.read(1)[0].content() == sent[0]
    (tmp_path / "drained").unlink()
    with opened(tmp_path) as files:
        assert drain(files) == sent
        append(files, sent[3])  # never under a number that the note says is drained
    with opened(tmp_path) as files:
        assert drain(files) == [sent[3]]


def test_numbers_go_on_above_those_that_are_drained(tmp_path: Path) -> None:
    for turn in range(3):
        with opened(tmp_path) as files:
            for _ in range(2):
                append(files, (f"turn-{turn}", []))
            files.advance(files.read(1)[:1])  # leaves a note
            assert drain(files) == [(f"turn-{turn}", [])]
        with opened(tmp_path) as files:
            append(files, ("kept", []))
        with opened(tmp_path) as files:
            assert drain(files) == [("kept", [])]


def test_after_a_failed_write_what_was_there_stays_and_appending_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk fills up half-way through a record, or does not sync: neither is a real disk's to order, so it is played."""

    def half(descriptor: int, content: bytes, at: int) -> int:
        written: int = os.pwrite(descriptor, content[: len(content) // 2], at)
        raise OSError(errno.ENOSPC, f"after {written}")

    def no_sync(descriptor: int) -> None:
        raise OSError(errno.EIO, "lost")

    with opened(tmp_path) as files:
        append(files, ("first", []))
        with monkeypatch.context() as patch:
            patch.setattr(spool_files, "_write", half)
            with pytest.raises(OSError, match="after"):
                append(files, ("half", []))
        append(files, ("second", []))
        with monkeypatch.context() as patch:
            patch.setattr(os, "fdatasync", no_sync)
            with pytest.raises(OSError, match="lost"):
                append(files, ("lost", []))
        append(files, ("third", []))
    with opened(tmp_path) as files:
        assert [topic for topic, _ in drain(files)] == ["first", "second", "third"]
    assert list(tmp_path.glob("*.damaged")) == []


def test_two_gateways_never_share_a_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool_files, "LOCK_WAIT_S", 0.1)
    with opened(tmp_path), pytest.raises(Misconfigured, match="another gateway uses"):
        SpoolFiles(tmp_path)
    with opened(tmp_path):
        pass


def test_a_directory_that_can_not_be_had_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Misconfigured, match=r"spool_dir: .*file"):
        SpoolFiles(tmp_path / "file")
