"""Filters in memory find what the store's filters find; what a record holds is what the store holds."""

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from graphql import GraphQLError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bus.records import Stored
from delivery.batch import Batch
from delivery.classification import Kind, shipped_classifier
from delivery.event import Record, view_text
from delivery.state import RANKS, fold
from delivery.status import status_record
from graphql_api.access.scoped_reader import ScopedReader
from graphql_api.access.sight import WHOLE
from graphql_api.live.changes import Change, read_arrival, read_change
from graphql_api.live.index import Index
from graphql_api.live.matching import (
    KNOWN,
    Where,
    admits_arrival,
    admits_change,
    arrival_keys,
    change_keys,
    index_keys,
    narrowed,
    require_known,
)
from graphql_api.types.message import Message
from store.contract import ANNOUNCED_DELIVERIES_MAX, HistoryEvent, Reader
from store.questions import EventFilter, MessageFilter, Order, Window
from tests.graphql_api.conftest import batch, filled, reader, world  # noqa: F401  # fixtures
from tests.graphql_api.world import World

ALL = Window(limit=2_000)
EXAMPLES = settings(max_examples=60, suppress_health_check=list(HealthCheck))


def some(values: Sequence[Any], spare: Any) -> st.SearchStrategy[Any]:
    """None, or up to three of the values, perhaps with one that is none of them."""
    chosen = st.lists(st.sampled_from([*values, spare]), max_size=3, unique=True)
    return st.none() | chosen.map(tuple)


def changes_of(known: World) -> list[Change]:
    """Every message as the status topic has it in the end."""
    found = []
    for offset, views in enumerate(known.views.values()):
        deliveries = list(views.deliveries.values())
        if len(deliveries) > ANNOUNCED_DELIVERIES_MAX:
            deliveries = []
        change = read_change(Stored(0, offset, status_record(views.message, deliveries, 0)))
        assert isinstance(change, Change)
        found.append(change)
    return found


def texts(rows: Sequence[Any], name: str) -> list[Any]:
    return sorted({value for row in rows if (value := getattr(row, name)) is not None})[:40]


@pytest.mark.anyio
async def test_messages(reader: Reader, world: World) -> None:  # noqa: F811
    changes = changes_of(world)
    recipients = sorted({view.recipient for view in world.deliveries})
    times = sorted({view.last_event_at for view in world.messages})
    senders = sorted({view.sender_id.value for view in world.messages if view.sender_id})
    wheres = st.builds(
        MessageFilter,
        tracking_ids=some(texts(world.messages, "tracking_id"), "none"),
        phases=some(list(RANKS), Kind.OPENED),
        sender_ids=some(senders, 12_345),
        recipient=st.none() | st.sampled_from([*recipients[:20], "none@example.org"]),
        domain=st.none() | st.sampled_from(["", "none.example", *{text.rpartition("@")[2] for text in recipients}]),
        since=st.none() | st.sampled_from(times),
        until=st.none() | st.sampled_from(times),
    )  # fmt: skip
    chosen: list[tuple[MessageFilter, frozenset[int] | None]] = []

    @EXAMPLES
    @given(wheres, st.none() | st.frozensets(st.sampled_from(senders), max_size=3))
    def choose(where: MessageFilter, scope: frozenset[int] | None) -> None:
        chosen.append((where, scope))

    choose()
    for where, scope in chosen:
        seen: Reader = reader if scope is None else ScopedReader(reader, scope)
        impossible = where.recipient is not None and where.domain not in (None, where.recipient.rpartition("@")[2])
        rows = [] if impossible or () in msgspec.structs.astuple(where) else (
            await seen.page_messages(where, Order.NEWEST_FIRST, ALL)
        ).rows  # fmt: skip
        inner = narrowed(where, scope)
        assert isinstance(inner, MessageFilter)
        index: Index[str] = Index()
        index.add("this", index_keys(inner))
        found = {change.tracking_id for change in changes if admits_change(inner, change) is not False}
        undecided = {change.tracking_id for change in changes if admits_change(inner, change) is None}
        expected = {view.tracking_id for view in rows}
        assert found - undecided <= expected <= found, where
        for change in changes:
            if change.tracking_id in found - undecided:
                assert index.find(change_keys(change)), where


@pytest.mark.anyio
async def test_events(reader: Reader, world: World, batch: Batch) -> None:  # noqa: F811
    classifier = shipped_classifier()
    arrivals = []
    for event in world.events:
        record = Record(None, event.value, [("ce_source", event.source.encode())], event.received_at)
        arrival = read_arrival(Stored(event.partition, event.offset, record), classifier)
        assert arrival is not None
        arrivals.append(arrival)
    rows = await every(reader)
    stored = {row.id: row for row in rows}
    assert {arrival.event.id: arrival.event for arrival in arrivals} == stored
    times = sorted({row.occurred_at for row in rows})
    notifications = [event.notification for event in world.events]
    wheres = st.builds(
        EventFilter,
        tracking_ids=some(texts(rows, "tracking_id"), "none"),
        recipient=st.none() | st.sampled_from([*texts(rows, "recipient"), "none@example.org"]),
        domain=st.none() | st.sampled_from(["", *{row.recipient.rpartition("@")[2] for row in rows if "@" in row.recipient}]),
        kinds=some(list(Kind), Kind.UNKNOWN),
        event_codes=some(texts(notifications, "event_code"), 999),
        sources=some(texts(rows, "source"), "nobody"),
        sender_ids=some(texts(notifications, "sender_id"), 12_345),
        since=st.none() | st.sampled_from(times),
        until=st.none() | st.sampled_from(times),
    )  # fmt: skip
    chosen: list[EventFilter] = []

    @EXAMPLES
    @given(wheres)
    def choose(where: EventFilter) -> None:
        chosen.append(where)

    choose()
    for where in chosen:
        rows = [] if () in msgspec.structs.astuple(where) else await every(reader, where)
        index: Index[str] = Index()
        index.add("this", index_keys(where))
        found = {arrival.event.id for arrival in arrivals if admits_arrival(where, arrival)}
        assert found == {row.id for row in rows}, where
        for arrival in arrivals:
            assert arrival.event.id not in found or index.find(arrival_keys(arrival)), where


async def every(reader: Reader, where: EventFilter | None = None) -> list[HistoryEvent]:  # noqa: F811
    return (await reader.page_events(where or EventFilter(), Order.NEWEST_FIRST, ALL)).rows


def test_a_record_holds_all_that_a_message_shows(world: World) -> None:  # noqa: F811
    for change, views in zip(changes_of(world), world.views.values(), strict=True):
        assert change.view is not None
        shown, expected = (
            {name: value for name, value in vars(Message.of(view, WHOLE)).items() if name != "view"}
            for view in (change.view, views.message)
        )
        assert shown == expected
        assert change.view.deliveries == views.message.deliveries


def test_a_record_of_before_phase_at_is_read_from_the_store(batch: Batch) -> None:  # noqa: F811
    views = next(iter(fold(batch.events[:1], shipped_classifier()).values()))
    record = status_record(views.message, list(views.deliveries.values()), 0)
    content = msgspec.json.decode(record.value or b"")
    del content["phase_at"]

    change = read_change(Stored(0, 0, Record(record.key, msgspec.json.encode(content), [], 0)))
    assert isinstance(change, Change)
    assert change.view is None


@pytest.mark.parametrize("kind", [MessageFilter, EventFilter])
def test_every_condition_of_the_store_is_known_or_refused(kind: type[Where]) -> None:
    for name in set(kind.__struct_fields__) - KNOWN[kind]:
        with pytest.raises(GraphQLError, match=name):
            require_known(msgspec.structs.replace(kind(), **{name: "anything"}))
    require_known(kind(tracking_ids=(view_text("m"),)))
