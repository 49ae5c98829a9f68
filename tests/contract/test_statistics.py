"""Statistics: whatever is asked of them, the answer is a naive count of the distinct events. (That they are kept exactly is
part of what every test of the fold looks at, see stores.assert_is_fold.)"""

import re
from collections import Counter
from collections.abc import AsyncIterator
from importlib.resources import files
from typing import Any

import pytest
from msgspec.structs import replace

from delivery.batch import Batch
from delivery.classification import Classifier, Kind, read_table, shipped_classifier
from delivery.event import Received
from delivery.notification import Notification
from delivery.state import distinct
from delivery.views import domain_of, recipient_of
from store import remembered, statistics
from store.contract import Reader, StatisticsRow
from store.filters import Dialect, Statement
from store.opening import open_writer
from store.postgresql import reader as postgresql_reader
from store.postgresql import writer as postgresql_writer
from store.questions import Breakdown, Interval, StatisticsFilter
from store.statistics import BUCKETS_MAX, question
from tests.contract.stores import NOW, TOPIC, Place, apply_all, assert_counted
from tests.contract.test_ownership import traffic
from tests.histories import START_MS, received

pytestmark = pytest.mark.anyio

SOURCES = ("relay", "shop", "")
EVENTS = [replace(one, source=SOURCES[int(one.id, 16) % 3]) for one in traffic(600) + traffic(300, seed=2)]
DAY = 24 * 3_600_000
SINCE, UNTIL = START_MS - START_MS % DAY, START_MS - START_MS % DAY + 9 * DAY
DOMAIN = "mail.example.com"
WHOLE = StatisticsFilter(SINCE, UNTIL)


@pytest.fixture
async def reader(place: Place, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Reader]:
    """Filled in batches, some twice; some of what they added is summed up and some is not."""
    monkeypatch.setattr(postgresql_writer, "SUM_UP_BATCHES", 3)
    batches = [Batch(EVENTS[start : start + 100], {0: start + 100}) for start in range(0, len(EVENTS), 100)]
    async with place.writer() as writer:
        claim = await writer.claim(TOPIC, [0], "test")
        await apply_all(writer, claim, [*batches, *batches[:4]])
    async with place.reader() as reader:
        yield reader


def _value(event: Received, breakdown: Breakdown | None) -> str | None:
    classification = shipped_classifier().meaning(event.notification).classification
    return {
        None: None,
        Breakdown.SENDER_ID: str(event.notification.sender_id),
        Breakdown.DOMAIN: domain_of(recipient_of(event.notification)),
        Breakdown.CATEGORY: classification.category if classification else "",
        Breakdown.SOURCE: event.source,
        Breakdown.CODE: _code(event) if classification else "",
    }[breakdown]


def _code(event: Received) -> str:
    meaning, notification = shipped_classifier().meaning(event.notification), event.notification
    codes = (meaning.enhanced_code, notification.resp_code, notification.event_code)
    return next((str(one) for one in codes if one is not None), "")


def _matches(where: StatisticsFilter, event: Received) -> bool:
    meaning = shipped_classifier().meaning(event.notification)
    return (
        where.since <= event.occurred_at < where.until
        and (where.sender_ids is None or event.notification.sender_id in where.sender_ids)
        and (where.kinds is None or meaning.kind in where.kinds)
        and where.domain in (None, domain_of(recipient_of(event.notification)))
        and where.category in (None, meaning.classification.category if meaning.classification else "")
        and where.source in (None, event.source)
    )


def _naive(
    where: StatisticsFilter, interval: Interval, breakdown: Breakdown | None, values_max: int
) -> list[StatisticsRow]:
    length = DAY if interval is Interval.DAY else 3_600_000
    events = [event for event in distinct(EVENTS) if _matches(where, event)]
    if breakdown in (Breakdown.CATEGORY, Breakdown.CODE):
        classified = shipped_classifier().meaning
        events = [event for event in events if classified(event.notification).classification is not None]
    totals = Counter(_value(event, breakdown) or "" for event in events)
    top = sorted(totals, key=lambda value: (-totals[value], value))[:values_max]
    counts = Counter(
        (event.occurred_at // length * length, value, shipped_classifier().meaning(event.notification).kind.value)
        for event in events
        if ((value := _value(event, breakdown)) or "") in top
    )
    keys = sorted(counts, key=lambda key: (key[0], key[1] or "", key[2]))
    return [StatisticsRow(bucket, value, Kind(kind), counts[bucket, value, kind]) for bucket, value, kind in keys]


FILTERS = (
    WHOLE,
    StatisticsFilter(SINCE + 2 * 3_600_000, SINCE + 14 * 3_600_000),
    StatisticsFilter(SINCE, UNTIL, sender_ids=(3, 4, 2**70)),
    StatisticsFilter(SINCE, UNTIL, sender_ids=()),
    StatisticsFilter(SINCE, UNTIL, kinds=(Kind.BOUNCED, Kind.DEFERRED)),
    StatisticsFilter(SINCE, UNTIL, domain=DOMAIN),
    StatisticsFilter(SINCE, UNTIL, sender_ids=(5,), domain=DOMAIN, kinds=(Kind.DELIVERED,)),
    StatisticsFilter(SINCE, UNTIL, category="invalid_recipient"),
    StatisticsFilter(SINCE, UNTIL, domain=DOMAIN, category="transient_failure"),
    StatisticsFilter(
        SINCE, UNTIL, domain="school.example", category="transient_failure", sender_ids=(3, 4), kinds=(Kind.DEFERRED,)
    ),
    StatisticsFilter(SINCE, UNTIL, source="relay"),
    StatisticsFilter(SINCE, UNTIL, source="relay", sender_ids=(3, 4)),
)


def _kept(where: StatisticsFilter, breakdown: Breakdown | None) -> bool:
    """One dimension at a time; the refusals of a domain by their category and code, too."""
    dimensions = {name for name in ("domain", "category", "source") if getattr(where, name) is not None}
    if breakdown in (Breakdown.DOMAIN, Breakdown.CATEGORY, Breakdown.SOURCE):
        dimensions.add(breakdown.value)
    if len(dimensions) < 2 and breakdown is not Breakdown.CODE:
        return True
    return where.domain is not None and "source" not in dimensions


async def test_every_question_is_answered_as_by_counting(reader: Reader) -> None:
    answered = 0
    for where in FILTERS:
        for breakdown in (None, *Breakdown):
            for interval in Interval:
                if interval is Interval.DAY and where.since % DAY:
                    continue
                if not _kept(where, breakdown):
                    with pytest.raises(ValueError, match="not by several at once"):
                        await reader.statistics(where, interval, breakdown)
                    continue
                found = await reader.statistics(where, interval, breakdown, 3)
                assert found == _naive(where, interval, breakdown, 3)
                empty = where.kinds == (Kind.DELIVERED,) and breakdown in (Breakdown.CATEGORY, Breakdown.CODE)
                assert bool(found) is (where.sender_ids != () and not empty)
                answered += 1
    assert answered > 70


async def test_times_are_widened_to_whole_buckets_and_bounded(reader: Reader) -> None:
    within = StatisticsFilter(SINCE + 1, UNTIL - 1)
    assert await reader.statistics(within, Interval.DAY) == await reader.statistics(WHOLE, Interval.DAY)
    assert await reader.statistics(StatisticsFilter(UNTIL, SINCE), Interval.DAY) == []
    with pytest.raises(ValueError, match="shorter"):
        await reader.statistics(StatisticsFilter(0, (BUCKETS_MAX + 1) * 3_600_000), Interval.HOUR)


async def test_two_owners_add_and_sum_up_at_once(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql_writer, "SUM_UP_BATCHES", 1)
    parts = [traffic(200, partition) for partition in (0, 1)]
    async with place.writer() as first, place.writer() as second:
        owners = [(first, await first.claim(TOPIC, [0], "a")), (second, await second.claim(TOPIC, [1], "b"))]
        for start in range(0, 200, 50):
            for partition, (writer, claim) in enumerate(owners):
                part = parts[partition][start : start + 50]
                await writer.apply(claim, Batch(part, {partition: start + 50}), NOW, {})
        await first.mark_announced(owners[0][1], {0: 200})
    await assert_counted(place, parts[0] + parts[1])
    if not place.is_sqlite:
        assert await place.query("select count(*) from statistics_added") == [(0,)]


async def test_an_answer_is_remembered_until_anything_changes(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    made = 0

    def counting(*given: Any) -> Statement:
        nonlocal made
        made += 1
        return question(*given)

    monkeypatch.setattr(statistics, "question", counting)
    monkeypatch.setattr(postgresql_reader, "REMEMBERED_S", 10**6)
    async with place.writer() as writer, place.reader() as reader:
        claim = await writer.claim(TOPIC, [0], "test")
        asks: list[Any] = [(WHOLE, Interval.DAY), (WHOLE, Interval.HOUR), (WHOLE, Interval.DAY, Breakdown.DOMAIN, 2)]
        before: list[Any] = []
        for number in range(3):
            await writer.apply(claim, Batch(EVENTS[number * 200 : (number + 1) * 200], {0: number + 1}), NOW, {})
            made = 0
            found = [await reader.statistics(*one) for one in asks]
            assert found not in before
            assert made == 3
            before.append(found)
            assert [await reader.statistics(*one) for one in asks] == found
            assert made == 3
        monkeypatch.setattr(remembered, "ROWS_MAX", 10)
        await writer.apply(claim, Batch(EVENTS[600:], {0: 4}), NOW, {})
        found = [await reader.statistics(*one) for one in asks]
        assert [await reader.statistics(*one) for one in asks] == found
        assert len(reader._remembered._answers) == 1  # type: ignore[attr-defined]


GROWTH_MAX = 1.1
FEW = 500
"""What the index is deeper, and what of a last batch is not summed up."""


async def test_a_question_costs_by_its_buckets_however_many_rows_there_are(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Six times the rows, at other times: each question costs what it cost, and all that is read is found by an index."""
    monkeypatch.setattr(postgresql_writer, "SUM_UP_BATCHES", 1)
    dialect = Dialect.SQLITE if place.is_sqlite else Dialect.POSTGRESQL
    day = [replace(where, since=SINCE, until=SINCE + DAY) for where in (WHOLE, FILTERS[5], FILTERS[7], FILTERS[8])]
    questions = {
        f"{where} {breakdown}": question(dialect, where, Interval.HOUR, breakdown, 3)
        for where in day
        for breakdown in (None, *Breakdown)
        if _kept(where, breakdown)
    }
    costs: list[dict[str, int]] = []
    async with place.writer() as writer:
        claim = await writer.claim(TOPIC, [0], "test")
        await apply_all(writer, claim, [Batch(EVENTS[:300], {0: 1})])
        for rounds in (0, 5):
            for number in range(1, rounds + 1):
                later = [_moved(event, number * 10 * DAY) for event in EVENTS[:300]]
                await apply_all(writer, claim, [Batch(later, {0: 1 + number})])
            if not place.is_sqlite:
                await place.query("analyze")
            costs.append({name: await place.cost(one.sql, one.parameters) for name, one in questions.items()})
    counts = await place.query("select bucket, count(*) from statistics group by bucket")
    assert sum(count for _, count in counts) > 3 * sum(count for at, count in counts if at < SINCE + 10 * DAY)
    few, many = costs
    assert len(many) == 18
    assert {name: (few[name], cost) for name, cost in many.items() if cost > GROWTH_MAX * few[name] + FEW} == {}
    explain = "explain query plan " if place.is_sqlite else "explain "
    for one in list(questions.values())[:3]:
        plan = await place.explain(explain + one.sql, one.parameters)
        assert not [line for line in plan if re.search(r"SCAN statistics|Seq Scan on statistics(?!_added)", line)], plan


async def test_the_refusals_of_a_domain_cost_what_they_are_however_many_other_domains_there_are(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Six times the rows, in the same hours, of other domains."""
    monkeypatch.setattr(postgresql_writer, "SUM_UP_BATCHES", 1)
    dialect = Dialect.SQLITE if place.is_sqlite else Dialect.POSTGRESQL
    asked = [
        question(dialect, replace(where, until=SINCE + DAY), Interval.HOUR, breakdown, 3)
        for where in FILTERS
        if where.domain is not None
        for breakdown in Breakdown
        if _kept(where, breakdown) and (where.category is not None or breakdown in (Breakdown.CATEGORY, Breakdown.CODE))
    ]
    costs: list[list[int]] = []
    async with place.writer() as writer:
        claim = await writer.claim(TOPIC, [0], "test")
        await apply_all(writer, claim, [Batch(EVENTS[:300], {0: 1})])
        for rounds in (0, 5):
            for number in range(1, rounds + 1):
                await apply_all(
                    writer, claim, [Batch([_elsewhere(one, number) for one in EVENTS[:300]], {0: 1 + number})]
                )
            await writer.mark_announced(claim, {0: 1})
            if not place.is_sqlite:
                await place.query("analyze")
            costs.append([await place.cost(one.sql, one.parameters) for one in asked])
    (rows,) = await place.query(
        "select count(*), count(case when value like '[\"z%' then 1 end) from statistics where dimension = 'refusal'"
    )
    assert rows[1] > 0.75 * rows[0]
    assert len(asked) > 8
    for few, many in zip(*costs, strict=True):
        assert many <= GROWTH_MAX * few + 100, costs


def _elsewhere(event: Received, number: int) -> Received:
    """The same to somebody else, at another domain."""
    moved = replace(
        event.notification, rcpt_to=f"ann@z{number}-{event.offset}.example", tracking_id=f"z-{event.id}-{number}"
    )
    return received(moved, event.received_at, event.offset)


def _moved(event: Received, ms: int) -> Received:
    """The same at another time, as another event."""
    seconds = ms // 1_000
    moved = replace(event.notification, time_finished=(event.occurred_at // 1_000) + seconds, time_started=None)
    return received(moved, event.received_at + ms, event.offset)


async def test_an_earlier_copy_takes_nothing_off_what_another_classification_counted(place: Place) -> None:
    """What it was counted under is not known any more: it stays there until a rebuild."""
    table = read_table(files("delivery").joinpath("classification.toml").read_text("utf-8"))
    codes = {**table.enhanced_codes, "5.1.1": {"kind": "soft", "category": "other"}}
    table = replace(table, version=table.version + 1, enhanced_codes=codes)
    bounce = Notification(tracking_id="m", rcpt_to="a@example.org", resp_code=550, resp_msg="550 5.1.1 no")
    for at, classifier in ((2 * DAY, shipped_classifier()), (DAY, Classifier(table))):
        writer = open_writer(place.settings, classifier)
        await writer.open()
        claim = await writer.claim(TOPIC, [0], "test")
        await writer.apply(claim, Batch([received(bounce, at, 1)], {0: 2}), NOW, {})
        await writer.mark_announced(claim, {0: 2})
        await writer.close()
    assert await place.query("select count(*), sum(total) from statistics where total < 0") == [(0, None)]
    counted = await place.query("select bucket, total from statistics where span = 'day' and dimension = 'category'")
    assert [(int(bucket), int(total)) for bucket, total in counted] == [(2 * DAY, 1)]
