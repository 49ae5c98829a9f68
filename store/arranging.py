"""What a batch's events are to the store, judged before any is merged: new, duplicates, expired, or for the history to decide.

Where history has gone by age (retention), a view is the fold of events that are not all there any more, and is kept right so:
- what arrived before the horizon changes nothing (`arrange`);
- an event that its delivery keeps no id of, and that is not in a history which lacks some, may be one of those that went: where its
  own time is before the horizon it is taken for one (`settle`). So a copy of it that came after the horizon doesn't count twice.
  One without a time can't be told so, as its time is its copy's arrival, nor one without a message: these count again;
- an earlier copy of an event without a time, which would need the whole history, is passed over (`leave_incomplete`).
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from delivery.event import Received
from delivery.state import Admission, admit, distinct
from delivery.views import Delivery, Message, decode_delivery, decode_message, recipient_of
from store.columns import key_text
from store.contract import ANNOUNCED_DELIVERIES_MAX

Addressed = tuple[str, Received]
"""An event and its recipient, as the view's key."""


class Arranged(msgspec.Struct):
    """A batch's distinct events: those of each tracking_id together, and those without one.

    `expired` counts those that are left out; their tracking_ids are there all the same, so that their views are announced again.
    """

    tracked: dict[str, list[Addressed]]
    untracked: list[Addressed]
    expired: int = 0


class Known:
    """The views that the store holds of a batch's messages: of small messages all deliveries, of large ones those asked for."""

    def __init__(self) -> None:
        self.messages: dict[str, Message] = {}
        self.deliveries: dict[str, dict[str, Delivery]] = {}

    def add_messages(self, states: Iterable[str]) -> None:
        for state in states:
            message = decode_message(state)
            self.messages[message.tracking_id] = message
            self.deliveries[message.tracking_id] = {}

    def add_deliveries(self, states: Iterable[str]) -> None:
        for state in states:
            delivery = decode_delivery(state)
            self.deliveries[delivery.tracking_id][delivery.recipient] = delivery

    def delivery(self, tracking_id: str, recipient: str) -> Delivery | None:
        known = self.deliveries.get(tracking_id)
        return known.get(recipient) if known is not None else None

    def large(self, arranged: Arranged) -> list[tuple[str, str]]:
        """The keys of the batch's deliveries of messages that have too many to fetch them all."""
        return [
            (tracking_id, recipient)
            for tracking_id, message in self.messages.items()
            if is_large(message)
            for recipient in {recipient for recipient, _ in arranged.tracked[tracking_id]}
        ]


class Admitted(msgspec.Struct):
    """The batch's events by what they are to the store. `asked` are for the history to decide."""

    new: dict[str, list[Addressed]]
    untracked: list[Addressed] = msgspec.field(default_factory=list)
    asked: list[Addressed] = msgspec.field(default_factory=list)
    earlier: list[Addressed] = msgspec.field(default_factory=list)
    # When the store says that an earlier event happened, and from whom it had that copy; by its id.
    were: dict[str, tuple[int, str]] = msgspec.field(default_factory=dict)
    expired: int = 0


def is_large(message: Message) -> bool:
    """Whether the message has more deliveries than are announced with it."""
    counts = message.deliveries
    return bool(counts) and sum(counts.values()) > ANNOUNCED_DELIVERIES_MAX


def arrange(events: Sequence[Received], horizon: int | None) -> Arranged:
    """The distinct events of a batch, by message, without those that arrived before the horizon (ms; None: there is none)."""
    arranged = Arranged({}, [])
    if horizon is not None and any(event.received_at < horizon for event in events):
        arranged.tracked = {event.tracking_id: [] for event in events if event.tracking_id is not None}
        kept = [event for event in events if event.received_at >= horizon]
        arranged.expired = len(events) - len(kept)
        events = kept
    tracked = arranged.tracked
    for event in distinct(events):
        addressed, tracking_id = (recipient_of(event.notification), event), event.tracking_id
        if tracking_id is None:
            arranged.untracked.append(addressed)
        elif (known := tracked.get(tracking_id)) is None:
            tracked[tracking_id] = [addressed]
        else:
            known.append(addressed)
    return arranged


def admit_all(arranged: Arranged, known: Known) -> Admitted:
    """What each event is, judged before any is merged: a merge may push ids out of a delivery's memory."""
    admitted = Admitted({}, asked=list(arranged.untracked), expired=arranged.expired)
    if arranged.expired:
        tracked = arranged.tracked
        arranged.tracked = {key: events for key, events in tracked.items() if events or key in known.messages}
    for tracking_id, events in arranged.tracked.items():
        deliveries = known.deliveries.get(tracking_id)
        if deliveries is None:
            admitted.new[tracking_id] = events
            continue
        for addressed in events:
            delivery = deliveries.get(addressed[0])
            admission = admit(delivery, addressed[1])
            if admission is Admission.NEW:
                admitted.new.setdefault(tracking_id, []).append(addressed)
            elif admission is Admission.ASK:
                admitted.asked.append(addressed)
            elif admission is Admission.EARLIER and delivery is not None:
                admitted.earlier.append(addressed)
                admitted.were[addressed[1].id] = delivery.seen[addressed[1].id], ""  # the source comes with its history
    return admitted


def history_key(event: Received) -> tuple[str, bytes]:
    """The history's key of an event and its id."""
    key = event.id if event.tracking_id is None else key_text(event.tracking_id)
    return key, bytes.fromhex(event.id)


def doubtful(admitted: Admitted, found: Mapping[tuple[str, bytes], tuple[int, str]], horizon: int | None) -> list[str]:
    """The messages of asked events that the history doesn't have, though it may have had them before the horizon."""
    if horizon is None:
        return []
    events = [event for _, event in admitted.asked if event.occurred_at < horizon and history_key(event) not in found]
    return list(dict.fromkeys(event.tracking_id for event in events if event.tracking_id is not None))


def settle(
    admitted: Admitted,
    found: Mapping[tuple[str, bytes], tuple[int, str]],
    known: Known,
    kept: Mapping[str, int],
    horizon: int | None,
) -> None:
    """Decides the asked events by the times at which the history has them (`found` has the sources of these copies, too).

    `kept` are the numbers of events that the history has of the doubtful messages, by tracking_id.
    """
    incomplete = {tracking_id for tracking_id, count in kept.items() if count < known.messages[tracking_id].revision}
    for addressed in admitted.asked:
        event = addressed[1]
        stood = found.get(history_key(event))
        if stood is not None:
            if event.occurred_at < stood[0]:
                admitted.earlier.append(addressed)
                admitted.were[event.id] = stood
        elif event.tracking_id is None:
            admitted.untracked.append(addressed)
        elif event.tracking_id in incomplete and horizon is not None and event.occurred_at < horizon:
            admitted.expired += 1
        else:
            admitted.new.setdefault(event.tracking_id, []).append(addressed)
    admitted.asked = []


def refolded_ids(admitted: Admitted) -> list[str]:
    """The messages whose whole history has to be folded again, because a copy came that had arrived earlier."""
    return list(dict.fromkeys(event.tracking_id for _, event in admitted.earlier if event.tracking_id is not None))


def leave_incomplete(admitted: Admitted, known: Known, histories: dict[str, list[Received]]) -> None:
    """Passes over the earlier copies of messages whose history is not all there; of the others the sources become known."""
    lacking = {each for each, history in histories.items() if len(history) < known.messages[each].revision}
    if lacking:
        admitted.earlier = [addressed for addressed in admitted.earlier if addressed[1].tracking_id not in lacking]
        for tracking_id in lacking:
            del histories[tracking_id]
    for history in histories.values():
        admitted.were |= {event.id: (event.occurred_at, event.source) for event in history if event.id in admitted.were}
