"""Every field of every row, against the fold of the events."""

from base64 import urlsafe_b64encode
from typing import Any

import msgspec
import pytest

from delivery.classification import Classification, Kind, shipped_classifier
from delivery.event import Received, format_time
from delivery.notification import MEMBERS
from delivery.views import Delivery, Message, Phase, domain_of, owner
from tests.graphql_api.conftest import Api
from tests.graphql_api.world import TOPIC, recipient

pytestmark = pytest.mark.anyio

MESSAGE = """id trackingId phase phaseAt senderId mailFrom firstEventAt lastEventAt revision
  deliveryCounts { unknown queued deferred delivered bounced total }"""
DELIVERY = """id trackingId recipient recipientDomain phase phaseAt classification { kind category rule enhancedCode }
  tries lastResponse { code enhancedCode message class at } senderId mailFrom deliveredAt bouncedAt complainedAt openedAt
  clickedAt unsubscribedAt firstEventAt lastEventAt eventCount facts { kind firstAt lastAt count }"""
EVENT = """id eventId trackingId recipient kind occurredAt receivedAt source topic partition offset key value
  eventCode eventLabel mailFrom rcptTo respClass respCode respMsg senderId status timeFinished timeStarted tries extras"""


async def test_messages_hold_what_the_fold_says(api: Api) -> None:
    expected = {view.tracking_id: expected_message(view) for view in api.world.messages}
    found = await walk(api, "messages", MESSAGE)
    assert {row["trackingId"]: row for row in found} == expected
    assert len(found) == len(expected)


async def test_deliveries_hold_what_the_fold_says(api: Api) -> None:
    expected = {row["id"]: row for row in map(expected_delivery, api.world.deliveries)}
    found = await walk(api, "deliveries", DELIVERY)
    assert {row["id"]: row for row in found} == expected
    assert len(found) == len(expected)


async def test_events_hold_what_was_sent(api: Api) -> None:
    expected = {row["id"]: row for row in map(expected_event, api.world.events)}
    found = await walk(api, "events", EVENT)
    assert {row["id"]: row for row in found} == expected
    assert len(found) == len(expected)


async def test_a_message_leads_to_its_deliveries_and_its_events_and_back(api: Api) -> None:
    query = """query ($id: String!) { message(trackingId: $id) {
        deliveries(first: 200) {
          nodes { recipient message { trackingId } events(first: 200, orderBy: {direction: ASC}) { nodes { eventId } } } }
        events(first: 200) { nodes { eventId message { trackingId } delivery { recipient } } }
      } }"""
    for views in list(api.world.views.values())[-40:]:
        tracking_id = views.message.tracking_id
        message = (await api.ask(query, id=tracking_id))["message"]
        history = sorted(
            (event.occurred_at, event.id, recipient(event)) for event in api.world.events if event.tracking_id == tracking_id
        )  # fmt: skip
        newest = sorted(views.deliveries.values(), key=lambda view: (view.last_event_at, view.recipient), reverse=True)
        assert message["deliveries"]["nodes"] == [
            {
                "recipient": view.recipient or None,
                "message": {"trackingId": tracking_id},
                "events": {"nodes": [{"eventId": event} for _, event, to in history if to == view.recipient]},
            }
            for view in newest
        ]
        assert message["events"]["nodes"] == [
            {"eventId": event, "message": {"trackingId": tracking_id}, "delivery": {"recipient": to or None}}
            for _, event, to in reversed(history)
        ]


async def test_every_node_is_found_by_its_id(api: Api) -> None:
    rows = [expected_message(api.world.messages[0]), expected_delivery(api.world.deliveries[3])]
    rows += [expected_event(event) for event in api.world.events[-7:]]
    query = f"""query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ __typename id
        ... on Message {{ {MESSAGE} }} ... on Delivery {{ {alias(DELIVERY)} }} ... on Event {{ {alias(EVENT, "e")} }} }} }}"""
    found = (await api.ask(query, ids=[row["id"] for row in rows]))["nodes"]
    assert [node["id"] for node in found] == [row["id"] for row in rows]
    assert [node["__typename"] for node in found] == ["Message", "Delivery"] + ["Event"] * 7
    one = await api.ask("query ($id: ID!) { node(id: $id) { id __typename } }", id=rows[2]["id"])
    assert one["node"] == {"id": rows[2]["id"], "__typename": "Event"}


async def test_what_is_not_there_is_null(api: Api) -> None:
    ids = [node_id("Message", "nobody"), node_id("Delivery", "nobody", "x@y"), node_id("Event", "", "0" * 32)]
    ids.append(node_id("Event", "nobody", "not an event id"))
    query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } message(trackingId: "nobody") { id } }'
    assert await api.ask(query, ids=ids) == {"nodes": [None] * 4, "message": None}


@pytest.mark.parametrize(
    "bad", ["", "x", "TWVzc2FnZQ==", "WyJNZXNzYWdlIl0", "WyJVc2VyIiwiMSJd", "WzEsMl0", "größe", "[]"]
)
async def test_an_id_of_somebody_else_is_said_to_be_one(api: Api, bad: str) -> None:
    code, message = await api.problem("query ($id: ID!) { node(id: $id) { id } }", id=bad)
    assert code == "BAD_ID"
    assert "is not an id of this API" in message


async def test_odd_members_come_back_exactly(api: Api) -> None:
    events = await api.ask('{ a: events(where: {trackingIds: "huge"}) { nodes { senderId extras } } }')
    assert events["a"]["nodes"] == [{"senderId": -(2**63), "extras": {"huge": 10**30}}]
    found = await api.ask('{ message(trackingId: "nul\\u0000inside") { trackingId phase } }')
    assert found["message"] == {"trackingId": "nul\ufffdinside", "phase": "UNKNOWN"}


async def walk(api: Api, field: str, fields: str) -> list[dict[str, Any]]:
    """All rows of a list."""
    rows: list[dict[str, Any]] = []
    after = None
    while True:
        rows_of = f"{field}(first: 200, after: $after) {{ nodes {{ {fields} }} pageInfo {{ hasNextPage endCursor }} }}"
        query = f"query ($after: String) {{ {rows_of} }}"
        page = (await api.ask(query, after=after))[field]
        rows += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return rows
        after = page["pageInfo"]["endCursor"]


def alias(fields: str, prefix: str = "d") -> str:
    """The plain fields under names of their own, so that several types' can stand in one selection."""
    plain = [word for word in fields.partition("classification")[0].split() if word.isidentifier()]
    return " ".join(f"{prefix}{word}: {word}" for word in plain)


def node_id(*parts: str) -> str:
    return urlsafe_b64encode(msgspec.json.encode(list(parts))).rstrip(b"=").decode()


def expected_message(view: Message) -> dict[str, Any]:
    counts = {kind.value: view.deliveries.get(kind, 0) for kind in list(Kind)[:5]}
    return {
        "id": node_id("Message", view.tracking_id),
        "trackingId": view.tracking_id,
        **_phase(view.phase),
        **_sender(view),
        "firstEventAt": format_time(view.first_event_at),
        "lastEventAt": format_time(view.last_event_at),
        "revision": view.revision,
        "deliveryCounts": counts | {"total": sum(counts.values())},
    }


def expected_delivery(view: Delivery) -> dict[str, Any]:
    response = view.response
    facts = {kind.value: fact for kind, fact in view.facts.items()}
    return {
        "id": node_id("Delivery", view.tracking_id, view.recipient),
        "trackingId": view.tracking_id,
        "recipient": view.recipient or None,
        "recipientDomain": domain_of(view.recipient) or None,
        **_phase(view.phase),
        "classification": _classification(view.classification),
        "tries": view.tries,
        "lastResponse": response
        and {
            "code": response.code,
            "enhancedCode": response.enhanced_code,
            "message": response.message,
            "class": response.resp_class,
            "at": format_time(response.at),
        },
        **_sender(view),
        **{
            f"{name}At": format_time(facts[name].first) if name in facts else None
            for name in ("delivered", "bounced", "complained", "opened", "clicked", "unsubscribed")
        },
        "firstEventAt": format_time(view.first_event_at),
        "lastEventAt": format_time(view.last_event_at),
        "eventCount": view.event_count,
        "facts": [
            {
                "kind": name.upper(),
                "firstAt": format_time(fact.first),
                "lastAt": format_time(fact.last),
                "count": fact.count,
            }
            for name, fact in sorted(facts.items())
        ],
    }


def expected_event(event: Received) -> dict[str, Any]:
    value = msgspec.json.decode(event.value)
    members = {camel(name): value.get(name) for name in MEMBERS if name != "tracking_id"}
    return members | {
        "id": node_id("Event", event.tracking_id or "", event.id),
        "eventId": event.id,
        "trackingId": event.tracking_id,
        "recipient": recipient(event) or None,
        "kind": shipped_classifier().meaning(event.notification).kind.name,
        "occurredAt": format_time(event.occurred_at),
        "receivedAt": format_time(event.received_at),
        "source": event.source,
        "topic": TOPIC,
        "partition": event.partition,
        "key": value.get("tracking_id", event.id),
        "value": event.value.decode(),
        "offset": event.offset,
        "extras": {name: content for name, content in value.items() if name not in MEMBERS} or None,
    }


def camel(name: str) -> str:
    head, *tail = name.split("_")
    return head + "".join(part.title() for part in tail)


def _phase(phase: Phase) -> dict[str, Any]:
    return {
        "phase": phase.kind.name,
        "phaseAt": None if phase.kind is Kind.UNKNOWN else format_time(phase.at),
    }


def _sender(view: Message | Delivery) -> dict[str, Any]:
    return {
        "senderId": owner(view),
        "mailFrom": view.mail_from.value if view.mail_from else None,
    }


def _classification(found: Classification | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "kind": found.kind.upper(),
        "category": found.category,
        "rule": found.rule,
        "enhancedCode": found.enhanced_code,
    }
