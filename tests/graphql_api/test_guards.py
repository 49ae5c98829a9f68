"""Hostile operations cost little, whatever they look like; callers are held to their rates; what is given up is ended."""

import asyncio
import resource
import threading
import time
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import asyncpg
import hypothesis
import pytest
from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLObjectType,
    OperationDefinitionNode,
    get_introspection_query,
    get_operation_ast,
    parse,
)
from graphql.execution.values import get_argument_values
from hypothesis import strategies as st

from delivery.event import format_time
from graphql_api.access.access import Caller
from graphql_api.compiled.calls import arguments_of
from graphql_api.compiled.variables import Variables
from graphql_api.guards.checked import Verdict
from graphql_api.guards.cost import Part, _Measuring
from graphql_api.guards.reading import Reading
from graphql_api.guards.throttle import CALLERS_MAX, Throttle
from graphql_api.http.requests import BadRequest
from graphql_api.pagination import MESSAGE_KEY, PageRequest, window_of
from graphql_api.questions import question_of
from graphql_api.schema import build_schema
from graphql_api.settings import GraphQLSettings
from store.contract import Reader
from store.postgresql.reader import PostgresqlReader
from store.questions import Order, Window
from store.settings import StoreSettings
from store.sqlite.reader import SqliteReader
from tests.graphql_api.conftest import NOW, Api, Ends, running_api
from tests.graphql_api.hostile import BODIES, HOSTILE
from tests.graphql_api.world import World

EACH_S_MAX = 30.0  # an unguarded one of these takes minutes, or for ever
MEMORY_BYTES_MAX = 300_000_000
SETTINGS = GraphQLSettings()
SCHEMA = build_schema(SETTINGS, lambda: NOW)
DOCUMENTS = SCHEMA.documents


REFUSED = {"GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "LIMIT_EXCEEDED"}
HARMLESS = {"conflicts", "directives"}


@pytest.mark.anyio
@pytest.mark.parametrize("name", sorted(HOSTILE))
async def test_hostile_documents_cost_little(api: Api, name: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.monotonic()
    answer = await api.answer(HOSTILE[name])
    assert time.monotonic() - started < EACH_S_MAX
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < MEMORY_BYTES_MAX
    codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
    if name in HARMLESS:
        assert not codes - {"GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED"}
    else:
        assert codes, "it was answered"
        assert codes <= REFUSED
    assert await api.ask("{ __typename }") == {"__typename": "Query"}


@pytest.mark.anyio
@pytest.mark.parametrize("body", BODIES)
async def test_hostile_bodies_cost_little(api: Api, body: bytes) -> None:
    started = time.monotonic()
    reply = await api.client.post("/graphql", content=body, headers={"content-type": "application/json"})
    assert time.monotonic() - started < EACH_S_MAX
    assert reply.status_code in (200, 400)
    assert await api.ask("{ __typename }") == {"__typename": "Query"}


@pytest.mark.anyio
async def test_ordinary_operations_are_let_through(api: Api) -> None:
    assert (await api.ask(get_introspection_query(descriptions=True)))["__schema"]["types"]
    query = (
        "{ messages(first: 100) { nodes { trackingId phase deliveries(first: 20) { nodes { recipient phase } } } } }"
    )
    assert (await api.ask(query))["messages"]["nodes"]


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("query", "variables", "cost"),
    [
        ("{ __typename }", {}, 1),
        ('{ message(trackingId: "a") { trackingId phase } }', {}, 3),
        ("{ messages(first: 10) { nodes { trackingId phase } } }", {}, 2 + 10 * 3),
        ("{ messages { nodes { trackingId phase } } }", {}, 2 + 50 * 3),
        ("query ($n: Int) { messages(first: $n) { nodes { id } } }", {"n": 7}, 2 + 7 * 2),
        ("query ($n: Int = 9) { messages(last: $n) { nodes { id } } }", {}, 2 + 9 * 2),
        ("query ($n: Int) { messages(first: $n) { nodes { id } } }", {}, 2 + 50 * 2),
        ("{ messages(first: 2) { nodes { id ...A } nodes { id } } } fragment A on Message { id phase }", {}, 2 + 2 * 3),
        ("{ messages(first: 2) { edges { cursor node { id } } } }", {}, 2 + 2 * 4),
        ("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": ["WyJNZXNzYWdlIiwiYSJd"] * 3}, 1 + 3 * 2),
        ("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": "WyJNZXNzYWdlIiwiYSJd"}, 1 + 2),
        ("query ($n: Int) { messages(first: $n) { nodes { id } } }", {"n": 200}, 2 + 200 * 2),
        ("query ($n: Int) { messages(first: $n) { nodes { id } } }", {"n": 200.0}, 2 + 200 * 2),
        ("query ($n: Int = 1) { messages(last: $n) { nodes { id } } }", {"n": 200}, 2 + 200 * 2),
        ("query ($n: Int = 1) { messages(last: $n) { nodes { id } } }", {"n": 200.0}, 2 + 200 * 2),
        ("query ($n: Int = 1) { messages(first: $n) { nodes { id } } }", {"n": None}, 2 + 50 * 2),
        ("query ($n: Int) { messages(first: $n, last: 200) { nodes { id } } }", {"n": None}, 2 + 200 * 2),
    ],
)
async def test_the_cost_is_told(api: Api, query: str, variables: dict[str, Any], cost: int) -> None:
    for _ in range(2):  # measured, then from memory
        answer = await api.answer(query, **variables)
        assert "errors" not in answer
        assert answer["extensions"] == {"cost": {"requested": cost, "maximum": 100_000}}


VALUES = (
    st.none() | st.integers(-3, 250) | st.integers() | st.integers(-3, 250).map(float) | st.floats() | st.booleans()
)
ARGUMENTS = st.sampled_from(["first: $a", "last: $b", "first: 7", "last: 9", "first: null", "last: null"])
DEFAULTS = st.sampled_from(["", " = null", " = 1", " = 150"])


@hypothesis.settings(max_examples=300, deadline=None)
@hypothesis.given(
    arguments=st.lists(ARGUMENTS, max_size=2, unique_by=lambda text: text[:4]),
    defaults=st.tuples(DEFAULTS, DEFAULTS),
    variables=st.dictionaries(st.sampled_from("ab"), VALUES | st.text(max_size=3)),
)
def test_a_page_counts_with_the_size_that_is_loaded(
    arguments: list[str], defaults: tuple[str, str], variables: dict[str, Any]
) -> None:
    """Whatever its arguments and their variables hold, as far as they are admitted at all."""
    given = f"({', '.join(arguments)})" if arguments else ""
    # All variables are used, as documents have to.
    text = (
        f"query ($a: Int{defaults[0]}, $b: Int{defaults[1]}) {{ messages{given} {{ nodes {{ id }} }} "
        "u: messages(first: $a) { totalCount { count } } v: messages(first: $b) { totalCount { count } } }"
    )
    verdict = DOCUMENTS.judge(text, None)
    assert (verdict.errors, verdict.part is None) == ([], False)
    operation = cast("OperationDefinitionNode", get_operation_ast(parse(text)))
    field = cast("FieldNode", operation.selection_set.selections[0])
    try:
        coerced = Variables(DOCUMENTS.schema, operation).of(variables)
        query = cast("GraphQLObjectType", DOCUMENTS.schema.query_type)
        page = PageRequest(**get_argument_values(query.fields["messages"], field, coerced))
        limit = window_of(page, MESSAGE_KEY, SETTINGS).limit
    except GraphQLError:
        return
    assert DOCUMENTS.costs.with_variables(cast("Part", verdict.part), variables) == 2 + limit * 2 + 2 * 3


@pytest.mark.anyio
async def test_the_pages_of_a_mutation_count(api: Api) -> None:
    query = (
        "mutation ($ids: [ID!], $n: Int) { requeueDeadLetters(dryRun: true, ids: $ids, first: $n) { letters { id } } }"
    )
    for variables, letters in (({}, 50), ({"n": 200}, 200), ({"ids": []}, 50), ({"ids": ["a"] * 3}, 3)):
        answer = await api.answer(query, **cast("dict[str, Any]", variables))
        assert answer["extensions"]["cost"]["requested"] == 2 + letters * 2


def test_lists_without_pages_are_no_shorter_where_pages_are() -> None:
    documents = build_schema(GraphQLSettings(page_size_max=5), lambda: NOW).documents
    verdict = documents.judge("{ statistics { buckets { startsAt } } messages { nodes { id } } }", None)
    assert documents.costs.with_variables(cast("Part", verdict.part), {}) == (2 + 24 * 2) + (2 + 5 * 2)


def test_types_that_exclude_one_another_count_both_under_one_key() -> None:
    """A key may stand for another field, with another page, on each of them."""
    ids = ", ".join(['"WyJNZXNzYWdlIiwiYSJd"'] * 200)
    few, many = (
        "... on Message { x: deliveries(first: 1) { nodes { id } } }",
        "... on Delivery { x: events(first: 200) { nodes { id } } }",
    )
    found = []
    for below in (f"{few} {many}", f"{many} {few}"):
        verdict = DOCUMENTS.judge(f"{{ nodes(ids: [{ids}]) {{ {below} }} }}", None)
        assert verdict.errors == []
        found.append(DOCUMENTS.costs.with_variables(cast("Part", verdict.part), {}))
    assert found == [1 + 200 * (1 + (2 + 1 * 2) + (2 + 200 * 2))] * 2
    verdict = DOCUMENTS.judge(
        f"{{ nodes(ids: [{ids}]) {{ ... on Message {{ id }} ... on Delivery {{ id }} id }} }}", None
    )
    assert DOCUMENTS.costs.with_variables(cast("Part", verdict.part), {}) == 1 + 200 * 2, (
        "what is one field is one still"
    )


def test_fragments_that_spread_one_another_often_are_put_in_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put in at each place, these would be 5^7 selections, and a little longer they would never come to an end."""
    collected = []
    collect = _Measuring._collect

    def noting(self: _Measuring, selections: Any, *arguments: Any) -> None:
        collected.append(selections)
        collect(self, selections, *arguments)

    monkeypatch.setattr(_Measuring, "_collect", noting)
    steps = [("Message", "deliveries(first: 1)"), ("DeliveryConnection", "nodes"), ("Delivery", "message")] * 2
    fragments = "".join(
        f"fragment F{at} on {kind} {{ {f'{field} {{ ...F{at + 1} }} ' * 5} }} "
        for at, (kind, field) in enumerate(steps)
    )
    text = f"{{ {'messages(first: 1) { nodes { ...F0 } } ' * 5} }} {fragments} fragment F6 on Message {{ id }}"
    verdict = DOCUMENTS.judge(text, None)
    assert verdict.errors == []
    assert DOCUMENTS.costs.with_variables(cast("Part", verdict.part), {}) == 2 + (1 + (2 + (1 + (1 + (2 + (1 + 2))))))
    assert len(collected) < 100


TIMES = st.none() | st.integers(NOW - 900 * 3_600_000, NOW + 3_600_000).map(format_time) | st.sampled_from(["noise", 7])
GIVEN = st.fixed_dictionaries({}, optional={"gte": TIMES, "lt": TIMES})


@hypothesis.settings(max_examples=200, deadline=None)
@hypothesis.given(
    where=st.none() | st.fixed_dictionaries({}, optional={"occurredAt": st.none() | GIVEN}),
    interval=st.sampled_from([None, "HOUR", "DAY"]),
    form=st.sampled_from(["statistics(where: $where, interval: $interval)", "statistics(where: {occurredAt: $times})",
        "statistics(where: {occurredAt: {gte: $gte, lt: $lt}}, interval: $interval)",
        "statistics(where: {occurredAt: {gte: $gte}}, interval: HOUR)", "statistics(interval: DAY)", "statistics"]),
    default=st.sampled_from(["", ' = "2023-11-01T00:00:00Z"', " = null"]),
)  # fmt: skip
def test_statistics_count_with_the_buckets_that_are_made(
    where: dict[str, Any] | None, interval: str | None, form: str, default: str
) -> None:
    times = (where or {}).get("occurredAt")
    variables = {"where": where, "times": times, "interval": interval} | (times or {})
    kinds = {
        "where": "StatisticsFilter",
        "times": "TimeRange",
        "interval": "Interval",
        "gte": f"DateTime{default}",
        "lt": "DateTime",
    }
    head = ", ".join(f"${name}: {kind}" for name, kind in kinds.items() if f"${name}" in form)
    below = "buckets { startsAt } breakdown(by: SOURCE, first: 3) { b: buckets { startsAt } }"
    text = f"query {f'({head})' if head else ''} {{ {form} {{ {below} }} }}"
    verdict = DOCUMENTS.judge(text, None)
    assert verdict.errors == []
    operation = cast("OperationDefinitionNode", get_operation_ast(parse(text)))
    field = cast("FieldNode", operation.selection_set.selections[0])
    query = cast("GraphQLObjectType", DOCUMENTS.schema.query_type)
    try:
        taken = arguments_of(SCHEMA, query.fields["statistics"], field)(
            Variables(DOCUMENTS.schema, operation).of(variables)
        )
        made = len(question_of(taken.get("where"), taken.get("interval"), NOW, SETTINGS).starts)
    except GraphQLError:
        return
    buckets = max(1, made)
    counted = DOCUMENTS.costs.with_variables(cast("Part", verdict.part), variables)
    assert counted == 1 + (1 + buckets * 2) + (1 + 3 * (2 + buckets * 2))


@pytest.mark.anyio
async def test_what_costs_too_much_is_told_before_it_runs(reader: Reader, world: World, ends: Ends) -> None:
    query = "query ($n: Int) { messages(first: $n) { nodes { id } } }"
    async with running_api(reader, world, ends, query_cost_max=100) as api:
        assert (await api.ask(query, n=49))["messages"]
        assert await api.problem(query, n=50) == ("LIMIT_EXCEEDED", "102 is more than query_cost_max=100")


@pytest.mark.anyio
async def test_a_turn_lasts_as_long_as_its_work_though_nobody_waits_for_it() -> None:
    """A thread can't be stopped: were its turn given to the next one, two would work at once."""

    async def nobody(_text: str, _name: str | None) -> Verdict:
        raise NotImplementedError

    reading = Reading(DOCUMENTS, nobody, SETTINGS)
    begun, gate = threading.Event(), threading.Event()
    done: list[str] = []

    def first() -> None:
        begun.set()
        gate.wait(30)
        done.append("first")

    waiting = asyncio.create_task(reading.in_turn(first))
    await asyncio.to_thread(begun.wait, 30)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert reading._turn.locked()
    following = asyncio.create_task(reading.in_turn(lambda: done.append("second")))
    gate.set()
    await asyncio.wait_for(following, 30)
    assert done == ["first", "second"]
    with pytest.raises(ZeroDivisionError):
        await reading.in_turn(lambda: 1 // 0)
    assert await asyncio.wait_for(reading.in_turn(lambda: 7), 30) == 7


def test_a_bucket_fills_by_its_rate() -> None:
    now_s = 0.0
    throttle = Throttle(lambda: now_s)
    caller, other = Caller(name="a", rate_per_s=3), Caller(name="b", rate_per_s=3)
    for left in ("2", "1", "0"):
        with throttle.admit(caller) as headers:
            assert (headers["ratelimit-limit"], headers["ratelimit-remaining"]) == ("3", left)
    with pytest.raises(BadRequest) as refusal, throttle.admit(caller):
        pass
    assert (refusal.value.status, refusal.value.code, refusal.value.headers["retry-after"]) == (
        429,
        "RATE_LIMITED",
        "1",
    )
    with throttle.admit(other):
        pass
    now_s = 0.34
    with throttle.admit(caller):
        pass
    with pytest.raises(BadRequest), throttle.admit(caller):
        pass


def test_callers_are_forgotten_unless_they_wait() -> None:
    throttle = Throttle(lambda: 0.0)
    caller = Caller(name="waiting", concurrency_max=1)
    with throttle.admit(caller):
        for number in range(CALLERS_MAX + 50):
            with throttle.admit(Caller(name=str(number), concurrency_max=1)):
                pass
        assert len(throttle._buckets) == CALLERS_MAX
        with pytest.raises(BadRequest, match="same time"), throttle.admit(caller):
            pass
    with throttle.admit(caller):
        pass


@pytest.mark.anyio
async def test_one_token_has_its_rate_over_http(reader: Reader, world: World, ends: Ends, tmp_path: Path) -> None:
    token = "a-token-that-may-ask-little"
    entry = (
        f'[[tokens]]\nname = "a"\nsha256 = "{sha256(token.encode()).hexdigest()}"\nsender_ids = "all"\nrate_per_s = 2\n'
    )
    (tmp_path / "tokens.toml").write_text(entry)
    async with running_api(reader, world, ends, token=token, tokens_file=str(tmp_path / "tokens.toml")) as api:
        replies = [await api.client.post("/graphql", json={"query": "{ __typename }"}) for _ in range(6)]
        assert (replies[0].status_code, replies[0].headers["ratelimit-policy"]) == (200, "2;w=1")
        refused = next(reply for reply in replies if reply.status_code == 429)
        assert refused.headers["retry-after"] == "1"
        assert refused.json()["errors"][0]["extensions"] == {"code": "RATE_LIMITED"}


@pytest.mark.anyio
async def test_what_is_given_up_is_ended_in_the_database(reader: Reader, filled: StoreSettings) -> None:
    """A read that is cancelled ends its statement, in both databases."""
    if isinstance(reader, SqliteReader):
        endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n"
        reads = [asyncio.create_task(reader._slow(lambda c: c.execute(endless).fetchone())) for _ in range(4)]
        await asyncio.sleep(0.1)
        for read in reads:
            read.cancel()
        await asyncio.wait(reads, timeout=1)
        started = time.monotonic()
        assert await asyncio.wait_for(reader._slow(lambda c: c.execute("select 1").fetchone()), 4) == (1,)
        assert time.monotonic() - started < 4  # the pool's threads are free, long before read_timeout_ms
        return
    assert isinstance(reader, PostgresqlReader)
    read = asyncio.create_task(reader._fetch("select pg_sleep(4)"))
    await _until_sleeping(filled.url, 1)
    read.cancel()
    await _until_sleeping(filled.url, 0)


async def _until_sleeping(url: str, count: int) -> None:
    connection = await asyncpg.connect(url)
    try:
        async with asyncio.timeout(2):
            while await connection.fetchval(  # noqa: ASYNC110
                "select count(*) from pg_stat_activity where query = 'select pg_sleep(4)' and state = 'active'"
            ) != count:  # fmt: skip
                await asyncio.sleep(0.02)
    finally:
        await connection.close()


class Endless:
    """A reader whose deliveries of messages never come, which knows when nobody waits for them any more."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.holds = True
        self.begun, self.ended = asyncio.Event(), asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reader, name)

    async def deliveries_of(self, tracking_ids: list[str], order: Order, window: Window) -> Any:
        if not self.holds:
            return await self._reader.deliveries_of(tracking_ids, order, window)
        self.begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.ended.set()


@pytest.mark.anyio
async def test_a_batch_ends_with_its_operation(reader: Reader, world: World, ends: Ends) -> None:
    endless = Endless(reader)
    async with running_api(cast("Reader", endless), world, ends, operation_ms_max=500) as api:
        query = "{ messages(first: 2) { nodes { deliveries { nodes { id } } } } }"
        endless.holds = False
        while (await api.client.post("/graphql", json={"query": query})).status_code != 200:
            pass  # the document is new, which may take longer than an operation has here
        endless.holds = True
        response = await api.client.post("/graphql", json={"query": query})
        assert response.status_code == 503
        await asyncio.wait_for(endless.ended.wait(), 20)
