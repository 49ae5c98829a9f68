"""What a store promises, whichever database is behind it. One suite (tests/contract) holds every implementation to it.

Writing: views, history and next offsets change in one transaction, or not at all. A claim on partitions carries an epoch;
once somebody else has claimed a partition, the older claim's writes raise Fenced and change nothing.
Reading: rows by key in one round trip, and keyset pages that an index answers.
A database that can't be reached or is too slow raises Unavailable; the caller tries again. Times are ms since 1970.
"""

from collections.abc import Mapping, Sequence
from typing import Generic, Protocol, TypeVar

import msgspec

from delivery.batch import Batch
from delivery.classification import Kind
from delivery.kept_letter import KeptLetter
from delivery.views import Delivery, Message
from store.questions import (
    Breakdown,
    Deliveries,
    Events,
    Interval,
    LetterFilter,
    Messages,
    Order,
    StatisticsFilter,
    Window,
)

ANNOUNCED_DELIVERIES_MAX = 20  # a message with more deliveries than this is announced without them

LATENCIES_KEPT_MS = 3_600_000

LETTER_BYTES_MAX = 65_536  # of a dead letter's content, as readers get it


class Position(msgspec.Struct, frozen=True):
    """How far a partition is: all below `next_offset` is applied, all below `announced_offset` is on the status topic too."""

    next_offset: int
    announced_offset: int


class Claim(msgspec.Struct, frozen=True):
    """The right to write for some partitions of a topic, while no newer claim on them exists.

    A partition that was never applied has no position: its owner starts at the topic's beginning.
    """

    topic: str
    owner: str
    epochs: dict[int, int]
    positions: dict[int, Position]


class Change(msgspec.Struct):
    """A message as it stands after a batch; `deliveries` holds all of them, or none where there are too many to announce."""

    message: Message
    deliveries: list[Delivery]


class Applied(msgspec.Struct):
    """What a batch did. `changes` has every message that the batch's events belong to, also where all were duplicates.

    `expired` events arrived before the store's horizon, or can't be told from such, and `erased` ones were of erased recipients:
    they change nothing. `kinds` counts the inserted events by what they report.
    """

    changes: list[Change]
    inserted: int
    duplicates: int
    expired: int = 0
    erased: int = 0
    kinds: dict[Kind, int] = msgspec.field(default_factory=dict)


class Due(msgspec.Struct):
    """A message to announce that something other than `apply` changed or removed, as it stands; `change` is None where it is gone.

    `removed`: it went, or began anew, since it was announced: a tombstone comes before what there is. `numbers` are its rows.
    """

    tracking_id: str
    numbers: list[int]
    removed: bool
    change: Change | None


class HistoryEvent(msgspec.Struct, frozen=True):
    """One distinct event of the history, with its raw value."""

    id: str
    tracking_id: str | None
    recipient: str
    kind: Kind
    occurred_at: int
    received_at: int
    source: str
    partition: int
    offset: int
    value: bytes


Row = TypeVar("Row")


class Slice(msgspec.Struct, Generic[Row]):
    """The rows of a window. `more` says whether the window held further rows than `limit` took."""

    rows: list[Row]
    more: bool


class MessagePage(msgspec.Struct):
    """A message with its deliveries and its events, newest first."""

    message: Message
    deliveries: Slice[Delivery]
    events: Slice[HistoryEvent]


class Count(msgspec.Struct, frozen=True):
    """How many rows a filter has; counting stops at a limit, and then `exact` is False."""

    count: int
    exact: bool


class StatisticsRow(msgspec.Struct, frozen=True):
    """How many distinct events of a kind occurred in the bucket that begins at `bucket`. `value` is the breakdown's: "" where
    events have none, None without a breakdown."""

    bucket: int
    value: str | None
    kind: Kind
    count: int


class Progress(msgspec.Struct, frozen=True):
    """How fresh the store is. The newest event is the one that arrived last of all applied; None while there is none."""

    positions: dict[str, dict[int, Position]]
    newest_event_at: int | None
    applied_at: int | None
    schema_version: int
    classification_version: int


class Writer(Protocol):
    """The consumers' side of a store."""

    async def open(self) -> None:
        """Connects and brings the schema up to date. Misconfigured where the schema is newer than this program."""

    async def close(self) -> None: ...

    async def claim(self, topic: str, partitions: Sequence[int], owner: str) -> Claim:
        """Takes the partitions over from whoever had them, in one transaction."""

    async def apply(self, claim: Claim, batch: Batch, now: int, announced: Mapping[int, int]) -> Applied:
        """Events, views, next offsets and the `announced` offsets, in one transaction; Fenced where the claim is outdated.

        A large batch may be several transactions, each of whole partitions: where one fails, others may have been committed.
        Poison counts as passed: its offsets are within next_offsets. A partition's next_offset never moves back.
        """

    async def mark_announced(self, claim: Claim, announced: Mapping[int, int]) -> None:
        """Only the announced offsets, for when no batch follows."""

    async def due(self, claim: Claim, rows_max: int) -> list[Due]:
        """What is due on the status topic from the claim's partitions, of each the oldest first.

        It comes of that many rows at most; of a message there may be several. Fenced where the claim is outdated.
        """

    async def mark_due_announced(self, claim: Claim, due: Sequence[Due]) -> None:
        """These are on the topic. A message that has become due again meanwhile stays so. Fenced where the claim is outdated."""

    async def note_latencies(self, owner: str, minute: int, events: Mapping[int, int]) -> None:
        """How long the events took that became readable in this minute (its beginning, ms): how many by upper bound (ms).

        They take the place of what was noted of this owner and minute. What is older than LATENCIES_KEPT_MS is removed.
        """

    async def check(self, claim: Claim) -> None:
        """Fenced where a newer claim exists on one of its partitions, or the views were rebuilt since: its owner claims anew."""


class Reader(Protocol):
    """The readers' side of a store. Message and delivery lists come back in the order of the ids asked for, None where unknown."""

    async def open(self) -> None:
        """Connects. Misconfigured where the schema is newer than this program, Unavailable until a writer brings it up to date."""

    async def close(self) -> None: ...

    async def check(self) -> None:
        """Answers if the database does, else Unavailable."""

    async def progress(self) -> Progress: ...

    async def latencies(self, since: int) -> dict[int, int]:
        """How many events became readable since then (the beginning of a minute, ms) by the bound of how long they took (ms)."""
        raise TypeError(f"{type(self).__name__} has to say what of latencies may be seen")

    async def messages(self, tracking_ids: Sequence[str]) -> list[Message | None]: ...

    async def message_pages(
        self,
        tracking_ids: Sequence[str],
        deliveries_max: int,
        events_max: int,
        sender_ids: tuple[int, ...] | None = None,
    ) -> list[MessagePage | None]:
        """Messages with their newest deliveries and events (of these senders, where given), in one round trip."""
        raise TypeError(f"{type(self).__name__} has to say what of message pages may be seen")

    async def deliveries(self, keys: Sequence[tuple[str, str]]) -> list[Delivery | None]:
        """By (tracking_id, recipient)."""

    async def events(self, keys: Sequence[tuple[str, str]]) -> list[HistoryEvent | None]:
        """By (tracking_id or "", event id)."""

    async def deliveries_of(
        self, tracking_ids: Sequence[str], order: Order, window: Window, sender_ids: tuple[int, ...] | None = None
    ) -> list[Slice[Delivery]]:
        """One window per message, in one round trip; of these senders only, where given."""

    async def events_of(
        self,
        keys: Sequence[tuple[str, str | None]],
        order: Order,
        window: Window,
        sender_ids: tuple[int, ...] | None = None,
    ) -> list[Slice[HistoryEvent]]:
        """One window per (tracking_id, recipient), or per message where the recipient is None; in one round trip.

        Of these senders only, where given.
        """

    async def page_messages(self, where: Messages, order: Order, window: Window) -> Slice[Message]: ...

    async def page_deliveries(self, where: Deliveries, order: Order, window: Window) -> Slice[Delivery]: ...

    async def page_events(self, where: Events, order: Order, window: Window) -> Slice[HistoryEvent]: ...

    async def count_messages(self, where: Messages, count_max: int) -> Count: ...

    async def count_deliveries(self, where: Deliveries, count_max: int) -> Count: ...

    async def count_events(self, where: Events, count_max: int) -> Count: ...

    async def statistics(
        self, where: StatisticsFilter, interval: Interval, breakdown: Breakdown | None = None, values_max: int = 20
    ) -> list[StatisticsRow]:
        """By bucket, value and kind, without zeros; a breakdown gives the `values_max` values with the most events.

        ValueError for a time of too many buckets, and for what is not kept at once: domain, category and source (filter or
        breakdown) exclude one another, but that the refusals of one domain are kept by category and code.
        """
        raise TypeError(f"{type(self).__name__} has to say what of statistics may be seen")

    async def page_letters(self, where: LetterFilter, order: Order, window: Window) -> Slice[KeptLetter]:
        """Dead letters by arrival, each with the first LETTER_BYTES_MAX of its content."""
        raise TypeError(f"{type(self).__name__} has to say what of dead letters may be seen")

    async def letters(self, ids: Sequence[str]) -> list[KeptLetter | None]:
        """By id; as page_letters gives them."""
        raise TypeError(f"{type(self).__name__} has to say what of dead letters may be seen")

    async def count_letters(self, where: LetterFilter, count_max: int) -> Count:
        raise TypeError(f"{type(self).__name__} has to say what of dead letters may be seen")
