"""Generations: one is made beside the serving one, compared with it, and swapped in; nobody who reads or writes goes wrong."""

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import asyncpg
import msgspec
import pytest

from delivery.batch import Batch
from delivery.classification import Classifier, shipped_classifier
from delivery.clock import wall_clock
from delivery.errors import Fenced, Misconfigured, Rejected, Unavailable
from store.contract import Position
from store.generations import STORE_TABLES, TABLES, Build, Cursor, Generations, Source
from store.opening import inspect_store, open_eraser, open_generations, open_letters, open_trimmer, sqlite_path
from store.settings import StoreSettings
from store.sqlite.pointer import Pointer
from tests.contract.stores import NOW, TOPIC, Place, assert_is_fold
from tests.contract.test_ownership import traffic

pytestmark = pytest.mark.anyio

EVENTS = traffic(400)
LATER = traffic(200, seed=2)


HELD = """
select count(*) from pg_locks l join pg_database d on d.oid = l.database
where locktype = 'advisory' and datname = current_database()"""


@asynccontextmanager
async def opened(place: Place, classifier: Classifier | None = None) -> AsyncIterator[Generations]:
    generations = open_generations(place.settings, classifier or shipped_classifier())
    try:
        await generations.open()
        yield generations
    finally:
        await generations.close()


def build(starts: dict[int, int], cursor: Cursor | None = None) -> Build:
    return Build(Source.HISTORY, TOPIC, 1, 1, NOW, starts, len(EVENTS), cursor=cursor)


async def fill(place: Place) -> None:
    async with place.writer() as writer:
        claim = await writer.claim(TOPIC, [0], "first")
        for start in range(0, 400, 100):
            await writer.apply(claim, Batch(EVENTS[start : start + 100], {0: start + 100}), NOW, {0: start})


async def make(generations: Generations, events_max: int = 64) -> None:
    """Everything up to the swap, of a history that stands still."""
    await generations.begin(build({0: 400}))
    writer = await generations.writer()
    claim = await writer.claim(TOPIC, [0], "rebuild")
    cursor = None
    while True:
        walked = await generations.walk(cursor, events_max)
        await writer.apply(claim, Batch(walked.events, {}), NOW, {})
        cursor = walked.cursor
        if cursor is None:
            break
    await writer.close()
    await generations.settle()


async def swap(generations: Generations) -> None:
    async with generations.held(TOPIC) as held:
        assert await held.positions() == await generations.positions(TOPIC)
        await held.swap({0: 250})


async def test_a_generation_is_made_from_the_history_and_swapped_in(place: Place) -> None:
    await fill(place)
    async with place.writer() as writer:
        claim = await writer.claim(TOPIC, [0], "live")
        await writer.check(claim)
        async with opened(place) as generations:
            await make(generations)
            compared = await generations.compare(None)
            assert (compared.changed, compared.unequal, compared.last) == ([], [], None)
            assert compared.messages > 50
            await swap(generations)
            assert await generations.build() is None
            assert await generations.retired()
            await assert_is_fold(place, EVENTS)
            await generations.drop_retired()
            assert not await generations.retired()
        await assert_is_fold(place, EVENTS)
        for late in (writer.check(claim), writer.apply(claim, Batch(LATER, {0: 600}), NOW, {})):
            with pytest.raises(Fenced):
                await late
        await assert_is_fold(place, EVENTS)
        after = await writer.claim(TOPIC, [0], "live")
        assert after.positions == {0: Position(400, 250)}
        assert after.epochs[0] > claim.epochs[0]
        await writer.apply(after, Batch(LATER, {0: 600}), NOW, {})
    await assert_is_fold(place, EVENTS + LATER)


async def test_who_erases_and_who_trims_find_the_store_after_a_swap(place: Place) -> None:
    await fill(place)
    async with opened(place) as generations:
        await make(generations)
        assert (await inspect_store(place.settings, wall_clock)).notes, "one is in the making"
        await swap(generations)
        assert (await inspect_store(place.settings, wall_clock)).notes, "the old one is kept"
        await generations.drop_retired()
    assert (await inspect_store(place.settings, wall_clock)).notes == ()
    keyed = msgspec.structs.replace(place.settings, erasure_key="0123456789abcdef0123456789abcdef")
    eraser = open_eraser(keyed, shipped_classifier(), "ann@example.org")
    trimmer = open_trimmer(place.settings)
    for each in (eraser, trimmer):
        try:
            await each.open()
        finally:
            await each.close()


async def test_nobody_is_disturbed_by_many_swaps(place: Place) -> None:
    """Readers with their prepared statements, and a writer, go on through four generations."""
    await fill(place)
    ids = list(dict.fromkeys(event.tracking_id or "" for event in LATER))
    wanted, reads, stop = ids[:20], [0] * 3, asyncio.Event()

    async def read(number: int) -> None:
        async with place.reader() as reader:
            seen: dict[str, int] = {}
            while not stop.is_set():
                pages = await reader.message_pages(wanted, 100, 1000)
                for page in filter(None, pages):
                    assert len(page.events.rows) == page.message.revision
                    assert page.message.revision >= seen.get(page.message.tracking_id, 0)
                    seen[page.message.tracking_id] = page.message.revision
                reads[number] += 1
                await asyncio.sleep(0)

    async def write() -> None:
        async with place.writer() as writer:
            claim, at = await writer.claim(TOPIC, [0], "live"), 400
            while at < 600:
                part = LATER[at - 400 : at - 390]
                try:
                    await writer.apply(claim, Batch(part, {0: at + len(part)}), NOW, {})
                except Fenced:
                    claim = await writer.claim(TOPIC, [0], "live")
                    at = claim.positions[0].next_offset
                else:
                    at += len(part)
                await asyncio.sleep(0.01)

    async with asyncio.TaskGroup() as tasks:
        for number in range(3):
            tasks.create_task(read(number))
        writing = tasks.create_task(write())
        try:
            async with opened(place) as generations:
                for _ in range(3):
                    await make(generations, 10_000)
                    applier = await generations.writer()
                    claim = await applier.claim(TOPIC, [0], "rebuild")
                    async with generations.held(TOPIC) as held:
                        end = (await held.positions())[0].next_offset
                        await applier.apply(claim, Batch(LATER[: end - 400], {0: end}), NOW, {})
                        before = list(reads)
                        await held.swap({})
                    await applier.close()
                    await generations.drop_retired()
                    while not all(now > then for now, then in zip(reads, before, strict=True)):
                        await asyncio.sleep(0.005)
                        assert not stop.is_set()
            await writing
        finally:
            stop.set()
    await assert_is_fold(place, EVENTS + LATER)


async def test_a_rebuild_that_was_cut_off_is_found_again(place: Place) -> None:
    await fill(place)
    async with opened(place) as generations:
        assert await generations.build() is None
        await generations.begin(build({0: 400}))
        walked = await generations.walk(None, 100)
        assert walked.cursor is not None
        noted = build({0: 400}, walked.cursor)
        await generations.note(noted)
    async with opened(place) as generations:
        assert await generations.build() == noted
        rest = await generations.walk(walked.cursor, 10_000)
        ids = [event.id for event in walked.events + rest.events]
        assert len(ids) == len(set(ids)) == len({event.id for event in EVENTS})
        await generations.discard()
        assert await generations.build() is None
    await assert_is_fold(place, EVENTS)


async def test_one_rebuild_at_a_time_and_none_without_a_store(place: Place) -> None:
    with pytest.raises(Misconfigured, match="no store"):
        async with opened(place):
            pass
    await fill(place)
    async with opened(place):
        with pytest.raises(Rejected, match="under way"):
            async with opened(place):
                pass
    async with opened(place):
        pass


async def test_what_differs_is_told(place: Place) -> None:
    await fill(place)
    async with opened(place) as generations:
        await make(generations)
        changed, lower, missing = (row[0] for row in await place.query("select tracking_id from messages limit 3"))
        await place.query(f"update deliveries set state = replace(state, '@', '#') where tracking_id = '{changed}'")
        await place.query(
            f"update messages set revision = revision - 1, state = replace(state, '@', '#') where tracking_id = '{lower}'"
        )
        await place.query(f"delete from messages where tracking_id = '{missing}'")
        compared = await generations.compare(None)
        assert (compared.changed, sorted(compared.unequal)) == ([changed], sorted([lower, missing]))
        assert sorted(await generations.unequal([changed, lower, missing, "unknown"])) == sorted([lower, missing])
        assert await generations.shortfall([changed, lower]) == []
        await place.query(f"delete from history where key = '{changed}'")
        revision = [row[2] for row in await generations.shortfall([changed])]
        assert await generations.shortfall([changed]) == [(changed, 0, revision[0])]


async def test_events_that_the_topic_no_longer_has_are_counted(place: Place) -> None:
    await fill(place)
    async with opened(place) as generations:
        distinct = await generations.count({})
        assert distinct == (len({event.id for event in EVENTS}), 0)
        assert (await generations.count({0: 0, 1: 7}))[1] == 0
        assert 90 < (await generations.count({0: 100}))[1] <= 100
        assert await generations.count({0: 400}) == (distinct[0], distinct[0])


async def test_a_new_generation_has_the_schema_that_the_migrations_make(place: Place) -> None:
    async with place.writer():
        pass
    before = await _schema(place)
    async with opened(place) as generations:
        await generations.begin(build({}))
        await (await generations.writer()).close()
        with pytest.raises(RuntimeError, match="not settled"):
            await swap(generations)
        await generations.settle()
        await swap(generations)
    assert await _schema(place) == before
    tables = set(await _tables(place))
    assert tables - set(STORE_TABLES) <= set(TABLES), (
        "a new table is a generation's (TABLES) or the store's (STORE_TABLES)"
    )


async def _tables(place: Place) -> list[str]:
    if place.is_sqlite:
        return [
            row[0]
            for row in await place.query(
                "select name from sqlite_master where type = 'table' and name not like 'sqlite%'"
            )
        ]
    return [
        row[0]
        for row in await place.query(
            "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') "
            "and not relispartition"
        )
    ]


async def _schema(place: Place) -> list[tuple[str, ...]]:
    if place.is_sqlite:
        rows = await place.query("select name, sql from sqlite_master where sql is not null order by 1")
        return [(name, re.sub(r"\s+", " ", sql)) for name, sql in rows]
    return [tuple(map(str, row)) for row in await place.query(_COLUMNS)]


_COLUMNS = """
select c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, k.collname,
    pg_get_expr(d.adbin, d.adrelid)
from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
left join pg_collation k on k.oid = a.attcollation
left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
union all
select indexname, indexdef, '', null, '', null, '' from pg_indexes where schemaname = 'public'
union all
select conname, pg_get_constraintdef(oid), contype::text, null, '', null, '' from pg_constraint
where connamespace = 'public'::regnamespace
order by 1, 2, 3"""


@pytest.mark.parametrize("place", ["postgresql"], indirect=True)
async def test_who_may_read_may_read_the_new_generation(place: Place) -> None:
    await fill(place)
    server = await asyncpg.connect(place.settings.url)
    try:
        role = "eds_reader_" + place.settings.url.rpartition("_")[2]
        await server.execute(
            f"create role {role}; grant select on messages to {role}; grant usage on schema public to {role}"
        )
        try:
            async with opened(place) as generations:
                await make(generations)
                await swap(generations)
            assert await server.fetchval(f"select has_table_privilege('{role}', 'messages', 'select')")
            assert not await server.fetchval(f"select has_table_privilege('{role}', 'history', 'select')")
        finally:
            await server.execute(f"drop owned by {role}; drop role {role}")
    finally:
        await server.close()


@pytest.mark.parametrize("place", ["postgresql"], indirect=True)
async def test_a_swap_waits_for_a_statement_that_has_begun_with_the_old_tables(place: Place) -> None:
    """It holds one of them, so it must find the others too; those who come meanwhile wait for moments only."""
    await fill(place)
    server = await asyncpg.connect(place.settings.url)
    try:
        async with opened(place) as generations, place.reader() as reader:
            await make(generations)
            reading = server.transaction()
            await reading.start()
            await server.fetch("select count(*) from deliveries")
            swapping = asyncio.create_task(swap(generations))
            for _ in range(5):
                assert await reader.messages([EVENTS[0].tracking_id or ""]) != [None]
                assert not swapping.done()
            assert await server.fetchval("select count(*) from messages") > 50
            await reading.commit()
            await swapping
    finally:
        await server.close()
    await assert_is_fold(place, EVENTS)


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
async def test_a_lost_pointer_is_no_empty_store(place: Place) -> None:
    await fill(place)
    async with opened(place) as generations:
        await make(generations)
        await swap(generations)
        await generations.drop_retired()
    path = sqlite_path(place.settings, Path())
    assert path is not None
    path.with_name(path.name + ".serving").unlink()
    with pytest.raises(Misconfigured, match="serving"):
        async with place.writer():
            pass
    Pointer(path).replace(2)
    await assert_is_fold(place, EVENTS)


async def test_who_comes_next_finds_it_free(database: str) -> None:
    """At once: the server's process of the one before may live a moment longer."""
    place = Place(StoreSettings(url=database))
    server = await asyncpg.connect(database)
    try:
        async with place.writer():
            for _ in range(20):
                async with opened(place):
                    assert await server.fetchval(HELD) > 0
                assert await server.fetchval(HELD) == 0
    finally:
        await server.close()


async def test_who_can_not_open_the_new_file_at_once_opens_it_later(tmp_path: Path) -> None:
    """Somebody else is writing to it for longer than is waited for: a step of an erasure, a checkpoint, a shell."""
    place = Place(StoreSettings(url=f"sqlite:///{tmp_path}/store.db", write_timeout_ms=100))
    await fill(place)
    letters = open_letters(place.settings)
    await letters.open()
    async with place.writer() as writer:
        await writer.claim(TOPIC, [0], "first")
        async with opened(place) as generations:
            await make(generations)
            await generations.compare(None)
            await swap(generations)
        path = sqlite_path(place.settings)
        assert path is not None
        with closing(sqlite3.connect(Pointer(path).path(), isolation_level=None)) as other:
            other.execute("begin immediate")
            for claimed in (writer.claim(TOPIC, [0], "first"), letters.claim("letters", [0], "first")):
                with pytest.raises(Unavailable):
                    await claimed
        assert (await writer.claim(TOPIC, [0], "first")).epochs.keys() == {0}
        assert (await letters.claim("letters", [0], "first")).epochs.keys() == {0}
    await letters.close()
