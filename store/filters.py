"""Filters in the columns of their tables: the lists there are, which indexes can lead, and keys as the columns hold them."""

from collections.abc import Sequence
from enum import StrEnum

import msgspec

from delivery.classification import Kind
from delivery.notification import INT64_MAX, INT64_MIN
from delivery.state import RANKS
from store.columns import EVENT_COLUMNS, asked_integers, asked_plainly, asked_text, id_bytes
from store.questions import (
    NOTHING_EXCLUDED,
    Deliveries,
    DeliveryFilter,
    EventFilter,
    Events,
    Key,
    MessageFilter,
    Messages,
)

Filter = MessageFilter | DeliveryFilter | EventFilter
Filters = Messages | Deliveries | Events


class Dialect(StrEnum):
    """Whose SQL is written. SQLite is told which index leads; PostgreSQL's planner knows better than a rule."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


HASHED = frozenset({"recipient", "domain", "phase", "category", "kind", "source"})
"""Columns of which PostgreSQL's indexes hold a hash: it is narrower than the text, and compared more quickly."""


def hashed(text: str) -> str:
    """The hash of a text, in PostgreSQL's SQL: the expression that the indexes are made of."""
    return f"hashtextextended({text}, 0)"


def same_text(column: str, value: str) -> str:
    """PostgreSQL's test of a column of HASHED by its index: the text as well, since another one may have the same hash."""
    return f"{hashed(column)} = {hashed(value)} and {column} = {value}"


class Listing(msgspec.Struct, frozen=True):
    """A table as a list: `order` is the time and the ties, `leads` the columns with an index, the most selective first."""

    table: str
    columns: tuple[str, ...]
    order: tuple[str, ...]
    leads: tuple[str, ...]
    few: tuple[str, tuple[str, ...]]


PHASES = tuple(kind.value for kind in RANKS)
MESSAGES = Listing(
    "messages", ("state",), ("last_event_at", "tracking_id"), ("tracking_id", "sender_id", "phase"), ("phase", PHASES)
)
DELIVERIES = Listing(
    "deliveries", ("state",), ("last_event_at", "tracking_id", "recipient"),
    ("tracking_id", "recipient", "domain", "category", "sender_id", "phase"), ("phase", PHASES),
)  # fmt: skip
HISTORY = Listing(
    "history", EVENT_COLUMNS, ("occurred_at", "event_id"),
    ("key", "domain", "event_code", "sender_id", "source", "kind"), ("kind", tuple(kind.value for kind in Kind)),
)  # fmt: skip


class Conditions(msgspec.Struct):
    """What a filter asks for, in columns: any of the values of each, none of others, and a time in [since, until).

    `addressed` is about messages with a delivery whose (column, value) is this, or events of a recipient; `common` says that so
    many have it that walking all by time finds enough soon. `unaddressed` is what no delivery of a message may have.
    """

    any_of: dict[str, Sequence[str | int]]
    since: int | None
    until: int | None
    none_of: dict[str, Sequence[str | int]]
    tracked: bool = False
    addressed: tuple[str, str] | None = None
    unaddressed: Sequence[tuple[str, str]] = ()
    common: bool = False


class Statement:
    """SQL in the making: `bind` adds a parameter and gives its placeholder."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.sql = ""
        self.parameters: list[object] = []

    def bind(self, value: object) -> str:
        self.parameters.append(value)
        return f"{'?' if self.dialect is Dialect.SQLITE else '$'}{len(self.parameters)}"

    def bind_all(self, values: Sequence[object]) -> str:
        return ", ".join(self.bind(value) for value in values)


def alternatives(where: Filters) -> list[Conditions]:
    """The filters in the columns of their table; a row is asked for where it meets one of them."""
    return [conditions_of(each) for each in (where if isinstance(where, tuple) else (where,))]


def conditions_of(where: Filter) -> Conditions:
    """A filter in the columns of its table."""
    any_of: dict[str, Sequence[str | int]] = {}
    key = "key" if isinstance(where, EventFilter) else "tracking_id"
    given: list[tuple[str, Sequence[str] | None]] = [(key, where.tracking_ids)]
    addressed: tuple[str, str] | None = None
    if isinstance(where, MessageFilter):
        given += [("phase", where.phases)]
        recipient, domain = where.recipient, where.domain
        if recipient is not None and (domain is None or recipient.rpartition("@")[2] == domain):
            addressed = ("recipient", asked_text(recipient))
        elif domain is not None:
            addressed = ("domain", asked_text(domain))
    else:
        given += [("recipient", _one(where.recipient)), ("domain", _one(where.domain))]
    if isinstance(where, DeliveryFilter):
        given += [("phase", where.phases), ("category", where.categories)]
    if isinstance(where, EventFilter):
        given += [("kind", where.kinds)]
        if where.recipient is not None and where.tracking_ids is None:
            addressed = ("recipient", asked_text(where.recipient))
        if where.event_codes is not None:
            any_of["event_code"] = asked_integers(where.event_codes)
        if where.sources is not None:
            any_of["source"] = list(dict.fromkeys(map(asked_plainly, where.sources)))
    for column, texts in given:
        if texts is not None:
            any_of[column] = list(dict.fromkeys(asked_text(text) for text in texts))
    if where.sender_ids is not None:
        any_of["sender_id"] = asked_integers(where.sender_ids)
    tracked = isinstance(where, EventFilter) and where.tracking_ids is not None
    none_of, unaddressed = _excluded(where, key)
    since, until = _clamped(where.since), _clamped(where.until)
    return Conditions(any_of, since, until, none_of, tracked, addressed, unaddressed)


def _excluded(where: Filter, key: str) -> tuple[dict[str, Sequence[str | int]], list[tuple[str, str]]]:
    """What a filter leaves out: the values of each column, and the addresses of messages."""
    excluded = where.excluded
    if excluded is NOTHING_EXCLUDED:
        return {}, []
    texts = {
        key: excluded.tracking_ids,
        "recipient": excluded.recipients,
        "domain": excluded.domains,
        "category": excluded.categories,
    }
    none_of: dict[str, Sequence[str | int]] = {
        column: [asked_text(value) for value in values] for column, values in texts.items() if values
    }
    if excluded.sources:
        none_of["source"] = list(map(asked_plainly, excluded.sources))
    integers = {"sender_id": excluded.sender_ids, "event_code": excluded.event_codes}
    none_of |= {column: asked_integers(values) for column, values in integers.items() if values}
    if not isinstance(where, MessageFilter):
        return none_of, []
    addresses = {column: none_of.pop(column, ()) for column in ("recipient", "domain")}
    return none_of, [(column, str(value)) for column, values in addresses.items() for value in values]


def _one(text: str | None) -> tuple[str] | None:
    return None if text is None else (text,)


def _clamped(time: int | None) -> int | None:
    return None if time is None else max(INT64_MIN, min(time, INT64_MAX))


def key_values(listing: Listing, key: Key) -> list[object]:
    """A row's key as its columns hold it; ValueError where it can't be one."""
    if listing is HISTORY:
        key = key[:2]  # an id is its content's, tracking_id included: nothing further can tie
    if len(key) != len(listing.order) or not isinstance(key[0], int):
        raise ValueError(f"{key!r} is no key of {listing.table}")
    values: list[object] = [_clamped(key[0])]
    for column, part in zip(listing.order[1:], key[1:], strict=True):
        if not isinstance(part, str):
            raise ValueError(f"{key!r} is no key of {listing.table}")
        values.append(_identity(part) if column == "event_id" else asked_text(part))
    return values


def _identity(text: str) -> bytes:
    found = id_bytes(text)
    if found is None:
        raise ValueError(f"{text!r} is no event id")
    return found
