"""What a batch does to the store, worked out without one: rows that are known → rows to insert and to change.

A store asks in this order, all within one transaction: `arrange` the batch, fetch the views that it touches (Known), `admit_all`,
look the `asked` ids up in the history (`settle`), read the history of the `earlier` messages (all that: arranging.py), and
`merge_all`, which gives Writes in portions: a server takes in one while the next is made and packed, within the processor's cache.
Messages come in the order of their ids. After that the views are the fold of all distinct events, however the batches were cut.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from delivery.beginning import Told, begin, in_order
from delivery.classification import Classifier, Kind
from delivery.event import Received
from delivery.state import fold, merge
from delivery.views import Delivery, Message, Views, recipient_of
from store.arranging import Addressed, Admitted, Arranged, Known, is_large
from store.contract import Change
from store.statistics import Counts

PORTION_EVENTS = 500  # of new history


class Writes(msgspec.Struct):
    """What to write, or a portion of it. A changed message comes with the revision that it had: a store that holds another one must
    start over.

    `partitions` has the topic's partition of each message, by its tracking_id.
    """

    history: list[Told] = msgspec.field(default_factory=list)
    lowered: list[Told] = msgspec.field(default_factory=list)
    new_messages: list[Message] = msgspec.field(default_factory=list)
    changed_messages: list[tuple[Message, int]] = msgspec.field(default_factory=list)
    new_deliveries: list[Delivery] = msgspec.field(default_factory=list)
    changed_deliveries: list[Delivery] = msgspec.field(default_factory=list)
    changes: list[Change] = msgspec.field(default_factory=list)
    partitions: dict[str, int] = msgspec.field(default_factory=dict)


class Done:
    """What all portions of a batch come to. `were` has the time and the source of the earlier events, by their ids.

    Without `moves` these stay in the counts where they stood: under what they meant to another classification, which isn't known.
    """

    def __init__(self, were: Mapping[str, tuple[int, str]], *, moves: bool = True) -> None:
        self._moves = moves
        self.inserted = 0
        self.changes: list[Change] = []
        self.kinds: Counter[Kind] = Counter()
        self.counts = Counts(were)

    def add(self, writes: Writes) -> None:
        """One more portion."""
        self.inserted += len(writes.history)
        self.changes += writes.changes
        self.kinds.update([meaning.kind for _, _, meaning in writes.history])
        self.counts.add(writes.history, writes.lowered if self._moves else ())


def merge_all(
    arranged: Arranged,
    known: Known,
    admitted: Admitted,
    histories: Mapping[str, list[Received]],
    classifier: Classifier,
) -> Iterator[Writes]:
    """The rows to write, and every message that the batch touches as it then stands; the views in `known` are used up."""
    writes = Writes()
    for addressed in (admitted.untracked, admitted.earlier):
        told = [(recipient, event, classifier.meaning(event.notification)) for recipient, event in addressed]
        (writes.history if addressed is admitted.untracked else writes.lowered).extend(told)
    earlier = _by_message(admitted.earlier)
    for tracking_id in sorted(arranged.tracked):
        new = admitted.new.get(tracking_id, [])
        if tracking_id in histories:
            change = _fold_again(writes, known, new, earlier[tracking_id], histories[tracking_id], classifier)
        elif tracking_id in known.messages:
            change = _merge_message(writes, known, tracking_id, new, classifier)
        else:
            change = _begin_message(writes, tracking_id, new, classifier)
        writes.changes.append(change)
        if new or tracking_id in histories:
            writes.partitions[tracking_id] = arranged.tracked[tracking_id][-1][1].partition
        if len(writes.history) >= PORTION_EVENTS:
            yield writes
            writes = Writes()
    yield writes


def _by_message(events: Iterable[Addressed]) -> dict[str, list[Received]]:
    grouped: dict[str, list[Received]] = {}
    for _, event in events:
        if event.tracking_id is not None:
            grouped.setdefault(event.tracking_id, []).append(event)
    return grouped


def _begin_message(writes: Writes, tracking_id: str, new: list[Addressed], classifier: Classifier) -> Change:
    told = [(recipient, event, classifier.meaning(event.notification)) for recipient, event in new]
    if len(told) > 1:
        told.sort(key=in_order)
    views = begin(tracking_id, told)
    writes.history += told
    writes.new_messages.append(views.message)
    writes.new_deliveries += [views.deliveries[recipient] for recipient in _ordered(views.deliveries)]
    return change_of(views)


def _merge_message(
    writes: Writes, known: Known, tracking_id: str, new: list[Addressed], classifier: Classifier
) -> Change:
    message, deliveries = known.messages[tracking_id], known.deliveries[tracking_id]
    revision = message.revision
    added: dict[str, None] = {}
    changed: dict[str, None] = {}
    for recipient, event in new:
        meaning = classifier.meaning(event.notification)
        delivery = deliveries.get(recipient)
        if delivery is None:
            added[recipient] = None
        elif recipient not in added:
            changed[recipient] = None
        message, deliveries[recipient] = merge(message, delivery, event, meaning)
        writes.history.append((recipient, event, meaning))
    if new:
        writes.changed_messages.append((message, revision))
    writes.new_deliveries += [deliveries[recipient] for recipient in _ordered(added)]
    writes.changed_deliveries += [deliveries[recipient] for recipient in _ordered(changed)]
    return change_of(Views(message, deliveries))


def _ordered(recipients: Mapping[str, object]) -> Iterable[str]:
    return sorted(recipients) if len(recipients) > 1 else recipients


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
        writes.history.append((recipient, event, classifier.meaning(event.notification)))
    # A timeless event's place among its copies is decided by its arrival: the earlier copies go in beside the stored ones.
    views = fold([*history, *earlier, *(event for _, event in new)], classifier)[tracking_id]
    before = {recipient_of(event.notification) for event in history}
    writes.changed_messages.append((views.message, known.messages[tracking_id].revision))
    for recipient, delivery in sorted(views.deliveries.items()):
        (writes.changed_deliveries if recipient in before else writes.new_deliveries).append(delivery)
    return change_of(views)


def change_of(views: Views) -> Change:
    """What is announced of a message: all of its deliveries where they are few, else none."""
    if is_large(views.message):
        return Change(views.message, [])
    return Change(views.message, [views.deliveries[recipient] for recipient in _ordered(views.deliveries)])
