"""What lists can be narrowed down to, and their orders: the inputs, as the store's contract reads them.

All given conditions hold at once; of a list of values any one suffices. A condition that is null is as if left out.
"""

from collections.abc import Callable, Sequence
from enum import Enum
from typing import TypeVar

import msgspec
import strawberry

from delivery.classification import Kind
from delivery.event import view_text
from delivery.notification import Notification
from delivery.state import domain_of, recipient_of
from graphql_api.errors import limit_exceeded
from graphql_api.scalars import DateTime, Long
from graphql_api.settings import GraphQLSettings
from graphql_api.types.phase import EventKind, Phase
from store import contract

Given = TypeVar("Given")
Wanted = TypeVar("Wanted")


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


@strawberry.input(description="Which events. All given conditions hold; of a list of values any one suffices.")
class EventFilter:
    tracking_ids: list[str] | None = strawberry.field(default=strawberry.UNSET, description="Of one of these messages.")
    recipient: str | None = strawberry.field(default=strawberry.UNSET, description="To this address, in any case.")
    recipient_domain: str | None = strawberry.field(default=strawberry.UNSET, description="To this domain.")
    kinds: list[EventKind] | None = strawberry.field(default=strawberry.UNSET, description="That report one of these.")
    event_codes: list[Long] | None = strawberry.field(default=strawberry.UNSET, description="With one of these codes.")
    sender_ids: list[Long] | None = strawberry.field(default=strawberry.UNSET, description="Of one of these accounts.")
    occurred_at: TimeRange | None = strawberry.field(default=strawberry.UNSET, description="That occurred then.")


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


def order_of(order: MessageOrder | DeliveryOrder | EventOrder | None) -> contract.Order:
    """The order asked for; newest first where none was."""
    if order and order.direction is OrderDirection.ASC:
        return contract.Order.OLDEST_FIRST
    return contract.Order.NEWEST_FIRST


def message_filter(given: MessageFilter | None, settings: GraphQLSettings) -> contract.MessageFilter:
    """The conditions as the store reads them."""
    if not given:
        return contract.MessageFilter()
    return contract.MessageFilter(
        tracking_ids=asked_texts(given.tracking_ids, "tracking_ids", settings),
        phases=asked_kinds(given.phases, "phases", settings),
        sender_ids=asked_integers(given.sender_ids, "sender_ids", settings),
        recipient=asked_address(given.recipient),
        domain=asked_domain(given.recipient_domain),
        since=since_of(given.last_event_at),
        until=until_of(given.last_event_at),
    )


def delivery_filter(given: DeliveryFilter | None, settings: GraphQLSettings) -> contract.DeliveryFilter:
    """The conditions as the store reads them."""
    if not given:
        return contract.DeliveryFilter()
    return contract.DeliveryFilter(
        tracking_ids=asked_texts(given.tracking_ids, "tracking_ids", settings),
        recipient=asked_address(given.recipient),
        domain=asked_domain(given.recipient_domain),
        phases=asked_kinds(given.phases, "phases", settings),
        categories=asked_texts(given.categories, "categories", settings),
        sender_ids=asked_integers(given.sender_ids, "sender_ids", settings),
        since=since_of(given.last_event_at),
        until=until_of(given.last_event_at),
    )


def event_filter(given: EventFilter | None, settings: GraphQLSettings) -> contract.EventFilter:
    """The conditions as the store reads them."""
    if not given:
        return contract.EventFilter()
    return contract.EventFilter(
        tracking_ids=asked_texts(given.tracking_ids, "tracking_ids", settings),
        recipient=asked_address(given.recipient),
        domain=asked_domain(given.recipient_domain),
        kinds=asked_kinds(given.kinds, "kinds", settings),
        event_codes=asked_integers(given.event_codes, "event_codes", settings),
        sender_ids=asked_integers(given.sender_ids, "sender_ids", settings),
        since=since_of(given.occurred_at),
        until=until_of(given.occurred_at),
    )


def admits_nothing(wanted: contract.MessageFilter | contract.DeliveryFilter | contract.EventFilter) -> bool:
    """Whether no row can meet it, so that the store needn't be asked: an empty list of values, an address of another domain."""
    if wanted.recipient is not None and wanted.domain not in (None, domain_of(wanted.recipient)):
        return True
    return () in msgspec.structs.astuple(wanted)


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


def _values(
    given: Sequence[Given] | None, convert: Callable[[Given], Wanted], name: str, settings: GraphQLSettings
) -> tuple[Wanted, ...] | None:
    if given is None or given is strawberry.UNSET:
        return None
    if len(given) > settings.filter_values_max:
        raise limit_exceeded(f"filter_values_max ({name})", settings.filter_values_max, len(given))
    return tuple(dict.fromkeys(convert(value) for value in given))


def _kind(value: Phase | EventKind) -> Kind:
    return Kind(str(value.value))
