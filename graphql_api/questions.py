"""What can be asked of the statistics: a time of whole buckets, and which of its events."""

from enum import Enum

import msgspec
import strawberry

from delivery.classification import Kind
from delivery.event import TIME_MAX_MS
from graphql_api.errors import BAD_USER_INPUT, limit_exceeded, problem
from graphql_api.filters import TimeRange, asked_domain, asked_integers, asked_kinds, asked_text, since_of, until_of
from graphql_api.scalars import Long
from graphql_api.settings import GraphQLSettings
from graphql_api.types.phase import EventKind
from store import questions
from store.statistics import REFUSAL_HOURS_MAX

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
    SOURCE = strawberry.enum_value("source", description="By who posted the events, as the gateway names them.")
    CODE = strawberry.enum_value(
        "code",
        description="Deferrals and bounces of one recipientDomain by their code: the enhanced status code, else that of the "
        "SMTP reply, else that of the event.",
    )


CROSSED = {
    StatisticsDimension.RECIPIENT_DOMAIN: "recipientDomain",
    StatisticsDimension.CATEGORY: "category",
    StatisticsDimension.SOURCE: "source",
    StatisticsDimension.CODE: "code",
}
"""What is told apart by them, as the filter calls it."""

SPAN_MS = {Interval.HOUR: 3_600_000, Interval.DAY: DAY_MS}
TIME_MIN_MS = -62_135_596_800_000  # the first millisecond of the year 1: earlier ones have no RFC 3339 form
LATEST_MS = {Interval.HOUR: DAY_MS, Interval.DAY: 30 * DAY_MS}
"""The time that is meant where none is given."""


@strawberry.input(
    description="Which events are counted. All given conditions hold. A source can't be given with a domain or a category."
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
    source: str | None = strawberry.field(
        default=strawberry.UNSET, description="Posted by this one, as the gateway names it."
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
        by_category = dimension in (StatisticsDimension.CATEGORY, StatisticsDimension.CODE)
        return kinds & CATEGORISED if by_category or self.where.category is not None else kinds


def question_of(
    given: StatisticsFilter | None, interval: Interval | None, now: int, settings: GraphQLSettings
) -> Question:
    """The question that the arguments ask at this time."""
    where = given or StatisticsFilter()
    chosen, since, until = _times(where.occurred_at, interval, now)
    buckets = _buckets(chosen, since, until)
    if buckets > settings.statistics_buckets_max:
        raise limit_exceeded("statistics_buckets_max", settings.statistics_buckets_max, buckets)
    asked = questions.StatisticsFilter(
        since=since,
        until=until,
        sender_ids=asked_integers(where.sender_ids, "sender_ids", settings),
        kinds=asked_kinds(where.kinds, "kinds", settings),
        domain=asked_domain(where.recipient_domain),
        category=asked_text(where.category),
        source=asked_text(where.source),
    )
    question = Question(asked, chosen)
    require_kept(question, None)
    return question


def require_kept(question: Question, dimension: StatisticsDimension | None) -> None:
    """Domains, categories and sources are not kept crossed: there would be as many counts as events. One domain's refusals are."""
    where = question.where
    given = {"recipientDomain": where.domain, "category": where.category, "source": where.source}
    named = [name for name, value in given.items() if value is not None]
    told = CROSSED.get(dimension) if dimension is not None else None
    crossed = len(set(named) | ({told} - {None})) > 1 or dimension is StatisticsDimension.CODE
    if not crossed:
        return
    if where.domain is None or where.source is not None or dimension is StatisticsDimension.SOURCE:
        by = f"breakdown by {dimension.name}: " if dimension is not None else ""
        kept = "kept by recipientDomain, category and source, one at a time; those of one recipientDomain by category and code too"
        raise problem(f"{by}statistics are {kept}", BAD_USER_INPUT)
    hours = (where.until - where.since) // SPAN_MS[Interval.HOUR]
    if hours > REFUSAL_HOURS_MAX:
        raise limit_exceeded("hours of a domain's deferrals and bounces", REFUSAL_HOURS_MAX, hours)


def bucket_count(given: TimeRange | None, interval: Interval | None, now: int) -> int:
    """How many buckets a question with these times has."""
    return _buckets(*_times(given, interval, now))


def _buckets(interval: Interval, since: int, until: int) -> int:
    return max(0, until - since) // SPAN_MS[interval]


def _times(given: TimeRange | None, interval: Interval | None, now: int) -> tuple[Interval, int, int]:
    """The interval and the ends, of whole buckets."""
    until, since = until_of(given), since_of(given)
    end = now + 1 if until is None else until
    if interval is None or interval is strawberry.UNSET:
        interval = Interval.HOUR if since is None or end - since <= HOURLY_UP_TO_MS else Interval.DAY
    span_ms = SPAN_MS[interval]
    end = min(-(-end // span_ms), TIME_MAX_MS // span_ms) * span_ms  # the end of the very last one can't be written
    begin = max(TIME_MIN_MS, end - LATEST_MS[interval]) if since is None else since
    return interval, begin // span_ms * span_ms, end
