"""Memory that the workers of one gateway share: each writes its own slot, all read all, and none can hold another up.

A slot has two halves; a write goes to the older one and counts from its last byte on, so that a worker killed half-way
through leaves what it wrote before. A slot outlives its worker: the replacement goes on from it.
"""

import mmap
from hashlib import blake2b
from struct import Struct

HALF_BYTES = 64 * 1024
_HEAD = Struct("<QI8s")  # which write this is, its length, its digest


class Board:
    """Made before the workers are forked. Slots are numbered from 1."""

    def __init__(self, slots: int) -> None:
        self.slots = slots
        self._memory = mmap.mmap(-1, slots * 2 * HALF_BYTES)

    def close(self) -> None:
        self._memory.close()

    def write(self, slot: int, content: bytes) -> None:
        """Replaces what the slot holds. ValueError where it is too much."""
        if len(content) > HALF_BYTES - _HEAD.size:
            raise ValueError(f"{len(content)} bytes don't fit into a slot of the board")
        turn = self._newest(slot)[0] + 1
        at = self._place(slot, turn % 2)
        self._memory[at : at + _HEAD.size] = _HEAD.pack(turn, len(content), _digest(turn, content))
        self._memory[at + _HEAD.size : at + _HEAD.size + len(content)] = content

    def read(self, slot: int) -> bytes | None:
        """What was last written to the slot; None where nothing was."""
        return self._newest(slot)[1]

    def _newest(self, slot: int) -> tuple[int, bytes | None]:
        found: tuple[int, bytes | None] = (0, None)
        for half in (0, 1):
            at = self._place(slot, half)
            turn, length, digest = _HEAD.unpack_from(self._memory, at)
            if turn > found[0] and length <= HALF_BYTES - _HEAD.size:
                content = self._memory[at + _HEAD.size : at + _HEAD.size + length]
                if _digest(turn, content) == digest:
                    found = (turn, content)
        return found

    def _place(self, slot: int, half: int) -> int:
        return ((slot - 1) * 2 + half) * HALF_BYTES


def _digest(turn: int, content: bytes) -> bytes:
    return blake2b(content, digest_size=8, salt=turn.to_bytes(8, "little")).digest()
