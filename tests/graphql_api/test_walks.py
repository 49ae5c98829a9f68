"""Walking a list while its rows are written and changed: what every order promises then, in both stores.

Events keep their place. Messages and deliveries stand at the time of their latest event, which moves on with each newer one. So:

- a row that stays as it is comes exactly once, whichever way the list is walked;
- on the way to newer rows nothing is missed: a row that changes meanwhile comes at least once, each time as a newer one;
- on the way to older rows nothing comes twice: a row that changes meanwhile may move from what is still to come into what was
  walked already, and is then not met.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from delivery.batch import Batch
from delivery.classification import Kind, shipped_classifier
from delivery.event import Received
from delivery.notification import Notification
from delivery.state import distinct, fold
from delivery.views import Views, domain_of, owner, recipient_of
from graphql_api.access.access import ANYBODY
from graphql_api.access.sight import Masked
from graphql_api.context import Contexts, Sources
from graphql_api.http.negotiation import ReplyType
from graphql_api.http.requests import GraphQLRequest
from graphql_api.metrics import Metrics
from graphql_api.operations import Operations
from graphql_api.settings import GraphQLSettings
from store import queries
from store.contract import Claim, Reader, Writer
from store.opening import open_reader, open_writer
from store.settings import StoreSettings
from tests.contract.stores import NOW, TOPIC, Place
from tests.graphql_api.test_types import node_id
from tests.histories import START_MS, received
from tests.parts.postgresql import fresh_database

MESSAGES, RECIPIENTS = 24, ("ann@example.org", "bob@example.org", "cy@example.net", "")
LABELS = ("queued", "deferred", "delivered", "hard_bounced", "opened")
TIMES = 20
"""Seconds in which all of it happens, so that many rows stand at the same time."""
PAGES_MAX = 1_000
ADDRESS, DOMAIN = RECIPIENTS[0], "example.org"

Told = tuple[int, int, int, int]
"""What happened to a message: (its number, the recipient's, the label's, the second)."""
Standing = tuple[int, int]
"""Where a row stood in a snapshot: its time (ms), and its revision."""
Snapshot = dict[str, Standing]
Meets = Callable[[str, Any, Views], bool]


def _always(_id: str, _row: Any, _views: Views) -> bool:
    return True


def _is(*kinds: Kind) -> Meets:
    return lambda _id, row, _views: row.phase.kind in kinds


def _of(*senders: int) -> Meets:
    return lambda _id, row, _views: owner(row) in senders


def _at_or_after(second: int) -> Meets:
    return lambda _id, row, _views: row.last_event_at >= START_MS + second * 1000


def _text(second: int) -> str:
    return f"2025-10-09T08:53:{20 + second:02d}.000Z"


MESSAGE_FILTERS: tuple[tuple[dict[str, Any], Meets], ...] = (
    ({}, _always),
    ({"senderIds": [1, 2]}, _of(1, 2)),
    ({"phases": ["QUEUED", "DELIVERED"]}, _is(Kind.QUEUED, Kind.DELIVERED)),
    ({"recipient": ADDRESS}, lambda _id, _row, views: ADDRESS in views.deliveries),
    ({"recipientDomain": DOMAIN}, lambda _id, _row, views: DOMAIN in map(domain_of, views.deliveries)),
    ({"lastEventAt": {"gte": _text(5)}}, _at_or_after(5)),
    (
        {"or": [{"phases": ["BOUNCED"]}, {"senderIds": [1]}, {"recipient": ADDRESS}]},
        lambda id_, row, views: _is(Kind.BOUNCED)(id_, row, views) or owner(row) == 1 or ADDRESS in views.deliveries,
    ),
    (
        {"senderIds": [0, 1], "not": {"phases": ["BOUNCED"]}},
        lambda id_, row, views: owner(row) in (0, 1) and not _is(Kind.BOUNCED)(id_, row, views),
    ),
)
DELIVERY_FILTERS: tuple[tuple[dict[str, Any], Meets], ...] = (
    ({}, _always),
    ({"recipient": ADDRESS}, lambda _id, row, _views: row.recipient == ADDRESS),
    ({"recipientDomain": DOMAIN, "senderIds": [0, 2]}, lambda _id, row, _views: (
        domain_of(row.recipient) == DOMAIN and owner(row) in (0, 2)
    )),
    ({"phases": ["QUEUED", "DEFERRED"]}, _is(Kind.QUEUED, Kind.DEFERRED)),
    (
        {"recipientDomain": DOMAIN, "not": {"recipient": ADDRESS}},
        lambda _id, row, _views: domain_of(row.recipient) == DOMAIN and row.recipient != ADDRESS,
    ),
)  # fmt: skip
EVENT_FILTERS: tuple[tuple[dict[str, Any], Callable[[Received], bool]], ...] = (
    ({}, lambda _event: True),
    ({"kinds": ["OPENED", "DELIVERED"]}, lambda event: event.notification.event_label in ("opened", "delivered")),
    ({"recipient": ADDRESS}, lambda event: recipient_of(event.notification) == ADDRESS),
    ({"recipientDomain": DOMAIN}, lambda event: domain_of(recipient_of(event.notification)) == DOMAIN),
    ({"trackingIds": ["m-1", "m-2", "m-3"]}, lambda event: event.tracking_id in ("m-1", "m-2", "m-3")),
    ({"senderIds": [1]}, lambda event: event.notification.sender_id == 1),
)
KINDS = {"messages": "Message", "deliveries": "Delivery", "events": "Event"}
COLUMNS = {"messages": "lastEventAt revision", "deliveries": "lastEventAt eventCount", "events": "occurredAt"}
FILTERS: dict[str, Sequence[tuple[dict[str, Any], Any]]] = {
    "messages": MESSAGE_FILTERS, "deliveries": DELIVERY_FILTERS, "events": EVENT_FILTERS
}  # fmt: skip


class Walk(msgspec.Struct, frozen=True):
    """A list, and how it is walked."""

    field: str
    filter: int
    ascending: bool
    backward: bool
    size: int

    @property
    def to_newer(self) -> bool:
        return self.ascending is not self.backward

    @property
    def document(self) -> str:
        return (
            f"query ($where: {KINDS[self.field]}Filter, $direction: OrderDirection!, $first: Int, $after: String,"
            f" $last: Int, $before: String) {{ {self.field}(where: $where, orderBy: {{direction: $direction}},"
            " first: $first, after: $after, last: $last, before: $before) {"
            f" nodes {{ id {COLUMNS[self.field]} }} pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"
        )


@st.composite
def walks(draw: st.DrawFn) -> Walk:
    field = draw(st.sampled_from(sorted(FILTERS)))
    number = draw(st.integers(0, len(FILTERS[field]) - 1))
    return Walk(field, number, draw(st.booleans()), draw(st.booleans()), draw(st.integers(1, 6)))


def told(messages: int) -> st.SearchStrategy[list[Told]]:
    """Some things that happened to so many messages."""
    one = st.tuples(
        st.integers(0, messages - 1), st.integers(0, len(RECIPIENTS) - 1), st.integers(0, len(LABELS) - 1),
        st.integers(0, TIMES),
    )  # fmt: skip
    return st.lists(one, min_size=1, max_size=5)


class Store:
    """A store with its writer, its reader and the API over it; and all that was written, batch by batch."""

    def __init__(self, store: StoreSettings) -> None:
        self._place = Place(store)
        self._writer: Writer = open_writer(store, shipped_classifier())
        self._reader: Reader = open_reader(store)
        self._operations: Operations
        self._claim: Claim
        self._events: list[Received] = []
        self.written: list[list[Received]] = []

    async def open(self) -> None:
        await self._writer.open()
        await self._reader.open()
        limits = GraphQLSettings()
        sources = Sources(
            reader=self._reader, end_offsets=_no_ends, check_broker=_fine, topic=TOPIC, now=lambda: NOW, version="1"
        )  # fmt: skip
        contexts = Contexts(sources, limits, Masked(b"k" * 32))
        self._operations = Operations(limits, contexts, Metrics(), lambda: 0.0)

    async def close(self) -> None:
        await self._reader.close()
        await self._writer.close()

    async def begin(self, batch: list[Told]) -> None:
        """An empty store, then this batch."""
        await self._place.empty()
        self._claim = await self._writer.claim(TOPIC, [0], "test")
        self._events, self.written = [], []
        await self.write(batch)

    async def write(self, batch: list[Told]) -> None:
        events: list[Received] = []
        for message, recipient, label, second in batch:
            number = len(self._events) + len(events)
            notification = Notification(
                tracking_id=f"m-{message}", rcpt_to=RECIPIENTS[recipient] or None, event_label=LABELS[label],
                sender_id=message % 3, time_finished=START_MS + second * 1000, tries=number,
            )  # fmt: skip
            events.append(received(notification, START_MS + number, number))
        await self._writer.apply(self._claim, Batch(events, {0: len(self._events) + len(events)}), NOW, {})
        self._events += events
        self.written.append(list(self._events))

    async def page(self, walk: Walk, **arguments: Any) -> dict[str, Any]:
        variables = {"where": FILTERS[walk.field][walk.filter][0], "direction": "ASC" if walk.ascending else "DESC"}
        request = GraphQLRequest(walk.document, variables | arguments, None)
        reply = await self._operations.run(request, ReplyType.JSON, ANYBODY, method="POST")
        answer = orjson.loads(reply.body)
        assert "errors" not in answer, answer
        found: dict[str, Any] = answer["data"][walk.field]
        return found


async def _no_ends() -> dict[str, dict[int, int]]:
    return {}


async def _fine() -> None:
    return None


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def runner_and_store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    if request.param == "sqlite":
        path: Path = tmp_path_factory.mktemp("walks")
        url = f"sqlite:///{path}/store.db"
    else:
        url = request.getfixturevalue("walked_database")
    with asyncio.Runner() as runner, pytest.MonkeyPatch.context() as patch:
        patch.setattr(queries, "COMMON_ABOVE", 8)  # so that an address becomes a common one in the middle of a walk
        store = Store(StoreSettings(url=url))
        runner.run(store.open())
        yield runner, store
        runner.run(store.close())


@pytest.fixture(scope="module")
def walked_database(postgresql: str) -> Iterator[str]:
    with fresh_database(postgresql) as dsn:
        yield dsn


@settings(max_examples=30, suppress_health_check=list(HealthCheck))
@given(
    walk=walks(),
    before=st.lists(told(MESSAGES), min_size=4, max_size=10),
    meanwhile=st.lists(told(MESSAGES + 6), max_size=12),
)
def test_a_list_is_walked_while_it_is_written_to(
    runner_and_store: tuple[asyncio.Runner, Store], walk: Walk, before: list[list[Told]], meanwhile: list[list[Told]]
) -> None:
    runner, store = runner_and_store
    runner.run(_check(store, walk, [one for batch in before for one in batch], meanwhile))


async def _check(store: Store, walk: Walk, before: list[Told], meanwhile: list[list[Told]]) -> None:
    await store.begin(before)
    pages = await _walked(store, walk, list(meanwhile))
    rows = [row for page in pages for row in page]
    snapshots = [_snapshot(walk, events) for events in store.written]
    first, last = snapshots[0], snapshots[-1]
    throughout = {row for row in first if all(row in snapshot for snapshot in snapshots)}
    unchanged = {row for row in throughout if first[row] == last[row]}
    seen = Counter(str(row["id"]) for row in rows)
    assert all(seen[row] == 1 for row in unchanged), "what stays as it is comes once"
    assert seen.keys() <= {row for snapshot in snapshots for row in snapshot}
    for page in pages:
        times = [_time(row) for row in page]
        assert times == sorted(times, reverse=not walk.to_newer)
    if walk.to_newer:
        assert throughout <= seen.keys(), "nothing is missed on the way to newer rows"
        known: dict[str, int] = {}
        for row in rows:
            assert row["id"] not in known or _revision(row) > known[row["id"]], "a row comes again only as a newer one"
            known[row["id"]] = _revision(row)
    else:
        assert set(seen.values()) <= {1}, "nothing comes twice on the way to older rows"


async def _walked(store: Store, walk: Walk, meanwhile: list[list[Told]]) -> list[list[dict[str, Any]]]:
    """The pages in the order in which they were read, each in its reading direction, a batch being written beside each of them."""
    pages: list[list[dict[str, Any]]] = []
    cursor: str | None = None
    size, edge = ("last", "before") if walk.backward else ("first", "after")
    while True:
        reading = store.page(walk, **{size: walk.size, edge: cursor})
        writing = [store.write(meanwhile.pop(0))] if meanwhile else []
        found, *_ = await asyncio.gather(reading, *writing)
        info, rows = found["pageInfo"], found["nodes"]
        pages.append(rows[::-1] if walk.backward else rows)
        assert len(pages) < PAGES_MAX
        if not info["hasPreviousPage" if walk.backward else "hasNextPage"]:
            return pages
        cursor = info["startCursor" if walk.backward else "endCursor"]


def _snapshot(walk: Walk, events: list[Received]) -> Snapshot:
    """The rows of the walked list when just these events were written, by their ids."""
    meets = FILTERS[walk.field][walk.filter][1]
    if walk.field == "events":
        return {
            node_id("Event", event.tracking_id or "", event.id): (event.occurred_at, 1)
            for event in distinct(events)
            if meets(event)
        }
    found: Snapshot = {}
    for tracking_id, views in fold(events, shipped_classifier()).items():
        if walk.field == "messages":
            message = views.message
            if meets(tracking_id, message, views):
                found[node_id("Message", tracking_id)] = (message.last_event_at, message.revision)
            continue
        for recipient, delivery in views.deliveries.items():
            if meets(tracking_id, delivery, views):
                place = (delivery.last_event_at, delivery.event_count)
                found[node_id("Delivery", tracking_id, recipient)] = place
    return found


def _time(row: dict[str, Any]) -> str:
    return str(row.get("lastEventAt") or row["occurredAt"])


def _revision(row: dict[str, Any]) -> int:
    return int(row.get("revision") or row.get("eventCount") or 1)
