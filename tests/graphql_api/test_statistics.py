"""Statistics against a count of the world's events, one by one."""

from collections import Counter
from typing import Any

import pytest

from delivery.classification import Kind, shipped_classifier
from delivery.event import Received, format_time
from delivery.views import domain_of
from store.contract import Reader
from tests.graphql_api.conftest import NOW, Api, Ends, running_api
from tests.graphql_api.world import STARTED_S, World, recipient

pytestmark = pytest.mark.anyio

HOUR = 3_600_000
DAY = 24 * HOUR
SINCE, UNTIL = STARTED_S * 1000 // HOUR * HOUR, STARTED_S * 1000 // HOUR * HOUR + 3 * HOUR
TIMES = {"gte": format_time(SINCE), "lt": format_time(UNTIL)}
COUNTS = "queued deferred delivered bounced complained unsubscribed opened clicked unknown total"
RATES = "deliveryRate bounceRate complaintRate unsubscribeRate openRate clickRate"
ASK = f"""query ($where: StatisticsFilter, $by: StatisticsDimension!, $interval: Interval) {{
  statistics(where: $where, interval: $interval) {{ interval since until totals {{ {COUNTS} {RATES} }}
    buckets {{ startsAt counts {{ {COUNTS} }} }}
    breakdown(by: $by, first: 4) {{ value totals {{ {COUNTS} }} buckets {{ startsAt counts {{ total }} }} }} }} }}"""


def told(event: Received) -> dict[str, Any]:
    """What an event counts as."""
    meaning = shipped_classifier().meaning(event.notification)
    sender = event.notification.sender_id
    codes = (meaning.enhanced_code, event.notification.resp_code, event.notification.event_code)
    return {
        "kind": meaning.kind.value,
        "SENDER_ID": None if sender is None else str(sender),
        "RECIPIENT_DOMAIN": domain_of(recipient(event)) or None,
        "CATEGORY": meaning.classification.category if meaning.classification else None,
        "SOURCE": event.source,
        "CODE": next((str(code) for code in codes if code is not None), None) if meaning.classification else None,
    }


def counts(events: list[Received]) -> dict[str, int]:
    found = Counter(told(event)["kind"] for event in events)
    return {kind.value: found[kind.value] for kind in Kind} | {"total": len(events)}


@pytest.mark.parametrize(
    ("where", "by"),
    [
        ({}, "SENDER_ID"),
        ({}, "RECIPIENT_DOMAIN"),
        ({}, "CATEGORY"),
        ({"kinds": ["BOUNCED", "DEFERRED"]}, "CATEGORY"),
        ({"senderIds": [1, 2, 3]}, "RECIPIENT_DOMAIN"),
        ({"recipientDomain": "@Example.ORG"}, "SENDER_ID"),
        ({"category": "invalid_recipient"}, "SENDER_ID"),
        ({}, "SOURCE"),
        ({"source": "relay"}, "SENDER_ID"),
        ({"source": "relay"}, "SOURCE"),
        ({"recipientDomain": "@Example.ORG"}, "CATEGORY"),
        ({"recipientDomain": "@Example.ORG", "kinds": ["BOUNCED"]}, "CODE"),
        ({"recipientDomain": "@Example.ORG", "category": "invalid_recipient"}, "CODE"),
        ({"senderIds": []}, "SENDER_ID"),
    ],
)
async def test_every_count(api: Api, where: dict[str, Any], by: str) -> None:
    events = [event for event in api.world.events if SINCE <= event.occurred_at < UNTIL and meets(where, event)]
    found = (await api.ask(ASK, where=where | {"occurredAt": TIMES}, by=by, interval="HOUR"))["statistics"]
    assert (found["interval"], found["since"], found["until"]) == ("HOUR", TIMES["gte"], TIMES["lt"])
    assert {name: found["totals"][name] for name in COUNTS.split()} == counts(events)
    assert found["buckets"] == [
        {"startsAt": format_time(at), "counts": counts([one for one in events if at <= one.occurred_at < at + HOUR])}
        for at in range(SINCE, UNTIL, HOUR)
    ]
    parts: dict[str | None, list[Received]] = {}
    for event in events:
        if by not in ("CATEGORY", "CODE") or told(event)[by]:
            parts.setdefault(told(event)[by], []).append(event)
    greatest = sorted(parts, key=lambda value: (-len(parts[value]), value or ""))[:4]
    assert [part["value"] for part in found["breakdown"]] == greatest
    for part in found["breakdown"]:
        assert part["totals"] == counts(parts[part["value"]])
        assert sum(bucket["counts"]["total"] for bucket in part["buckets"]) == part["totals"]["total"]


def meets(where: dict[str, Any], event: Received) -> bool:
    is_told = told(event)
    return (
        ("kinds" not in where or is_told["kind"].upper() in where["kinds"])
        and ("senderIds" not in where or event.notification.sender_id in where["senderIds"])
        and ("recipientDomain" not in where or is_told["RECIPIENT_DOMAIN"] == "example.org")
        and ("category" not in where or is_told["CATEGORY"] == where["category"])
        and ("source" not in where or is_told["SOURCE"] == where["source"])
    )


async def test_ratios_are_null_where_they_would_lie(api: Api) -> None:
    async def rates(**where: Any) -> dict[str, float | None]:
        query = f"query ($where: StatisticsFilter) {{ statistics(where: $where) {{ totals {{ {RATES} }} }} }}"
        found: dict[str, float | None] = (await api.ask(query, where=where | {"occurredAt": TIMES}))["statistics"][
            "totals"
        ]
        return found

    kinds = Counter(told(event)["kind"] for event in api.world.events if SINCE <= event.occurred_at < UNTIL)
    outcomes = kinds["delivered"] + kinds["bounced"]
    whole = await rates()
    assert whole["bounceRate"] == kinds["bounced"] / outcomes
    assert whole["deliveryRate"] == kinds["delivered"] / outcomes
    assert whole["openRate"] == kinds["opened"] / kinds["delivered"]
    assert (await rates(kinds=["BOUNCED"]))["bounceRate"] is None
    assert set((await rates(category="invalid_recipient")).values()) == {None}
    assert set((await rates(senderIds=[10**12])).values()) == {None}


@pytest.mark.parametrize("interval", ["HOUR", "DAY"])
async def test_times_at_the_ends_of_all_times_are_answered(api: Api, interval: str) -> None:
    query = "query ($where: StatisticsFilter, $interval: Interval) { statistics(where: $where, interval: $interval) { since } }"
    found = await api.ask(query, where={"occurredAt": {"lt": "0001-01-01T00:00:00Z"}}, interval=interval)
    assert found["statistics"]["since"] == "0001-01-01T00:00:00.000Z"
    last = {"gte": "9999-12-31T00:00:00Z", "lt": "9999-12-31T23:59:59.999Z"}
    assert await api.ask(query.replace("since", "until"), where={"occurredAt": last}, interval=interval)


@pytest.mark.parametrize(
    ("where", "interval", "span", "length"),
    [
        (None, None, DAY, HOUR),
        (None, "DAY", 30 * DAY, DAY),
        ({"occurredAt": {"gte": format_time(NOW - 5 * DAY)}}, None, 6 * DAY, DAY),
        ({"occurredAt": {"gte": format_time(NOW - 5 * HOUR)}}, None, 6 * HOUR, HOUR),
    ],
)
async def test_what_is_meant_where_nothing_is_said(
    api: Api, where: Any, interval: str | None, span: int, length: int
) -> None:
    query = """query ($where: StatisticsFilter, $interval: Interval) { statistics(where: $where, interval: $interval) {
        since until buckets { startsAt } } }"""
    found = (await api.ask(query, where=where, interval=interval))["statistics"]
    end = -(-(NOW + 1) // length) * length
    assert (found["since"], found["until"]) == (format_time(end - span), format_time(end))
    assert len(found["buckets"]) == span // length


@pytest.mark.parametrize(
    ("arguments", "breakdown", "code", "reason"),
    [
        ('(where: {recipientDomain: "a", source: "b"})', "", "BAD_USER_INPUT", "one at a time"),
        ('(where: {source: "a"})', "(by: CATEGORY)", "BAD_USER_INPUT", "breakdown by CATEGORY: "),
        ('(where: {category: "a"})', "(by: RECIPIENT_DOMAIN)", "BAD_USER_INPUT", "one at a time"),
        ('(where: {category: "a"})', "(by: CODE)", "BAD_USER_INPUT", "one at a time"),
        ('(where: {recipientDomain: "a"})', "(by: SOURCE)", "BAD_USER_INPUT", "one at a time"),
        ("", "(by: CODE)", "BAD_USER_INPUT", "those of one recipientDomain by category and code"),
        (
            '(where: {recipientDomain: "a", occurredAt: {gte: "2026-08-01T00:00:00Z", lt: "2026-12-01T00:00:00Z"}})',
            "(by: CODE)",
            "LIMIT_EXCEEDED",
            "2400",
        ),
        ("", "(by: SENDER_ID, first: 0)", "BAD_USER_INPUT", "less than 1"),
        ("", "(by: SENDER_ID, first: 201)", "LIMIT_EXCEEDED", "page_size_max"),
        ('(where: {occurredAt: {gte: "2020-01-01T00:00:00Z"}})', "", "LIMIT_EXCEEDED", "statistics_buckets_max=750"),
    ],
)
async def test_what_cannot_be_counted_is_said(api: Api, arguments: str, breakdown: str, code: str, reason: str) -> None:
    inner = f"breakdown{breakdown} {{ value }}" if breakdown else "totals { total }"
    found = await api.problem(f"{{ statistics{arguments} {{ {inner} }} }}")
    assert (found[0], reason in found[1]) == (code, True), found


async def test_one_question_is_put_once_and_many_cost_rows(reader: Reader, world: World, ends: Ends) -> None:
    async with running_api(reader, world, ends, operation_rows_max=60) as api:
        query = "{ statistics { totals { total } buckets { counts { total } } } }"
        assert (await api.ask(query))["statistics"]["totals"]["total"] > 0
        wide = "{ statistics { breakdown(by: SENDER_ID) { value } } }"
        assert (await api.problem(wide))[0] == "LIMIT_EXCEEDED"
