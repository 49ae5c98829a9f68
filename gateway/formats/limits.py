"""The limits of decoding, apart from the size of the body, which whoever reads it from the network keeps."""

import msgspec


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """`rows_max` rows in one body; `depth_max` levels of arrays, objects or elements (the original stops at 256 too)."""

    rows_max: int = 10_000
    depth_max: int = 256
