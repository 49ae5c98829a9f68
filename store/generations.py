"""Generations: a complete set of tables each. One serves; another may be in the making beside it, by the same writer's code.

A generation in the making is filled while the other serves, is compared with it, and takes its place in one moment, in which
the serving one's writers are held. Writers of the old generation are fenced by that and claim anew; readers see either the old
or the new, whole, in each statement. Whatever of this is cut off by a crash is gone on with, or begun again; nothing is half done.

Where retention has trimmed the history, a view can be the fold of events that are not there any more. Such messages are taken over
as they stand, and what is left of their events with them; when the walk comes by these they are duplicates. The statistics of days
that lack events are taken over as they stood at one moment, and what came after that is counted on top of them.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from enum import StrEnum
from typing import Protocol

import msgspec

from delivery.event import Received
from store.audit import Auditor
from store.contract import Position, Writer

TABLES = ("messages", "deliveries", "history", "statistics", "statistics_added", "offsets", "progress", "announcements")
"""What a generation consists of, as far as the database has it."""

STORE_TABLES = (
    "schema_version", "retention", "dead_letters", "dead_letter_members", "dead_letter_notes", "dead_letter_offsets", "erasures",
    "erasure_key", "latencies",
)  # fmt: skip
"""What belongs to the store whichever generation serves. In SQLite, where a generation is a file, it moves on with each swap."""

BUILD_TABLE = "create table if not exists build (state text not null)"  # in a generation in the making alone

COMPARED_MESSAGES = 10_000  # at a time
CARRIED_MESSAGES = 2_000  # looked at in one step
RETENTION_WAIT_S = 60.0
RETENTION_LOOK_S = 0.2
RETENTION_UNDER_WAY = "the store: what is old is being removed from it: try again when that is done"


class Source(StrEnum):
    """What a generation is made from: the events that the serving one keeps, or those of the topic."""

    HISTORY = "history"
    TOPIC = "topic"


Cursor = tuple[int | str, ...]
"""How far a walk through the history is; only the store that gave it understands it."""


class Build(msgspec.Struct):
    """A generation in the making, as noted in itself.

    `starts` are the serving generation's next offsets when the walk began: what came later is taken from the topic. `events`
    counts those taken so far, of some `events_expected`.

    Where the history is trimmed, `horizon` is what it was trimmed to, `counted` the offsets up to which the statistics that are
    taken over count, `carried_to` the key up to which messages were looked at, and `carried_messages` how many were taken over.
    """

    source: Source
    topic: str
    schema_version: int
    classification_version: int
    begun_at: int
    starts: dict[int, int]
    events_expected: int
    events: int = 0
    cursor: Cursor | None = None
    walked: bool = False
    horizon: int | None = None
    counted: dict[int, int] = {}
    carried_to: str | None = None
    is_carried: bool = False
    carried_messages: int = 0


class Walked(msgspec.Struct):
    """A part of the history, in the order of the walk; `cursor` is None after the last part."""

    events: list[Received]
    cursor: Cursor | None


class Compared(msgspec.Struct):
    """Both generations' messages up to the key `last` (None: to the end).

    `changed` have as many events in both, but another content; `unequal` have not as many, or are in one of them only.
    """

    last: str | None
    messages: int
    changed: list[str]
    unequal: list[str]


class Held(Protocol):
    """The serving generation with its writers held: it stands still."""

    async def positions(self) -> dict[int, Position]:
        """How far the serving generation is."""

    async def swap(self, announced: Mapping[int, int]) -> None:
        """The generation in the making serves from now on, and the writers of the other are fenced.

        `announced` are offsets behind which changes are announced again, since they may differ from what was announced.
        """


class Generations(Protocol):
    """The operator's side of a store. One process at a time has it open."""

    async def open(self) -> None:
        """Rejected where another process has it, Misconfigured where there is no store."""

    async def close(self) -> None: ...

    async def positions(self, topic: str) -> dict[int, Position]:
        """How far the serving generation is."""

    async def schema_version(self) -> int: ...

    async def horizon(self) -> int | None:
        """Events that arrived before this (ms) are gone from the history, or about to go; None where there is no such moment."""

    async def count(self, topic_starts: Mapping[int, int]) -> tuple[int, int]:
        """How many events the serving history has, and how many of them are from before these offsets, by partition."""

    async def build(self) -> Build | None:
        """The generation in the making, None where there is none."""

    async def begin(self, build: Build) -> None:
        """An empty generation in the making, in the place of any that there is. Of a trimmed history it keeps the statistics of
        days that lack events, and sets what they count."""

    async def note(self, build: Build) -> None:
        """Keeps how far it is."""

    async def discard(self) -> None:
        """Removes the generation in the making."""

    async def writer(self) -> Writer:
        """A writer of the generation in the making, open."""

    def auditor(self) -> Auditor:
        """An auditor of the generation in the making, not open yet."""

    async def walk(self, cursor: Cursor | None, events_max: int) -> Walked:
        """The serving history's next events; without a cursor the first."""

    async def keep_history(self) -> None:
        """Nothing is removed by age from now on until this is closed. Unavailable where retention goes on for too long."""

    async def carry(self, build: Build) -> Build:
        """Of a trimmed history: takes over the next messages that have fewer events than they count, with their deliveries and
        what is left of their events, as they stand. Notes how far it is in the same transaction, and gives it."""

    async def count_carried(self, build: Build) -> None:
        """Once the rest is counted: the statistics of days that lack events become those of the serving generation."""

    async def settle(self) -> None:
        """After the bulk of the events: the indexes that lists need, and what else makes the new tables quick to read."""

    async def compare(self, after: str | None) -> Compared:
        """Compares the next messages behind this key, and makes the changed ones due to be announced after the swap."""

    async def unequal(self, tracking_ids: Sequence[str]) -> list[str]:
        """Those of the messages that have not as many events in both generations."""

    async def announce(self, tracking_ids: Sequence[str]) -> None:
        """Makes such unequal ones due to be announced after the swap: as they then are, or as gone."""

    async def shortfall(self, tracking_ids: Sequence[str]) -> list[tuple[str, int, int]]:
        """Those of the messages of which the serving history has another number of events than the new view counts, with both."""

    def held(self, topic: str) -> AbstractAsyncContextManager[Held]:
        """Holds the writers of the serving generation while the context is open. Unavailable where they can't be."""

    async def retired(self) -> bool:
        """Whether an old generation is still kept."""

    async def drop_retired(self) -> None:
        """Removes the old generation."""
