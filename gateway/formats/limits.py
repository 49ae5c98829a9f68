"""The limits of decoding, apart from the size of the body, which whoever reads it from the network keeps."""

import msgspec

VALUES_PER_ROW = 64
VALUES_MIN = 10_000


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """`rows_max` rows in one body; `depth_max` levels of arrays, objects or elements (the original stops at 256 too)."""

    rows_max: int = 10_000
    depth_max: int = 256

    @property
    def values_max(self) -> int:
        """How many values, pairs or elements a body may hold: each costs up to some hundred bytes of memory, two in the body."""
        return max(self.rows_max * VALUES_PER_ROW, VALUES_MIN)
