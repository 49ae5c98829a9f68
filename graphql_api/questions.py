"""What can be asked of the statistics: a time of whole buckets, and which of its events."""

from enum import Enum

import msgspec
import strawberry

from delivery.classification import Kind
from graphql_api.errors import BAD_USER_INPUT, limit_exceeded, problem
from graphql_api.filters import TimeRange, asked_domain, asked_integers, asked_kinds, asked_text, since_of, until_of
from graphql_api.scalars import Long
from graphql_api.settings import GraphQLSettings
from graphql_api.types.phase import EventKind
from store import questions

CATEGORISED = frozenset({Kind.DEFERRED, Kind.BOUNCED})
"""What has a category at all."""

DAY_MS = 86_400_000
HOURLY_UP_TO_MS = 3 * DAY_MS


@strawberry.enum(description="How long a bucket of statistics is, in UTC.")
class Interval(Enum):
    HOUR = strawberry.enum_value("hour", description="By the hour.")
    DAY = strawberry.enum_value("day", description="By the day.")


@strawberry.enum(description="What statistics can be told apart by.")
class StatisticsDimension(Enum):
    SENDER_ID = strawberry.enum_value("sender_id", description="By the account that sent the mail.")
    RECIPIENT_DOMAIN = strawberry.enum_value("domain", description="By the recipient's domain.")
    CATEGORY = strawberry.enum_value("category", description="Deferrals and bounces by their reason.")


SPAN_MS = {Interval.HOUR: 3_600_000, Interval.DAY: DAY_MS}
LATEST_MS = {Interval.HOUR: DAY_MS, Interval.DAY: 30 * DAY_MS}
"""The time that is meant where none is given."""


@strawberry.input(
    description="Which events are counted. All given conditions hold; domain and category can't be given together."
)
class StatisticsFilter:
    occurred_at: TimeRange | None = strawberry.field(
        default=strawberry.UNSET,
        description="When they occurred, widened to whole buckets. The last day by the hour, or the last 30 by the day.",
    )
    sender_ids: list[Long] | None = strawberry.field(default=strawberry.UNSET, description="Of one of these accounts.")
    kinds: list[EventKind] | None = strawberry.field(default=strawberry.UNSET, description="That report one of these.")
    recipient_domain: str | None = strawberry.field(default=strawberry.UNSET, description="To this domain.")
    category: str | None = strawberry.field(
        default=strawberry.UNSET, description="Deferrals and bounces for this reason, such as mailbox_full."
    )


class Question(msgspec.Struct, frozen=True):
    """What is asked of the store. Its times are the ends of buckets."""

    where: questions.StatisticsFilter
    interval: Interval

    @property
    def starts(self) -> range:
        """Where the buckets begin."""
        return range(self.where.since, self.where.until, SPAN_MS[self.interval])

    def counted(self, dimension: StatisticsDimension | None = None) -> frozenset[Kind]:
        """The kinds that the answer can hold."""
        kinds = frozenset(Kind if self.where.kinds is None else self.where.kinds)
        by_category = self.where.category is not None or dimension is StatisticsDimension.CATEGORY
        return kinds & CATEGORISED if by_category else kinds


def question_of(
    given: StatisticsFilter | None, interval: Interval | None, now: int, settings: GraphQLSettings
) -> Question:
    """The question that the arguments ask at this time."""
    where = given or StatisticsFilter()
    chosen, since, until = _times(where.occurred_at, interval, now)
    buckets = max(0, until - since) // SPAN_MS[chosen]
    if buckets > settings.statistics_buckets_max:
        raise limit_exceeded("statistics_buckets_max", settings.statistics_buckets_max, buckets)
    asked = questions.StatisticsFilter(
        since=since,
        until=until,
        sender_ids=asked_integers(where.sender_ids, "sender_ids", settings),
        kinds=asked_kinds(where.kinds, "kinds", settings),
        domain=asked_domain(where.recipient_domain),
        category=asked_text(where.category),
    )
    if asked.domain is not None and asked.category is not None:
        raise problem("statistics are kept by domain and by category, but not by both at once", BAD_USER_INPUT)
    return Question(asked, chosen)


def require_kept(question: Question, dimension: StatisticsDimension) -> None:
    """Domains are not kept crossed with categories: their number would be that of the events."""
    other = {
        StatisticsDimension.RECIPIENT_DOMAIN: ("category", question.where.category),
        StatisticsDimension.CATEGORY: ("recipientDomain", question.where.domain),
    }.get(dimension)
    if other is not None and other[1] is not None:
        raise problem(f"breakdown by {dimension.name}: not kept for one {other[0]}; leave that out", BAD_USER_INPUT)


def _times(given: TimeRange | None, interval: Interval | None, now: int) -> tuple[Interval, int, int]:
    """The interval and the ends, of whole buckets."""
    until, since = until_of(given), since_of(given)
    end = now + 1 if until is None else until
    if interval is None or interval is strawberry.UNSET:
        interval = Interval.HOUR if since is None or end - since <= HOURLY_UP_TO_MS else Interval.DAY
    span_ms = SPAN_MS[interval]
    end = -(-end // span_ms) * span_ms
    return interval, (end - LATEST_MS[interval] if since is None else since) // span_ms * span_ms, end
