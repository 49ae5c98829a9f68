"""The status view: what is known of a message and of each delivery of it, as a merge over its events.

For distinct events the merge gives the same view, bit for bit, in whatever order they come and however they are split.
Copies of one event (same id) count once; of copies that differ in their arrival the earliest counts (see `admit`).

A phase is decided by the greatest (rank, occurred_at, event id): unknown < queued < deferred < delivered or bounced. So an
outcome beats any progress whatever its time, and of two outcomes the later wins. Opens, clicks, complaints and unsubscribes
are facts beside the phase and never change it. A message's phase is the same rule over all of its events.
"""

from collections.abc import Iterable
from enum import Enum

from delivery.classification import Classifier, Kind, Meaning
from delivery.event import Received
from delivery.views import Delivery, Earliest, Fact, Message, Phase, Response, Views, recipient_of

SEEN_MAX = 16  # event ids kept in a delivery; beyond that the history answers whether an event is new

RANKS: dict[Kind, int] = {Kind.UNKNOWN: 0, Kind.QUEUED: 1, Kind.DEFERRED: 2, Kind.DELIVERED: 3, Kind.BOUNCED: 3}


class Admission(Enum):
    """What an event is to a delivery."""

    NEW = "new"
    DUPLICATE = "duplicate"
    EARLIER = "earlier"  # a copy that arrived before the one that was counted: fold this message again from its history
    ASK = "ask"  # more events than ids are kept: the history knows


def admit(delivery: Delivery | None, event: Received) -> Admission:
    """Whether this event is new to the delivery, as far as the ids that it keeps can tell."""
    if delivery is None:
        return Admission.NEW
    seen_at = delivery.seen.get(event.id)
    if seen_at is not None:
        return Admission.EARLIER if event.occurred_at < seen_at else Admission.DUPLICATE
    return Admission.NEW if delivery.event_count <= len(delivery.seen) else Admission.ASK


def merge(
    message: Message | None, delivery: Delivery | None, event: Received, meaning: Meaning
) -> tuple[Message, Delivery]:
    """Both views with one more event. The event must be new to them (see `admit`); the views passed in are used up."""
    if event.tracking_id is None:
        raise ValueError("an event without a tracking_id has no view")
    if delivery is None:
        delivery = _new_delivery(event.tracking_id, event)
        before = None
    else:
        before = delivery.phase.kind
    if message is None:
        message = _new_message(event.tracking_id, event)
    _merge_delivery(delivery, event, meaning)
    _merge_message(message, before, delivery, event, meaning)
    return message, delivery


def _new_delivery(tracking_id: str, event: Received) -> Delivery:
    at = event.occurred_at
    return Delivery(tracking_id, recipient_of(event.notification), undecided(), at, at)


def _new_message(tracking_id: str, event: Received) -> Message:
    return Message(tracking_id, undecided(), event.occurred_at, event.occurred_at)


def undecided() -> Phase:
    return Phase(-1, 0, "", Kind.UNKNOWN)


def _merge_delivery(delivery: Delivery, event: Received, meaning: Meaning) -> None:
    at, by, notification, kind = event.occurred_at, event.id, event.notification, meaning.kind
    delivery.event_count += 1
    if at < delivery.first_event_at:
        delivery.first_event_at = at
    elif at > delivery.last_event_at:
        delivery.last_event_at = at
    tries = notification.tries
    if tries is not None and (delivery.tries is None or tries > delivery.tries):
        delivery.tries = tries
    rank = RANKS.get(kind)
    if rank is not None:
        if _decides(delivery.phase, rank, at, by):
            delivery.phase = Phase(rank, at, by, kind)
            delivery.classification = meaning.classification
        _merge_response(delivery, event, meaning)
    if kind is not Kind.UNKNOWN:
        _count(delivery.facts, kind, at)
    sender, origin = notification.sender_id, notification.mail_from
    if sender is not None:
        known = delivery.sender_id
        if known is not None and known.value != sender:
            delivery.shared = True
        if _precedes(known, at, by):
            delivery.sender_id = Earliest(at, by, sender)
    if origin is not None and _precedes(delivery.mail_from, at, by):
        delivery.mail_from = Earliest(at, by, origin)
    seen = delivery.seen
    seen[by] = at
    if len(seen) > SEEN_MAX:
        del seen[max(seen)]  # the least ids are kept, so that which ones doesn't depend on the order of arrival


def _merge_message(
    message: Message, before: Kind | None, delivery: Delivery, event: Received, meaning: Meaning
) -> None:
    at, by, notification = event.occurred_at, event.id, event.notification
    message.revision += 1
    if at < message.first_event_at:
        message.first_event_at = at
    elif at > message.last_event_at:
        message.last_event_at = at
    rank = RANKS.get(meaning.kind)
    if rank is not None and _decides(message.phase, rank, at, by):
        message.phase = Phase(rank, at, by, meaning.kind)
    sender, origin = notification.sender_id, notification.mail_from
    if sender is not None:
        known = message.sender_id
        if known is not None and known.value != sender:
            message.shared = True
        if _precedes(known, at, by):
            message.sender_id = Earliest(at, by, sender)
    if origin is not None and _precedes(message.mail_from, at, by):
        message.mail_from = Earliest(at, by, origin)
    after = delivery.phase.kind
    if before is not after:
        counts = message.deliveries
        counts[after] = counts.get(after, 0) + 1
        if before is not None:
            counts[before] -= 1
            if not counts[before]:
                del counts[before]


def _decides(phase: Phase, rank: int, at: int, by: str) -> bool:
    if rank != phase.rank:
        return rank > phase.rank
    return at > phase.at or (at == phase.at and by > phase.by)


def _merge_response(delivery: Delivery, event: Received, meaning: Meaning) -> None:
    notification, last = event.notification, delivery.response
    if notification.resp_code is None and notification.resp_msg is None and notification.resp_class is None:
        return
    at = event.occurred_at
    if last is None or at > last.at or (at == last.at and event.id > last.by):
        delivery.response = Response(
            at, event.id, notification.resp_code,
            meaning.enhanced_code, notification.resp_msg, notification.resp_class,
        )  # fmt: skip


def _count(facts: dict[Kind, Fact], kind: Kind, at: int) -> None:
    fact = facts.get(kind)
    if fact is None:
        facts[kind] = Fact(at, at, 1)
        return
    if at < fact.first:
        fact.first = at
    elif at > fact.last:
        fact.last = at
    fact.count += 1


def _precedes(known: Earliest[int] | Earliest[str] | None, at: int, by: str) -> bool:
    return known is None or at < known.at or (at == known.at and by <= known.by)


def distinct(events: Iterable[Received]) -> list[Received]:
    """Each event once: of copies the one that occurred, and then arrived, first."""
    earliest: dict[str, Received] = {}  # an id is its content's, tracking_id included
    for event in events:
        known = earliest.setdefault(event.id, event)
        if known is not event and (event.occurred_at, event.received_at) < (known.occurred_at, known.received_at):
            earliest[event.id] = event
    return list(earliest.values())


def fold(events: Iterable[Received], classifier: Classifier) -> dict[str, Views]:
    """The views of all events, by tracking_id: what any store must hold after them. The oracle, and the way to mend a view."""
    views: dict[str, Views] = {}
    for event in distinct(events):
        if event.tracking_id is None:
            continue
        known = views.get(event.tracking_id)
        recipient = recipient_of(event.notification)
        delivery = known.deliveries.get(recipient) if known else None
        message, delivery = merge(
            known.message if known else None, delivery, event, classifier.meaning(event.notification)
        )
        if known is None:
            known = views[event.tracking_id] = Views(message, {})
        known.message = message
        known.deliveries[recipient] = delivery
    return views


def roll_up(deliveries: Iterable[Delivery]) -> Message | None:
    """The message that all of its deliveries make; None without any. What the merge keeps beside them, worked out anew."""
    message: Message | None = None
    for delivery in deliveries:
        if message is None:
            message = Message(
                delivery.tracking_id, undecided(), delivery.first_event_at, delivery.last_event_at
            )  # fmt: skip
        phase = delivery.phase
        message.revision += delivery.event_count
        message.first_event_at = min(message.first_event_at, delivery.first_event_at)
        message.last_event_at = max(message.last_event_at, delivery.last_event_at)
        if _decides(message.phase, phase.rank, phase.at, phase.by):
            message.phase = phase
        if (sender := delivery.sender_id) is not None:
            known = message.sender_id
            message.shared |= delivery.shared or (known is not None and known.value != sender.value)
            if _precedes(known, sender.at, sender.by):
                message.sender_id = sender
        if (origin := delivery.mail_from) is not None and _precedes(message.mail_from, origin.at, origin.by):
            message.mail_from = origin
        message.deliveries[phase.kind] = message.deliveries.get(phase.kind, 0) + 1
    return message
