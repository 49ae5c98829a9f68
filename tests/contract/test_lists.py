"""Lists: every filter against a naive one, windows that give each row once both ways, counts, and the plans behind them."""

import re
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Any

import asyncpg
import msgspec
import pytest

from delivery.batch import Batch
from delivery.classification import Kind, shipped_classifier
from delivery.event import Received
from delivery.notification import Notification
from delivery.state import fold
from delivery.views import Delivery, Message, domain_of, owner, recipient_of
from store import queries
from store.contract import Count, HistoryEvent, Reader
from store.filters import DELIVERIES, HISTORY, MESSAGES, Conditions, Dialect, Filter, Filters, Listing, alternatives
from store.questions import (
    Deliveries,
    DeliveryFilter,
    EventFilter,
    Events,
    Excluded,
    Key,
    MessageFilter,
    Messages,
    Order,
    Window,
)
from store.settings import StoreSettings
from tests.contract.stores import ALL, NOW, TOPIC, Place
from tests.contract.test_ownership import traffic
from tests.histories import START_MS, received

pytestmark = pytest.mark.anyio

SECOND = START_MS // 1000
SOURCES = ("test\0source", "relay", "l" * 300)


def _listed_events() -> list[Received]:
    """Traffic, much of it at the same moment, and events without a message or a time."""
    events = traffic(400)
    for number in range(80):
        members: dict[str, Any] = {"event_code": 107, "rcpt_to": f"same{number % 7}@example.org", "tries": number}
        if number % 4:
            members["tracking_id"] = f"tied-{number % 9}"
        if number % 3:
            members["time_finished"] = SECOND
        events.append(received(Notification(**members), START_MS, 1000 + number))
    return [msgspec.structs.replace(one, source=SOURCES[int(one.id, 16) % len(SOURCES)]) for one in events]


EVENTS = _listed_events()
VIEWS = fold(EVENTS, shipped_classifier())
MESSAGE_ROWS = [views.message for views in VIEWS.values()]
DELIVERY_ROWS = [delivery for views in VIEWS.values() for delivery in views.deliveries.values()]
EVENT_ROWS = list({event.id: event for event in EVENTS}.values())
SOME = [message.tracking_id for message in MESSAGE_ROWS[5:100:20]]
ADDRESS = DELIVERY_ROWS[3].recipient
CATEGORIES = sorted({row.classification.category for row in DELIVERY_ROWS if row.classification})

MESSAGE_FILTERS: tuple[Messages, ...] = (
    MessageFilter(),
    MessageFilter(tracking_ids=tuple(SOME)),
    MessageFilter(tracking_ids=()),
    MessageFilter(phases=(Kind.BOUNCED,)),
    MessageFilter(phases=(Kind.BOUNCED, Kind.QUEUED, Kind.BOUNCED), sender_ids=(1, 2, 3)),
    MessageFilter(sender_ids=(4, 2**70), since=START_MS + 1000, until=START_MS + 90_000),
    MessageFilter(recipient=ADDRESS),
    MessageFilter(recipient=ADDRESS, domain="elsewhere.example"),
    MessageFilter(domain="example.org", phases=(Kind.DELIVERED,)),
    MessageFilter(since=START_MS - 10**30, until=START_MS + 60_000),
    MessageFilter(phases=(Kind.DELIVERED,), excluded=Excluded(sender_ids=(1, 2), domains=("example.org",))),
    MessageFilter(domain="example.org", excluded=Excluded(recipients=(ADDRESS, "x"), tracking_ids=tuple(SOME))),
    (MessageFilter(phases=(Kind.BOUNCED,)), MessageFilter(domain="example.org"), MessageFilter(recipient=ADDRESS)),
    (MessageFilter(sender_ids=(1,), until=START_MS + 60_000), MessageFilter(tracking_ids=tuple(SOME))),
)
EMPTY = (MESSAGE_FILTERS[2], MESSAGE_FILTERS[7])
DELIVERY_FILTERS: tuple[Deliveries, ...] = (
    DeliveryFilter(),
    DeliveryFilter(tracking_ids=(*SOME, "tied-1", "unknown\0\ud800")),
    DeliveryFilter(recipient=ADDRESS),
    DeliveryFilter(domain="example.org", phases=(Kind.DELIVERED, Kind.UNKNOWN)),
    DeliveryFilter(categories=tuple(CATEGORIES[:2])),
    DeliveryFilter(sender_ids=tuple(range(1, 40)), since=START_MS + 30_000),
    DeliveryFilter(phases=(Kind.QUEUED,), until=START_MS + 90_000),
    DeliveryFilter(phases=(Kind.BOUNCED,), excluded=Excluded(categories=tuple(CATEGORIES[:1]), sender_ids=(1,))),
    DeliveryFilter(
        domain="example.org", excluded=Excluded(recipients=("same2@example.org",), tracking_ids=("tied-1",))
    ),
    (
        DeliveryFilter(categories=tuple(CATEGORIES[:2])),
        DeliveryFilter(domain="example.org", excluded=Excluded(sender_ids=(3,))),
        DeliveryFilter(tracking_ids=("tied-1", "tied-2")),
    ),
)
EVENT_FILTERS: tuple[Events, ...] = (
    EventFilter(),
    EventFilter(tracking_ids=("tied-1", *SOME)),
    EventFilter(tracking_ids=("tied-2",), recipient="same2@example.org"),
    EventFilter(recipient="same2@example.org"),
    EventFilter(domain="example.org", kinds=(Kind.OPENED,)),
    EventFilter(kinds=(Kind.OPENED, Kind.DELIVERED)),
    EventFilter(event_codes=(103, 107), since=START_MS, until=START_MS + 1),
    EventFilter(sender_ids=(3,), kinds=(Kind.QUEUED,)),
    EventFilter(sources=("test\0source", "nobody"), kinds=(Kind.OPENED,)),
    EventFilter(sources=("relay", "l" * 300), until=START_MS + 50_000),
    EventFilter(domain="example.org", excluded=Excluded(sources=("relay", "l" * 300))),
    EventFilter(kinds=(Kind.OPENED,), excluded=Excluded(event_codes=(108,), domains=("example.org",))),
    EventFilter(recipient="same2@example.org", excluded=Excluded(tracking_ids=("tied-1",), sender_ids=(1,))),
    (EventFilter(event_codes=(103,)), EventFilter(kinds=(Kind.DELIVERED, Kind.QUEUED)), EventFilter(sender_ids=(3,))),
    (EventFilter(tracking_ids=("tied-1",)), EventFilter(tracking_ids=("tied-2",), recipient="same2@example.org")),
)


def _within(time: int, where: Filter) -> bool:
    return (where.since is None or time >= where.since) and (where.until is None or time < where.until)


def _among(value: object, values: Sequence[object] | None) -> bool:
    return values is None or value in values


def _alternatives(where: Any) -> tuple[Any, ...]:
    return where if isinstance(where, tuple) else (where,)


def _message_matches(wheres: Messages, row: Message) -> bool:
    recipients = VIEWS[row.tracking_id].deliveries
    return any(
        row.tracking_id not in where.excluded.tracking_ids
        and owner(row) not in where.excluded.sender_ids
        and not set(where.excluded.recipients) & set(recipients)
        and not set(where.excluded.domains) & {domain_of(each) for each in recipients}
        and _message_meets(where, row)
        for where in _alternatives(wheres)
    )


def _message_meets(where: MessageFilter, row: Message) -> bool:
    recipients = VIEWS[row.tracking_id].deliveries
    return (
        _among(row.tracking_id, where.tracking_ids)
        and _among(row.phase.kind, where.phases)
        and _among(owner(row), where.sender_ids)
        and any(where.recipient in (None, each) and where.domain in (None, domain_of(each)) for each in recipients)
        and _within(row.last_event_at, where)
    )


def _delivery_matches(wheres: Deliveries, row: Delivery) -> bool:
    return any(
        row.tracking_id not in where.excluded.tracking_ids
        and row.recipient not in where.excluded.recipients
        and domain_of(row.recipient) not in where.excluded.domains
        and (row.classification.category if row.classification else None) not in where.excluded.categories
        and owner(row) not in where.excluded.sender_ids
        and _delivery_meets(where, row)
        for where in _alternatives(wheres)
    )


def _delivery_meets(where: DeliveryFilter, row: Delivery) -> bool:
    category = row.classification.category if row.classification else None
    return (
        _among(row.tracking_id, where.tracking_ids)
        and where.recipient in (None, row.recipient)
        and where.domain in (None, domain_of(row.recipient))
        and _among(row.phase.kind, where.phases)
        and _among(category, where.categories)
        and _among(owner(row), where.sender_ids)
        and _within(row.last_event_at, where)
    )


def _event_matches(wheres: Events, row: Received) -> bool:
    recipient = recipient_of(row.notification)
    return any(
        row.tracking_id not in where.excluded.tracking_ids
        and recipient not in where.excluded.recipients
        and domain_of(recipient) not in where.excluded.domains
        and row.notification.event_code not in where.excluded.event_codes
        and row.notification.sender_id not in where.excluded.sender_ids
        and row.source not in where.excluded.sources
        and _event_meets(where, row)
        for where in _alternatives(wheres)
    )


def _event_meets(where: EventFilter, row: Received) -> bool:
    recipient = recipient_of(row.notification)
    return (
        _among(row.tracking_id, where.tracking_ids)
        and where.recipient in (None, recipient)
        and where.domain in (None, domain_of(recipient))
        and _among(shipped_classifier().meaning(row.notification).kind, where.kinds)
        and _among(row.notification.event_code, where.event_codes)
        and _among(row.notification.sender_id, where.sender_ids)
        and _among(row.source, where.sources)
        and _within(row.occurred_at, where)
    )


def _message_key(row: Message) -> Key:
    return (row.last_event_at, row.tracking_id)


def _delivery_key(row: Delivery) -> Key:
    return (row.last_event_at, row.tracking_id, row.recipient)


def _event_key(row: Received | HistoryEvent) -> Key:
    return (row.occurred_at, row.id, row.tracking_id or "")


@pytest.fixture
async def reader(place: Place) -> AsyncIterator[Reader]:
    async with place.writer() as writer:
        claim = await writer.claim(TOPIC, [0], "test")
        await writer.apply(claim, Batch(EVENTS, {0: len(EVENTS)}), NOW, {})
    async with place.reader() as reader:
        yield reader


async def _check(page: Any, count: Any, where: Filters, expected: list[Key], key: Callable[[Any], Key]) -> None:
    """The whole list in both orders, walked in windows from both ends, and counted."""
    for order in Order:
        keys = sorted(expected, reverse=order is Order.NEWEST_FIRST)
        whole = await page(where, order, ALL)
        assert [key(row) for row in whole.rows] == keys
        assert not whole.more
        size = max(1, len(keys) // 5)
        for backward in (False, True):
            assert await _walk(page, where, order, size, key, backward=backward) == keys
    assert await count(where, 10_000) == Count(len(expected), True)
    if len(expected) > 3:
        assert await count(where, 3) == Count(3, False)
        between = sorted(expected)[1:-1]
        window = Window(limit=1000, after=min(expected), before=max(expected))
        inner = await page(where, Order.OLDEST_FIRST, window)
        assert [key(row) for row in inner.rows] == between


async def _walk(
    page: Any, where: Filters, order: Order, size: int, key: Callable[[Any], Key], *, backward: bool
) -> list[Key]:
    found: list[Key] = []
    while True:
        edge = (found[0] if backward else found[-1]) if found else None
        window = Window(limit=size, before=edge, backward=True) if backward else Window(limit=size, after=edge)
        taken = await page(where, order, window)
        keys = [key(row) for row in taken.rows]
        found = keys + found if backward else found + keys
        if not taken.more:
            return found


async def test_messages_by_every_filter(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    for common_above in (queries.COMMON_ABOVE, 0):
        monkeypatch.setattr(queries, "COMMON_ABOVE", common_above)
        for where in MESSAGE_FILTERS:
            expected = [_message_key(row) for row in MESSAGE_ROWS if _message_matches(where, row)]
            assert expected or where in EMPTY
            await _check(reader.page_messages, reader.count_messages, where, expected, _message_key)


async def test_deliveries_by_every_filter(reader: Reader) -> None:
    for where in DELIVERY_FILTERS:
        expected = [_delivery_key(row) for row in DELIVERY_ROWS if _delivery_matches(where, row)]
        assert expected
        await _check(reader.page_deliveries, reader.count_deliveries, where, expected, _delivery_key)


async def test_events_by_every_filter(reader: Reader) -> None:
    for where in EVENT_FILTERS:
        expected = [_event_key(row) for row in EVENT_ROWS if _event_matches(where, row)]
        assert expected
        await _check(reader.page_events, reader.count_events, where, expected, _event_key)


async def test_many_windows_in_one_call(reader: Reader) -> None:
    ids = ["unknown", *SOME, "tied-1"]
    for window in (Window(limit=2), Window(limit=2, backward=True)):
        for order in Order:
            slices = await reader.deliveries_of(ids, order, window)
            for tracking_id, found in zip(ids, slices, strict=True):
                where = DeliveryFilter(tracking_ids=(tracking_id,))
                assert found == await reader.page_deliveries(where, order, window)
            keys = [(tracking_id, recipient) for tracking_id in ids for recipient in (None, "same1@example.org")]
            histories = await reader.events_of(keys, order, window)
            for (tracking_id, recipient), events in zip(keys, histories, strict=True):
                history = EventFilter(tracking_ids=(tracking_id,), recipient=recipient)
                assert events == await reader.page_events(history, order, window)


async def test_message_pages_are_what_the_lists_give(reader: Reader) -> None:
    ids = ["unknown", *SOME, "tied-1", "tied-2"]
    keys: list[tuple[str, str | None]] = [(each, None) for each in ids]
    for deliveries_max, events_max, senders in ((2, 3, None), (100, 100, None), (2, 3, (1, 2, 3, 2**70)), (2, 3, ())):
        pages = await reader.message_pages(ids, deliveries_max, events_max, senders)
        messages = await reader.messages(ids)
        deliveries = await reader.deliveries_of(ids, Order.NEWEST_FIRST, Window(limit=deliveries_max), senders)
        events = await reader.events_of(keys, Order.NEWEST_FIRST, Window(limit=events_max), senders)
        assert pages[0] is None
        for page, message, some, history in zip(pages[1:], messages[1:], deliveries[1:], events[1:], strict=True):
            assert page is not None
            assert (page.message, page.deliveries, page.events) == (message, some, history)


async def test_unknown_keys_are_none_in_their_places(reader: Reader) -> None:
    known = MESSAGE_ROWS[0]
    assert await reader.messages(["no\0\ud800", known.tracking_id, "x" * 10_000]) == [None, known, None]
    assert await reader.deliveries([("", ""), (known.tracking_id, "nobody")]) == [None, None]
    untracked = next(event for event in EVENT_ROWS if event.tracking_id is None)
    found = await reader.events([("", "not an id"), ("", untracked.id), (known.tracking_id, untracked.id)])
    assert [row.id if row else None for row in found] == [None, untracked.id, None]
    with pytest.raises(ValueError, match="no key of"):
        await reader.page_messages(MessageFilter(), Order.NEWEST_FIRST, Window(limit=1, after=("x", "y")))


COLLIDING = """
create schema colliding;
create function colliding.hashtextextended(text, bigint) returns bigint language sql immutable as 'select 0'"""


async def test_texts_of_one_hash_are_told_apart(database: str) -> None:
    """Where all texts have the same hash, lists and counts are what they are."""
    place = Place(StoreSettings(url=database))
    async with place.writer() as writer:
        claim = await writer.claim(TOPIC, [0], "test")
        await writer.apply(claim, Batch(EVENTS, {0: len(EVENTS)}), NOW, {})
    path = {"search_path": "colliding, pg_catalog, public"}
    server = await asyncpg.connect(database, server_settings=path)
    try:
        await server.execute(COLLIDING)
        for where in DELIVERY_FILTERS:
            expected = {_delivery_key(row) for row in DELIVERY_ROWS if _delivery_matches(where, row)}
            asked = alternatives(where)
            page = queries.page(Dialect.POSTGRESQL, DELIVERIES, asked, Order.OLDEST_FIRST, ALL)
            rows = await server.fetch(page.sql, *page.parameters)
            assert {tuple(row[column] for column in DELIVERIES.order) for row in rows} == expected
            count = queries.count(Dialect.POSTGRESQL, DELIVERIES, asked, 10_000)
            assert await server.fetchval(count.sql, *count.parameters) == len(expected)
    finally:
        await server.close()


PLANNED_EVENTS = 50_000
EVERY_MS = 120_000
COMMON = ("domain", "example.org")
GROWTH_MAX = 1.5
FEW = {"steps": 4_000, "rows": 400}
"""What a page may cost however little there is: some hundred rows, each a dozen of SQLite's steps."""


async def test_every_filter_is_answered_by_an_index(place: Place) -> None:
    """At 50,000 events of 69 days (in PostgreSQL three or four partitions), no list and no count reads a whole table.

    A page costs what it cost when there were half as many: so it costs as much with a million.
    """
    events = traffic(PLANNED_EVENTS, every_ms=EVERY_MS)
    costs: list[dict[str, int]] = []
    async with place.writer() as writer:
        claim = await writer.claim(TOPIC, [0], "test")
        for start in range(0, PLANNED_EVENTS, 5_000):
            await writer.apply(claim, Batch(events[start : start + 5_000], {0: start}), NOW, {})
            if start + 5_000 in (PLANNED_EVENTS // 2, PLANNED_EVENTS):
                await place.query("analyze")  # which of two indexes leads is not up to what autovacuum has seen
                costs.append(await _page_costs(place, start + 5_000))
    if not place.is_sqlite:
        assert (await place.query("select count(distinct tableoid) from history"))[0][0] > 2
    for listing, branches in _planned():
        await _assert_planned(place, listing, branches)
    half, whole = costs
    few = FEW["steps" if place.is_sqlite else "rows"]
    grown = {name: (half[name], cost) for name, cost in whole.items() if cost > GROWTH_MAX * half[name] + few}
    assert not grown
    assert len(whole) > 80


def _planned() -> Iterator[tuple[Listing, list[Conditions]]]:
    asked: list[tuple[Listing, Filters]] = [(MESSAGES, where) for where in MESSAGE_FILTERS]
    asked += [(DELIVERIES, where) for where in DELIVERY_FILTERS] + [(HISTORY, where) for where in EVENT_FILTERS]
    for listing, where in asked:
        if where == MessageFilter(tracking_ids=()):
            continue
        branches = alternatives(where)
        for common in (False, True) if any(each.addressed for each in branches) else (False,):
            for each in branches:
                each.common = common
            yield listing, [msgspec.structs.replace(each) for each in branches]


async def _page_costs(place: Place, events: int) -> dict[str, int]:
    """What the pages cost of every filter that a list is read in order for: the newest, the oldest, and one in the middle."""
    middle = START_MS + events // 2 * EVERY_MS
    keys: dict[str, Key] = {
        "messages": (middle, "m"), "deliveries": (middle, "m", "a@b"), "history": (middle, "00" * 16, "m"),
    }  # fmt: skip
    dialect = Dialect.SQLITE if place.is_sqlite else Dialect.POSTGRESQL
    costs: dict[str, int] = {}
    for number, (listing, branches) in enumerate(_planned()):
        if not all(each.addressed is None or (each.common and each.addressed == COMMON) for each in branches):
            continue  # what other addresses have is read whole, up to COMMON_ABOVE
        for name, order, after in (
            ("newest", Order.NEWEST_FIRST, None),
            ("oldest", Order.OLDEST_FIRST, None),
            ("middle", Order.NEWEST_FIRST, keys[listing.table]),
        ):
            statement = queries.page(dialect, listing, branches, order, Window(limit=50, after=after))
            costs[f"{listing.table} {number} {name}: {branches}"] = await place.cost(
                statement.sql, statement.parameters
            )
    return costs


async def _assert_planned(place: Place, listing: Listing, where: list[Conditions]) -> None:
    dialect, newest = Dialect.SQLITE if place.is_sqlite else Dialect.POSTGRESQL, Order.NEWEST_FIRST
    explain = "explain query plan " if place.is_sqlite else "explain "
    for statement in (
        queries.page(dialect, listing, where, newest, Window(limit=100)),
        queries.count(dialect, listing, where, 1000),
    ):
        lines = await place.explain(explain + statement.sql, statement.parameters)
        plan = "\n".join(lines)
        scans = [line for line in lines if re.search(r"Seq Scan|SCAN (?!counted|\(subquery)", line)]
        assert not scans, f"{where}: {plan}"
        if all(_is_merged(each) for each in where) and "count(*)" not in statement.sql:
            sorts = re.findall(r"^(?:\s*->  )?(?:Sort  \(.*rows=(\d+).*|.*TEMP B-TREE FOR ORDER.*)", plan, re.MULTILINE)
            less_than_a_page = all(rows and int(rows) <= 100 for rows in sorts)
            assert less_than_a_page, f"{where}: {plan}"
        reads = [line for line in lines if re.search(r"Index.* Scan|SEARCH", line)]
        bounds = [line for line in lines if re.search(r"Index Cond|SEARCH.*\(.*\)", line)]
        assert len(reads) == len(bounds) > 0, f"an index read from end to end for {where}: {plan}"


def _is_merged(conditions: Conditions) -> bool:
    """Whether a list is read in order from its index, so that a page costs as much as it returns."""
    few = all(len(values) <= queries.BRANCHES_MAX for values in conditions.any_of.values())
    return few and conditions.addressed is None and not conditions.any_of.keys() & {"tracking_id", "key"}
