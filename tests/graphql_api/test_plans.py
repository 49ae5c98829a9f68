"""A plan gives what the executor gives: the same document over the same rows, answered by both, byte for byte."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphql_api.access.access import ANYBODY, Caller, Scope
from graphql_api.access.sight import Masked
from graphql_api.answering import Reply
from graphql_api.compiled.calls import Run
from graphql_api.compiled.plan import Plan
from graphql_api.context import Contexts, Sources
from graphql_api.http.negotiation import ReplyType
from graphql_api.http.requests import GraphQLRequest
from graphql_api.metrics import Metrics
from graphql_api.operations import Operations
from graphql_api.schema import build_schema
from graphql_api.settings import GraphQLSettings
from store.contract import Reader
from store.opening import open_reader
from store.settings import StoreSettings
from tests.graphql_api.corpus import Corpus
from tests.graphql_api.documents import documents
from tests.graphql_api.test_types import node_id
from tests.graphql_api.world import TOPIC, World

WIDE = GraphQLSettings(
    query_depth_max=20,
    query_aliases_max=200,
    query_cost_max=10**9,
    operation_rows_max=10**6,
    operation_ms_max=60_000,
)
CORE = build_schema(WIDE, lambda: 0)._schema
CALLERS = (
    ANYBODY,
    Caller(name="masked", scope=Scope(addresses=False)),
    Caller(name="one sender", scope=Scope(sender_ids=frozenset({1}))),
)


class Twins:
    """Two servers' operations over one store that holds the world: one that runs plans, one that has none."""

    def __init__(self, reader: Reader, runner: asyncio.Runner, world: World) -> None:
        self.runner = runner
        self.world = world
        self.planned = 0
        self._with = self._operations(reader)
        self._without = self._operations(reader)
        self._without._answering.plans.knows = lambda *_: False  # type: ignore[method-assign]

    def _operations(self, reader: Reader) -> Operations:
        sources = Sources(
            reader=reader, end_offsets=_no_ends, check_broker=_fine, topic=TOPIC, now=lambda: 0, version="1"
        )  # fmt: skip
        return Operations(WIDE, Contexts(sources, WIDE, Masked(b"k" * 32)), Metrics(), lambda: 0.0)

    def answers(self, document: str, variables: dict[str, Any], caller: Caller) -> tuple[Reply, Reply, int]:
        """The answers without a plan and with one, and how many plans have run for the second."""
        request = GraphQLRequest(document, variables, None)

        async def ask(operations: Operations) -> Reply:
            return await operations.run(request, ReplyType.JSON, caller, method="POST")

        async def both() -> tuple[Reply, Reply, int]:
            await ask(self._with)  # the executor, after which the document is known
            before = self.planned
            return await ask(self._without), await ask(self._with), self.planned - before

        return self.runner.run(both())


@pytest.fixture(scope="module")
def twins(filled: StoreSettings, world: World, monkeypatch_module: pytest.MonkeyPatch) -> Iterator[Twins]:
    reader = open_reader(filled)
    with asyncio.Runner() as runner:
        runner.run(reader.open())
        twins = Twins(reader, runner, world)
        run_plan = Plan.run

        async def counting(plan: Plan, run: Run) -> dict[str, Any]:
            data = await run_plan(plan, run)
            twins.planned += 1
            return data

        monkeypatch_module.setattr(Plan, "run", counting)
        yield twins
        runner.run(reader.close())


@pytest.fixture(scope="module")
def monkeypatch_module() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


def variables_of(world: World, number: int) -> dict[str, Any]:
    """Variables that name rows of the world, and for some numbers rows that are not there."""
    message, delivery = world.messages[number % len(world.messages)], world.deliveries[number % len(world.deliveries)]
    event = world.events[number % len(world.events)]
    ids = [
        node_id("Message", message.tracking_id), node_id("Delivery", delivery.tracking_id, delivery.recipient),
        node_id("Event", event.tracking_id or "", event.id), node_id("Message", "nowhere"),
    ]  # fmt: skip
    return {
        "id": ids[number % 4], "ids": ids, "trackingId": "nowhere" if number % 7 == 0 else message.tracking_id,
        "yes": number % 2 == 0, "first": 2 + number % 5,
    }  # fmt: skip


def test_every_field_is_planned(twins: Twins) -> None:
    for document in Corpus(CORE, page="first: 3", rows=20).documents(3):
        if "pipeline" in document:
            continue  # it says how old things are
        for number, caller in enumerate(CALLERS, 1):
            without, planned, plans = twins.answers(document, variables_of(twins.world, number), caller)
            assert planned.body == without.body
            assert plans == (b'"errors"' not in without.body), document


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(documents(CORE), st.integers(0, 10_000), st.sampled_from(CALLERS))
def test_plans_agree_with_the_executor(twins: Twins, document: str, number: int, caller: Caller) -> None:
    without, planned, plans = twins.answers(document, variables_of(twins.world, number), caller)
    assert planned.body == without.body
    assert planned.status == without.status
    assert plans == (b'"errors"' not in without.body)


def test_one_message_with_its_lists_is_one_round_trip(
    filled: StoreSettings, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    async def check() -> None:
        reader = open_reader(filled)
        await reader.open()
        kind = type(reader)
        for name in ("messages", "deliveries_of", "events_of", "message_pages"):
            real = getattr(kind, name)

            async def noting(*arguments: Any, _name: str = name, _real: Any = real) -> Any:
                asked.append(_name)
                return await _real(*arguments)

            monkeypatch.setattr(kind, name, noting)
        twins = Twins(reader, asyncio.Runner(), world)
        request = GraphQLRequest(
            "query ($id: String!, $n: Int) { message(trackingId: $id) { phase deliveries(first: $n) { nodes { recipient } }"
            " events(first: 10) { edges { node { kind } } totalCount { count } } } }",
            {"id": world.messages[0].tracking_id, "n": 5},
            None,
        )
        for _ in range(2):
            asked.clear()
            await twins._with.run(request, ReplyType.JSON, ANYBODY, method="POST")
        await reader.close()

    asyncio.run(check())
    assert asked == ["message_pages"]


async def _no_ends() -> dict[str, dict[int, int]]:
    return {}


async def _fine() -> None:
    return None
