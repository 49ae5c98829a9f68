"""Removing what is old, beside the writers: bounded steps, each a transaction of its own that leaves the store right.

The order is what keeps the views exact. First the horizon moves: from then on what arrived before it is applied no more. Then
such history goes. A view goes once its last event is old and none of its history is left, so that no event of it can be there
without it; its owner announces that it is gone. Whatever of this is cut off is gone on with the next time.
"""

from typing import Protocol

import msgspec

MESSAGES_MAX = 500  # of one step
ROWS_MAX = 5_000  # deliveries or statistics of one step; a message goes whole, however many deliveries it has


DAY_MS = 86_400_000


def recounted_from(horizon: int) -> int:
    """The first day of which the history has all events, of those that arrived from the horizon (ms) on.

    A day is to spare: a sender's clock may be ahead, so that what arrived before the horizon says that it was after it.
    """
    return -(-(horizon + DAY_MS) // DAY_MS) * DAY_MS


class Limits(msgspec.Struct, frozen=True):
    """What is old, as times in ms; None: nothing is. `history` by arrival, `views` by their last event, buckets by beginning."""

    history: int | None = None
    views: int | None = None
    hours: int | None = None
    days: int | None = None


class Old(msgspec.Struct, frozen=True):
    """How much there is to remove: rows. Views are counted where their history is old too."""

    history: int
    messages: int
    statistics: int


class Trimmer(Protocol):
    """Retention's side of a store. Each step gives how many rows it removed; None: there is nothing more of that kind.

    Unavailable where the database can't be reached, or is too slow. A new object begins from the start.
    """

    async def open(self) -> bool:
        """Connects; False where another process is at it. Unavailable until a writer has brought the schema up to date."""
        ...

    async def close(self) -> None: ...

    async def horizon(self) -> int | None:
        """What arrived before this is expired."""

    async def measure(self, limits: Limits) -> Old:
        """What there is to remove; nothing changes."""
        ...

    async def move_horizon(self, at: int) -> None:
        """Moves it up to `at`; it never moves back."""

    async def remove_history(self) -> int | None:
        """The next expired events; in PostgreSQL a whole partition, once all of it is expired."""

    async def remove_views(self, before: int) -> int | None:
        """The next messages, with their deliveries, whose last event is older, and that have no history any more."""

    async def remove_statistics(self, span: str, before: int) -> int | None:
        """The next buckets of this length ("hour", "day") that began earlier."""
