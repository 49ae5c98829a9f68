"""Passing troubles of the database: Unavailable, nothing written, and the same objects go on once it is over."""

import time
from contextlib import suppress
from pathlib import Path

import asyncpg
import pytest

from delivery.batch import Batch
from delivery.errors import Misconfigured, Unavailable
from store.contract import Position
from store.opening import open_reader
from store.postgresql.connection import translated as server_translated
from store.questions import EventFilter, Order
from store.settings import StoreSettings
from store.sqlite.connection import connect, time_limit, translated
from tests.contract.stores import ALL, NOW, TOPIC, Place, assert_is_fold
from tests.contract.test_ownership import traffic

pytestmark = pytest.mark.anyio


async def test_a_full_disk_changes_nothing_and_passes(tmp_path: Path) -> None:
    """SQLite's own limit on its pages stands for the disk: the error is the same SQLITE_FULL."""
    place, events = Place(StoreSettings(url=f"sqlite:///{tmp_path / 'store.db'}")), traffic(3000)
    async with place.writer() as writer:
        claim = await writer.claim(TOPIC, [0], "test")
        await writer.apply(claim, Batch(events[:50], {0: 50}), NOW, {})
        connection = writer._open  # type: ignore[attr-defined]
        pages = connection.execute("pragma page_count").fetchone()[0]
        connection.execute(f"pragma max_page_count = {pages}")
        with pytest.raises(Unavailable, match="SQLITE_FULL"):
            await writer.apply(claim, Batch(events[50:], {0: 3000}), NOW, {})
        await assert_is_fold(place, events[:50])
        connection.execute("pragma max_page_count = 1000000")
        await writer.apply(claim, Batch(events[50:], {0: 3000}), NOW, {})
    await assert_is_fold(place, events)


async def test_a_locked_store_is_unavailable(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    place = Place(StoreSettings(url=f"sqlite:///{path}", write_timeout_ms=1))
    async with place.writer() as writer:
        other = connect(path, 1)
        try:
            other.execute("begin immediate")
            with pytest.raises(Unavailable, match="SQLITE_BUSY"):
                await writer.claim(TOPIC, [0], "test")
        finally:
            other.close()
        assert (await writer.claim(TOPIC, [0], "test")).epochs == {0: 1}


def test_a_slow_read_is_cancelled(tmp_path: Path) -> None:
    connection = connect(tmp_path / "store.db", 1)
    endless = "with recursive n (i) as (select 1 union all select i + 1 from n) select count(*) from n"
    before = time.monotonic()
    try:
        with pytest.raises(Unavailable, match="SQLITE_INTERRUPT"), translated(), time_limit(connection, 50):
            connection.execute(endless).fetchone()
    finally:
        connection.close()
    assert time.monotonic() - before < 5


def test_a_file_that_is_no_database_is_misconfigured(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    path.write_bytes(b"not a database at all, but long enough to be looked at" * 100)
    with pytest.raises(Misconfigured, match="no SQLite database"), translated():
        connect(path, 1).execute("select * from sqlite_master")


def test_a_rollback_on_a_broken_connection_is_unavailable() -> None:
    """As asyncpg does where the server says farewell in the middle of a COPY."""

    def roll_back(broken_by: Exception) -> None:
        try:
            raise broken_by
        except type(broken_by):
            raise asyncpg.InterfaceError("cannot perform operation: another operation is in progress")  # noqa: B904

    with pytest.raises(Unavailable), server_translated():
        roll_back(asyncpg.InternalClientError("cannot switch to state 21; another operation (2) is in progress"))
    with pytest.raises(asyncpg.InterfaceError), server_translated():
        roll_back(KeyError("a defect of ours"))


TERMINATE = """
select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"""


async def test_lost_connections_are_made_again(database: str) -> None:
    place, events = Place(StoreSettings(url=database)), traffic(60)
    async with place.writer() as writer, place.reader() as reader:
        claim = await writer.claim(TOPIC, [0], "test")
        await writer.apply(claim, Batch(events[:30], {0: 30}), NOW, {})
        await place.query(TERMINATE)
        with suppress(Unavailable):  # whether the loss is noticed before or during the call is chance
            await writer.apply(claim, Batch(events[30:], {0: 60}), NOW, {})
        await writer.apply(claim, Batch(events[30:], {0: 60}), NOW, {})
        assert (await writer.claim(TOPIC, [0], "test")).positions == {0: Position(60, 0)}
        await _until_answered(reader)
        assert len((await reader.page_events(EventFilter(), Order.NEWEST_FIRST, ALL)).rows) > 30
    await assert_is_fold(place, events)


async def test_a_slow_server_is_unavailable_and_nothing_is_written(database: str) -> None:
    place, events = Place(StoreSettings(url=database, write_timeout_ms=300)), traffic(60)
    other = await asyncpg.connect(database)
    async with place.writer() as writer:
        claim = await writer.claim(TOPIC, [0], "test")
        try:
            async with other.transaction():
                await other.execute("lock table history in exclusive mode")
                with pytest.raises(Unavailable):
                    await writer.apply(claim, Batch(events, {0: 60}), NOW, {})
            assert await place.query("select count(*) from messages") == [(0,)]
        finally:
            await other.close()
        await writer.apply(claim, Batch(events, {0: 60}), NOW, {})
    await assert_is_fold(place, events)


async def _until_answered(reader: object) -> None:
    for _ in range(10):  # a pool may hold several lost connections
        try:
            await reader.check()  # type: ignore[attr-defined]
        except Unavailable:
            continue
        return
    raise AssertionError("the reader never came back")


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    place = Place(StoreSettings(url="postgresql://nobody@127.0.0.1:1/none", connect_timeout_ms=500))
    for side in (place.reader, place.writer):
        with pytest.raises(Unavailable):
            async with side():
                pass
    assert open_reader(place.settings) is not None
