"""The views of a message that begins: from all of its events at once, which is quicker than merging them one by one.

They are those of `state.merge`, bit for bit: in the order of (occurred_at, id), what the merge decides by comparing is decided by
who comes first or last.
"""

from collections.abc import Mapping, Sequence

from delivery.classification import Kind, Meaning
from delivery.event import Received
from delivery.state import RANKS, SEEN_MAX, roll_up, undecided
from delivery.views import Delivery, Earliest, Fact, Message, Phase, Response, Views

Told = tuple[str, Received, Meaning]
"""An event with its recipient, as the view's key, and what it means."""

_UNKNOWN = Kind.UNKNOWN


def begin(tracking_id: str, told: Sequence[Told]) -> Views:
    """The views of these events: distinct ones, at least one, and all that the message has. In the order of `in_order`."""
    grouped: dict[str, list[Told]] = {}
    for one in told:
        group = grouped.get(one[0])
        if group is None:
            grouped[one[0]] = [one]
        else:
            group.append(one)
    deliveries = {recipient: _delivery(tracking_id, recipient, group) for recipient, group in grouped.items()}
    return Views(_message(deliveries), deliveries)


def in_order(told: Told) -> tuple[int, str]:
    """What events are sorted by."""
    event = told[1]
    return event.occurred_at, event.id


def _message(deliveries: Mapping[str, Delivery]) -> Message:
    if len(deliveries) > 1 and (message := roll_up(deliveries.values())) is not None:
        return message
    (delivery,) = deliveries.values()
    phase = delivery.phase
    return Message(
        delivery.tracking_id, phase, delivery.first_event_at, delivery.last_event_at, delivery.event_count,
        delivery.sender_id, delivery.mail_from, delivery.shared, {phase.kind: 1},
    )  # fmt: skip


def _delivery(tracking_id: str, recipient: str, told: Sequence[Told]) -> Delivery:
    """One recipient's view."""
    decider = answered = None
    rank, tries, shared = -1, None, False
    sender: Earliest[int] | None = None
    origin: Earliest[str] | None = None
    facts: dict[Kind, Fact] = {}
    seen: dict[str, int] = {}
    for one in told:
        _, event, meaning = one
        at, by, notification, kind = event.occurred_at, event.id, event.notification, meaning.kind
        seen[by] = at
        if (ranked := RANKS.get(kind)) is not None:
            if ranked >= rank:
                rank, decider = ranked, one
            if (
                notification.resp_code is not None
                or notification.resp_msg is not None
                or notification.resp_class is not None
            ):
                answered = one
        if kind is not _UNKNOWN:
            fact = facts.get(kind)
            if fact is None:
                facts[kind] = Fact(at, at, 1)
            else:
                fact.last = at
                fact.count += 1
        tried, sent_by = notification.tries, notification.sender_id
        if tried is not None and (tries is None or tried > tries):
            tries = tried
        if sent_by is not None:
            if sender is None:
                sender = Earliest(at, by, sent_by)
            elif sender.value != sent_by:
                shared = True
        if origin is None and notification.mail_from is not None:
            origin = Earliest(at, by, notification.mail_from)
    return Delivery(
        tracking_id, recipient,
        undecided() if decider is None else Phase(rank, decider[1].occurred_at, decider[1].id, decider[2].kind),
        told[0][1].occurred_at, told[-1][1].occurred_at, len(told), tries,
        None if decider is None else decider[2].classification,
        None if answered is None else _response(answered), sender, origin, shared, facts,
        seen if len(seen) <= SEEN_MAX else {by: seen[by] for by in sorted(seen)[:SEEN_MAX]},
    )  # fmt: skip


def _response(told: Told) -> Response:
    _, event, meaning = told
    notification = event.notification
    return Response(
        event.occurred_at, event.id, notification.resp_code,
        meaning.enhanced_code, notification.resp_msg, notification.resp_class,
    )  # fmt: skip
