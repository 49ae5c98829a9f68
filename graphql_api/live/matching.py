"""Filters over what changes, in memory, by the very rules of the store; and the keys by which an index finds who may want it.

A filter that has conditions which are not known here is refused: `require_known` is asked when somebody subscribes.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from delivery.event import view_text
from delivery.views import domain_of
from graphql_api.errors import BAD_USER_INPUT, problem
from graphql_api.live.changes import Arrival, Change
from graphql_api.live.index import IndexKey
from store.questions import EventFilter, MessageFilter

Where = MessageFilter | EventFilter

EVERYTHING: IndexKey = ("", None)
SHARED = frozenset({"tracking_ids", "sender_ids", "recipient", "domain", "since", "until"})
KNOWN: dict[type[Where], frozenset[str]] = {
    MessageFilter: SHARED | {"phases"},
    EventFilter: SHARED | {"kinds", "event_codes", "sources"},
}


def require_known(where: Where) -> None:
    """BAD_USER_INPUT where the filter asks for what only the store can tell."""
    default = type(where)()
    for name in where.__struct_fields__:
        if name not in KNOWN[type(where)] and getattr(where, name) != getattr(default, name):
            raise problem(f"where: {name} can't be followed live; leave it out, or query", BAD_USER_INPUT)


def index_keys(where: Where) -> list[IndexKey]:
    """Under which keys the filter is filed: its most selective condition alone, one key for each of its values."""
    if where.tracking_ids is not None:
        return [("tracking_id", value) for value in where.tracking_ids]
    if where.recipient is not None:
        return [("recipient", where.recipient)]
    if where.domain is not None:
        return [("domain", where.domain)]
    if where.sender_ids is not None:
        return [("sender_id", value) for value in where.sender_ids]
    if isinstance(where, MessageFilter) and where.phases is not None:
        return [("kind", value) for value in where.phases]
    if isinstance(where, EventFilter) and where.kinds is not None:
        return [("kind", value) for value in where.kinds]
    return [EVERYTHING]


def change_keys(change: Change) -> Iterator[IndexKey]:
    """The keys of all filters that may want the change, but for those by recipients that the record doesn't name."""
    status = change.status
    yield EVERYTHING
    yield "tracking_id", change.tracking_id
    yield "kind", status.phase
    if status.sender_id is not None:
        yield "sender_id", status.sender_id
    if change.recipients is not None:
        for recipient in change.recipients:
            yield "recipient", recipient
        for domain in {domain_of(recipient) for recipient in change.recipients}:
            yield "domain", domain


def arrival_keys(arrival: Arrival) -> Iterator[IndexKey]:
    """The keys of all filters that may want the event."""
    event, notification = arrival.event, arrival.received.notification
    yield EVERYTHING
    if event.tracking_id is not None:
        yield "tracking_id", event.tracking_id
    yield "kind", event.kind
    yield "recipient", event.recipient
    yield "domain", domain_of(event.recipient)
    if notification.sender_id is not None:
        yield "sender_id", notification.sender_id


def admits_change(where: MessageFilter, change: Change) -> bool | None:
    """Whether the filter has this message. None where it depends on deliveries that the record doesn't name."""
    status = change.status
    if not (
        _holds(where.tracking_ids, change.tracking_id)
        and _holds(where.phases, status.phase)
        and _holds(where.sender_ids, status.sender_id)
        and _within(where, status.last_event_at)
    ):
        return False
    if where.recipient is None and where.domain is None:
        return True
    if where.recipient is not None and where.domain not in (None, domain_of(where.recipient)):
        return False
    if change.recipients is None:
        return None
    if where.recipient is not None:
        return where.recipient in change.recipients
    return any(domain_of(recipient) == where.domain for recipient in change.recipients)


def admits_arrival(where: EventFilter, arrival: Arrival) -> bool:
    """Whether the filter has this event."""
    event, notification = arrival.event, arrival.received.notification
    return (
        (where.tracking_ids is None or event.tracking_id in where.tracking_ids)
        and (where.recipient is None or event.recipient == where.recipient)
        and (where.domain is None or domain_of(event.recipient) == where.domain)
        and _holds(where.kinds, event.kind)
        and _holds(where.event_codes, notification.event_code)
        and _holds(where.sources, view_text(event.source))
        and _holds(where.sender_ids, notification.sender_id)
        and _within(where, event.occurred_at)
    )


def narrowed(where: Where, sender_ids: frozenset[int] | None) -> Where:
    """The filter within a scope. One whose senders are all out of it has none left, and admits nothing."""
    if sender_ids is None:
        return where
    asked = where.sender_ids
    left = tuple(sorted(sender_ids if asked is None else sender_ids.intersection(asked)))
    return msgspec.structs.replace(where, sender_ids=left)


def _holds(wanted: tuple[Any, ...] | None, found: object) -> bool:
    return wanted is None or found in wanted


def _within(where: Where, time: int) -> bool:
    return (where.since is None or time >= where.since) and (where.until is None or time < where.until)
