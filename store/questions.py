"""What a reader is asked: filters, their windows and orders, and what the statistics are asked for."""

from enum import StrEnum

import msgspec

from delivery.classification import Kind
from delivery.dead_letter import Part
from delivery.requeued import State


class Order(StrEnum):
    """By the time of the last event (messages, deliveries) or of the event itself, ties by key."""

    NEWEST_FIRST = "newest_first"
    OLDEST_FIRST = "oldest_first"


class Excluded(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a row must not have: any of these values. For a message these are its deliveries' recipients and domains."""

    tracking_ids: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    sender_ids: tuple[int, ...] = ()
    event_codes: tuple[int, ...] = ()
    sources: tuple[str, ...] = ()


NOTHING_EXCLUDED = Excluded()


class MessageFilter(msgspec.Struct, frozen=True, omit_defaults=True):
    """All of the given conditions hold. Times are a half-open range [since, until) of last_event_at."""

    tracking_ids: tuple[str, ...] | None = None
    phases: tuple[Kind, ...] | None = None
    sender_ids: tuple[int, ...] | None = None
    recipient: str | None = None
    domain: str | None = None
    since: int | None = None
    until: int | None = None
    excluded: Excluded = NOTHING_EXCLUDED


class DeliveryFilter(msgspec.Struct, frozen=True, omit_defaults=True):
    """All of the given conditions hold. Times are a half-open range [since, until) of last_event_at."""

    tracking_ids: tuple[str, ...] | None = None
    recipient: str | None = None
    domain: str | None = None
    phases: tuple[Kind, ...] | None = None
    categories: tuple[str, ...] | None = None
    sender_ids: tuple[int, ...] | None = None
    since: int | None = None
    until: int | None = None
    excluded: Excluded = NOTHING_EXCLUDED


class EventFilter(msgspec.Struct, frozen=True, omit_defaults=True):
    """All of the given conditions hold. Times are a half-open range [since, until) of occurred_at."""

    tracking_ids: tuple[str, ...] | None = None
    recipient: str | None = None
    domain: str | None = None
    kinds: tuple[Kind, ...] | None = None
    event_codes: tuple[int, ...] | None = None
    sources: tuple[str, ...] | None = None
    sender_ids: tuple[int, ...] | None = None
    since: int | None = None
    until: int | None = None
    excluded: Excluded = NOTHING_EXCLUDED


class LetterFilter(msgspec.Struct, frozen=True, omit_defaults=True):
    """All of the given conditions hold. Times are a half-open range [since, until) of received_at.

    `member` is the last name of a wrong member's path: `tries` for [3].tries.
    """

    states: tuple[State, ...] | None = None
    sources: tuple[str, ...] | None = None
    parts: tuple[Part, ...] | None = None
    reasons: tuple[str, ...] | None = None
    member: str | None = None
    since: int | None = None
    until: int | None = None


Messages = MessageFilter | tuple[MessageFilter, ...]


Deliveries = DeliveryFilter | tuple[DeliveryFilter, ...]


Events = EventFilter | tuple[EventFilter, ...]
"""Rows that meet the filter, or at least one of several filters; each row is there once."""


Key = tuple[int | str, ...]
"""A row's place in its order: (last_event_at, tracking_id) of a message, (last_event_at, tracking_id, recipient) of a
delivery, (occurred_at, id, tracking_id or "") of an event, (received_at, id) of a dead letter. ValueError where a key is not of
that shape."""


class Window(msgspec.Struct, frozen=True):
    """A part of an ordered list: rows strictly after `after` and strictly before `before`, at most `limit` of them.

    `backward` takes the last `limit` of them instead of the first; rows come in the list's order either way.
    """

    limit: int
    after: Key | None = None
    before: Key | None = None
    backward: bool = False


class Interval(StrEnum):
    """How long a bucket of the statistics is; in UTC."""

    HOUR = "hour"
    DAY = "day"


class Breakdown(StrEnum):
    """What statistics are told apart by, beside the kind."""

    SENDER_ID = "sender_id"
    DOMAIN = "domain"
    CATEGORY = "category"
    SOURCE = "source"
    CODE = "code"


class StatisticsFilter(msgspec.Struct, frozen=True):
    """All of the given conditions hold. [since, until) of occurred_at, widened to whole buckets."""

    since: int
    until: int
    sender_ids: tuple[int, ...] | None = None
    kinds: tuple[Kind, ...] | None = None
    domain: str | None = None
    category: str | None = None
    source: str | None = None
