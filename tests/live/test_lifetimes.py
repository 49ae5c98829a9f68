"""What is begun ends: nothing stays behind of a subscription that is over."""

import threading
from collections.abc import Iterator
from unittest.mock import ANY

import pytest

from graphql_api.live.changes import Change, Gone
from graphql_api.live.cursors import CHANGES, encode_positions
from graphql_api.live.hub import BEGINNING_MAX
from tests.live.fed import ALL, ONE, Store, answered, live_over, tell, until, view_of
from tests.live.speaking import WAIT_S, data_of, received, send, speaking, subscribe

pytestmark = pytest.mark.anyio
RESUMED = "subscription ($after: String) { messageChanged(after: $after) { trackingId revision } }"
SELECTED = 'subscription { messageChanged(trackingId: "m") { deliveries { nodes { id } } } }'


@pytest.fixture
async def store() -> Store:
    return Store()


@pytest.mark.parametrize("query", [ALL, ONE], ids=["from now on", "as it is"])
async def test_an_id_that_is_used_again_and_again_is_one_subscription(store: Store, query: str) -> None:
    """However quickly it is completed and asked for anew, and whether or not the document is known: the last one counts."""
    store.views["m"] = view_of("m", 1)
    async with live_over(store) as (url, live):
        async with speaking(url) as ws:
            for burst in range(5):
                for _ in range(20):
                    await subscribe(ws, "1", query)
                    await send(ws, id="1", type="complete")
                await answered(ws)
                await subscribe(ws, "1", query)
                await until(lambda: live.hub.count == 1, "the last one is not there")
                await answered(ws)
                assert live.hub.count == 1
                tell(live, "m", burst + 2)
                while (found := (await data_of(ws))["data"]["messageChanged"])["revision"] < burst + 2:
                    pass
                assert found == {"trackingId": "m", "revision": burst + 2}
                await send(ws, id="1", type="complete")
                await answered(ws)
                assert live.hub.count == 0
            for number in range(20):
                await subscribe(ws, str(number), query)
                await send(ws, id=str(number), type="complete")
                await subscribe(ws, str(number), query)
            await until(lambda: live.hub.count == 20, "not all are there")
            await answered(ws)
            assert live.hub.count == 20
        await until(lambda: not live.hub.count, f"{live.hub.count} subscriptions are left")
        assert (live.hub.count, +live.hub._callers, live.hub._groups) == (0, {}, {})
        assert live.metrics.subscriptions.labels("ws")._value.get() == 0


async def test_a_query_that_the_client_completes_is_given_up(store: Store) -> None:
    """However many: those that are under way are never more than one connection may have."""
    async with live_over(store, operation_ms_max=60_000) as (url, _), speaking(url) as ws:
        store.answers.clear()
        for number in range(3):
            await subscribe(ws, "1", f'{{ message(trackingId: "m{number}") {{ revision }} }}')
            await until(lambda: store.asked, "it is not under way")
            await send(ws, id="1", type="complete")
            await until(lambda: not store.asked, "it goes on")
        store.answers.set()
        await subscribe(ws, "1", '{ message(trackingId: "m") { revision } }')
        assert await data_of(ws) == {"data": {"message": None}} | {"extensions": ANY}


async def test_nothing_is_read_for_who_has_left(store: Store) -> None:
    """Neither does it hold up who comes after; one reading of the topic at a time is under way, whoever leaves it."""
    gate, under_way, most = threading.Event(), 0, 0

    def past(_starts: object, _ends: object) -> Iterator[Change | Gone]:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        assert gate.wait(WAIT_S)
        under_way -= 1
        return iter(())

    store.views["m"] = view_of("m", 1)
    async with live_over(store) as (url, live), speaking(url) as ws:
        live.hub.changes.start({0: 10})
        live.hub.changed_before.past = past
        for number in range(BEGINNING_MAX + 1):
            await subscribe(ws, str(number), RESUMED, after=encode_positions(CHANGES, {0: 0}))
        await until(lambda: live.hub.count == BEGINNING_MAX + 1, "not all are there")
        await until(lambda: under_way, "nothing is read")
        for number in range(BEGINNING_MAX + 1):
            await send(ws, id=str(number), type="complete")
        await until(lambda: not live.hub._tasks, "something is still to be read for who has left")
        await subscribe(ws, "again", RESUMED, after=encode_positions(CHANGES, {0: 0}))
        await subscribe(ws, "one", ONE)
        assert (await data_of(ws))["data"]["messageChanged"] == {"trackingId": "m", "revision": 1}
        gate.set()
        tell(live, "m", 2)
        assert sorted([(await received(ws))["id"], (await received(ws))["id"]]) == ["again", "one"]
        assert (under_way, most) == (0, 1)


@pytest.mark.parametrize("query", [ONE, SELECTED], ids=["the message", "what is selected of it"])
async def test_who_has_left_waits_for_no_store(store: Store, query: str) -> None:
    store.views["m"] = view_of("m", 1)
    async with live_over(store) as (url, live), speaking(url) as ws:
        if query == ONE:
            store.answers.clear()
        await subscribe(ws, "1", query)
        await until(lambda: live.hub._tasks, "it has not begun")
        await answered(ws)
        await send(ws, id="1", type="complete")
        await until(lambda: not live.hub._tasks and not store.asked, "it is still waited for")
