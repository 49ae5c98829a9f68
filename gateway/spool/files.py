"""The spool on disk: segments that grow at one end and are drained from the other. Everything here blocks.

`append` returns when its bytes are on the disk (fsync). `advance` notes how far the drain came; losing that note only makes
duplicates. A segment is deleted when all of it is drained; one with damage in it is kept aside, as NAME.damaged. One
process owns a directory, through a lock that ends with it; a new owner never writes into the segments of the last one.
"""

import fcntl
import logging
import os
import secrets
import time
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from struct import Struct, error

from delivery.errors import Misconfigured
from gateway.spool.frames import FRAME_HEAD_BYTES, HEAD_BYTES, SALT_BYTES, Frame, Framing, salt_of, segment_head

SEGMENT_BYTES_MAX = 16 * 1024 * 1024
PROBE_BYTES = 65_536
LOCK_WAIT_S = 10.0
SUFFIX = ".segment"
_NOTE = Struct("<QQ8s")
_log = logging.getLogger("gateway.spool")


class Segment:
    """One file. `end` is where its believed bytes end; `damaged`: it holds bytes that no frame accounts for."""

    def __init__(self, number: int, path: Path, descriptor: int, framing: Framing, end: int) -> None:
        self.number = number
        self.path = path
        self.descriptor = descriptor
        self.framing = framing
        self.end = end
        self.damaged = False


class SpoolFiles:
    """One directory of segments, opened by its constructor. Use it from one thread at a time."""

    def __init__(self, directory: Path, segment_bytes_max: int = SEGMENT_BYTES_MAX) -> None:
        """Misconfigured where the directory can't be used, or another gateway uses it."""
        self._directory = directory
        self._segment_bytes_max = segment_bytes_max
        self.framing = Framing(secrets.token_bytes(SALT_BYTES))
        self._segments: list[Segment] = []
        self._active: Segment | None = None
        self._drained = HEAD_BYTES  # in the oldest segment
        self._next_number = 1
        self._lock = self._note = -1
        self.waiting_bytes = self.waiting_records = self.disk_bytes = 0
        self.oldest_at_ms: int | None = None
        try:
            directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._lock = _lock(directory / "lock")
            self._note = os.open(directory / "drained", os.O_RDWR | os.O_CREAT, 0o600)
            self._open_segments()
        except OSError as problem:
            self.close()
            raise Misconfigured(f"[gateway] spool_dir: {directory}: {problem.strerror}") from problem
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """What is not drained stays for the next owner."""
        for descriptor in (*(one.descriptor for one in self._segments), self._note, self._lock):
            if descriptor >= 0:
                os.close(descriptor)
        self._segments, self._active, self._note, self._lock = [], None, -1, -1

    def append(self, content: bytes, records: int, at_ms: int) -> None:
        """Frames onto the disk. After an OSError nothing of them counts as appended."""
        segment = self._active
        if segment is None or (segment.end > HEAD_BYTES and segment.end + len(content) > self._segment_bytes_max):
            segment = self._begin_segment()
        try:
            _write(segment.descriptor, content, segment.end)
            os.fdatasync(segment.descriptor)
        except OSError:
            self._abandon(segment)
            raise
        segment.end += len(content)
        self.disk_bytes += len(content)
        self.waiting_bytes += len(content)
        self.waiting_records += records
        if self.oldest_at_ms is None:
            self.oldest_at_ms = at_ms

    def probe(self) -> None:
        """OSError where the disk takes nothing."""
        path = self._directory / "probe"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            _write(descriptor, bytes(PROBE_BYTES), 0)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
            path.unlink()

    def read(self, bytes_max: int) -> list[Frame]:
        """The oldest frames that are not drained: one at least, up to `bytes_max`, of one segment. None are left: []."""
        while self._segments:
            segment = self._segments[0]
            left = segment.end - self._drained
            for size in (bytes_max, left):
                content = os.pread(segment.descriptor, max(0, min(size, left)), self._drained)
                frames = list(segment.framing.frames(content, base=self._drained))
                if frames:
                    self._look_for_damage(segment, frames)
                    return frames
            if left > 0:
                self._damage(segment)
            self._drop_oldest()
        self.waiting_bytes = self.waiting_records = 0
        self.oldest_at_ms = None
        return []

    def advance(self, frames: list[Frame]) -> None:
        """These frames, the last that were read, are stored in Kafka."""
        segment = self._segments[0]
        self._drained = frames[-1].end
        self.waiting_bytes -= sum(one.end - one.start for one in frames)
        self.waiting_records -= sum(one.records for one in frames)
        try:
            if self._drained >= segment.end:
                self._drop_oldest()
            else:
                self._write_note(segment.number, self._drained)
        except OSError as problem:
            _log.error("spool: the drain's progress can't be noted, which makes duplicates: %s", problem)
        self.oldest_at_ms = self._next_at_ms()

    def _next_at_ms(self) -> int | None:
        for segment in self._segments[:2]:
            at = self._drained if segment is self._segments[0] else HEAD_BYTES
            if at < segment.end:
                head = os.pread(segment.descriptor, FRAME_HEAD_BYTES, at)
                return int.from_bytes(head[12:20], "little")
        return None

    def _open_segments(self) -> None:
        number, offset = self._read_note()
        for path in sorted(self._directory.glob(f"*{SUFFIX}"), key=lambda path: int(path.stem)):
            self._open_segment(path)
        # Above the note's number too: what it says is drained must never be said of a new segment.
        self._next_number = max([number, *(one.number for one in self._segments)]) + 1
        while self._segments and self._segments[0].number < number:
            self._drop_oldest()
        if self._segments and self._segments[0].number == number:
            self._drained = offset
        for segment in self._segments:
            self._count(segment)

    def _open_segment(self, path: Path) -> None:
        descriptor = os.open(path, os.O_RDWR)
        size = os.fstat(descriptor).st_size
        salt = salt_of(os.pread(descriptor, HEAD_BYTES, 0))
        segment = Segment(int(path.stem), path, descriptor, Framing(salt or b""), size)
        self._segments.append(segment)
        self.disk_bytes += size
        if salt is None and size > HEAD_BYTES:
            self._damage(segment)

    def _count(self, segment: Segment) -> None:
        """How much of a segment waits to be drained. What was cut at its end was never answered, and is taken off."""
        drained = self._drained if segment is self._segments[0] else HEAD_BYTES
        end = HEAD_BYTES
        content = os.pread(segment.descriptor, segment.end, 0)
        for frame in segment.framing.frames(content, HEAD_BYTES):
            if frame.start > end:
                self._damage(segment)
            end = frame.end
            if frame.start >= drained:
                self.waiting_bytes += frame.end - frame.start
                self.waiting_records += frame.records
                if self.oldest_at_ms is None:
                    self.oldest_at_ms = frame.at_ms
        if segment.damaged or end >= segment.end:
            return
        if segment is self._segments[-1]:
            _log.warning("spool: %d bytes of a record that was never answered end %s", segment.end - end, segment.path)
            os.ftruncate(segment.descriptor, end)
            self.disk_bytes -= segment.end - end
            segment.end = end
        else:
            self._damage(segment)

    def _begin_segment(self) -> Segment:
        path = self._directory / f"{self._next_number:010}{SUFFIX}"
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        self._next_number += 1
        try:
            _write(descriptor, segment_head(self.framing.salt), 0)
            _sync_directory(self._directory)
        except OSError:
            os.close(descriptor)
            with suppress(OSError):
                path.unlink()
            raise
        self._active = Segment(self._next_number - 1, path, descriptor, self.framing, HEAD_BYTES)
        if not self._segments:
            self._drained = HEAD_BYTES
        self._segments.append(self._active)
        self.disk_bytes += HEAD_BYTES
        return self._active

    def _abandon(self, segment: Segment) -> None:
        """After an error nothing is written behind what may be half there: the next append begins a new segment."""
        self._active = None
        with suppress(OSError):
            os.ftruncate(segment.descriptor, segment.end)

    def _drop_oldest(self) -> None:
        segment = self._segments.pop(0)
        if segment is self._active:
            self._active = None
        self._drained = HEAD_BYTES
        self.disk_bytes -= segment.end
        os.close(segment.descriptor)
        with suppress(FileNotFoundError):
            if segment.damaged:
                segment.path.rename(segment.path.with_suffix(".damaged"))
            else:
                segment.path.unlink()

    def _look_for_damage(self, segment: Segment, frames: list[Frame]) -> None:
        starts = [self._drained, *(one.end for one in frames[:-1])]
        if any(frame.start > start for frame, start in zip(frames, starts, strict=True)):
            self._damage(segment)

    def _damage(self, segment: Segment) -> None:
        if not segment.damaged:
            _log.error("spool: %s is damaged; what can be read is drained, and the file is kept", segment.path)
        segment.damaged = True

    def _write_note(self, number: int, offset: int) -> None:
        os.pwrite(self._note, _NOTE.pack(number, offset, _note_digest(number, offset)), 0)

    def _read_note(self) -> tuple[int, int]:
        try:
            number, offset, digest = _NOTE.unpack(os.pread(self._note, _NOTE.size, 0))
        except error:
            return 0, HEAD_BYTES
        return (number, offset) if digest == _note_digest(number, offset) else (0, HEAD_BYTES)


def _note_digest(number: int, offset: int) -> bytes:
    return blake2b(f"{number} {offset}".encode(), digest_size=8).digest()


def _write(descriptor: int, content: bytes, at: int) -> None:
    view = memoryview(content)
    while view:
        written = os.pwrite(descriptor, view, at)
        view, at = view[written:], at + written


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _lock(path: Path) -> int:
    """The lock, waited for a while: the last owner may still be ending."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + LOCK_WAIT_S
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                os.close(descriptor)
                raise Misconfigured(
                    f"[gateway] spool_dir: another gateway uses {path.parent}: give each its own directory"
                ) from None
            time.sleep(0.05)
        else:
            return descriptor
