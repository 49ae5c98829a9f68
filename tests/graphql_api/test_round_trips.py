"""However many rows a page has, what hangs on them costs a fixed number of round trips."""

from collections import Counter
from collections.abc import Callable
from typing import Any, cast

import pytest

from graphql_api.settings import GraphQLSettings
from store.contract import Reader
from tests.graphql_api.conftest import Ends, running_api
from tests.graphql_api.world import World

pytestmark = pytest.mark.anyio

FULL = """query ($first: Int) { messages(first: $first) { totalCount { count } nodes { trackingId
    deliveries(first: 3) { totalCount { count } nodes { recipient message { phase }
      events(first: 3) { totalCount { count } nodes { eventId message { phase } delivery { phase } } } } }
    events(first: 10) { totalCount { count } nodes { eventId delivery { phase } } } } } }"""


class Counting:
    """A store's reader that counts what it is asked."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.calls: Counter[str] = Counter()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            self.calls[name] += 1
            return getattr(self._reader, name)(*arguments)

        return call


@pytest.mark.parametrize("first", [1, 10, 100])
async def test_a_page_with_all_that_hangs_on_it(reader: Reader, world: World, ends: Ends, first: int) -> None:
    counting = Counting(reader)
    async with running_api(cast("Reader", counting), world, ends, operation_rows_max=100_000) as api:
        data = await api.ask(FULL, first=first)
    assert len(data["messages"]["nodes"]) == first
    assert counting.calls == {
        "page_messages": 1,
        "count_messages": 1,
        "deliveries_of": 1,
        "events_of": 2,
        "messages": 1,
        "deliveries": 1,
    }


async def test_a_page_of_a_hundred_fits_the_budget(reader: Reader, world: World, ends: Ends) -> None:
    async with running_api(reader, world, ends) as api:
        query = "{ messages(first: 100) { nodes { deliveries { nodes { recipient } } events { nodes { eventId } } } } }"
        assert len((await api.ask(query))["messages"]["nodes"]) == 100


async def test_nodes_of_one_type_are_one_round_trip(reader: Reader, world: World, ends: Ends) -> None:
    counting = Counting(reader)
    async with running_api(cast("Reader", counting), world, ends) as api:
        ids = [row["id"] for row in (await api.ask("{ events(first: 150) { nodes { id } } }"))["events"]["nodes"]]
        counting.calls.clear()
        await api.ask("query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Event { eventId } } }", ids=ids)
    assert counting.calls == {"events": 1}


async def test_a_count_that_nobody_asks_for_is_not_counted(reader: Reader, world: World, ends: Ends) -> None:
    counting = Counting(reader)
    async with running_api(cast("Reader", counting), world, ends) as api:
        await api.ask("{ events { nodes { id } } messages(where: {senderIds: []}) { totalCount { count } } }")
    assert counting.calls == {"page_events": 1}


async def test_a_count_stops_at_its_limit(reader: Reader, world: World, ends: Ends) -> None:
    async with running_api(reader, world, ends, count_max=20) as api:
        counted = await api.ask("{ messages { totalCount { count precision } } }")
    assert counted == {"messages": {"totalCount": {"count": 20, "precision": "AT_LEAST"}}}
    assert GraphQLSettings().count_max > 20
