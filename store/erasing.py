"""Removing an address from a store: what is asked of each database, and what is found. See eraser.py for the work itself.

Both databases take the same steps; their statements differ in how a message is named (`ref`: its number in SQLite, its key in
PostgreSQL) and in how the history is walked. Each step is one transaction, bounded in rows, with no batch under way meanwhile;
whatever a crash cuts off is found again by the next run. All events of a recipient of one message go in one step, however many: a
batch in between would take what is left of them for a history that lacks some.
"""

import re
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

import msgspec

from delivery.event import Received
from store.columns import EventRow, received
from store.erasures import Remembered

REFS_MAX = 50  # messages that one step changes
SCANNED_MAX = 5_000  # rows that one step looks at

Ref = int | str


class Found(msgspec.Struct):
    """Rows that hold the address: of the recipient itself, and those of others that name it in a text."""

    events: int = 0
    deliveries: int = 0
    messages: int = 0
    mentions: int = 0

    def add(self, other: "Found") -> None:
        self.events += other.events
        self.deliveries += other.deliveries
        self.messages += other.messages
        self.mentions += other.mentions

    @property
    def total(self) -> int:
        return self.events + self.deliveries + self.messages + self.mentions


class Sizes(msgspec.Struct, frozen=True):
    """About how many rows there are to look at."""

    history: int
    deliveries: int
    messages: int


class HistoryRow(msgspec.Struct):
    """A row of the history, by its place in the walk."""

    place: tuple[Any, ...]
    ref: Ref | None
    recipient: str
    event: Received


class Portion(msgspec.Struct):
    """Rows that may name the address, of those that a step looked at; `last` is where the next begins, None at the end."""

    rows: list[Any]
    last: tuple[Any, ...] | None


class Tables(Protocol):
    """One database within one transaction."""

    async def refs(self, recipient: str, limit: int) -> list[Ref]:
        """Messages with a delivery to this recipient."""

    async def count_own(self, recipient: str) -> Found:
        """Events and deliveries of the recipient."""

    async def delete_untracked(self, recipient: str, limit: int) -> int: ...

    async def delete_events(self, ref: Ref, recipient: str) -> int:
        """All events of a recipient of a message; how many that were."""

    async def delete_delivery(self, ref: Ref, recipient: str) -> int: ...

    async def deliveries(self, ref: Ref) -> list[str]:
        """States of all deliveries of a message."""

    async def history(self, ref: Ref, recipient: str) -> list[Received]: ...

    async def announce(self, ref: Ref, *, removed: bool) -> None: ...

    async def delete_message(self, ref: Ref) -> None: ...

    async def update_message(self, ref: Ref, row: Sequence[object]) -> None:
        """phase, sender_id, revision, last_event_at, state."""

    async def update_delivery(self, ref: Ref, recipient: str, row: Sequence[object]) -> None:
        """phase, category, sender_id, last_event_at, state."""

    async def update_event(self, row: HistoryRow, value: bytes, kind: str) -> None: ...

    async def delete_event(self, row: HistoryRow) -> None: ...

    async def walk_history(self, after: tuple[Any, ...] | None, needle: str, limit: int) -> Portion:
        """HistoryRows."""

    async def walk_deliveries(self, after: tuple[Any, ...] | None, needle: str, limit: int) -> Portion:
        """(ref, recipient, state)."""

    async def walk_messages(self, after: tuple[Any, ...] | None, needle: str, limit: int) -> Portion:
        """(ref, state)."""


class Database(Protocol):
    """Where an address is removed from."""

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    async def remember(self, digest: bytes, check_value: bytes, now: int) -> bool:
        """Notes an erased address; whether it is new. Misconfigured where the store has another key's check value."""

    async def check_key(self, check_value: bytes) -> None:
        """Misconfigured where the store has another key's check value."""

    async def remembered(self) -> list[Remembered]:
        """All erased addresses, in the order of their erasure."""

    def changing(self) -> AbstractAsyncContextManager[Tables]:
        """A transaction in which no batch is applied."""

    def looking(self) -> AbstractAsyncContextManager[Tables]:
        """One in which nothing is changed."""

    async def letters(self, after: str, limit: int) -> list[Any]:
        """Rows of letters.SELECTED with whole contents, by id."""

    async def waiting(self) -> int:
        """Announcements that are due."""

    async def sizes(self) -> Sizes:
        """How much there is, as nearly as is quick to know."""

    async def compact(self) -> None:
        """What the database itself keeps of removed rows goes as far as that is quick."""


def needle_of(address: str) -> str:
    """A text that stands in whatever way the address is written, in lower case; empty where there is none."""
    if not address.isascii():
        return ""  # it may be written in escapes
    return max(re.findall(r"[a-z0-9]+", address.rpartition("@")[0] or address), key=len, default="")


def event_row_of(place: tuple[Any, ...], ref: Ref | None, recipient: str, row: EventRow) -> HistoryRow:
    """A row of EVENT_COLUMNS."""
    return HistoryRow(place, ref, recipient, received(row))
