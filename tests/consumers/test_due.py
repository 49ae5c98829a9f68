"""What other than batches changed or removed is announced by the partition's owner, also where it is killed in between."""

import asyncio
import time
from collections import Counter
from pathlib import Path

import pytest

from bus.reading import read_all
from bus.settings import KafkaSettings
from delivery.status import read_status
from store.announcements import add_from
from store.settings import StoreSettings
from tests.consumers.test_materializer import DEADLINE_S, consumers, opened, publish, record
from tests.contract.stores import Place
from tests.parts.processes import running
from tests.whole.test_crashes import wait_complete

pytestmark = pytest.mark.anyio

IDS = [f"t-{number}" for number in range(1_200)]
HOLD = "create function hold() returns trigger language plpgsql as $$ begin perform pg_sleep(600); return old; end $$"
HOLD_DELETES = "create trigger hold before delete on announcements for each statement execute function hold()"
LET_GO = """
select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'"""


def told(kafka: KafkaSettings) -> dict[str, list[int | None]]:
    """The revisions of each key's records in their order; None is a tombstone."""
    found: dict[str, list[int | None]] = {}
    for one in read_all(kafka, kafka.status_topic):
        assert one.record.key is not None
        value = one.record.value
        revision = None if value is None else read_status(value).revision
        found.setdefault(one.record.key.decode(), []).append(revision)
    return found


async def until_told(kafka: KafkaSettings, records: int) -> dict[str, list[int | None]]:
    deadline = time.monotonic() + DEADLINE_S
    while True:
        found = await asyncio.to_thread(told, kafka)
        if sum(map(len, found.values())) >= records:
            return found
        assert time.monotonic() < deadline, Counter(map(len, found.values()))
        await asyncio.sleep(0.05)


async def until_none_due(place: Place) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while await place.query("select count(*) from announcements") != [(0,)]:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


async def test_what_is_due_is_announced_also_beside_batches(topics: KafkaSettings, tmp_path: Path) -> None:
    """More of it than one round takes; what went is a tombstone, and what came back follows it."""
    await publish(topics, *map(record, IDS))
    place = Place(StoreSettings(url=f"sqlite:///{tmp_path}/store.db"))
    with running(consumers(topics, place.settings, tmp_path)):
        reader = await opened(place.settings)
        await wait_complete(topics, reader)
        await place.query(add_from("messages where tracking_id <> 't-0'", removed=False, postgresql=False))
        await publish(topics, record("t-0", "opened"))
        await until_none_due(place)
        await wait_complete(topics, reader)
        await place.query(add_from("messages where tracking_id in ('t-1', 't-2')", removed=True, postgresql=False))
        await place.query("delete from messages where tracking_id = 't-1'")
        await until_none_due(place)
        found = await asyncio.to_thread(told, topics)
        await reader.close()
    assert found.pop("t-0") == [1, 2]
    assert found.pop("t-1") == [1, 1, None]
    assert found.pop("t-2") == [1, 1, None, 1]
    assert found == {each: [1, 1] for each in IDS[3:]}


async def test_a_process_killed_before_it_notes_them_announces_them_again(
    topics: KafkaSettings, database: str, tmp_path: Path
) -> None:
    await publish(topics, *map(record, IDS[:40]))
    place = Place(StoreSettings(url=database))
    part = consumers(topics, place.settings, tmp_path)
    with running(part):
        reader = await opened(place.settings)
        await wait_complete(topics, reader)
        for statement in (HOLD, HOLD_DELETES):
            await place.query(statement)
        await place.query(add_from("messages", removed=False, postgresql=True))
        await until_told(topics, 80)
        part.kill()
        await place.query(LET_GO)
        await place.query("drop trigger hold on announcements")
        assert await place.query("select count(*) from announcements") == [(40,)]
        part.start()
        await until_none_due(place)
        found = await until_told(topics, 120)
        await reader.close()
    assert found == {each: [1, 1, 1] for each in IDS[:40]}
