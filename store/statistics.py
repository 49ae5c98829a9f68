"""Counts of distinct events, kept as they arrive: what a batch adds to them, and how they are asked for.

An event counts once, in the hour and the day (UTC) in which it occurred, under its kind and its sender: in all, under its
recipient's domain, and under its category where it is a deferral or a bounce. So a question reads rows by the bucket, not by the
event. Domains are free text, so their number has no bound: a breakdown gives the greatest ones only.
"""

# ruff: noqa: S608 (names come from this room alone, and every value is bound or an integer)

from collections.abc import Iterable, Mapping
from typing import Any

from delivery.beginning import Told
from delivery.classification import Classifier, Kind
from delivery.event import Received
from delivery.views import domain_of, recipient_of
from store.columns import TEXTS, asked_integers, asked_text, key_text
from store.contract import StatisticsRow
from store.filters import Dialect, Statement
from store.questions import Breakdown, Interval, StatisticsFilter

HOUR_MS = 3_600_000
SPAN_MS = {Interval.HOUR: HOUR_MS, Interval.DAY: 24 * HOUR_MS}
BUCKETS_MAX = 2_000  # of one question: 83 days by the hour, five years by the day

TURN = "hashtext('statistics of email delivery status')"
"""PostgreSQL's advisory lock of who sums up, or removes: rows of the same buckets are changed by one at a time."""

KINDS = tuple(sorted(Kind))
"""In the order in which readers get them."""

COLUMNS = ("span", "dimension", "bucket", "value", "sender", "kind", "total")
StatisticsKey = tuple[str, str, int, str, str, str]
"""All columns but the total."""

_DIMENSIONS = {Breakdown.DOMAIN: "domain", Breakdown.CATEGORY: "category"}


def additions(
    history: Iterable[Told], lowered: Iterable[Told], were_at: Mapping[str, int]
) -> list[tuple[str, str, int, str, str, str, int]]:
    """What new history, and events that moved to an earlier time, add to the counts; rows in the order of their keys."""
    events: dict[tuple[int, int | None, str, str | None, Kind], int] = {}
    last, domain = None, ""
    for recipient, event, meaning in history:
        if recipient != last:
            last, domain = recipient, domain_of(recipient)
        classification = meaning.classification
        counted = (
            event.occurred_at // HOUR_MS, event.notification.sender_id, domain,
            classification.category if classification is not None else None, meaning.kind,
        )  # fmt: skip
        events[counted] = events.get(counted, 0) + 1
    for recipient, event, meaning in lowered:
        for at, total in ((event.occurred_at, 1), (were_at[event.id], -1)):
            category = meaning.classification.category if meaning.classification is not None else None
            counted = (at // HOUR_MS, event.notification.sender_id, domain_of(recipient), category, meaning.kind)
            events[counted] = events.get(counted, 0) + total
    rows: dict[StatisticsKey, int] = {}
    for (hour, sender_id, domain, category, kind), total in events.items():
        sender = "" if sender_id is None else str(sender_id)
        dimensions = [("", ""), ("domain", key_text(domain))]
        if category is not None:
            dimensions.append(("category", category))
        for span, bucket in (("hour", hour * HOUR_MS), ("day", hour // 24 * 24 * HOUR_MS)):
            for dimension, value in dimensions:
                key = (span, dimension, bucket, value, sender, TEXTS[kind])
                rows[key] = rows.get(key, 0) + total
    return sorted((*key, total) for key, total in rows.items() if total)


def counts_of(events: Iterable[Received], classifier: Classifier) -> list[tuple[str, str, int, str, str, str, int]]:
    """What these distinct events count."""
    told = [(recipient_of(event.notification), event, classifier.meaning(event.notification)) for event in events]
    return additions(told, (), {})


def question(
    dialect: Dialect, where: StatisticsFilter, interval: Interval, breakdown: Breakdown | None, values_max: int
) -> Statement:
    """Rows of (bucket, value, a total of each kind). ValueError for a time too long, and for two dimensions at once."""
    dimension, value = _dimension(where, breakdown)
    statement = Statement(dialect)
    span_ms = SPAN_MS[interval]
    since, until = where.since // span_ms * span_ms, -(-where.until // span_ms) * span_ms
    if (until - since) // span_ms > BUCKETS_MAX:
        raise ValueError(f"statistics over more than {BUCKETS_MAX} {interval.value}s: ask for a shorter time")
    tests = [f"span = {statement.bind(interval.value)}", f"dimension = {statement.bind(dimension)}"]
    if value is not None:
        # The buckets one by one: the index is then entered at each of them, at this value.
        buckets = ", ".join(str(bucket) for bucket in range(since, until, span_ms)) or "null"
        tests += [f"bucket in ({buckets})", f"value = {statement.bind(value)}"]
    else:
        tests.append(f"bucket >= {statement.bind(since)} and bucket < {statement.bind(until)}")
    if where.sender_ids is not None:
        senders = [str(sender_id) for sender_id in asked_integers(where.sender_ids)]
        tests.append(f"sender in ({statement.bind_all(senders)})" if senders else "false")
    if where.kinds is not None:
        tests.append(
            f"kind in ({statement.bind_all([TEXTS[kind] for kind in where.kinds])})" if where.kinds else "false"
        )
    by = {None: "''", Breakdown.SENDER_ID: "sender"}.get(breakdown, "value")
    kinds = ", ".join(f"sum(total) filter (where kind = '{TEXTS[kind]}') as {kind}" for kind in KINDS)
    found = (
        f"select bucket, {by} as counted_by, {kinds}, sum(total) as whole from {_source(dialect, ' and '.join(tests))}"
    )
    groups, limited = "bucket", ""
    if breakdown is not None:
        groups = "bucket, counted_by"
        top = "select counted_by from counted group by counted_by order by sum(whole) desc, counted_by"
        limited = f" where counted_by in ({top} limit {statement.bind(values_max)})"
    # Each row is read once, and of a bucket's value there is one group: many kinds and senders are summed without being sorted.
    statement.sql = (
        f"with counted as materialized ({found} group by {groups}) "
        f"select bucket, counted_by, {', '.join(KINDS)} from counted{limited} order by {groups}"
    )
    return statement


def _source(dialect: Dialect, tests: str) -> str:
    if dialect is Dialect.SQLITE:
        return f"statistics where {tests}"
    columns = "bucket, value, sender, kind, total"
    selected = [f"select {columns} from {table} where {tests}" for table in ("statistics", "statistics_added")]
    return f"({' union all '.join(selected)}) every"


def _dimension(where: StatisticsFilter, breakdown: Breakdown | None) -> tuple[str, str | None]:
    wanted = {_DIMENSIONS[breakdown]} if breakdown in _DIMENSIONS else set()
    wanted |= {name for name in ("domain", "category") if getattr(where, name) is not None}
    if len(wanted) > 1:
        raise ValueError("statistics are kept by domain and by category, but not by both at once")
    dimension = wanted.pop() if wanted else ""
    value = getattr(where, dimension) if dimension else None
    return dimension, None if value is None else asked_text(value)


def statistics_rows(rows: Iterable[Iterable[Any]], breakdown: Breakdown | None) -> list[StatisticsRow]:
    """The rows of the question's answer, as readers see them."""
    return [
        StatisticsRow(bucket, None if breakdown is None else value, kind, int(total))
        for bucket, value, *totals in rows
        for kind, total in zip(KINDS, totals, strict=True)
        if total
    ]
