"""The readers' pool: a call that is given up at whatever moment leaves nothing behind, neither an error nor a connection."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg
import pytest

from store.postgresql.pool import Pool

pytestmark = pytest.mark.anyio
STEPS = 40  # of the event loop: by then a connection is open, and one that is given up is told to stop


@asynccontextmanager
async def nothing_left(database: str) -> AsyncIterator[Pool]:
    """A pool of two connections, which is closed with the context. Nobody hears of an error, nothing stays counted."""
    loop, heard = asyncio.get_running_loop(), list[dict[str, Any]]()
    handler = loop.get_exception_handler()
    loop.set_exception_handler(lambda _loop, context: heard.append(context))
    pool = Pool(lambda: asyncpg.connect(database), 2, 5.0)
    try:
        yield pool
        await pool.close()
        for _ in range(3):  # a transport that was closed tells its protocol in the next step
            await asyncio.sleep(0)
        gc.collect()
        await asyncio.sleep(0)
    finally:
        loop.set_exception_handler(handler)
    assert heard == []
    assert (pool._count, pool._tasks) == (0, set())


async def give_up(work: asyncio.Task[Any], steps: int) -> None:
    for _ in range(steps):
        await asyncio.sleep(0)
    work.cancel()
    with suppress(asyncio.CancelledError):
        await work


async def test_given_up_while_a_connection_is_opened(database: str) -> None:
    for steps in range(1, STEPS):
        async with nothing_left(database) as pool:
            await give_up(asyncio.create_task(pool.fetch("select 1")), steps)


async def test_a_call_takes_what_is_free_first(database: str) -> None:
    """A connection that is given back, where another one is being opened: that one is the next call's, or stays."""
    async with nothing_left(database) as pool:
        await give_up(asyncio.create_task(pool.fetch("select 1")), 2)
        asked = [asyncio.create_task(pool.fetch("select pg_backend_pid()")) for _ in range(8)]
        servers = {(await one)[0][0] for one in asked}
        assert 1 <= len(servers) <= 2
        assert pool._count == 2


async def test_closed_while_the_server_is_told_to_stop(database: str) -> None:
    for steps in range(STEPS):
        async with nothing_left(database) as pool:
            await pool.fetch("select 1")
            await give_up(asyncio.create_task(pool.fetch("select pg_sleep(30)")), 5)
            for _ in range(steps):
                await asyncio.sleep(0)


async def test_a_connection_that_is_refused_makes_room_again(database: str) -> None:
    async def refuse() -> asyncpg.Connection:
        await asyncio.sleep(0)
        raise ConnectionRefusedError("not now")

    pool = Pool(refuse, 2, 5.0)
    for _ in range(2):
        asked = await asyncio.gather(*(pool.fetch("select 1") for _ in range(5)), return_exceptions=True)
        assert [type(one) for one in asked] == [ConnectionRefusedError] * 5
    await give_up(asyncio.create_task(pool.fetch("select 1")), 1)
    await pool.close()
    assert pool._count == 0
    with pytest.raises(asyncpg.InterfaceError):
        await pool.fetch("select 1")


async def test_while_a_connection_is_there_others_may_be_refused(database: str) -> None:
    opened: list[asyncpg.Connection] = []

    async def once() -> asyncpg.Connection:
        if opened:
            raise ConnectionRefusedError("too many already")
        opened.append(await asyncpg.connect(database))
        return opened[0]

    pool = Pool(once, 5, 5.0)
    await pool.fetch("select 1")
    assert len(await asyncio.gather(*(pool.fetch("select pg_sleep(0.01)") for _ in range(8)))) == 8
    await pool.close()
