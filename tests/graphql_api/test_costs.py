"""What an operation may cost is counted as its resolvers take its sizes, whatever form these come in."""

from typing import Any, cast

import hypothesis
import pytest
from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLObjectType,
    OperationDefinitionNode,
    get_operation_ast,
    parse,
)
from graphql.execution.values import get_argument_values
from hypothesis import strategies as st

from delivery.event import format_time
from graphql_api.compiled.calls import arguments_of
from graphql_api.compiled.variables import Variables
from graphql_api.guards.cost import Part, _Measuring
from graphql_api.pagination import MESSAGE_KEY, PageRequest, window_of
from graphql_api.questions import question_of
from graphql_api.schema import build_schema
from graphql_api.settings import GraphQLSettings
from store.contract import Reader
from tests.graphql_api.conftest import NOW, Api, Ends, running_api
from tests.graphql_api.world import World

SETTINGS = GraphQLSettings()
SCHEMA = build_schema(SETTINGS, lambda: NOW)
DOCUMENTS = SCHEMA.documents


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


@hypothesis.settings(max_examples=300)
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


@hypothesis.settings(max_examples=200)
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
