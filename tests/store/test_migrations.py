"""A store of every earlier version, with data in it, becomes one of today: views, history and counts stay, and go on."""

import time
from pathlib import Path
from random import Random

import asyncpg
import msgspec
import pytest

from consumers.verification import verify
from delivery.batch import Batch
from delivery.classification import shipped_classifier
from delivery.state import fold
from delivery.views import recipient_of
from store import migrations
from store.columns import (
    DELIVERY_COLUMNS,
    HISTORY_COLUMNS,
    MESSAGE_COLUMNS,
    delivery_row,
    history_row,
    key_text,
    message_row,
)
from store.contract import Position
from store.opening import open_auditor, open_writer
from store.postgresql import connection as postgresql_connection
from store.postgresql import partitions as postgresql_partitions
from store.settings import StoreSettings
from store.sqlite import connection as sqlite_connection
from store.statistics import COLUMNS, additions
from tests.contract.stores import NOW, TOPIC, Place, assert_views, counts_of, naive_counts
from tests.contract.test_ownership import traffic

pytestmark = pytest.mark.anyio

EVENTS = traffic(200)
LATER = traffic(100, seed=2)
VIEWS = fold(EVENTS, shipped_classifier())
PARTITIONED_FROM = 6
NAMED_FROM = 8
COUNTED_FROM_9 = ("source", "refusal")  # dimensions of the statistics that earlier events are not counted in
Rows = list[tuple[object, ...]]
VERSIONS = [
    (database, version)
    for database in ("sqlite", "postgresql")
    for version in range(1, len(migrations.shipped(database)))
]


@pytest.fixture
def place(database_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if database_name == "sqlite":
        return Place(StoreSettings(url=f"sqlite:///{tmp_path / 'store.db'}"))
    return Place(StoreSettings(url=request.getfixturevalue("database")))


def rows_of(version: int) -> dict[str, tuple[tuple[str, ...], Rows]]:
    """What a store of this version holds after EVENTS: columns and rows by table."""
    meaning = shipped_classifier().meaning
    distinct = {event.id: event for event in EVENTS}.values()
    told = [(recipient_of(event.notification), event, meaning(event.notification)) for event in distinct]
    messages: Rows = [message_row(views.message, 0) for views in VIEWS.values()]
    kept = MESSAGE_COLUMNS if version >= 3 else MESSAGE_COLUMNS[:-1]
    deliveries: Rows = [delivery_row(one) for views in VIEWS.values() for one in views.deliveries.values()]
    found: dict[str, tuple[tuple[str, ...], Rows]] = {
        "messages": (kept, [row[: len(kept)] for row in messages]),
        "deliveries": (DELIVERY_COLUMNS, deliveries),
        "history": (HISTORY_COLUMNS, [history_row(event, who, what.kind) for who, event, what in told]),
        "offsets": (
            ("topic", "topic_partition", "epoch", "owner", "next_offset", "announced_offset", "applied_at"),
            [(TOPIC, 0, 3, "earlier", 200, 150, NOW)],
        ),
        "progress": (("classification_version",), [(shipped_classifier().version,)]),
    }
    if version >= 2:
        found["statistics"] = (COLUMNS, [row for row in additions(told, [], {}) if row[1] not in COUNTED_FROM_9])
    return found


def make_sqlite(path: Path, version: int) -> None:
    connection = sqlite_connection.connect(path, 5_000)
    sqlite_connection.make_durable(connection, 1_000_000)
    sqlite_connection.migrate(connection, NOW)
    numbers = {key_text(tracking_id): number for number, tracking_id in enumerate(VIEWS, 1)}
    with sqlite_connection.transaction(connection):
        for table, (columns, rows) in rows_of(version).items():
            if table in ("messages", "deliveries", "history"):
                columns, rows = ("number", *columns), [(numbers.get(str(row[0])), *row) for row in rows]
            places = ", ".join("?" for _ in columns)
            connection.executemany(f"insert into {table} ({', '.join(columns)}) values ({places})", rows)
    connection.close()


async def make_postgresql(url: str, version: int) -> None:
    connection = await asyncpg.connect(url)
    await postgresql_connection.migrate(connection, NOW)
    if version >= PARTITIONED_FROM:
        await postgresql_partitions.make(connection, [event.received_at for event in EVENTS], 30)
    for table, (columns, rows) in rows_of(version).items():
        places = ", ".join(f"${number}" for number in range(1, len(columns) + 1))
        await connection.executemany(f"insert into {table} ({', '.join(columns)}) values ({places})", rows)
    await connection.close()


@pytest.mark.parametrize(("database_name", "version"), VERSIONS)
async def test_a_store_of_an_earlier_version_goes_on(
    place: Place, database_name: str, version: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as earlier:
        steps = migrations.shipped(database_name)[:version]
        earlier.setattr(migrations, "shipped", lambda _: steps)
        if version < NAMED_FROM:  # the server's names stayed as they were
            earlier.setattr(postgresql_partitions, "_LIST_INDEXES", f"{postgresql_partitions._LIST_INDEXES} and false")
        if place.is_sqlite:
            make_sqlite(Path(place.settings.url.removeprefix("sqlite:///")), version)
        else:
            await make_postgresql(place.settings.url, version)
    async with place.writer() as writer:
        auditor = open_auditor(place.settings)
        await auditor.open()
        findings = await verify(auditor, shipped_classifier(), None, Random(1), lambda *_: None)
        await auditor.close()
        assert findings.messages == len(VIEWS)
        assert {fault.what for fault in findings.faults} <= ({"statistics"} if version < 2 else set())
        claim = await writer.claim(TOPIC, [0], "new")
        assert claim.positions == {0: Position(200, 150)}
        assert claim.epochs == {0: 4}
        applied = await writer.apply(claim, Batch(EVENTS[150:] + LATER, {0: 300}), time.time_ns() // 1_000_000, {})
        assert applied.duplicates >= 50
    if version >= 2:
        await assert_views(place, EVENTS + LATER)
        before, whole = naive_counts(EVENTS), naive_counts(EVENTS + LATER)
        counted = {key: total - (before[key] if key[1] in COUNTED_FROM_9 else 0) for key, total in whole.items()}
        assert await counts_of(place) == {key: total for key, total in counted.items() if total}
    if not place.is_sqlite:
        await assert_indexed(place)


@pytest.mark.parametrize("database_name", ["postgresql"])
async def test_a_step_takes_as_long_as_a_large_store_needs(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """A statement's time limit is that of a batch, not of a step, which may make the indexes of all of the history anew."""
    slow = migrations.Migration(len(migrations.shipped("postgresql")) + 1, "slow", "select pg_sleep(0.5)")
    steps = [*migrations.shipped("postgresql"), slow]
    settings = msgspec.structs.replace(place.settings, write_timeout_ms=200)
    monkeypatch.setattr(migrations, "shipped", lambda _: steps)
    writer = open_writer(settings, shipped_classifier())
    await writer.open()
    await writer.close()
    assert await place.query("select max(version) from schema_version") == [(slow.version,)]


HASH = "hashtextextended({}, (0)::bigint)"
TIMES = {"messages": "last_event_at", "deliveries": "last_event_at", "history": "occurred_at"}
LISTED = {
    "messages": {HASH.format("phase"), "sender_id"},
    "deliveries": {*map(HASH.format, ("recipient", "domain", "phase", "category")), "sender_id"},
    "history": {*map(HASH.format, ("kind", "domain", "recipient", "source")), "sender_id", "event_code"},
}


async def assert_indexed(place: Place) -> None:
    """Every table, and every partition, has the indexes of its lists and no older ones beside them."""
    rows = await place.query(
        """
        select c.relname, substring(pg_get_indexdef(i.indexrelid) from 'USING btree \\((.*), \\w+\\)'),
            substring(pg_get_indexdef(i.indexrelid) from '(\\w+)\\)(?: WHERE .*)?$')
        from pg_index i join pg_class c on c.oid = i.indrelid
        where not i.indisunique and c.relkind = 'r' and c.relname ~ '^(messages|deliveries|history_.*)$'"""
    )
    found: dict[str, set[str]] = {}
    for table, leading, time_column in rows:
        assert time_column == TIMES[table.partition("_")[0]]
        assert leading not in found.setdefault(table, set())
        found[table].add(leading)
    assert len(found) > 4
    for table, leads in found.items():
        assert leads == LISTED[table.partition("_")[0]], table
