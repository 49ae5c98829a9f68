"""Hostile operations cost little, whatever they look like; callers are held to their rates; what is given up is ended."""

import asyncio
import resource
import threading
import time
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import asyncpg
import pytest
from graphql import get_introspection_query

from graphql_api.access.access import Caller
from graphql_api.guards.checked import Verdict
from graphql_api.guards.reading import Reading
from graphql_api.guards.throttle import CALLERS_MAX, Throttle
from graphql_api.http.requests import BadRequest
from graphql_api.schema import build_schema
from graphql_api.settings import GraphQLSettings
from store.contract import Reader
from store.postgresql.reader import PostgresqlReader
from store.questions import Order, Window
from store.settings import StoreSettings
from store.sqlite.reader import SqliteReader
from tests.graphql_api.conftest import NOW, Api, Ends, running_api
from tests.graphql_api.hostile import BODIES, HOSTILE
from tests.graphql_api.world import World

EACH_S_MAX = 30.0  # an unguarded one of these takes minutes, or for ever
MEMORY_BYTES_MAX = 300_000_000
SETTINGS = GraphQLSettings()


REFUSED = {"GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "LIMIT_EXCEEDED"}
HARMLESS = {"conflicts", "directives"}


@pytest.mark.anyio
@pytest.mark.parametrize("name", sorted(HOSTILE))
async def test_hostile_documents_cost_little(api: Api, name: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.monotonic()
    answer = await api.answer(HOSTILE[name])
    assert time.monotonic() - started < EACH_S_MAX
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < MEMORY_BYTES_MAX
    codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
    if name in HARMLESS:
        assert not codes - {"GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED"}
    else:
        assert codes, "it was answered"
        assert codes <= REFUSED
    assert await api.ask("{ __typename }") == {"__typename": "Query"}


@pytest.mark.anyio
@pytest.mark.parametrize("body", BODIES)
async def test_hostile_bodies_cost_little(api: Api, body: bytes) -> None:
    started = time.monotonic()
    reply = await api.client.post("/graphql", content=body, headers={"content-type": "application/json"})
    assert time.monotonic() - started < EACH_S_MAX
    assert reply.status_code in (200, 400)
    assert await api.ask("{ __typename }") == {"__typename": "Query"}


@pytest.mark.anyio
async def test_ordinary_operations_are_let_through(api: Api) -> None:
    assert (await api.ask(get_introspection_query(descriptions=True)))["__schema"]["types"]
    query = (
        "{ messages(first: 100) { nodes { trackingId phase deliveries(first: 20) { nodes { recipient phase } } } } }"
    )
    assert (await api.ask(query))["messages"]["nodes"]


@pytest.mark.anyio
async def test_a_turn_lasts_as_long_as_its_work_though_nobody_waits_for_it() -> None:
    """A thread can't be stopped: were its turn given to the next one, two would work at once."""

    async def nobody(_text: str, _name: str | None) -> Verdict:
        raise AssertionError("no document is asked with here")

    reading = Reading(build_schema(SETTINGS, lambda: NOW).documents, nobody, SETTINGS)
    begun, gate = threading.Event(), threading.Event()
    done: list[str] = []

    def first() -> None:
        begun.set()
        gate.wait(30)
        done.append("first")

    waiting = asyncio.create_task(reading.in_turn(first))
    await asyncio.to_thread(begun.wait, 30)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert reading._turn.locked()
    following = asyncio.create_task(reading.in_turn(lambda: done.append("second")))
    gate.set()
    await asyncio.wait_for(following, 30)
    assert done == ["first", "second"]
    with pytest.raises(ZeroDivisionError):
        await reading.in_turn(lambda: 1 // 0)
    assert await asyncio.wait_for(reading.in_turn(lambda: 7), 30) == 7


def test_a_bucket_fills_by_its_rate() -> None:
    now_s = 0.0
    throttle = Throttle(lambda: now_s)
    caller, other = Caller(name="a", rate_per_s=3), Caller(name="b", rate_per_s=3)
    for left in ("2", "1", "0"):
        with throttle.admit(caller) as headers:
            assert (headers["ratelimit-limit"], headers["ratelimit-remaining"]) == ("3", left)
    with pytest.raises(BadRequest) as refusal, throttle.admit(caller):
        pass
    assert (refusal.value.status, refusal.value.code, refusal.value.headers["retry-after"]) == (
        429,
        "RATE_LIMITED",
        "1",
    )
    with throttle.admit(other):
        pass
    now_s = 0.34
    with throttle.admit(caller):
        pass
    with pytest.raises(BadRequest), throttle.admit(caller):
        pass


def test_callers_are_forgotten_unless_they_wait() -> None:
    throttle = Throttle(lambda: 0.0)
    caller = Caller(name="waiting", concurrency_max=1)
    with throttle.admit(caller):
        for number in range(CALLERS_MAX + 50):
            with throttle.admit(Caller(name=str(number), concurrency_max=1)):
                pass
        assert len(throttle._buckets) == CALLERS_MAX
        with pytest.raises(BadRequest, match="same time"), throttle.admit(caller):
            pass
    with throttle.admit(caller):
        pass


@pytest.mark.anyio
async def test_one_token_has_its_rate_over_http(reader: Reader, world: World, ends: Ends, tmp_path: Path) -> None:
    token = "a-token-that-may-ask-little"
    entry = (
        f'[[tokens]]\nname = "a"\nsha256 = "{sha256(token.encode()).hexdigest()}"\nsender_ids = "all"\nrate_per_s = 2\n'
    )
    (tmp_path / "tokens.toml").write_text(entry)
    async with running_api(reader, world, ends, token=token, tokens_file=str(tmp_path / "tokens.toml")) as api:
        replies = [await api.client.post("/graphql", json={"query": "{ __typename }"}) for _ in range(6)]
        assert (replies[0].status_code, replies[0].headers["ratelimit-policy"]) == (200, "2;w=1")
        refused = next(reply for reply in replies if reply.status_code == 429)
        assert refused.headers["retry-after"] == "1"
        assert refused.json()["errors"][0]["extensions"] == {"code": "RATE_LIMITED"}


@pytest.mark.anyio
async def test_what_is_given_up_is_ended_in_the_database(reader: Reader, filled: StoreSettings) -> None:
    """A read that is cancelled ends its statement, in both databases."""
    if isinstance(reader, SqliteReader):
        endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n"
        reads = [asyncio.create_task(reader._slow(lambda c: c.execute(endless).fetchone())) for _ in range(4)]
        await asyncio.sleep(0.1)
        for read in reads:
            read.cancel()
        await asyncio.wait(reads, timeout=1)
        started = time.monotonic()
        assert await asyncio.wait_for(reader._slow(lambda c: c.execute("select 1").fetchone()), 4) == (1,)
        assert time.monotonic() - started < 4  # the pool's threads are free, long before read_timeout_ms
        return
    assert isinstance(reader, PostgresqlReader)
    read = asyncio.create_task(reader._fetch("select pg_sleep(4)"))
    await _until_sleeping(filled.url, 1)
    read.cancel()
    await _until_sleeping(filled.url, 0)


async def _until_sleeping(url: str, count: int) -> None:
    connection = await asyncpg.connect(url)
    try:
        async with asyncio.timeout(2):
            while await connection.fetchval(  # noqa: ASYNC110
                "select count(*) from pg_stat_activity where query = 'select pg_sleep(4)' and state = 'active'"
            ) != count:  # fmt: skip
                await asyncio.sleep(0.02)
    finally:
        await connection.close()


class Endless:
    """A reader whose deliveries of messages never come, which knows when nobody waits for them any more."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.holds = True
        self.begun, self.ended = asyncio.Event(), asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reader, name)

    async def deliveries_of(self, tracking_ids: list[str], order: Order, window: Window) -> Any:
        if not self.holds:
            return await self._reader.deliveries_of(tracking_ids, order, window)
        self.begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.ended.set()


@pytest.mark.anyio
async def test_a_batch_ends_with_its_operation(reader: Reader, world: World, ends: Ends) -> None:
    endless = Endless(reader)
    async with running_api(cast("Reader", endless), world, ends, operation_ms_max=500) as api:
        query = "{ messages(first: 2) { nodes { deliveries { nodes { id } } } } }"
        endless.holds = False
        while (await api.client.post("/graphql", json={"query": query})).status_code != 200:
            pass  # the document is new, which may take longer than an operation has here
        endless.holds = True
        response = await api.client.post("/graphql", json={"query": query})
        assert response.status_code == 503
        await asyncio.wait_for(endless.ended.wait(), 20)
