"""Events as rows of output, and which of them are wanted."""

from typing import Any

import msgspec

from bus.records import Stored
from delivery.classification import Classifier, Kind
from delivery.errors import Rejected
from delivery.event import Received, read_event
from delivery.views import recipient_of
from ops.commands.output import Column, Row, masked, shown_time

EVENT_COLUMNS: tuple[Column, ...] = (
    Column("RECEIVED", 24, lambda row: row["received_at"]),
    Column("PLACE", 8, lambda row: f"{row['partition']}:{row['offset']}"),
    Column("KIND", 12, lambda row: row["kind"], is_state=True),
    Column("TRACKING_ID", 24, lambda row: row["tracking_id"]),
    Column("RECIPIENT", 24, lambda row: row["notification"].get("rcpt_to") if row["notification"] else None),
    Column("REPLY", 0, lambda row: row["problem"] or (row["notification"] or {}).get("resp_msg")),
)


class EventChoice(msgspec.Struct, frozen=True, kw_only=True):
    """Which events; what is not given admits all. Times in ms, of the arrival: `since` included and `until` not."""

    tracking_ids: frozenset[str] = frozenset()
    recipient: str | None = None
    sender_id: int | None = None
    source: str | None = None
    kind: Kind | None = None
    since: int | None = None
    until: int | None = None

    @property
    def has_times_only(self) -> bool:
        """Whether records are chosen by their time alone: then also those that are no events."""
        return self == EventChoice(since=self.since, until=self.until)

    def admits_time(self, time: int) -> bool:
        """Whether it arrived in the time that is wanted."""
        return (self.since is None or time >= self.since) and (self.until is None or time < self.until)

    def admits(self, event: Received, kind: Kind) -> bool:
        """Whether the event is one of those, its time apart."""
        return (
            (not self.tracking_ids or event.tracking_id in self.tracking_ids)
            and (self.recipient is None or recipient_of(event.notification) == self.recipient.strip().lower())
            and (self.sender_id is None or event.notification.sender_id == self.sender_id)
            and (self.source is None or event.source == self.source)
            and (self.kind is None or kind is self.kind)
        )


def row_of(one: Stored, wanted: EventChoice, classifier: Classifier, *, unmasked: bool) -> Row | None:
    """The record's row; None where it is not wanted. Masked are all members but tracking_id."""
    record = one.record
    if not wanted.admits_time(record.timestamp_ms):
        return None
    try:
        event = read_event(record.value, record.headers, record.timestamp_ms, one.partition, one.offset)
        notification: dict[str, Any] = msgspec.json.decode(event.value)
    except (Rejected, ValueError, RecursionError) as problem:
        if not wanted.has_times_only:
            return None
        return _row(one) | {"problem": str(problem)}
    kind = classifier.meaning(event.notification).kind
    if not wanted.admits(event, kind):
        return None
    try:
        shown = notification if unmasked else _masked(notification)
    except RecursionError as problem:  # from another producer: the gateway takes nothing so deep
        return _row(one) | {"problem": str(problem)}
    return _row(one) | {
        "occurred_at": shown_time(event.occurred_at),
        "id": event.id,
        "kind": kind.value,
        "source": event.source,
        "tracking_id": event.tracking_id,
        "notification": shown,
    }


def _masked(notification: dict[str, Any]) -> dict[str, Any]:
    return {name: value if name == "tracking_id" else masked(value) for name, value in notification.items()}


def _row(one: Stored) -> dict[str, Any]:
    return {
        "received_at": shown_time(one.record.timestamp_ms),
        "partition": one.partition,
        "offset": one.offset,
        "occurred_at": None,
        "id": None,
        "kind": None,
        "source": None,
        "tracking_id": None,
        "notification": None,
        "problem": "",
    }
