"""Every filter, alone and together, against the same condition in Python over the world."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from delivery.classification import Kind, shipped_classifier
from delivery.event import Received, format_time
from delivery.views import Delivery, Message, domain_of, owner
from tests.graphql_api.conftest import Api
from tests.graphql_api.test_types import node_id
from tests.graphql_api.world import STARTED_S, World, make_batch, recipient, world_of

pytestmark = pytest.mark.anyio
WORLD: World = world_of(make_batch())
CHECKED = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])

IDS = [*sorted(WORLD.views)[::9], "odd one", "nobody"]
ADDRESSES = [*sorted({view.recipient for view in WORLD.deliveries})[::9], "huge@example.net", "nobody@example.org"]
DOMAINS = [*sorted({domain_of(view.recipient) for view in WORLD.deliveries}), "nowhere.example"]
CATEGORIES = [*sorted({view.classification.category for view in WORLD.deliveries if view.classification}), "none_such"]
PHASES = ["UNKNOWN", "QUEUED", "DEFERRED", "DELIVERED", "BOUNCED"]


def some(values: list[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from(values), max_size=3)


TIMES = st.integers(STARTED_S - 5, STARTED_S + 2_000).map(lambda seconds: seconds * 1000)
RANGES = st.fixed_dictionaries({}, optional={"gte": TIMES, "lt": TIMES})
SENDERS = some([*range(1, 13), 2**63 - 1, -(2**63), 99])
SHARED = {
    "recipient": st.sampled_from(ADDRESSES),
    "recipientDomain": st.sampled_from(DOMAINS),
    "trackingIds": some(IDS),
}
MESSAGE_FILTERS = st.fixed_dictionaries(
    {}, optional=SHARED | {"phases": some(PHASES), "senderIds": SENDERS, "lastEventAt": RANGES}
)
DELIVERY_FILTERS = st.fixed_dictionaries(
    {},
    optional=SHARED
    | {"phases": some(PHASES), "senderIds": SENDERS, "lastEventAt": RANGES, "categories": some(CATEGORIES)},
)
EVENT_FILTERS = st.fixed_dictionaries(
    {},
    optional=SHARED
    | {
        "kinds": some([kind.name for kind in Kind]),
        "eventCodes": some([101, 102, 103, 107, 108, 777, 9]),
        "senderIds": SENDERS,
        "sources": some(["relay", "shop", "nobody"]),
        "occurredAt": RANGES,
    },
)


def nested(plain: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Filters within filters, by and, or, and not."""
    return st.recursive(
        plain,
        lambda inner: st.builds(
            lambda own, logic: own | logic,
            plain,
            st.fixed_dictionaries(
                {},
                optional={"and": st.lists(inner, max_size=2), "or": st.lists(inner, max_size=3), "not": inner},
            ),
        ),
        max_leaves=6,
    )


def holds(where: dict[str, Any], plain: Callable[[dict[str, Any]], bool]) -> bool:
    """Whether a row meets a filter, by what the words say."""
    return (
        plain(where)
        and all(holds(each, plain) for each in where.get("and", ()))
        and ("or" not in where or any(holds(each, plain) for each in where["or"]))
        and ("not" not in where or not holds(where["not"], plain))
    )


@CHECKED
@given(nested(MESSAGE_FILTERS))
async def test_messages(api: Api, where: dict[str, Any]) -> None:
    def meets(view: Message, where: dict[str, Any]) -> bool:
        boxes = WORLD.views[view.tracking_id].deliveries.values()
        sender = owner(view)
        addressed = [box.recipient for box in boxes if where.get("recipient") in (None, box.recipient)]
        return (
            _among(where, "trackingIds", view.tracking_id)
            and _among(where, "phases", view.phase.kind.name)
            and _among(where, "senderIds", sender)
            and any(where.get("recipientDomain") in (None, domain_of(address)) for address in addressed)
            and _within(where.get("lastEventAt", {}), view.last_event_at)
        )

    def matches(view: Message) -> bool:
        return holds(where, lambda part: meets(view, part))

    expected = {node_id("Message", view.tracking_id) for view in WORLD.messages if matches(view)}
    await check(api, "messages", "MessageFilter", where, expected)


@CHECKED
@given(nested(DELIVERY_FILTERS))
async def test_deliveries(api: Api, where: dict[str, Any]) -> None:
    def meets(view: Delivery, where: dict[str, Any]) -> bool:
        return (
            _among(where, "trackingIds", view.tracking_id)
            and _among(where, "phases", view.phase.kind.name)
            and _among(where, "categories", view.classification.category if view.classification else None)
            and _among(where, "senderIds", owner(view))
            and where.get("recipient") in (None, view.recipient)
            and where.get("recipientDomain") in (None, domain_of(view.recipient))
            and _within(where.get("lastEventAt", {}), view.last_event_at)
        )

    def matches(view: Delivery) -> bool:
        return holds(where, lambda part: meets(view, part))

    expected = {node_id("Delivery", view.tracking_id, view.recipient) for view in WORLD.deliveries if matches(view)}
    await check(api, "deliveries", "DeliveryFilter", where, expected)


@CHECKED
@given(nested(EVENT_FILTERS))
async def test_events(api: Api, where: dict[str, Any]) -> None:
    def meets(event: Received, where: dict[str, Any]) -> bool:
        meaning, to = shipped_classifier().meaning(event.notification), recipient(event)
        return (
            _among(where, "trackingIds", event.tracking_id)
            and _among(where, "kinds", meaning.kind.name)
            and _among(where, "eventCodes", event.notification.event_code)
            and _among(where, "senderIds", event.notification.sender_id)
            and _among(where, "sources", event.source)
            and where.get("recipient") in (None, to)
            and where.get("recipientDomain") in (None, domain_of(to))
            and _within(where.get("occurredAt", {}), event.occurred_at)
        )

    def matches(event: Received) -> bool:
        return holds(where, lambda part: meets(event, part))

    expected = {node_id("Event", event.tracking_id or "", event.id) for event in WORLD.events if matches(event)}
    await check(api, "events", "EventFilter", where, expected)


async def test_addresses_are_found_in_any_writing(api: Api) -> None:
    query = "query ($where: DeliveryFilter) { deliveries(where: $where) { nodes { trackingId } } }"
    writings = [{"recipient": " <MIXED.case@example.org> "}, {"recipientDomain": "@EXÄMPLE.org"}]
    found = [(await api.ask(query, where=where))["deliveries"]["nodes"] for where in writings]
    assert found == [[{"trackingId": "odd one"}], [{"trackingId": "größer"}]]


async def test_a_condition_that_is_null_is_as_if_left_out(api: Api) -> None:
    query = "query ($where: MessageFilter) { messages(where: $where) { totalCount { count } } }"
    nothing = {"trackingIds": None, "phases": None, "recipient": None, "lastEventAt": {"gte": None, "lt": None}}
    assert await api.ask(query, where=nothing) == await api.ask(query, where=None) == await api.ask(query)


async def test_one_value_stands_for_a_list_of_one(api: Api) -> None:
    one = await api.ask("{ messages(where: {phases: BOUNCED, senderIds: 3}) { totalCount { count } } }")
    assert one == await api.ask('{ messages(where: {phases: [BOUNCED], senderIds: ["3"]}) { totalCount { count } } }')


@pytest.mark.parametrize(
    "where",
    [
        {"senderIds": [2**63]},
        {"senderIds": [1.5]},
        {"senderIds": [True]},
        {"senderIds": ["1x"]},
        {"lastEventAt": {"gte": "2026-11-22T10:00:00"}},
        {"lastEventAt": {"gte": "yesterday"}},
        {"lastEventAt": {"lt": 5}},
        {"phases": ["GONE"]},
        {"nothing": 1},
    ],
)
async def test_a_bad_value_is_the_askers_mistake(api: Api, where: dict[str, Any]) -> None:
    query = "query ($where: MessageFilter) { messages(where: $where) { nodes { id } } }"
    code, message = await api.problem(query, where=where)
    assert code == "BAD_USER_INPUT"
    assert "$where" in message


@pytest.mark.parametrize(
    ("field", "where", "code", "reason"),
    [
        ("messages", {"not": {"senderIds": [1]}}, "NO_INDEX", "not senderIds would read every row of messages"),
        (
            "messages",
            {"phases": ["BOUNCED"], "not": {"recipientDomain": "a.example"}},
            "NO_INDEX",
            "lastEventAt with gte",
        ),
        ("events", {"or": [{"kinds": ["OPENED"]}, {"not": {"eventCodes": [1]}}]}, "NO_INDEX", "occurredAt with gte"),
        ("messages", {"and": [{"recipient": "a@b"}, {"recipient": "c@d"}]}, "NO_INDEX", "not by two together"),
        ("messages", {"recipientDomain": "b", "and": [{"recipientDomain": "d"}]}, "NO_INDEX", "not by two together"),
        (
            "messages",
            {"or": [{"recipient": f"{n}@b"} for n in range(17)]},
            "LIMIT_EXCEEDED",
            "filter_alternatives_max=16",
        ),
        ("messages", {"or": [{"phases": "BOUNCED"}] * 101}, "LIMIT_EXCEEDED", "filter_values_max"),
    ],
)
async def test_what_no_index_answers_is_refused(
    api: Api, field: str, where: dict[str, Any], code: str, reason: str
) -> None:
    kind = {"messages": "MessageFilter", "events": "EventFilter"}[field]
    found = await api.problem(f"query ($where: {kind}) {{ {field}(where: $where) {{ nodes {{ id }} }} }}", where=where)
    assert (found[0], reason in found[1]) == (code, True), found


async def test_deep_logic_is_refused(api: Api) -> None:
    query = "query ($where: MessageFilter) { messages(where: $where) { nodes { id } } }"
    for levels in (20, 800):
        where: dict[str, Any] = {}
        for _ in range(levels):
            where = {"not": where}
        assert (await api.problem(query, where=where))[0] == "LIMIT_EXCEEDED"


async def test_not_and_or_find_what_they_say(api: Api) -> None:
    """A few readable ones, beside those that Hypothesis makes."""
    total = {phase: await _count(api, {"phases": [phase]}) for phase in PHASES}
    assert await _count(api, {"not": {"phases": ["BOUNCED", "QUEUED"]}}) == sum(total.values()) - (
        total["BOUNCED"] + total["QUEUED"]
    )
    assert await _count(api, {"or": [{"phases": ["BOUNCED"]}, {"phases": ["BOUNCED", "QUEUED"]}]}) == (
        total["BOUNCED"] + total["QUEUED"]
    )
    assert await _count(api, {"or": []}) == 0
    assert await _count(api, {"and": []}) == sum(total.values())
    assert await _count(api, {"not": {}}) == 0


async def _count(api: Api, where: dict[str, Any]) -> int:
    query = "query ($where: DeliveryFilter) { deliveries(where: $where) { totalCount { count } } }"
    found: int = (await api.ask(query, where=where))["deliveries"]["totalCount"]["count"]
    return found


async def check(api: Api, field: str, kind: str, where: dict[str, Any], expected: set[str]) -> None:
    """Asks for all rows with this filter, and for their count. What no index answers is refused."""
    query = f"""query ($where: {kind}, $after: String) {{ {field}(where: $where, after: $after, first: 200) {{
        totalCount {{ count precision }} nodes {{ id }} pageInfo {{ hasNextPage endCursor }} }} }}"""
    found: list[str] = []
    after = None
    while True:
        answer = await api.answer(query, where=written(where), after=after)
        if "errors" in answer:
            assert answer["errors"][0]["extensions"]["code"] in ("NO_INDEX", "LIMIT_EXCEEDED")
            assert set(where) & {"and", "or", "not"}
            return
        page = answer["data"][field]
        found += [row["id"] for row in page["nodes"]]
        assert page["totalCount"] == {"count": len(expected), "precision": "EXACT"}
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert sorted(found) == sorted(expected)


def written(where: Any) -> Any:
    """A filter with its times as the API reads them."""
    if isinstance(where, list):
        return [written(each) for each in where]
    if not isinstance(where, dict):
        return where
    times = {"gte", "lt"}
    return {name: format_time(value) if name in times else written(value) for name, value in where.items()}


def _among(where: dict[str, Any], name: str, value: Any) -> bool:
    return name not in where or value in where[name]


def _within(wanted: dict[str, int], at: int) -> bool:
    return wanted.get("gte", at) <= at < wanted.get("lt", at + 1)
