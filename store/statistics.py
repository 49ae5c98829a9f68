"""Counts of distinct events, kept as they arrive: what a batch adds to them, and how they are asked for.

An event counts once, in the hour and the day (UTC) in which it occurred, under its kind and its sender: in all, under its source,
under its recipient's domain, and under its category where it is a deferral or a bounce. So a question reads rows by the bucket,
not by the event. Domains are free text, so their number has no bound: a breakdown gives the greatest ones only.

A deferral or a bounce counts once more, as a refusal: under [domain, category, code], by the hour alone. That is one text, in which
what is asked of one domain, or of one reason there, is a prefix: a range of the index answers it, whatever other domains there are.
"""

# ruff: noqa: S608 (names come from this room alone, and every value is bound or an integer)

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from delivery.beginning import Told
from delivery.classification import Classifier, Kind, Meaning
from delivery.event import Received, view_text
from delivery.notification import Notification
from delivery.views import domain_of, recipient_of
from store.columns import TEXTS, asked_integers, asked_text, key_text, received
from store.contract import StatisticsRow
from store.filters import Dialect, Statement
from store.questions import Breakdown, Interval, StatisticsFilter

HOUR_MS = 3_600_000
SPAN_MS = {Interval.HOUR: HOUR_MS, Interval.DAY: 24 * HOUR_MS}
BUCKETS_MAX = 2_000  # of one question: 83 days by the hour, five years by the day
REFUSAL_HOURS_MAX = 2_400  # 100 days, whose counts are those of their hours

TURN = "hashtext('statistics of email delivery status')"
"""PostgreSQL's advisory lock of who sums up, or removes: rows of the same buckets are changed by one at a time."""

KINDS = tuple(sorted(Kind))
"""In the order in which readers get them."""

COLUMNS = ("span", "dimension", "bucket", "value", "sender", "kind", "total")
StatisticsKey = tuple[str, str, int, str, str, str]
"""All columns but the total."""

REFUSAL = "refusal"
BY_DAY = ("", "domain", "category", "source")
DIMENSIONS = (*BY_DAY, REFUSAL)
VERSION = 2
"""Of what a new generation counts. One of version 1 has counted sources and refusals only since it was brought to this schema."""

Alike = dict[tuple[int, int | None, str, tuple[str, str | int | None] | None, Kind], int]
"""Events of one source by hour, sender, domain, category with code, and kind: how many there are."""

_DIMENSIONS = {Breakdown.DOMAIN: "domain", Breakdown.CATEGORY: "category", Breakdown.SOURCE: "source"}
_PARTS = {Breakdown.DOMAIN: 0, Breakdown.CATEGORY: 1, Breakdown.CODE: 2}  # of a refusal's value


class Counts:
    """What new history, and events that moved to an earlier time, add to the counts.

    `were` has the time and the source under which these stood, by their ids.
    """

    def __init__(self, were: Mapping[str, tuple[int, str]]) -> None:
        self._were = were
        self._by_source: dict[str, Alike] = {}

    def add(self, history: Iterable[Told], lowered: Iterable[Told]) -> None:
        """Counts these too."""
        source: str | None = None
        alike: Alike = {}
        last, domain = None, ""
        for recipient, event, meaning in history:
            if recipient != last:
                last, domain = recipient, domain_of(recipient)
            if event.source is not source:
                source = event.source
                alike = self._by_source.setdefault(source, {})
            notification, refusal = event.notification, None
            if meaning.classification is not None:
                refusal = meaning.classification.category, refusal_code(meaning, notification)
            counted = (event.occurred_at // HOUR_MS, notification.sender_id, domain, refusal, meaning.kind)
            alike[counted] = alike.get(counted, 0) + 1
        for recipient, event, meaning in lowered:
            for (at, stood), total in (((event.occurred_at, event.source), 1), (self._were[event.id], -1)):
                notification, refusal = event.notification, None
                if meaning.classification is not None:
                    refusal = meaning.classification.category, refusal_code(meaning, notification)
                alike = self._by_source.setdefault(stood, {})
                counted = (at // HOUR_MS, notification.sender_id, domain_of(recipient), refusal, meaning.kind)
                alike[counted] = alike.get(counted, 0) + total

    def rows(self) -> list[tuple[str, str, int, str, str, str, int]]:
        """In the order of their keys."""
        return _rows(self._by_source)


def additions(
    history: Iterable[Told], lowered: Iterable[Told], were: Mapping[str, tuple[int, str]]
) -> list[tuple[str, str, int, str, str, str, int]]:
    """The rows of all of it at once."""
    counts = Counts(were)
    counts.add(history, lowered)
    return counts.rows()


def _rows(by_source: Mapping[str, Alike]) -> list[tuple[str, str, int, str, str, str, int]]:
    """The rows of these events: by the hour first, as a day is the sum of its hours."""
    hours: dict[tuple[str, int, str, int | None, Kind], int] = {}
    for source, alike in by_source.items():
        whole: dict[tuple[int, int | None, Kind], int] = {}
        for (hour, sender_id, domain, refusal, kind), total in alike.items():
            whole[hour, sender_id, kind] = whole.get((hour, sender_id, kind), 0) + total
            key = ("domain", hour, domain, sender_id, kind)
            hours[key] = hours.get(key, 0) + total
            if refusal is not None:
                key = ("category", hour, refusal[0], sender_id, kind)
                hours[key] = hours.get(key, 0) + total
                key = (REFUSAL, hour, refusal_value(domain, *refusal), sender_id, kind)
                hours[key] = hours.get(key, 0) + total
        for (hour, sender_id, kind), total in whole.items():
            for key in (("", hour, "", sender_id, kind), ("source", hour, view_text(source), sender_id, kind)):
                hours[key] = hours.get(key, 0) + total
    rows: list[tuple[str, str, int, str, str, str, int]] = []
    days: dict[tuple[str, int, str, int | None, Kind], int] = {}
    for (dimension, hour, value, sender_id, kind), total in hours.items():
        sender = "" if sender_id is None else str(sender_id)
        if dimension == REFUSAL:
            rows.append(("hour", REFUSAL, hour * HOUR_MS, value, sender, TEXTS[kind], total))
            continue
        rows.append(("hour", dimension, hour * HOUR_MS, key_text(value), sender, TEXTS[kind], total))
        day = (dimension, hour // 24, value, sender_id, kind)
        days[day] = days.get(day, 0) + total
    for (dimension, number, value, sender_id, kind), total in days.items():
        sender = "" if sender_id is None else str(sender_id)
        rows.append(("day", dimension, number * 24 * HOUR_MS, key_text(value), sender, TEXTS[kind], total))
    return sorted(row for row in rows if row[-1])


def refusal_code(meaning: Meaning, notification: Notification) -> str | int | None:
    """How a refusal is named: the enhanced status code, else the reply's code, else the event's; None where there is none."""
    if meaning.enhanced_code is not None:
        return meaning.enhanced_code
    return notification.resp_code if notification.resp_code is not None else notification.event_code


def refusal_value(domain: str, category: str, code: str | int | None) -> str:
    """What a refusal is counted under."""
    return _json((key_text(domain), category, "" if code is None else str(code)))


def _json(texts: tuple[str, ...]) -> str:
    return msgspec.json.encode(texts).decode()


def whole_dimensions(version: int) -> tuple[str, ...]:
    """The dimensions in which a generation of this version has counted every event."""
    return DIMENSIONS if version >= VERSION else ("", "domain", "category")


def counts_of(events: Iterable[Received], classifier: Classifier) -> list[tuple[str, str, int, str, str, str, int]]:
    """What these distinct events count."""
    return additions([_told(event, classifier) for event in events], (), {})


def counts_since(
    rows: Iterable[Sequence[Any]], classifier: Classifier
) -> list[tuple[str, str, int, str, str, str, int]]:
    """What rows of the history count on top of what is counted. At their end they have the time and the source under which their
    event is counted there, or nulls."""
    new: list[Told] = []
    moved: list[Told] = []
    were: dict[str, tuple[int, str]] = {}
    for *row, at, source in rows:
        event = received(tuple(row))
        if at is None:
            new.append(_told(event, classifier))
        else:
            moved.append(_told(event, classifier))
            were[event.id] = at, source
    return additions(new, moved, were)


def _told(event: Received, classifier: Classifier) -> Told:
    return recipient_of(event.notification), event, classifier.meaning(event.notification)


class _Asked(msgspec.Struct, frozen=True):
    """Which rows answer: those of a dimension, with this value, or with one that begins like `prefix`."""

    dimension: str
    value: str | None = None
    prefix: str | None = None


def question(
    dialect: Dialect, where: StatisticsFilter, interval: Interval, breakdown: Breakdown | None, values_max: int
) -> Statement:
    """Rows of (bucket, value, a total of each kind). ValueError for a time too long, and for what is not kept."""
    asked = _asked(where, breakdown)
    statement = Statement(dialect)
    tests = _tests(statement, asked, where, interval)
    if where.sender_ids is not None:
        senders = [str(sender_id) for sender_id in asked_integers(where.sender_ids)]
        tests.append(f"sender in ({statement.bind_all(senders)})" if senders else "false")
    if where.kinds is not None:
        tests.append(
            f"kind in ({statement.bind_all([TEXTS[kind] for kind in where.kinds])})" if where.kinds else "false"
        )
    by = "''" if breakdown is None else "sender" if breakdown is Breakdown.SENDER_ID else "value"
    if asked.dimension == REFUSAL and breakdown in _PARTS:
        part = _PARTS[breakdown]
        by = f"json_extract(value, '$[{part}]')" if dialect is Dialect.SQLITE else f"(value::json ->> {part})"
        by = by if dialect is Dialect.SQLITE else f'{by} collate "C"'
    at = "bucket"
    if asked.dimension == REFUSAL and interval is Interval.DAY:
        at = f"bucket - bucket % {SPAN_MS[interval]}"
    kinds = ", ".join(f"sum(total) filter (where kind = '{TEXTS[kind]}') as {kind}" for kind in KINDS)
    source = _source(dialect, " and ".join(tests))
    found = f"select {at} as began, {by} as counted_by, {kinds}, sum(total) as whole from {source}"
    groups, limited = "began", ""
    if breakdown is not None:
        groups = "began, counted_by"
        top = "select counted_by from counted group by counted_by order by sum(whole) desc, counted_by"
        limited = f" where counted_by in ({top} limit {statement.bind(values_max)})"
    # Each row is read once, and of a bucket's value there is one group: many kinds and senders are summed without being sorted.
    statement.sql = (
        f"with counted as materialized ({found} group by {groups}) "
        f"select began, counted_by, {', '.join(KINDS)} from counted{limited} order by {groups}"
    )
    return statement


def _tests(statement: Statement, asked: _Asked, where: StatisticsFilter, interval: Interval) -> list[str]:
    """What the index answers. Where a value is asked for, the buckets come one by one: it is then entered at each, there."""
    span_ms = SPAN_MS[interval]
    since, until = where.since // span_ms * span_ms, -(-where.until // span_ms) * span_ms
    kept = Interval.HOUR if asked.dimension == REFUSAL else interval
    buckets_max = REFUSAL_HOURS_MAX if asked.dimension == REFUSAL else BUCKETS_MAX
    if (until - since) // SPAN_MS[kept] > buckets_max:
        raise ValueError(f"statistics over more than {buckets_max} {kept.value}s: ask for a shorter time")
    tests = [f"span = {statement.bind(kept.value)}", f"dimension = {statement.bind(asked.dimension)}"]
    if asked.value is None and asked.prefix is None:
        return [*tests, f"bucket >= {statement.bind(since)} and bucket < {statement.bind(until)}"]
    tests.append(f"bucket in ({', '.join(str(bucket) for bucket in range(since, until, SPAN_MS[kept])) or 'null'})")
    if asked.value is not None:
        return [*tests, f"value = {statement.bind(asked.value)}"]
    prefix = asked.prefix or ""
    after = prefix[:-1] + "-"  # what follows upon the comma
    return [*tests, f"value >= {statement.bind(prefix)} and value < {statement.bind(after)}"]


def _source(dialect: Dialect, tests: str) -> str:
    if dialect is Dialect.SQLITE:
        return f"statistics where {tests}"
    columns = "bucket, value, sender, kind, total"
    selected = [f"select {columns} from {table} where {tests}" for table in ("statistics", "statistics_added")]
    return f"({' union all '.join(selected)}) every"


def _asked(where: StatisticsFilter, breakdown: Breakdown | None) -> _Asked:
    named = {name for name in ("domain", "category", "source") if getattr(where, name) is not None}
    wanted = named | ({_DIMENSIONS[breakdown]} if breakdown in _DIMENSIONS else set())
    if len(wanted) > 1 or breakdown is Breakdown.CODE:
        if where.domain is None or "source" in wanted:
            raise ValueError(
                "statistics are kept by domain, category and source, but not by several at once; only those of one domain are "
                "kept by category and by code too"
            )
        texts = [asked_text(where.domain)]
        texts += [] if where.category is None else [asked_text(where.category)]
        return _Asked(REFUSAL, prefix=_json(tuple(texts))[:-1] + ",")
    dimension = wanted.pop() if wanted else ""
    value = getattr(where, dimension) if dimension else None
    return _Asked(dimension, None if value is None else asked_text(value))


def statistics_rows(rows: Iterable[Iterable[Any]], breakdown: Breakdown | None) -> list[StatisticsRow]:
    """The rows of the question's answer, as readers see them."""
    return [
        StatisticsRow(bucket, None if breakdown is None else value, kind, int(total))
        for bucket, value, *totals in rows
        for kind, total in zip(KINDS, totals, strict=True)
        if total
    ]
