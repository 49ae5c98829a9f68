"""What can be said of a store from outside, for who looks why something doesn't work. Looking changes nothing."""

import msgspec


class Inspection(msgspec.Struct, frozen=True):
    """A store that answers.

    `schema_version` is 0 where the consumers have not made it yet; this program knows `known_version`. `writing` is why this
    process or its role can't write, None where it can. `clock_ahead_ms` is how far the
    database's clock is ahead of ours, None where it is ours. `notes` are worth knowing.
    """

    place: str
    schema_version: int
    known_version: int
    writing: str | None
    clock_ahead_ms: int | None
    notes: tuple[str, ...] = ()
