"""Statistics: how many events of each kind occurred, over time and by sender, domain, category, source or code."""

from collections.abc import Iterable, Mapping
from typing import Annotated

import strawberry

from delivery.classification import Kind
from graphql_api.context import Info
from graphql_api.errors import BAD_USER_INPUT, limit_exceeded, problem
from graphql_api.fields import resolved
from graphql_api.questions import Interval, Question, StatisticsDimension, require_kept
from graphql_api.scalars import DateTime, Long
from store import questions
from store.contract import StatisticsRow

PARTS_DEFAULT = 20
NAMES = tuple((kind, kind.value) for kind in Kind)


By = Annotated[StatisticsDimension, strawberry.argument(description="What to tell apart.")]
Parts = Annotated[int | None, strawberry.argument(description="How many parts at most, the greatest. 20 if not given.")]


@strawberry.type(
    description="How many distinct events of each kind occurred, and their ratios. A kind that the filter leaves out is 0."
)
class EventCounts:
    queued: Long = strawberry.field(description="Mails accepted for sending.")
    deferred: Long = strawberry.field(description="Attempts that failed with another to follow.")
    delivered: Long = strawberry.field(description="Deliveries.")
    bounced: Long = strawberry.field(description="Bounces.")
    complained: Long = strawberry.field(description="Complaints.")
    unsubscribed: Long = strawberry.field(description="Unsubscribes.")
    opened: Long = strawberry.field(description="Opens, each one of them.")
    clicked: Long = strawberry.field(description="Clicks, each one of them.")
    unknown: Long = strawberry.field(description="Events that this version doesn't know.")
    total: Long = strawberry.field(description="All events.")
    by_kind: strawberry.Private[Mapping[Kind, int]]
    counted: strawberry.Private[frozenset[Kind]]

    @resolved("Deliveries of all outcomes (deliveries and bounces), from 0 to 1; null without an outcome.")
    def delivery_rate(self) -> float | None:
        return self._ratio(Kind.DELIVERED, Kind.DELIVERED, Kind.BOUNCED)

    @resolved("Bounces of all outcomes (deliveries and bounces), from 0 to 1; null without an outcome.")
    def bounce_rate(self) -> float | None:
        return self._ratio(Kind.BOUNCED, Kind.DELIVERED, Kind.BOUNCED)

    @resolved("Complaints a delivery; null without a delivery.")
    def complaint_rate(self) -> float | None:
        return self._ratio(Kind.COMPLAINED, Kind.DELIVERED)

    @resolved("Unsubscribes a delivery; null without a delivery.")
    def unsubscribe_rate(self) -> float | None:
        return self._ratio(Kind.UNSUBSCRIBED, Kind.DELIVERED)

    @resolved("Opens a delivery, more than 1 where mails are opened again; null without a delivery.")
    def open_rate(self) -> float | None:
        return self._ratio(Kind.OPENED, Kind.DELIVERED)

    @resolved("Clicks a delivery, more than 1 where there are several a mail; null without a delivery.")
    def click_rate(self) -> float | None:
        return self._ratio(Kind.CLICKED, Kind.DELIVERED)

    def _ratio(self, part: Kind, *whole: Kind) -> float | None:
        """Null too where a kind was not counted: 0 would be a lie."""
        divisor = sum(self.by_kind.get(kind, 0) for kind in whole)
        if not divisor or not self.counted.issuperset((part, *whole)):
            return None
        return self.by_kind.get(part, 0) / divisor

    @classmethod
    def of(cls, rows: Iterable[StatisticsRow], counted: frozenset[Kind]) -> "EventCounts":
        by_kind: dict[Kind, int] = {}
        total = 0
        for row in rows:
            by_kind[row.kind] = by_kind.get(row.kind, 0) + row.count
            total += row.count
        named = {name: Long(by_kind.get(kind, 0)) for kind, name in NAMES}
        return cls(**named, total=Long(total), by_kind=by_kind, counted=counted)


@strawberry.type(description="One hour or one day of the statistics.")
class StatisticsBucket:
    starts_at: DateTime = strawberry.field(description="When it begins.")
    counts: EventCounts = strawberry.field(description="What occurred in it.")


@strawberry.type(description="The statistics of one sender, domain, category, source or code.")
class StatisticsPart:
    value: str | None = strawberry.field(
        description="The sender_id, domain, category, source or code; null for events that have none."
    )
    totals: EventCounts = strawberry.field(description="The counts of the whole time.")
    question: strawberry.Private[Question]
    rows: strawberry.Private[list[StatisticsRow]]
    counted: strawberry.Private[frozenset[Kind]]

    @resolved("The counts of each interval, empty ones included.")
    def buckets(self) -> list[StatisticsBucket]:
        return _buckets(self.question, self.rows, self.counted)


@strawberry.type(description="Counts of distinct events, kept as they arrive, by the time at which they occurred.")
class Statistics:
    interval: Interval = strawberry.field(description="How long each bucket is.")
    since: DateTime = strawberry.field(description="Where the first bucket begins.")
    until: DateTime = strawberry.field(description="Where the last bucket ends.")
    question: strawberry.Private[Question]

    @resolved("The counts of the whole time.")
    async def totals(self, info: Info) -> EventCounts:
        return EventCounts.of(await self._rows(info, None, 0), self.question.counted())

    @resolved("The counts of each interval, empty ones included, in the order of time.")
    async def buckets(self, info: Info) -> list[StatisticsBucket]:
        return _buckets(self.question, await self._rows(info, None, 0), self.question.counted())

    @resolved(
        "The same told apart, the parts with the most events first. Domain, category and source are not kept crossed, but for the "
        "deferrals and bounces of one domain, by category and by code."
    )
    async def breakdown(self, info: Info, by: By, first: Parts = strawberry.UNSET) -> list[StatisticsPart]:
        parts_max = PARTS_DEFAULT if first is None or first is strawberry.UNSET else first
        if parts_max < 1:
            raise problem(f"first: {parts_max} is less than 1", BAD_USER_INPUT)
        if parts_max > info.context.settings.page_size_max:
            raise limit_exceeded("page_size_max", info.context.settings.page_size_max, parts_max)
        require_kept(self.question, by)
        by_value: dict[str, list[StatisticsRow]] = {}
        for row in await self._rows(info, by, parts_max):
            by_value.setdefault(row.value or "", []).append(row)
        counted = self.question.counted(by)
        parts = [
            StatisticsPart(
                value=value or None,
                totals=EventCounts.of(rows, counted),
                question=self.question,
                rows=rows,
                counted=counted,
            )
            for value, rows in by_value.items()
        ]
        return sorted(parts, key=lambda part: (-part.totals.total, part.value or ""))

    async def _rows(self, info: Info, by: StatisticsDimension | None, values_max: int) -> list[StatisticsRow]:
        breakdown = None if by is None else questions.Breakdown(str(by.value))
        asked = (self.question.where, questions.Interval(str(self.interval.value)), breakdown, values_max)
        return await info.context.loaders.statistics(asked, len(self.question.starts))

    @classmethod
    def of(cls, question: Question) -> "Statistics":
        where = question.where
        return cls(
            interval=question.interval, since=DateTime(where.since), until=DateTime(where.until), question=question
        )


def _buckets(question: Question, rows: Iterable[StatisticsRow], counted: frozenset[Kind]) -> list[StatisticsBucket]:
    found: dict[int, list[StatisticsRow]] = {}
    for row in rows:
        found.setdefault(row.bucket, []).append(row)
    nothing = EventCounts.of((), counted)
    return [
        StatisticsBucket(
            starts_at=DateTime(start),
            counts=EventCounts.of(found[start], counted) if start in found else nothing,
        )
        for start in question.starts
    ]
