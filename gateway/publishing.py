"""What the intake needs of whoever keeps its rows: Kafka's publisher, or one with a spool behind it."""

from collections.abc import Sequence
from typing import Protocol

from bus.producing import Done
from delivery.event import Record


class Sent(Protocol):
    """Records on their way."""

    def abandon(self) -> None:
        """Nobody wants to know any more what becomes of them."""


class Publishing(Protocol):
    """Keeps rows for good."""

    def send(self, topic: str, records: Sequence[Record], done: Done) -> Sent | None:
        """Calls `done` once in the loop, at once or later: with None when every row is kept, else with the problem."""
