"""What is old goes in bounded steps, what is younger stays exact, and what has gone doesn't come back by a replay."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

import asyncpg
import msgspec
import pytest

from consumers.retention import DAY_MS, Kept, limits_of, measure, remove_old
from consumers.settings import RetentionSettings
from delivery.batch import Batch
from delivery.classification import shipped_classifier
from delivery.errors import Misconfigured
from delivery.event import Received
from delivery.notification import Notification
from delivery.state import fold
from delivery.views import encode_view
from store.opening import open_eraser, open_trimmer
from store.postgresql import partitions as partitions
from store.retention import Limits, Trimmer
from tests.contract.stores import NOW, TOPIC, Place
from tests.histories import received

pytestmark = pytest.mark.anyio

YEAR_MS = 365 * DAY_MS
START = NOW - YEAR_MS


def event(number: int, day: int, message: str = "") -> Received:
    """An event of its own, which occurred and arrived on that day."""
    at = START + day * DAY_MS + number
    notification = Notification(
        tracking_id=message or f"m-{number}",
        rcpt_to=f"r{number}@example.org",
        event_code=103,
        time_finished=at,
        tries=number,
    )
    return received(notification, at, number)


@asynccontextmanager
async def trimming(place: Place) -> AsyncIterator[Trimmer]:
    trimmer = open_trimmer(place.settings)
    try:
        assert await trimmer.open()
        yield trimmer
    finally:
        await trimmer.close()


async def trim(place: Place, limits: Limits) -> Kept:
    async with trimming(place) as trimmer:
        return await remove_old(trimmer, limits, 0)


async def messages(place: Place) -> dict[str, str]:
    return {str(row[0]): str(row[1]) for row in await place.query("select tracking_id, state from messages")}


async def history(place: Place) -> int:
    return int((await place.query("select count(*) from history"))[0][0])


async def test_old_messages_go_whole_and_their_owners_announce_it(place: Place) -> None:
    old = [event(number, 1) for number in range(1_200)]
    young = [event(5_000 + number, 300) for number in range(10)]
    both = [event(9_000, 2, "both"), event(9_001, 301, "both")]
    all_ = [*old, *both, *young]
    limit = START + 200 * DAY_MS
    async with place.writer() as writer:
        claim = await writer.claim(TOPIC, [0], "test")
        await writer.apply(claim, Batch(all_, {0: 10_000}), NOW, {})
        await writer.mark_announced(claim, {0: 10_000})  # PostgreSQL sums up its counts with that
        async with trimming(place) as trimmer:
            counted = await measure(trimmer, Limits(limit, limit, limit, None))
            assert (counted.history, counted.messages) == (1_201, 1_200)
            assert counted.statistics > 0
        kept = await trim(place, Limits(limit, limit, limit, None))
        assert kept.history == 1_201
        assert kept.messages == 1_200
        assert kept.statistics > 0
        assert set(await messages(place)) == {"both", *(one.tracking_id or "" for one in young)}
        due = await writer.due(claim, 10_000)
        assert {one.tracking_id for one in due} == {one.tracking_id for one in old}
        assert all(one.removed and one.change is None for one in due)
        assert await place.query("select count(*) from deliveries where tracking_id = 'm-1'") == [(0,)]
        assert await place.query(f"select count(*) from statistics where span = 'hour' and bucket < {limit}") == [(0,)]
        # A view that is still young outlives a part of its history, and a replay of all of it changes nothing.
        before = await messages(place)
        assert before["both"] == encode_view(fold(both, shipped_classifier())["both"].message).decode()
        replay = await writer.apply(claim, Batch(all_, {0: 10_000}), NOW, {})
        assert replay.inserted == 0
        assert await messages(place) == before
        assert await history(place) == 11
    again = await trim(place, Limits(limit, limit, limit, None))
    assert (again.history, again.messages, again.statistics, again.horizon) == (0, 0, 0, limit)


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_moves_when_views_are_the_fold_of_what_was_admitted(place: Place, seed: int) -> None:
    """Events in the order of their arrival, replays of any of them in between, and a horizon that moves now and then."""
    random = Random(seed)
    events = [event(number, number // 5, f"m-{random.randrange(40)}") for number in range(400)]
    admitted: dict[str, Received] = {}
    horizon = 0
    async with place.writer() as writer:
        claim = await writer.claim(TOPIC, [0], "test")
        for start in range(0, len(events), 40):
            part = events[start : start + 40]
            part = random.sample([*part, *random.choices(events[: start + 40], k=30)], len(part) + 30)
            for one in part:
                if one.received_at >= horizon:
                    admitted.setdefault(one.id, one)
            await writer.apply(claim, Batch(part, {0: 500}), NOW, {})
            if random.random() < 0.5:
                horizon = max(horizon, events[max(0, start - random.randrange(200))].received_at)
                await trim(place, Limits(history=horizon))
    views = fold(admitted.values(), shipped_classifier())
    assert await messages(place) == {key: encode_view(one.message).decode() for key, one in views.items()}
    deliveries = {state for (state,) in await place.query("select state from deliveries")}
    assert deliveries == {encode_view(one).decode() for each in views.values() for one in each.deliveries.values()}
    days = "select sum(total) from (select total from statistics where span = 'day' and dimension = ''{} ) t"
    added = (
        "" if place.is_sqlite else " union all select total from statistics_added where span = 'day' and dimension = ''"
    )
    assert int((await place.query(days.format(added)))[0][0]) == len(admitted)


async def test_batches_go_on_while_what_is_old_goes(place: Place) -> None:
    async with place.writer() as writer:
        claim = await writer.claim(TOPIC, [0], "test")
        await writer.apply(claim, Batch([event(number, 1) for number in range(3_000)], {0: 3_000}), NOW, {})
        limit = START + 100 * DAY_MS
        trimming_all = asyncio.create_task(trim(place, Limits(limit, limit, limit, limit)))
        number = 10_000
        while not trimming_all.done():
            await writer.apply(claim, Batch([event(number, 300), event(number - 10_000, 1)], {0: number}), NOW, {})
            number += 1
        kept = await trimming_all
        assert kept.messages == 3_000
    assert set(await messages(place)) == {f"m-{each}" for each in range(10_000, number)}
    assert await history(place) == number - 10_000


async def test_one_at_a_time_and_a_cut_off_run_is_gone_on_with(place: Place) -> None:
    async with place.writer() as writer:
        claim = await writer.claim(TOPIC, [0], "test")
        await writer.apply(claim, Batch([event(number, 1) for number in range(1_100)], {0: 1_100}), NOW, {})
    limit = START + 100 * DAY_MS
    async with trimming(place) as first:
        await first.move_horizon(limit)
        await first.remove_history()
        if not place.is_sqlite:
            second = open_trimmer(place.settings)
            assert not await second.open()
            await second.close()
    kept = await trim(place, Limits(limit, limit))
    assert kept.messages == 1_100
    assert await history(place) == 0


@pytest.mark.parametrize("place", ["postgresql"], indirect=True)
async def test_a_partition_that_takes_too_long_to_count_goes_all_the_same(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with place.writer() as writer:
        claim = await writer.claim(TOPIC, [0], "test")
        old = [event(number, day) for number, day in enumerate((1, 1, 1, 60, 60, 300))]
        await writer.apply(claim, Batch(old, {0: 6}), NOW, {})
    await place.query("analyze")
    counted = asyncpg.Connection.fetchval

    async def too_long(connection: asyncpg.Connection, sql: str, *parameters: object) -> object:
        if sql.startswith("select count(*) from") and ".history_" in sql:
            raise asyncpg.QueryCanceledError("canceling statement due to statement timeout")
        return await counted(connection, sql, *parameters)

    monkeypatch.setattr(asyncpg.Connection, "fetchval", too_long)
    kept = await trim(place, Limits(history=START + 200 * DAY_MS))
    assert kept.history == 5  # as the last analyze has it
    assert await history(place) == 1


@pytest.mark.parametrize("place", ["postgresql"], indirect=True)
@pytest.mark.parametrize("is_detached", [True, False])
async def test_an_erased_address_is_not_left_in_a_partition_whose_removal_was_cut_off(
    place: Place, *, is_detached: bool
) -> None:
    keyed = msgspec.structs.replace(place.settings, erasure_key="0123456789abcdef0123456789abcdef")
    async with place.writer() as writer:
        claim = await writer.claim(TOPIC, [0], "test")
        await writer.apply(claim, Batch([event(1, 1), event(2, 300)], {0: 2}), NOW, {})
    await cut_off(place, START + DAY_MS + 1, is_detached=is_detached)
    assert [name for name in await place.holding("r1@example.org") if name.startswith("history")]
    eraser = open_eraser(keyed, shipped_classifier(), "r1@example.org")
    await eraser.open()
    await eraser.remember(NOW)
    while (await eraser.wipe())[1]:
        pass
    async with trimming(place):
        compacting = asyncio.create_task(eraser.compact())
        await asyncio.wait((compacting,), timeout=0.5)
        assert not compacting.done()  # a run of retention is under way
    await compacting
    await eraser.close()
    assert await place.holding("r1@example.org") == []
    assert await history(place) == 1


async def cut_off(place: Place, arrival: int, *, is_detached: bool) -> None:
    """The removal of the partition with this arrival is begun, and the process that did it has gone."""
    connection = await asyncpg.connect(place.settings.url)
    found = await partitions.listed(connection)
    (table,) = [one.table for one in found if one.since <= arrival < one.until]
    if is_detached:
        await connection.execute(f"alter table history detach partition {table} concurrently")
    else:
        reader = await asyncpg.connect(place.settings.url)
        reading = reader.transaction()
        await reading.start()
        await reader.fetch("select 1 from history")
        await connection.execute("set statement_timeout = 200")
        with pytest.raises(asyncpg.QueryCanceledError):
            await connection.execute(f"alter table history detach partition {table} concurrently")
        await reading.rollback()
        await reader.close()
        assert [one.leaving for one in await partitions.listed(connection) if one.table == table] == [True]
    await connection.close()


def test_settings_that_would_leave_history_without_its_view_are_refused() -> None:
    assert limits_of(RetentionSettings(), NOW) == Limits()
    assert limits_of(RetentionSettings(history_days=30, views_days=30), NOW).views == NOW - 30 * DAY_MS
    for wrong in (RetentionSettings(views_days=30), RetentionSettings(history_days=31, views_days=30)):
        with pytest.raises(Misconfigured, match="views_days"):
            limits_of(wrong, NOW)


async def test_a_long_id_is_announced_whole_whatever_its_view_holds(place: Place) -> None:
    """A NUL, which a sender may write into any text, stands in the view's text as an escape."""
    long = 'm\\"}' + "x" * 300
    notification = Notification(
        tracking_id=long, mail_from="a\0b@example.org", rcpt_to="r@example.org", event_code=103, time_finished=START
    )
    async with place.writer() as writer:
        claim = await writer.claim(TOPIC, [0], "test")
        await writer.apply(claim, Batch([received(notification, START, 1)], {0: 2}), NOW, {})
        at = START + 200 * DAY_MS
        kept = await trim(place, Limits(at, at, at, None))
        assert kept.messages == 1
        assert [(one.tracking_id, one.removed) for one in await writer.due(claim, 10)] == [(long, True)]
