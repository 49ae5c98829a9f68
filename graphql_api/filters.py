"""What lists can be narrowed down to, and their orders: the inputs, as the store's contract reads them.

All given conditions hold at once; of a list of values any one suffices. A condition that is null is as if left out. `and`, `or`
and `not` nest.
"""

from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any, TypeVar

import strawberry

from delivery.classification import Kind
from delivery.event import view_text
from delivery.notification import Notification
from delivery.views import domain_of, recipient_of
from graphql_api.criteria import EVENTS, MESSAGES, NEVER, All, AnyOf, Criterion, During, In, Not, Rows, alternatives_of
from graphql_api.errors import BAD_USER_INPUT, limit_exceeded, problem
from graphql_api.scalars import DateTime, Long
from graphql_api.settings import GraphQLSettings
from graphql_api.types.phase import EventKind, Phase
from store import questions

Value = TypeVar("Value")
Wanted = TypeVar("Wanted")
Plain = TypeVar("Plain", questions.MessageFilter, questions.EventFilter)


@strawberry.input(description="A range of time, from `gte` up to but without `lt`. Either end may be open.")
class TimeRange:
    gte: DateTime | None = strawberry.field(default=strawberry.UNSET, description="At this time or later.")
    lt: DateTime | None = strawberry.field(default=strawberry.UNSET, description="Before this time.")


@strawberry.input(description="Which messages. All given conditions hold; of a list of values any one suffices.")
class MessageFilter:
    tracking_ids: list[str] | None = strawberry.field(default=strawberry.UNSET, description="With one of these ids.")
    phases: list[Phase] | None = strawberry.field(default=strawberry.UNSET, description="In one of these phases.")
    sender_ids: list[Long] | None = strawberry.field(default=strawberry.UNSET, description="Of one of these accounts.")
    recipient: str | None = strawberry.field(default=strawberry.UNSET, description="To this address, in any case.")
    recipient_domain: str | None = strawberry.field(default=strawberry.UNSET, description="To this domain.")
    last_event_at: TimeRange | None = strawberry.field(
        default=strawberry.UNSET, description="Whose latest event occurred then."
    )
    and_: list["MessageFilter"] | None = strawberry.field(
        default=strawberry.UNSET, name="and", description="All of these hold too."
    )
    or_: list["MessageFilter"] | None = strawberry.field(
        default=strawberry.UNSET, name="or", description="At least one of these holds too."
    )
    not_: "MessageFilter | None" = strawberry.field(
        default=strawberry.UNSET,
        name="not",
        description="This does not hold. Beside it something must lead to an index.",
    )


@strawberry.input(description="Which deliveries. All given conditions hold; of a list of values any one suffices.")
class DeliveryFilter:
    tracking_ids: list[str] | None = strawberry.field(default=strawberry.UNSET, description="Of one of these messages.")
    recipient: str | None = strawberry.field(default=strawberry.UNSET, description="To this address, in any case.")
    recipient_domain: str | None = strawberry.field(default=strawberry.UNSET, description="To this domain.")
    phases: list[Phase] | None = strawberry.field(default=strawberry.UNSET, description="In one of these phases.")
    categories: list[str] | None = strawberry.field(
        default=strawberry.UNSET, description="Deferred or bounced for one of these reasons, such as mailbox_full."
    )
    sender_ids: list[Long] | None = strawberry.field(default=strawberry.UNSET, description="Of one of these accounts.")
    last_event_at: TimeRange | None = strawberry.field(
        default=strawberry.UNSET, description="Whose latest event occurred then."
    )
    and_: list["DeliveryFilter"] | None = strawberry.field(
        default=strawberry.UNSET, name="and", description="All of these hold too."
    )
    or_: list["DeliveryFilter"] | None = strawberry.field(
        default=strawberry.UNSET, name="or", description="At least one of these holds too."
    )
    not_: "DeliveryFilter | None" = strawberry.field(
        default=strawberry.UNSET,
        name="not",
        description="This does not hold. Beside it something must lead to an index.",
    )


@strawberry.input(description="Which events. All given conditions hold; of a list of values any one suffices.")
class EventFilter:
    tracking_ids: list[str] | None = strawberry.field(default=strawberry.UNSET, description="Of one of these messages.")
    recipient: str | None = strawberry.field(default=strawberry.UNSET, description="To this address, in any case.")
    recipient_domain: str | None = strawberry.field(default=strawberry.UNSET, description="To this domain.")
    kinds: list[EventKind] | None = strawberry.field(default=strawberry.UNSET, description="That report one of these.")
    event_codes: list[Long] | None = strawberry.field(default=strawberry.UNSET, description="With one of these codes.")
    sender_ids: list[Long] | None = strawberry.field(default=strawberry.UNSET, description="Of one of these accounts.")
    sources: list[str] | None = strawberry.field(
        default=strawberry.UNSET, description="Posted by one of these, as the gateway names them."
    )
    occurred_at: TimeRange | None = strawberry.field(default=strawberry.UNSET, description="That occurred then.")
    and_: list["EventFilter"] | None = strawberry.field(
        default=strawberry.UNSET, name="and", description="All of these hold too."
    )
    or_: list["EventFilter"] | None = strawberry.field(
        default=strawberry.UNSET, name="or", description="At least one of these holds too."
    )
    not_: "EventFilter | None" = strawberry.field(
        default=strawberry.UNSET,
        name="not",
        description="This does not hold. Beside it something must lead to an index.",
    )


Given = MessageFilter | DeliveryFilter | EventFilter


@strawberry.enum(description="Which way a list runs.")
class OrderDirection(Enum):
    DESC = strawberry.enum_value("desc", description="Newest first.")
    ASC = strawberry.enum_value("asc", description="Oldest first.")


@strawberry.enum(description="What messages can be ordered by.")
class MessageOrderField(Enum):
    LAST_EVENT_AT = strawberry.enum_value("last_event_at", description="When the latest event occurred.")


@strawberry.enum(description="What deliveries can be ordered by.")
class DeliveryOrderField(Enum):
    LAST_EVENT_AT = strawberry.enum_value("last_event_at", description="When the latest event occurred.")


@strawberry.enum(description="What events can be ordered by.")
class EventOrderField(Enum):
    OCCURRED_AT = strawberry.enum_value("occurred_at", description="When it happened.")


@strawberry.input(description="An order of messages. Ties run by tracking id.")
class MessageOrder:
    field: MessageOrderField = strawberry.field(
        default=MessageOrderField.LAST_EVENT_AT, description="What to order by."
    )
    direction: OrderDirection = strawberry.field(default=OrderDirection.DESC, description="Which way.")


@strawberry.input(description="An order of deliveries. Ties run by tracking id and recipient.")
class DeliveryOrder:
    field: DeliveryOrderField = strawberry.field(
        default=DeliveryOrderField.LAST_EVENT_AT, description="What to order by."
    )
    direction: OrderDirection = strawberry.field(default=OrderDirection.DESC, description="Which way.")


@strawberry.input(description="An order of events. Ties run by event id.")
class EventOrder:
    field: EventOrderField = strawberry.field(default=EventOrderField.OCCURRED_AT, description="What to order by.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.DESC, description="Which way.")


OrderGiven = MessageOrder | DeliveryOrder | EventOrder


def order_of(order: OrderGiven | None) -> questions.Order:
    """The order asked for; newest first where none was."""
    if order and order.direction is OrderDirection.ASC:
        return questions.Order.OLDEST_FIRST
    return questions.Order.NEWEST_FIRST


def criterion_of(given: Given | None, settings: GraphQLSettings, depth: int = 1) -> Criterion:
    """The input's conditions, of which all hold at once."""
    if not given:
        return All()
    if depth > settings.query_depth_max:
        raise limit_exceeded("query_depth_max (levels of and, or, not)", settings.query_depth_max, depth)
    parts = _conditions(given, settings)
    both: Sequence[Given] | None = given.and_
    either: Sequence[Given] | None = given.or_
    if both:
        parts += [criterion_of(each, settings, depth + 1) for each in _bounded(both, "and", settings)]
    if either is not None and either is not strawberry.UNSET:
        parts.append(AnyOf(tuple(criterion_of(each, settings, depth + 1) for each in _bounded(either, "or", settings))))
    if given.not_:
        parts.append(Not(criterion_of(given.not_, settings, depth + 1)))
    return All(tuple(parts))


def _conditions(given: Given, settings: GraphQLSettings) -> list[Criterion]:
    parts: list[Criterion] = []
    for name, read in READERS.items():
        values = read(getattr(given, name, None), name, settings)
        if values is not None:
            parts.append(In(name, values))
    recipient, domain = asked_address(given.recipient), asked_domain(given.recipient_domain)
    if recipient is not None:
        parts.append(In("recipients", (recipient,)) if domain in (None, domain_of(recipient)) else NEVER)
    elif domain is not None:
        parts.append(In("domains", (domain,)))
    time = given.occurred_at if isinstance(given, EventFilter) else given.last_event_at
    since, until = since_of(time), until_of(time)
    if since is not None or until is not None:
        parts.append(During(since, until))
    return parts


def message_filter(given: MessageFilter | None, settings: GraphQLSettings) -> questions.MessageFilter:
    """The conditions of a filter that is looked at row by row; BAD_USER_INPUT where there are alternatives among them."""
    return _plain(given, MESSAGES, questions.MessageFilter, settings)


def event_filter(given: EventFilter | None, settings: GraphQLSettings) -> questions.EventFilter:
    """The same for events."""
    return _plain(given, EVENTS, questions.EventFilter, settings)


def _plain(given: Given | None, rows: Rows, kind: type[Plain], settings: GraphQLSettings) -> Plain:
    found = alternatives_of(criterion_of(given, settings), rows, settings.filter_alternatives_max)
    if found == ():
        return kind(tracking_ids=())
    if not isinstance(found, kind) or found.excluded != questions.NOTHING_EXCLUDED:
        raise problem("where: alternatives (or, not) are for lists, not for this filter", BAD_USER_INPUT)
    return found


def asked_texts(given: Sequence[str] | None, name: str, settings: GraphQLSettings) -> tuple[str, ...] | None:
    """Texts as the views have them."""
    return _values(given, view_text, name, settings)


def asked_integers(given: Sequence[int] | None, name: str, settings: GraphQLSettings) -> tuple[int, ...] | None:
    return _values(given, int, name, settings)


def asked_kinds(
    given: Sequence[Phase | EventKind] | None, name: str, settings: GraphQLSettings
) -> tuple[Kind, ...] | None:
    return _values(given, _kind, name, settings)


def asked_text(given: str | None) -> str | None:
    return view_text(given) if isinstance(given, str) else None


def asked_address(given: str | None) -> str | None:
    """An address in the form that the views have it in."""
    return recipient_of(Notification(rcpt_to=given)) if isinstance(given, str) else None


def asked_domain(given: str | None) -> str | None:
    return view_text(given.strip().lstrip("@").lower()) if isinstance(given, str) else None


def since_of(given: TimeRange | None) -> int | None:
    return given.gte if given and isinstance(given.gte, int) else None


def until_of(given: TimeRange | None) -> int | None:
    return given.lt if given and isinstance(given.lt, int) else None


def _bounded(given: Sequence[Value], name: str, settings: GraphQLSettings) -> Sequence[Value]:
    if len(given) > settings.filter_values_max:
        raise limit_exceeded(f"filter_values_max ({name})", settings.filter_values_max, len(given))
    return given


def _values(
    given: Sequence[Value] | None, convert: Callable[[Value], Wanted], name: str, settings: GraphQLSettings
) -> tuple[Wanted, ...] | None:
    if given is None or given is strawberry.UNSET:
        return None
    return tuple(dict.fromkeys(convert(value) for value in _bounded(given, name, settings)))


def _kind(value: Phase | EventKind) -> Kind:
    return Kind(str(value.value))


READERS: dict[str, Callable[[Any, str, GraphQLSettings], tuple[Any, ...] | None]] = {
    "tracking_ids": asked_texts,
    "phases": asked_kinds,
    "kinds": asked_kinds,
    "categories": asked_texts,
    "event_codes": asked_integers,
    "sender_ids": asked_integers,
    "sources": asked_texts,
}
"""The conditions that are lists of values, by their columns."""
