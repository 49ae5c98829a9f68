"""The bytes of the spool: what a segment file holds, and how much of it can be believed after a crash.

A segment is MAGIC, a salt of 16 bytes, then frames. A frame is the rows of one publish, all of them or none:

    mark 4 · payload bytes u32 · records u32 · time in ms u64 · blake2b-64 of those and the payload, keyed with the salt

and the payload, MessagePack of (topic, [(key, value, headers, timestamp_ms)…]). Integers are little-endian. A frame that
was cut, or whose bytes changed, is not read; the salt keeps content that looks like a frame from ever being taken for one.
"""

from collections.abc import Callable, Iterator, Sequence
from hashlib import blake2b
from struct import Struct
from typing import NamedTuple

import msgspec

from delivery.event import Header, Record

MAGIC = b"EDSSPL01"
SALT_BYTES = 16
HEAD_BYTES = len(MAGIC) + SALT_BYTES
MARK = b"\xedS\xf0\x01"

_HEAD = Struct("<4sIIQ")
_DIGEST_BYTES = 8
FRAME_HEAD_BYTES = _HEAD.size + _DIGEST_BYTES
_Row = tuple[bytes | None, bytes | None, list[Header], int]
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(tuple[str, list[_Row]]).decode


class Frame(NamedTuple):
    """A frame that was read: where it begins and ends in its segment, how many records it holds, since when (ms)."""

    start: int
    end: int
    records: int
    at_ms: int
    payload: bytes

    def content(self) -> tuple[str, list[Record]]:
        """The topic and the records."""
        topic, rows = _decode(self.payload)
        return topic, [Record(*row) for row in rows]


def segment_head(salt: bytes) -> bytes:
    """The first bytes of a segment."""
    return MAGIC + salt


def salt_of(head: bytes) -> bytes | None:
    """The salt of the segment that begins like this; None where it is no segment, or a head that was cut."""
    return head[len(MAGIC) : HEAD_BYTES] if len(head) >= HEAD_BYTES and head.startswith(MAGIC) else None


class Framing:
    """Writes and reads the frames of segments with one salt."""

    def __init__(self, salt: bytes) -> None:
        self.salt = salt
        self._fresh: Callable[[], blake2b] = blake2b(digest_size=_DIGEST_BYTES, key=salt).copy

    def encode(self, topic: str, records: Sequence[Record], at_ms: int) -> bytes:
        """The frame of one publish."""
        rows = [(one.key, one.value, one.headers, one.timestamp_ms) for one in records]
        payload = _encode((topic, rows))
        head = _HEAD.pack(MARK, len(payload), len(rows), at_ms)
        return b"".join((head, self._digest(head, payload), payload))

    def read(self, content: bytes, at: int, base: int = 0) -> Frame | None:
        """The frame that begins at `at`; None where no whole, unharmed one does. `base` is the content's place in its segment."""
        body = at + FRAME_HEAD_BYTES
        if content[at : at + len(MARK)] != MARK or len(content) < body:
            return None
        _, size, records, at_ms = _HEAD.unpack_from(content, at)
        end = body + size
        if len(content) < end:
            return None
        payload = content[body:end]
        if self._digest(content[at : at + _HEAD.size], payload) != content[at + _HEAD.size : body]:
            return None
        return Frame(base + at, base + end, records, at_ms, payload)

    def frames(self, content: bytes, at: int = 0, base: int = 0) -> Iterator[Frame]:
        """Every unharmed frame from `at` on. What lies between two of them is damage; what follows the last was cut, or is."""
        while at >= 0:
            frame = self.read(content, at, base)
            if frame is not None:
                yield frame
                at = frame.end - base
            else:
                at = content.find(MARK, at + 1)

    def _digest(self, head: bytes, payload: bytes) -> bytes:
        state = self._fresh()
        state.update(head)
        state.update(payload)
        return state.digest()
