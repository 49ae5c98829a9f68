"""What a batch does to the store, worked out without one: rows that are known → rows to insert and to change.

A store asks in this order, all within one transaction: `arrange` the batch, fetch the views that it touches (Known), `admit_all`,
look the `asked` ids up in the history (`settle`), read the history of the `earlier` messages, and `merge_all` into Writes.
After that the views are the fold of all distinct events, however the batches were cut.
"""

from collections.abc import Iterable, Mapping

import msgspec

from delivery.classification import Classifier
from delivery.event import Received
from delivery.state import (
    Admission,
    Delivery,
    Message,
    Views,
    admit,
    decode_delivery,
    decode_message,
    distinct,
    fold,
    merge,
    recipient_of,
)
from store.columns import HistoryRow, history_row, key_text
from store.contract import ANNOUNCED_DELIVERIES_MAX, Change

Addressed = tuple[str, Received]
"""An event and its recipient, as the view's key."""


class Arranged(msgspec.Struct):
    """A batch's distinct events: those of each tracking_id together, and those without one."""

    tracked: dict[str, list[Addressed]]
    untracked: list[Addressed]


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


class Writes(msgspec.Struct):
    """What to write. A changed message comes with the revision that it had: a store that holds another one must start over."""

    history: list[HistoryRow] = msgspec.field(default_factory=list)
    lowered: list[HistoryRow] = msgspec.field(default_factory=list)
    new_messages: list[Message] = msgspec.field(default_factory=list)
    changed_messages: list[tuple[Message, int]] = msgspec.field(default_factory=list)
    new_deliveries: list[Delivery] = msgspec.field(default_factory=list)
    changed_deliveries: list[Delivery] = msgspec.field(default_factory=list)
    changes: list[Change] = msgspec.field(default_factory=list)


def is_large(message: Message) -> bool:
    """Whether the message has more deliveries than are announced with it."""
    return sum(message.deliveries.values()) > ANNOUNCED_DELIVERIES_MAX


def arrange(events: Iterable[Received]) -> Arranged:
    """The distinct events of a batch, by message."""
    arranged = Arranged({}, [])
    for event in distinct(events):
        addressed = (recipient_of(event.notification), event)
        if event.tracking_id is None:
            arranged.untracked.append(addressed)
        else:
            arranged.tracked.setdefault(event.tracking_id, []).append(addressed)
    return arranged


def admit_all(arranged: Arranged, known: Known) -> Admitted:
    """What each event is, judged before any is merged: a merge may push ids out of a delivery's memory."""
    admitted = Admitted({}, asked=list(arranged.untracked))
    for tracking_id, events in arranged.tracked.items():
        deliveries = known.deliveries.get(tracking_id)
        if deliveries is None:
            admitted.new[tracking_id] = events
            continue
        for addressed in events:
            admission = admit(deliveries.get(addressed[0]), addressed[1])
            if admission is Admission.NEW:
                admitted.new.setdefault(tracking_id, []).append(addressed)
            elif admission is Admission.ASK:
                admitted.asked.append(addressed)
            elif admission is Admission.EARLIER:
                admitted.earlier.append(addressed)
    return admitted


def history_key(event: Received) -> tuple[str, bytes]:
    """The history's key of an event and its id."""
    key = event.id if event.tracking_id is None else key_text(event.tracking_id)
    return key, bytes.fromhex(event.id)


def settle(admitted: Admitted, found: Mapping[tuple[str, bytes], int]) -> None:
    """Decides the asked events by the times at which the history has them."""
    for addressed in admitted.asked:
        event = addressed[1]
        known_at = found.get(history_key(event))
        if known_at is not None:
            if event.occurred_at < known_at:
                admitted.earlier.append(addressed)
        elif event.tracking_id is None:
            admitted.untracked.append(addressed)
        else:
            admitted.new.setdefault(event.tracking_id, []).append(addressed)
    admitted.asked = []


def refolded_ids(admitted: Admitted) -> list[str]:
    """The messages whose whole history has to be folded again, because a copy came that had arrived earlier."""
    return list(dict.fromkeys(event.tracking_id for _, event in admitted.earlier if event.tracking_id is not None))


def merge_all(
    arranged: Arranged,
    known: Known,
    admitted: Admitted,
    histories: Mapping[str, list[Received]],
    classifier: Classifier,
) -> Writes:
    """The rows to write, and every message that the batch touches as it then stands. The views in `known` are used up."""
    writes = Writes()
    for recipient, event in admitted.untracked:
        writes.history.append(history_row(event, recipient, classifier.meaning(event.notification).kind))
    for recipient, event in admitted.earlier:
        writes.lowered.append(history_row(event, recipient, classifier.meaning(event.notification).kind))
    earlier = _by_message(admitted.earlier)
    for tracking_id in arranged.tracked:
        new = admitted.new.get(tracking_id, [])
        if tracking_id in histories:
            change = _fold_again(writes, known, new, earlier[tracking_id], histories[tracking_id], classifier)
        else:
            change = _merge_message(writes, known, tracking_id, new, classifier)
        writes.changes.append(change)
    return writes


def _by_message(events: Iterable[Addressed]) -> dict[str, list[Received]]:
    grouped: dict[str, list[Received]] = {}
    for _, event in events:
        if event.tracking_id is not None:
            grouped.setdefault(event.tracking_id, []).append(event)
    return grouped


def _merge_message(
    writes: Writes, known: Known, tracking_id: str, new: list[Addressed], classifier: Classifier
) -> Change:
    before = known.messages.get(tracking_id)
    revision = before.revision if before is not None else None
    message = before
    deliveries = known.deliveries.setdefault(tracking_id, {})
    added: set[str] = set()
    changed: set[str] = set()
    for recipient, event in new:
        meaning = classifier.meaning(event.notification)
        delivery = deliveries.get(recipient)
        (added if delivery is None else changed).add(recipient)
        message, deliveries[recipient] = merge(message, delivery, event, meaning)
        writes.history.append(history_row(event, recipient, meaning.kind))
    if message is None:
        raise ValueError("a message without a view and without new events")  # admit says new where there is no view
    if revision is None:
        writes.new_messages.append(message)
    elif new:
        writes.changed_messages.append((message, revision))
    writes.new_deliveries += [deliveries[recipient] for recipient in added]
    writes.changed_deliveries += [deliveries[recipient] for recipient in changed - added]
    return change_of(Views(message, deliveries))


def _fold_again(
    writes: Writes,
    known: Known,
    new: list[Addressed],
    earlier: list[Received],
    history: list[Received],
    classifier: Classifier,
) -> Change:
    tracking_id = earlier[0].tracking_id or ""
    for recipient, event in new:
        writes.history.append(history_row(event, recipient, classifier.meaning(event.notification).kind))
    # A timeless event's place among its copies is decided by its arrival: the earlier copies go in beside the stored ones.
    views = fold([*history, *earlier, *(event for _, event in new)], classifier)[tracking_id]
    before = {recipient_of(event.notification) for event in history}
    writes.changed_messages.append((views.message, known.messages[tracking_id].revision))
    for recipient, delivery in views.deliveries.items():
        (writes.changed_deliveries if recipient in before else writes.new_deliveries).append(delivery)
    return change_of(views)


def change_of(views: Views) -> Change:
    """What is announced of a message: all of its deliveries where they are few, else none."""
    if is_large(views.message):
        return Change(views.message, [])
    return Change(views.message, [views.deliveries[recipient] for recipient in sorted(views.deliveries)])
