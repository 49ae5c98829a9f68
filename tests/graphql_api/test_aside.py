"""What is costly runs aside, in a thread of its own: it answers the same, ends when it is given up, and what is cheap passes by."""

import asyncio
import json
import threading
from typing import Any, cast

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphql_api.compiled.plan import Plan
from graphql_api.encoding import encode_large
from graphql_api.guards import checked
from graphql_api.schema import build_schema
from graphql_api.settings import GraphQLSettings
from store.contract import Reader
from store.sqlite.reading import SqliteReading
from tests.graphql_api.conftest import Api, Ends, running_api
from tests.graphql_api.test_guards import Endless
from tests.graphql_api.world import World

pytestmark = pytest.mark.anyio

FIELDS = "id trackingId phase senderId mailFrom lastEventAt"
CHEAP = "{ messages(first: 3) { nodes { id } } }"
COSTLY = (
    "{ "
    + " ".join(f"a{at}: messages(first: 100) {{ nodes {{ {FIELDS} }} }}" for at in range(4))
    + " pipeline { lag } }"
)
NESTED = "{ messages(first: 100) { nodes { deliveries(first: 20) { nodes { id recipient phase } } } } }"


async def test_what_is_costly_is_answered_aside_and_alike(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[str] = []
    run = Plan.run

    async def noting(plan: Plan, *arguments: Any) -> dict[str, Any]:
        threads.append(threading.current_thread().name)
        return await run(plan, *arguments)

    monkeypatch.setattr(Plan, "run", noting)
    costly = await api.ask(COSTLY)
    one = (await api.ask(f"{{ messages(first: 100) {{ nodes {{ {FIELDS} }} }} }}"))["messages"]
    assert [costly[f"a{at}"] for at in range(4)] == [one] * 4
    assert costly["pipeline"] == (await api.ask("{ pipeline { lag } }"))["pipeline"]
    assert len((await api.ask(NESTED))["messages"]["nodes"]) == 100
    here = threading.current_thread().name
    assert threads == ["costly", here, here, "costly"]
    assert (await api.ask("{ __schema { types { name fields { name } } } }"))["__schema"]["types"]


async def test_what_is_costly_is_never_read_in_the_event_loop(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    slow: list[bool] = []
    for name in ("_soon", "_slow"):
        real = getattr(SqliteReading, name)

        async def noting(*arguments: Any, _real: Any = real, _is_slow: bool = name == "_slow") -> Any:
            slow.append(_is_slow)
            return await _real(*arguments)

        monkeypatch.setattr(SqliteReading, name, noting)
    await api.ask(CHEAP)
    if not slow:
        return  # another database
    assert slow == [False]
    slow.clear()
    await api.ask(COSTLY)
    assert sorted(slow) == [False] * 4 + [True] * 4


async def test_errors_come_over_as_they_are(api: Api) -> None:
    wide = f"{{ messages(first: 200) {{ nodes {{ {FIELDS} }} }} a: messages(first: 200, after: %s) {{ nodes {{ {FIELDS} }} }} }}"
    assert (await api.problem(wide % '"noise"'))[0] == "BAD_CURSOR"


async def test_what_is_given_up_ends_there_too(reader: Reader, world: World, ends: Ends) -> None:
    endless = Endless(reader)
    endless.holds = False
    async with running_api(cast("Reader", endless), world, ends, operation_ms_max=3_000) as api:
        assert await api.ask(NESTED)
        endless.holds = True
        asking = asyncio.create_task(api.client.post("/graphql", json={"query": NESTED}))
        await asyncio.wait_for(endless.begun.wait(), 20)
        assert (await api.ask(CHEAP))["messages"]["nodes"], "what is cheap passes by"
        assert (await asking).status_code == 503
        await asyncio.wait_for(endless.ended.wait(), 20)


LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=25) | st.dictionaries(st.text(max_size=3), inner, max_size=4)
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.text(max_size=3), VALUES, max_size=4))
def test_what_is_written_in_pieces_is_the_same(content: dict[str, Any]) -> None:
    written = encode_large(content)
    assert json.loads(written) == content
    try:
        whole = orjson.dumps(content)
    except orjson.JSONEncodeError:
        return  # an integer beyond 64 bits
    assert written == whole


async def test_a_document_that_is_asked_with_is_not_forgotten_for_new_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    documents = build_schema(GraphQLSettings(documents_cached_max=3)).documents
    hot = await documents.check(CHEAP, None)
    for number in range(9):
        await documents.check(f"#{number}\n{CHEAP}", None)
        assert documents.known(CHEAP) is hot
    assert [documents.known(f"#{number}\n{CHEAP}") is not None for number in (0, 6, 7, 8)] == [False, False, True, True]
    assert len(documents.costs._measured) == 3
    monkeypatch.setattr(checked, "KEPT_CHARACTERS_MAX", 2 * len(CHEAP) + 10)
    await documents.check(f"#new\n{CHEAP}", None)
    assert len(documents._kept) == len(documents.costs._measured) == 2


async def test_what_is_too_long_is_not_kept() -> None:
    documents = build_schema(GraphQLSettings(query_characters_max=100)).documents
    found = await documents.check("#" * 101, None)
    assert [error.extensions for error in found.errors] == [{"code": "LIMIT_EXCEEDED"}]
    assert documents.check_now("#" * 101).errors
    assert not documents._kept
