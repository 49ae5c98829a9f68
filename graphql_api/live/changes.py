"""What subscribers are told of: a message's change, a message that is gone, an event that arrived."""

import msgspec

from bus.records import Stored
from delivery.classification import Classifier, Kind
from delivery.errors import Rejected
from delivery.event import Received, read_event
from delivery.state import RANKS
from delivery.status import MessageStatus, message_status, read_status
from delivery.views import Earliest, Message, Phase, recipient_of
from store.contract import HistoryEvent

Place = tuple[int, int]
"""Where a record stands: (partition, offset)."""


class Change(msgspec.Struct, frozen=True):
    """A message's newer view, as the status topic told it. `view` is None where that record holds less than a view.

    `recipients` are those of all its deliveries, None where the record doesn't name them. `size` is the record's, in bytes;
    `digest` tells it from others of the same revision.
    """

    place: Place
    size: int
    tracking_id: str
    revision: int
    status: MessageStatus
    view: Message | None
    recipients: tuple[str, ...] | None
    digest: int = 0


class Gone(msgspec.Struct, frozen=True):
    """A message that is no more; one that follows under its id begins anew."""

    place: Place
    size: int
    tracking_id: str


class Arrival(msgspec.Struct, frozen=True):
    """An event that arrived, as the history will hold it."""

    place: Place
    size: int
    event: HistoryEvent
    received: Received


def read_change(found: Stored) -> Change | Gone | None:
    """A record of the status topic; None where it is none."""
    place, key, value = (found.partition, found.offset), found.record.key, found.record.value
    if value is None:
        return None if key is None else Gone(place, len(key), key.decode("utf-8", "replace"))
    try:
        status = read_status(value)
    except msgspec.MsgspecError:
        return None
    recipients = tuple(delivery.recipient for delivery in status.deliveries) if status.deliveries_complete else None
    return Change(
        place, len(value), status.tracking_id, status.revision, status, _view(status), recipients, hash(value)
    )


def current_change(view: Message) -> Change:
    """A message as the store has it, as if it had changed just now."""
    return Change((0, 0), 0, view.tracking_id, view.revision, message_status(view, ()), view, None)


def _view(status: MessageStatus) -> Message | None:
    """The view that a status was made of, as far as its fields are shown. None for one of before `phase_at` was told."""
    if status.phase_at is None and status.phase is not Kind.UNKNOWN:
        return None
    return Message(
        tracking_id=status.tracking_id,
        phase=Phase(RANKS.get(status.phase, 0), status.phase_at or 0, "", status.phase),
        first_event_at=status.first_event_at,
        last_event_at=status.last_event_at,
        revision=status.revision,
        sender_id=None if status.sender_id is None else Earliest(0, "", status.sender_id),
        mail_from=None if status.mail_from is None else Earliest(0, "", status.mail_from),
        deliveries=status.delivery_counts,
    )


def read_arrival(found: Stored, classifier: Classifier) -> Arrival | None:
    """A record of the events' topic; None where it is no event."""
    record = found.record
    try:
        received = read_event(record.value, record.headers, record.timestamp_ms, found.partition, found.offset)
    except Rejected:
        return None
    event = HistoryEvent(
        id=received.id,
        tracking_id=received.tracking_id,
        recipient=recipient_of(received.notification),
        kind=classifier.meaning(received.notification).kind,
        occurred_at=received.occurred_at,
        received_at=received.received_at,
        source=received.source,
        partition=received.partition,
        offset=received.offset,
        value=received.value,
    )
    return Arrival((found.partition, found.offset), len(received.value), event, received)
