"""Is the store what its history says? Views against the pure fold of their events, statistics against a count of the events.

What is compared was read in one state of the database, so writers may go on meanwhile.
"""

from collections.abc import Container, Iterable, Sequence
from random import Random
from typing import Any, Protocol

import msgspec

from delivery.classification import Classifier
from delivery.event import Observed, event_id
from delivery.mentions import ERASED
from delivery.state import fold
from delivery.views import recipient_of
from store.columns import (
    EVENT_COLUMNS,
    HISTORY_COLUMNS,
    MESSAGE_COLUMNS,
    delivery_row,
    history_row,
    key_text,
    message_row,
    received,
)
from store.statistics import REFUSAL, refusal_code, refusal_value

Key = int | str
"""What a message and all that belongs to it is kept under; which, only the store that gave it knows."""

Row = tuple[Any, ...]

Counted = dict[tuple[str, str, str, str], int]
"""(dimension, value, sender, kind) → events, of one hour."""

CLASSIFIED = ("deferred", "bounced")  # kinds whose events have a category

_REVISION_PLACE = MESSAGE_COLUMNS.index("revision")
_TIME_PLACE = HISTORY_COLUMNS.index("occurred_at")
_EVENT_PLACES = [HISTORY_COLUMNS.index(column) for column in EVENT_COLUMNS]
_decode = msgspec.json.Decoder(Observed).decode


class Kept(msgspec.Struct):
    """All rows under one key, in the columns of columns.py."""

    messages: list[Row] = []
    deliveries: list[Row] = []
    history: list[Row] = []

    @property
    def tracking_id(self) -> str:
        """As the key columns hold it."""
        return str((self.messages or self.deliveries or self.history)[0][0])

    @property
    def times(self) -> list[int]:
        """When its events occurred, in ms."""
        return [row[_TIME_PLACE] for row in self.history]

    @property
    def is_whole(self) -> bool:
        """Whether its history has as many events as the message counts."""
        return not self.messages or len(self.history) >= self.messages[0][_REVISION_PLACE]


class Alike(msgspec.Struct, frozen=True):
    """Events of one hour that count in the same places. Of deferrals and bounces each comes alone, with its value."""

    kind: str
    sender_id: int | None
    domain: str
    source: str
    value: bytes | None
    events: int


class Auditor(Protocol):
    """Reads what there is to audit, as it stands."""

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    async def classification_version(self) -> int:
        """Of the table that the views were made with."""

    async def statistics_version(self) -> int:
        """Of what is counted, see store/statistics.py."""

    async def horizon(self) -> int | None:
        """Events that arrived before this (ms) may be gone from the history; None where there is no such moment."""

    async def has_erasures(self) -> bool:
        """Whether addresses were erased: their events are gone from the history, and still in the statistics."""

    async def keys(self, after: Key | None, keys_max: int) -> list[Key]:
        """The next keys, in order, of all that there are messages, deliveries or events under."""

    async def sample(self, keys_max: int, random: Random) -> list[Key]:
        """Some keys, drawn by chance: from the messages, and from the events."""

    async def kept(self, keys: Sequence[Key]) -> list[Kept]:
        """What there is under these keys; none for a key that is gone by now."""

    async def hours(self) -> list[int]:
        """The beginnings (ms) of the hours that the statistics have, in order."""

    async def hours_of_history(self) -> list[int]:
        """The beginnings of the hours that have events. Reads all of the history."""

    async def hour(self, hour: int, dimensions: Sequence[str]) -> tuple[list[Alike], Counted]:
        """The events of an hour, and its statistics in these dimensions."""

    async def is_day_sum(self, day: int) -> bool:
        """Whether a day's statistics are the sum of its hours'."""


def faults_of(kept: Kept, classifier: Classifier) -> list[str]:
    """What is wrong with a message's rows, given its events."""
    events = [received(_event_row(row)) for row in kept.history]
    # An erasure replaces an address in the texts of others, whose events keep their ids: late copies are known by them.
    if any(event_id(event.value) != event.id and ERASED.encode() not in event.value for event in events):
        return ["an event of its history is not what its id says"]
    wrong = [
        event for event, row in zip(events, kept.history, strict=True)
        if tuple(row) != history_row(event, recipient_of(event.notification), classifier.meaning(event.notification).kind)
    ]  # fmt: skip
    found = [f"{len(wrong)} events of its history are listed wrongly"] if wrong else []
    views = list(fold(events, classifier).values())
    partitions = {event.partition for event in events}
    told = {row[-1] for row in kept.messages} & partitions or partitions
    messages = {message_row(each.message, min(told)) for each in views}
    deliveries = {delivery_row(delivery) for each in views for delivery in each.deliveries.values()}
    return (
        found + _differences("message", messages, kept.messages) + _differences("delivery", deliveries, kept.deliveries)
    )


def _event_row(row: Row) -> Any:
    return tuple(row[place] for place in _EVENT_PLACES)


def _differences(what: str, expected: set[Any], rows: Sequence[Row]) -> list[str]:
    found = {tuple(row) for row in rows}
    missing, extra = len(expected - found), len(found - expected)
    if len(rows) != len(found):
        return [f"a {what} is there twice"]
    if missing and extra:
        return [f"a {what} is not the fold of its history"]
    if missing:
        return [f"a {what} is missing"]
    return [f"a {what} has no event in the history"] if extra else []


def count(alike: Iterable[Alike], classifier: Classifier, dimensions: Container[str]) -> Counted:
    """What the statistics of an hour with these events are, in these dimensions."""
    counted: Counted = {}
    for row in alike:
        sender = "" if row.sender_id is None else str(row.sender_id)
        values = {"": "", "domain": row.domain, "source": key_text(row.source)}
        if row.value is not None:
            notification = _decode(row.value)
            meaning = classifier.meaning(notification)
            if (classification := meaning.classification) is not None:
                values["category"] = category = classification.category
                values[REFUSAL] = refusal_value(row.domain, category, refusal_code(meaning, notification))
        for dimension, value in values.items():
            if dimension in dimensions:
                key = (dimension, value, sender, row.kind)
                counted[key] = counted.get(key, 0) + row.events
    return counted
