"""Searches: what is written is what is read, each term finds what its filter finds, and a bad one is named."""

from typing import Any

import pytest
from graphql import GraphQLError
from hypothesis import given
from hypothesis import strategies as st

from delivery.event import format_time
from graphql_api.search import KEYS, Term, parse_search, write_search
from tests.graphql_api.conftest import NOW, Api
from tests.graphql_api.world import STARTED_S

VALUES = st.text(max_size=12) | st.sampled_from(["", '"', "\\", "a,b", "a b", "-x", "to:a@b", "ann@example.org"])
TERMS = st.builds(
    Term, st.sampled_from(KEYS), st.lists(VALUES, min_size=1, max_size=3).map(tuple), negated=st.booleans()
)


@given(st.lists(TERMS, max_size=5))
def test_what_is_written_is_what_is_read(terms: list[Term]) -> None:
    assert parse_search(write_search(terms)) == terms


@given(st.text(max_size=60) | st.text(st.sampled_from('to:id-,"\\ a@'), max_size=30))
def test_any_text_is_read_or_its_bad_term_is_named(text: str) -> None:
    problems: list[GraphQLError] = []
    try:
        terms = parse_search(text)
    except GraphQLError as problem:
        problems.append(problem)
    else:
        assert parse_search(write_search(terms)) == terms
    for found in problems:
        assert found.extensions == {"code": "BAD_USER_INPUT"}
        assert found.message.startswith("search: ")


def test_terms_as_people_write_them() -> None:
    assert parse_search('  TO:ann@example.org -status:bounced,deferred  "odd one" bo@x.org msgid:"a \\"b\\""') == [
        Term("to", ("ann@example.org",)),
        Term("status", ("bounced", "deferred"), negated=True),
        Term("id", ("odd one",)),
        Term("to", ("bo@x.org",)),
        Term("msgid", ('a "b"',)),
    ]


def moment(ago_ms: int) -> str:
    return format_time(NOW - ago_ms)


SOON = format_time((STARTED_S + 200) * 1000)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("field", "search", "where"),
    [
        ("messages", "", {}),
        ("messages", "status:bounced", {"phases": ["BOUNCED"]}),
        ("messages", "-status:bounced,queued", {"not": {"phases": ["BOUNCED", "QUEUED"]}}),
        ("messages", "domain:@Example.org status:delivered", {"recipientDomain": "example.org", "phases": ["DELIVERED"]}),
        ("messages", '"odd one"', {"trackingIds": ["odd one"]}),
        ("messages", "id:huge,größer", {"trackingIds": ["huge", "größer"]}),
        ("messages", "<MIXED.case@example.org>", {"recipient": "mixed.case@example.org"}),
        ("messages", "sender:1,2 -domain:example.org", {"senderIds": [1, 2], "not": {"recipientDomain": "example.org"}}),
        ("messages", "domain:example.org,example.net", {"or": [{"recipientDomain": f"example.{top}"} for top in ("org", "net")]}),
        ("messages", "after:9900s", {"lastEventAt": {"gte": moment(9_900_000)}}),
        ("messages", "-after:9900s", {"lastEventAt": {"lt": moment(9_900_000)}}),
        ("messages", f"before:{SOON} after:2w", {"lastEventAt": {"lt": SOON, "gte": moment(14 * 86_400_000)}}),
        ("messages", "after:2026-11-18", {"lastEventAt": {"gte": "2026-11-18T00:00:00Z"}}),
        ("deliveries", "category:invalid_recipient -sender:1", {"categories": ["invalid_recipient"], "not": {"senderIds": [1]}}),
        ("deliveries", "class:invalid_recipient", {"categories": ["invalid_recipient"]}),
        ("deliveries", "to:huge@example.net", {"recipient": "huge@example.net"}),
        ("events", "code:103,107 -status:opened", {"eventCodes": [103, 107], "not": {"kinds": ["OPENED"]}}),
        ("events", "status:clicked,unsubscribed", {"kinds": ["CLICKED", "UNSUBSCRIBED"]}),
        ("events", "source:relay,nobody -status:opened", {"sources": ["relay", "nobody"], "not": {"kinds": ["OPENED"]}}),
        ("events", "after:2w -source:relay", {"occurredAt": {"gte": moment(14 * 86_400_000)}, "not": {"sources": ["relay"]}}),
        ("events", "msgid:huge", {"trackingIds": ["huge"]}),
    ],
)  # fmt: skip
async def test_a_search_finds_what_its_filter_finds(api: Api, field: str, search: str, where: dict[str, Any]) -> None:
    kind = {"messages": "Message", "deliveries": "Delivery", "events": "Event"}[field]
    query = f"""query ($search: String, $where: {kind}Filter) {{
      a: {field}(search: $search, first: 200) {{ totalCount {{ count }} nodes {{ id }} }}
      b: {field}(where: $where, first: 200) {{ totalCount {{ count }} nodes {{ id }} }} }}"""
    found = await api.ask(query, search=search, where=where)
    assert found["a"] == found["b"]
    assert found["a"]["nodes"]


@pytest.mark.anyio
async def test_a_search_and_a_filter_hold_together(api: Api) -> None:
    query = '{ messages(search: "id:huge", where: {phases: [BOUNCED]}) { nodes { id } } }'
    assert await api.ask(query) == {"messages": {"nodes": []}}


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("field", "search", "code", "named"),
    [
        ("messages", "statsu:bounced", "BAD_USER_INPUT", "'statsu:bounced': there is no key 'statsu'; known are to, domain"),
        ("messages", "status:bouncd", "BAD_USER_INPUT", "'status:bouncd': 'bouncd' is not one of unknown, queued"),
        ("messages", "status:opened", "BAD_USER_INPUT", "that is a kind of events"),
        ("messages", "code:550", "BAD_USER_INPUT", "messages can't be searched by code, events can"),
        ("messages", "source:relay", "BAD_USER_INPUT", "messages can't be searched by source, events can"),
        ("events", "category:x", "BAD_USER_INPUT", "events can't be searched by category, deliveries can"),
        ("events", "code:abc", "BAD_USER_INPUT", "'abc' is not an integer"),
        ("events", "sender:99999999999999999999", "BAD_USER_INPUT", "is not an integer"),
        ("messages", "after:yesterday", "BAD_USER_INPUT", "'after:yesterday': 'yesterday' is no time"),
        ("messages", "after:2026-11-22T10:00:00", "BAD_USER_INPUT", "is no time"),
        ("messages", "after:1h,2h", "BAD_USER_INPUT", "one time is enough"),
        ("messages", "to:a@b to:c@d", "BAD_USER_INPUT", "to is given twice; write to:one,other"),
        ("messages", "after:1h after:2h", "BAD_USER_INPUT", "'after:2h': after is given twice; one time is enough"),
        ("messages", 'ok "no end', "BAD_USER_INPUT", "'\"no end': it is not key:value, or a quote"),
        ("messages", "to:", "BAD_USER_INPUT", "'to:': it is not key:value"),
        ("messages", "-domain:a.example", "NO_INDEX", "add one of trackingIds"),
        ("messages", "x" * 4_001, "LIMIT_EXCEEDED", "4000"),
        ("messages", "id:" + "a," * 100 + "a", "LIMIT_EXCEEDED", "filter_values_max"),
        ("messages", "to:" + "a@b," * 16 + "c@b", "LIMIT_EXCEEDED", "filter_alternatives_max"),
    ],
)  # fmt: skip
async def test_a_bad_term_is_named(api: Api, field: str, search: str, code: str, named: str) -> None:
    query = f"query ($search: String) {{ {field}(search: $search) {{ nodes {{ id }} }} }}"
    found = await api.problem(query, search=search)
    assert (found[0], named in found[1]) == (code, True), found
