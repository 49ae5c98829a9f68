"""A sender that has proven who it is."""

from typing import Literal

import msgspec

DEFAULT = "default"
UNPROVEN = "unproven"


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """`sender_ids` are those that it may send, None all. `overload_status` is the one upon which its sender comes again.
    Limits of 0 don't limit."""

    name: str = DEFAULT
    sender_ids: frozenset[int] | None = None
    sender_id_required: bool = True
    overload_status: Literal[503, 429] = 503
    retry_after_s: int = 0
    requests_per_s_max: int = 0
    rows_per_s_max: int = 0
    bytes_per_s_max: int = 0
    inflight_requests_max: int = 0
    inflight_bytes_max: int = 0

    @property
    def is_limited(self) -> bool:
        """Whether any of the limits is set."""
        return bool(
            self.requests_per_s_max
            or self.rows_per_s_max
            or self.bytes_per_s_max
            or self.inflight_requests_max
            or self.inflight_bytes_max
        )
