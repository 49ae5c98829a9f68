"""What a list is narrowed down to, as logic over its columns, and as the alternatives that the store looks up.

    Criterion
    ├── In        a column holds one of these values
    ├── During    the list's time lies in [since, until)
    ├── All       every part holds; without parts always
    ├── AnyOf     at least one part holds; without parts never
    └── Not       the part does not hold

A filter's input and a search text both become a criterion; `alternatives_of` brings it into the store's form, in which each
alternative has a condition that an index answers. What has none is refused (NO_INDEX) rather than answered by reading all rows.
"""

from typing import Any

import msgspec

from delivery.classification import Kind
from delivery.state import RANKS
from delivery.views import domain_of
from graphql_api.errors import NO_INDEX, limit_exceeded, problem
from store.questions import NOTHING_EXCLUDED, DeliveryFilter, EventFilter, Excluded, MessageFilter


class In(msgspec.Struct, frozen=True):
    """The column holds one of these values."""

    column: str
    values: tuple[Any, ...]


class During(msgspec.Struct, frozen=True):
    """The list's time lies in [since, until), in ms; None is open."""

    since: int | None = None
    until: int | None = None


class All(msgspec.Struct, frozen=True):
    """Every part holds."""

    parts: tuple["Criterion", ...] = ()


class AnyOf(msgspec.Struct, frozen=True):
    """At least one part holds."""

    parts: tuple["Criterion", ...] = ()


class Not(msgspec.Struct, frozen=True):
    """The part does not hold."""

    part: "Criterion"


Criterion = In | During | All | AnyOf | Not
Alternative = MessageFilter | DeliveryFilter | EventFilter
NEVER = AnyOf()


class Rows(msgspec.Struct, frozen=True):
    """What a list's rows can be asked by.

    `few` is the column of which an index holds every value in order; `leads` are the fields of the API by which rows can be
    looked up, by their columns; `time` is the field of their time. A message has many recipients, other rows have one.
    """

    name: str
    filter: type[Alternative]
    few: tuple[str, tuple[Kind, ...]]
    leads: dict[str, str]
    time: str
    many_recipients: bool = False


SHARED = {"tracking_ids": "trackingIds", "recipients": "recipient", "domains": "recipientDomain"}
SENDERS = {"sender_ids": "senderIds"}
MESSAGES = Rows(
    "messages", MessageFilter, ("phases", tuple(RANKS)), SHARED | SENDERS, "lastEventAt", many_recipients=True
)  # fmt: skip
DELIVERIES = Rows(
    "deliveries", DeliveryFilter, ("phases", tuple(RANKS)),
    SHARED | {"categories": "categories"} | SENDERS, "lastEventAt",
)  # fmt: skip
EVENTS = Rows(
    "events", EventFilter, ("kinds", tuple(Kind)),
    SHARED | {"event_codes": "eventCodes"} | SENDERS | {"sources": "sources"}, "occurredAt",
)  # fmt: skip


class _Branch(msgspec.Struct, frozen=True):
    """Conditions that hold together: values of columns that a row has and those that it has not, and a time."""

    allowed: dict[str, tuple[Any, ...]] = msgspec.field(default_factory=dict)
    denied: dict[str, tuple[Any, ...]] = msgspec.field(default_factory=dict)
    since: int | None = None
    until: int | None = None


def asks_for(criterion: Criterion, column: str) -> bool:
    """Whether it looks at this column anywhere."""
    if isinstance(criterion, In):
        return criterion.column == column
    if isinstance(criterion, Not):
        return asks_for(criterion.part, column)
    return not isinstance(criterion, During) and any(asks_for(part, column) for part in criterion.parts)


def alternatives_of(criterion: Criterion, rows: Rows, alternatives_max: int) -> Alternative | tuple[Alternative, ...]:
    """The criterion in the store's form: one filter, or several of which a row meets one; none where no row can meet it."""
    branches = _Spread(rows, alternatives_max).of(criterion, negated=False)
    found = tuple(dict.fromkeys(_filter(branch, rows) for branch in branches))
    return found[0] if len(found) == 1 else found


class _Spread:
    """Brings a criterion into alternatives of conditions that hold together, no more of them than the limit."""

    def __init__(self, rows: Rows, alternatives_max: int) -> None:
        self._rows = rows
        self._max = alternatives_max

    def of(self, criterion: Criterion, *, negated: bool) -> list[_Branch]:
        if isinstance(criterion, Not):
            return self.of(criterion.part, negated=not negated)
        if isinstance(criterion, In):
            return self._values(criterion, negated=negated)
        if isinstance(criterion, During):
            return self._time(criterion, negated=negated)
        together = isinstance(criterion, All) is not negated
        branches = [_Branch()] if together else []
        for part in criterion.parts:
            found = self.of(part, negated=negated)
            branches = self._product(branches, found) if together else branches + found
            if len(branches) > self._max:
                raise limit_exceeded("filter_alternatives_max", self._max, len(branches))
        return branches

    def _values(self, test: In, *, negated: bool) -> list[_Branch]:
        column, values = test.column, test.values
        few, all_of_them = self._rows.few
        if negated and column != few:
            return [_Branch(denied={column: values})] if values else [_Branch()]
        if negated:
            values = tuple(value for value in all_of_them if value not in values)
        if column in ("recipients", "domains"):
            return [_Branch(allowed={column: (value,)}) for value in values]
        return [_Branch(allowed={column: values})] if values else []

    def _time(self, test: During, *, negated: bool) -> list[_Branch]:
        if not negated:
            return [_Branch(since=test.since, until=test.until)]
        outside = [_Branch(until=test.since)] if test.since is not None else []
        return outside + ([_Branch(since=test.until)] if test.until is not None else [])

    def _product(self, left: list[_Branch], right: list[_Branch]) -> list[_Branch]:
        merged = (self._merged(one, other) for one in left for other in right)
        return [branch for branch in merged if branch is not None]

    def _merged(self, one: _Branch, other: _Branch) -> _Branch | None:
        """Both at once; None where they contradict each other."""
        allowed, denied = dict(one.allowed), dict(one.denied)
        for column, values in other.allowed.items():
            both = tuple(value for value in allowed.get(column, values) if value in values)
            if not both:
                self._require_one_address(column)
                return None
            allowed[column] = both
        domains = allowed.pop("domains") if "recipients" in allowed and "domains" in allowed else None
        if domains is not None and domain_of(allowed["recipients"][0]) not in domains:
            self._require_one_address("recipients")
            return None
        for column, values in other.denied.items():
            denied[column] = tuple(dict.fromkeys((*denied.get(column, ()), *values)))
        since = max((time for time in (one.since, other.since) if time is not None), default=None)
        until = min((time for time in (one.until, other.until) if time is not None), default=None)
        return _Branch(allowed, denied, since, until)

    def _require_one_address(self, column: str) -> None:
        """Another row can't have two addresses; a message can, but two are not looked up together."""
        if self._rows.many_recipients and column in ("recipients", "domains"):
            message = "messages can be looked up by one recipient or one recipientDomain at a time, not by two together"
            raise problem(message, NO_INDEX)


def _filter(branch: _Branch, rows: Rows) -> Alternative:
    led = branch.allowed.keys() & rows.leads.keys() or branch.since is not None
    if branch.denied and not led:
        denied = ", ".join(sorted(rows.leads.get(column, column) for column in branch.denied))
        message = (
            f"not {denied} would read every row of {rows.name}, as no index knows what is not there: "
            f"add one of {', '.join(rows.leads.values())}, or {rows.time} with gte"
        )
        raise problem(message, NO_INDEX)
    allowed: dict[str, Any] = dict(branch.allowed)
    for column, one in (("recipients", "recipient"), ("domains", "domain")):
        if column in allowed:
            (allowed[one],) = allowed.pop(column)
    excluded = Excluded(**branch.denied) if branch.denied else NOTHING_EXCLUDED
    return rows.filter(**allowed, since=branch.since, until=branch.until, excluded=excluded)
