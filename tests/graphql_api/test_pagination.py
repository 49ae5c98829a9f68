"""The laws of pages: cursors name rows and nothing else, and walking a list either way meets every row once, in order."""

from typing import Any

import pytest
from graphql import GraphQLError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphql_api.pagination import (
    DELIVERY_KEY,
    EVENT_KEY,
    MESSAGE_KEY,
    PageRequest,
    decode_cursor,
    encode_cursor,
    window_of,
)
from graphql_api.settings import GraphQLSettings
from store.questions import Window
from tests.graphql_api.conftest import Api
from tests.graphql_api.test_types import node_id
from tests.graphql_api.world import recipient

INT64 = st.integers(-(2**63), 2**63 - 1)
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
WALKS = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(INT64, TEXT, TEXT)
def test_a_cursor_gives_back_its_key(at: int, one: str, two: str) -> None:
    assert decode_cursor(MESSAGE_KEY, encode_cursor(MESSAGE_KEY, (at, one)), "after") == (at, one)
    assert decode_cursor(EVENT_KEY, encode_cursor(EVENT_KEY, (at, one, two)), "after") == (at, one, two)


@given(INT64, TEXT, TEXT)
def test_a_cursor_of_another_list_is_refused(at: int, one: str, two: str) -> None:
    refused(encode_cursor(DELIVERY_KEY, (at, one, two)), "a cursor of another list")


@given(st.one_of(st.text(), st.binary().map(lambda noise: noise.hex())))
def test_noise_is_no_cursor(noise: str) -> None:
    refused(noise, "is not a cursor of this API")


@pytest.mark.parametrize("key", [(2**63, "a"), ("1", "a"), (1,), (1, "a", "b"), (1, "a\0")])
def test_a_cursor_with_an_impossible_key_is_refused(key: tuple[Any, ...]) -> None:
    refused(encode_cursor(MESSAGE_KEY, key), "doesn't name a row")


def refused(cursor: str, reason: str) -> None:
    with pytest.raises(GraphQLError, match=reason) as caught:
        decode_cursor(MESSAGE_KEY, cursor, "after")
    assert caught.value.extensions == {"code": "BAD_CURSOR"}


def test_a_page_without_arguments_has_the_default_size() -> None:
    limits = GraphQLSettings(page_size_default=7, page_size_max=9)
    assert window_of(PageRequest(), MESSAGE_KEY, limits) == Window(7)
    assert window_of(PageRequest(first=9), MESSAGE_KEY, limits) == Window(9)
    assert window_of(PageRequest(last=1), MESSAGE_KEY, limits) == Window(1, backward=True)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ("first: 0", "BAD_USER_INPUT"),
        ("last: -1", "BAD_USER_INPUT"),
        ("first: 201", "LIMIT_EXCEEDED"),
        ("last: 201", "LIMIT_EXCEEDED"),
        ("first: 1, last: 1", "BAD_USER_INPUT"),
        ('after: "nonsense"', "BAD_CURSOR"),
        ('before: ""', "BAD_CURSOR"),
    ],
)
async def test_a_bad_page_is_refused(api: Api, arguments: str, code: str) -> None:
    for field in ("messages", "deliveries", "events"):
        assert (await api.problem(f"{{ {field}({arguments}) {{ nodes {{ id }} }} }}"))[0] == code


@pytest.mark.anyio
@WALKS
@given(
    field=st.sampled_from(["messages", "deliveries", "events"]),
    size=st.integers(40, 200),
    ascending=st.booleans(),
    backward=st.booleans(),
)
async def test_walking_a_list_meets_every_row_once(
    api: Api, field: str, size: int, ascending: bool, backward: bool
) -> None:
    expected = ordered(api, field)
    expected = expected if ascending else expected[::-1]
    assert await walk(api, field, size, ascending=ascending, backward=backward) == expected


@pytest.mark.anyio
@WALKS
@given(size=st.integers(1, 4), backward=st.booleans(), choice=st.integers(0))
async def test_walking_a_message_meets_every_event_once(api: Api, size: int, backward: bool, choice: int) -> None:
    longest = sorted(api.world.messages, key=lambda view: -view.revision)[:20]
    tracking_id = longest[choice % len(longest)].tracking_id
    expected = [key for key in reversed(ordered(api, "events")) if key[2] == tracking_id]
    assert await walk(api, "events", size, backward=backward, within=tracking_id) == expected


@pytest.mark.anyio
async def test_a_range_between_two_cursors_is_what_lies_between(api: Api) -> None:
    query = "query ($after: String, $before: String) { messages(after: $after, before: $before, first: 200) { edges { cursor } } }"
    cursors = [edge["cursor"] for edge in (await api.ask(query))["messages"]["edges"]]
    between = (await api.ask(query, after=cursors[3], before=cursors[9]))["messages"]["edges"]
    assert [edge["cursor"] for edge in between] == cursors[4:9]
    assert (await api.ask(query, after=cursors[9], before=cursors[3]))["messages"]["edges"] == []


def ordered(api: Api, field: str) -> list[tuple[int | str, ...]]:
    """The keys of a list's rows, oldest first."""
    if field == "messages":
        return sorted((view.last_event_at, view.tracking_id) for view in api.world.messages)
    if field == "deliveries":
        return sorted((view.last_event_at, view.tracking_id, view.recipient) for view in api.world.deliveries)
    return sorted(
        (event.occurred_at, event.id, event.tracking_id or "", recipient(event)) for event in api.world.events
    )


async def walk(
    api: Api, field: str, size: int, *, ascending: bool = False, backward: bool = False, within: str | None = None
) -> list[tuple[int | str, ...]]:
    """The keys of all rows, page by page, put together in the list's order. Checks what pages say of themselves."""
    page, cursor_name = (
        ("last: $size, before: $cursor", "before") if backward else ("first: $size, after: $cursor", "after")
    )
    order = f"orderBy: {{direction: {'ASC' if ascending else 'DESC'}}}"
    rows = f"""{field}({order}, {page}) {{ totalCount {{ count precision }} nodes {{ id }} edges {{ cursor node {{ id }} }}
        pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }}"""
    head = "query ($size: Int, $cursor: String, $id: String!)" if within else "query ($size: Int, $cursor: String)"
    query = f"{head} {{ {f'message(trackingId: $id) {{ {rows} }}' if within else rows} }}"
    ids: list[str] = []
    cursor = None
    while True:
        variables = {"size": size, "cursor": cursor} | ({"id": within} if within else {})
        data = await api.ask(query, **variables)
        found = data["message"][field] if within else data[field]
        info, edges = found["pageInfo"], found["edges"]
        assert [edge["node"] for edge in edges] == found["nodes"]
        assert 0 < len(edges) <= size
        assert (info["startCursor"], info["endCursor"]) == (edges[0]["cursor"], edges[-1]["cursor"])
        assert info["hasNextPage" if backward else "hasPreviousPage"] is (cursor is not None), cursor_name
        part = [edge["node"]["id"] for edge in edges]
        ids = part + ids if backward else ids + part
        if not info["hasPreviousPage" if backward else "hasNextPage"]:
            assert found["totalCount"] == {"count": len(ids), "precision": "EXACT"}
            return [keys_by_id(api, field)[row] for row in ids]
        assert len(edges) == size
        cursor = info["startCursor" if backward else "endCursor"]


def keys_by_id(api: Api, field: str) -> dict[str, tuple[int | str, ...]]:
    """Which key a row of this id has."""
    if field == "messages":
        return {node_id("Message", str(key[1])): key for key in ordered(api, field)}
    if field == "deliveries":
        return {node_id("Delivery", str(key[1]), str(key[2])): key for key in ordered(api, field)}
    return {node_id("Event", str(key[2]), str(key[1])): key for key in ordered(api, field)}
