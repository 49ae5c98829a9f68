"""A token for some senders sees their rows, all of them, and never another's: by whatever path, filter, id or count."""

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from delivery.batch import Batch
from delivery.classification import shipped_classifier
from delivery.event import Received
from delivery.views import owner
from graphql_api.access.access import Caller, Scope
from graphql_api.access.scoped_reader import ScopedReader
from graphql_api.access.sight import WHOLE
from graphql_api.context import Contexts, Sources
from graphql_api.http.negotiation import ReplyType
from graphql_api.http.requests import GraphQLRequest
from graphql_api.metrics import Metrics
from graphql_api.operations import Operations
from graphql_api.schema import build_schema
from graphql_api.settings import GraphQLSettings
from store.contract import Reader
from store.opening import open_reader, open_writer
from store.questions import Interval, StatisticsFilter
from store.settings import StoreSettings
from tests.graphql_api.corpus import Corpus, every_field
from tests.graphql_api.test_types import node_id
from tests.graphql_api.world import TOPIC, World, fill, world_of
from tests.histories import START_MS, arrivals
from tests.parts import postgresql as postgresql_part

SENDERS = (1, 2, 2**63 - 1)
# Everything at once, many times over: what is tested here is not the limits.
WIDE = GraphQLSettings(
    query_tokens_max=100_000,
    query_depth_max=100,
    operation_rows_max=10_000_000,
    query_aliases_max=10_000,
    query_cost_max=10**30,
    operation_ms_max=60_000,
)
CORE = build_schema(WIDE, lambda: 0)._schema
HOPS = 3

_DAY_MS = 86_400_000
START_DAY_MS = START_MS // _DAY_MS * _DAY_MS


class Place:
    """A store whose content can change, and the operations over it, all in one event loop."""

    def __init__(self, store: StoreSettings, runner: asyncio.Runner) -> None:
        self.store = store
        self.runner = runner
        self.reader = open_reader(store)
        self.documents = Corpus(CORE).documents(HOPS)
        sources = Sources(
            reader=self.reader, end_offsets=_no_ends, check_broker=_fine, topic=TOPIC, now=lambda: START_MS, version="1"
        )  # fmt: skip
        self.operations = Operations(WIDE, Contexts(sources, WIDE, WHOLE), Metrics(), lambda: 0.0)

    async def refill(self, batch: Batch) -> None:
        """The store holds this batch and nothing else."""
        tables = ("messages", "deliveries", "history", "offsets", "progress", "statistics")
        if self.store.url.startswith("sqlite"):
            with closing(sqlite3.connect(self.store.url.removeprefix("sqlite:///"))) as connection, connection:
                for table in tables:
                    connection.execute(f"delete from {table}")
        else:
            session = await asyncpg.connect(self.store.url)
            try:
                await session.execute(f"truncate {', '.join(tables)}, statistics_added")
            finally:
                await session.close()
        await fill(open_writer(self.store, shipped_classifier()), batch)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with asyncio.Runner() as runner, ExitStack() as stack:
        url = f"sqlite:///{tmp_path_factory.mktemp('scope')}/store.db"
        if request.param == "postgresql":
            url = stack.enter_context(postgresql_part.fresh_database(request.getfixturevalue("postgresql")))
        place = Place(StoreSettings(url=url), runner)
        runner.run(fill(open_writer(place.store, shipped_classifier()), Batch([], {0: 0})))
        runner.run(place.reader.open())
        yield place
        runner.run(place.reader.close())


def test_the_corpus_reaches_every_field() -> None:
    corpus = Corpus(CORE)
    assert corpus.documents(HOPS)
    assert every_field(CORE) - corpus.reached == set()


def test_every_read_is_scoped() -> None:
    """What the contract gains must be thought about here: an inherited method would know no scope."""
    reads = {name for name, value in vars(Reader).items() if callable(value) and not name.startswith("_")}
    assert reads - set(vars(ScopedReader)) == set()


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    arrivals(max_size=8), st.sets(st.sampled_from(SENDERS), max_size=2), st.none() | st.lists(st.sampled_from(SENDERS))
)
def test_no_query_shows_a_row_outside_of_the_scope(
    place: Place, events: list[Received], senders: set[int], asked: list[int] | None
) -> None:
    place.runner.run(_check(place, Batch(events, {0: len(events)}), frozenset(senders), asked))


async def _check(place: Place, batch: Batch, senders: frozenset[int], asked: list[int] | None) -> None:
    await place.refill(batch)
    world = world_of(batch)
    caller = Caller(name="one", scope=Scope(sender_ids=senders))
    expected = _visible(world, senders if asked is None else senders & set(asked))
    known, every = _visible(world, senders), sorted(_visible(world, None))
    for event in world.events:  # what can be seen rolls up no other sender's events
        if ("Message", event.tracking_id) in known:
            assert event.notification.sender_id in (None, *senders)
    where = {} if asked is None else {"senderIds": asked}
    seen: set[tuple[str, ...]] = set()
    for document in place.documents:
        runs: list[dict[str, Any]] = [dict.fromkeys(("messages", "deliveries", "events"), where)]
        if asked is None and "$messages:" in document:
            logic = {"or": [{"senderIds": list(SENDERS)}, {"senderIds": [1], "not": {"trackingIds": ["m-1"]}}]}
            runs.append({"messages": logic})
        if "$id:" in document:
            runs = [{"id": node_id(*row)} for row in every[:: max(1, len(every) // 4)]]
        elif "$ids:" in document:
            runs = [{"ids": [node_id(*row) for row in every]}]
        elif "$trackingId:" in document:
            runs = [{"trackingId": view.tracking_id} for view in world.messages]
        for variables in runs:
            request = GraphQLRequest(document, variables, None)
            reply = await place.operations.run(request, ReplyType.JSON, caller, method="POST")
            content = json.loads(reply.body)
            if "{ deadLetters" in document:  # they are of no one sender
                assert [each["extensions"]["code"] for each in content["errors"]] == ["FORBIDDEN"]
                continue
            assert "errors" not in content, content["errors"][:2]
            found = _rows(content["data"])
            assert found <= known
            seen |= found
            _check_root(content["data"], expected, known, every)
            _check_counts(content["data"], world, senders)
    assert seen == known
    await _check_reads_without_a_query(ScopedReader(place.reader, senders), known, every)


async def _check_reads_without_a_query(
    reader: ScopedReader, known: set[tuple[str, ...]], every: list[tuple[str, ...]]
) -> None:
    """What the contract offers for quick reads, and no field of the schema asks for yet."""
    tracking_ids = [row[1] for row in every if row[0] == "Message"]
    found: set[tuple[str, ...]] = set()
    for page in await reader.message_pages(tracking_ids, 100, 100):
        if page is not None:
            found.add(("Message", page.message.tracking_id))
            found |= {("Delivery", one.tracking_id, one.recipient) for one in page.deliveries.rows}
            found |= {("Event", one.tracking_id or "", one.id) for one in page.events.rows}
    assert found <= known
    assert {row for row in found if row[0] == "Message"} == {row for row in known if row[0] == "Message"}
    week = StatisticsFilter(since=START_MS - 3 * _DAY_MS, until=START_MS + 3 * _DAY_MS)
    counted = sum(row.count for row in await reader.statistics(week, Interval.DAY))
    assert counted == sum(row[0] == "Event" for row in known)


def _check_root(
    data: dict[str, Any], expected: set[tuple[str, ...]], known: set[tuple[str, ...]], every: list[tuple[str, ...]]
) -> None:
    """Lists hold all that they may, counts say just that, and what may not be seen is null."""
    for field, kind in (("messages", "Message"), ("deliveries", "Delivery"), ("events", "Event")):
        if field in data:
            mine = {row for row in expected if row[0] == kind}
            page = data[field]
            rows = page["nodes"] if "nodes" in page else [edge["node"] for edge in page["edges"]]
            assert {row["id"] for row in rows} == {node_id(*row) for row in mine}
            assert page["totalCount"]["count"] == len(mine)
    if "nodes" in data:
        assert [node is not None for node in data["nodes"]] == [row in known for row in every]


def _check_counts(data: dict[str, Any], world: World, senders: frozenset[int]) -> None:
    """Statistics count the events of these senders alone."""
    if "statistics" in data:
        own = [event for event in world.events if event.notification.sender_id in senders]
        within = [event for event in own if START_DAY_MS <= event.occurred_at < START_DAY_MS + _DAY_MS]
        assert data["statistics"]["totals"]["total"] == len(within)
        told = {part["value"] for part in data["statistics"]["breakdown"]}
        assert told == {str(event.notification.sender_id) for event in within}


def _rows(content: Any) -> set[tuple[str, ...]]:
    """All rows in a reply. Every page is whole here, so each count must be its page's."""
    found: set[tuple[str, ...]] = set()
    if isinstance(content, list):
        return found.union(*map(_rows, content))
    if not isinstance(content, dict):
        return found
    kind = content.get("__typename")
    if kind == "Message":
        found.add((kind, content["Message_trackingId"]))
    elif kind == "Delivery":
        found.add((kind, content["Delivery_trackingId"], content["Delivery_recipient"] or ""))
    elif kind == "Event":
        found.add((kind, content["Event_trackingId"] or "", content["Event_eventId"]))
    elif str(kind).endswith("Connection"):
        rows = content["nodes"] if "nodes" in content else content["edges"]
        assert content["totalCount"] == {"__typename": "TotalCount", "count": len(rows), "precision": "EXACT"}
    return found.union(*map(_rows, content.values()))


def _visible(world: World, senders: frozenset[int] | set[int] | None) -> set[tuple[str, ...]]:
    """The rows of these senders, by the fold; all rows for None."""

    def admits(sender: int | None) -> bool:
        return senders is None or sender in senders

    rows: set[tuple[str, ...]] = set()
    for message in world.messages:
        if admits(owner(message)):
            rows.add(("Message", message.tracking_id))
    for delivery in world.deliveries:
        if admits(owner(delivery)):
            rows.add(("Delivery", delivery.tracking_id, delivery.recipient))
    for event in world.events:
        if admits(event.notification.sender_id):
            rows.add(("Event", event.tracking_id or "", event.id))
    return rows


async def _no_ends() -> dict[str, dict[int, int]]:
    return {}


async def _fine() -> None:
    return None
