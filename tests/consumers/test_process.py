"""The loop of one process: what it waits for and how long, how it ends, and what it says meanwhile."""

import asyncio
import gc
import threading
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from confluent_kafka import Consumer
from confluent_kafka.admin import AdminClient

from bus import consumer as consumer_room
from bus.settings import KafkaSettings
from bus.topics import ensure
from consumers import process as process_room
from consumers import server as server_room
from consumers.server import serve
from consumers.settings import ConsumersSettings
from delivery.batch import Batch
from delivery.classification import shipped_classifier
from delivery.dead_letter import DeadLetter, to_record
from delivery.errors import Unavailable
from store.contract import Applied, Claim
from store.opening import open_letters
from store.questions import LetterFilter, Order, Window
from store.settings import StoreSettings
from store.sqlite.writer import SqliteWriter
from tests.consumers.test_letter_keeper import publish as publish_letters
from tests.consumers.test_materializer import consumers, get, opened, publish, record, sqlite_store, wait_until
from tests.contract.test_letters import kept
from tests.parts.processes import Part, running
from tests.whole.test_crashes import wait_complete

pytestmark = pytest.mark.anyio
RETRY_MS = 20


class Away(SqliteWriter):
    """A store that is away, from when it is told so or from its next batch on."""

    def __init__(self, settings: StoreSettings, directory: Path) -> None:
        super().__init__(settings, directory / "store.db", shipped_classifier())
        self.is_away = False
        self.goes_after_a_batch = False
        self.asked = asyncio.Event()

    async def _run(self, work: Callable[[], Any]) -> Any:
        if self.is_away:
            self.asked.set()
            raise Unavailable("it is away")
        return await super()._run(work)

    async def close(self) -> None:
        self.is_away = False
        await super().close()

    async def apply(self, claim: Claim, batch: Batch, now: int, announced: Mapping[int, int]) -> Applied:
        applied = await super().apply(claim, batch, now, announced)
        self.is_away = self.is_away or self.goes_after_a_batch
        return applied


class Serving:
    """A process's work within this one."""

    def __init__(self, work: "asyncio.Task[None]", stop: asyncio.Event, address: str) -> None:
        self.work = work
        self.stop = stop
        self.address = address

    async def ready(self) -> str:
        """The answer of /readyz."""
        reply = await asyncio.to_thread(httpx.get, f"{self.address}?verbose", trust_env=False)
        return f"{reply.status_code} {reply.text}"

    async def until(self, holds: Callable[[], Awaitable[bool]]) -> None:
        deadline = asyncio.get_running_loop().time() + 30
        while not await holds():
            assert asyncio.get_running_loop().time() < deadline, await self.ready()
            await asyncio.sleep(0.05)


@asynccontextmanager
async def serving(kafka: KafkaSettings, writer: Away, store: StoreSettings) -> AsyncIterator[Serving]:
    stop, told = asyncio.Event(), asyncio.get_running_loop().create_future()
    settings = ConsumersSettings(port=0, retry_ms=RETRY_MS, idle_announce_ms=50)
    work = asyncio.create_task(
        serve(
            settings, kafka, writer, open_letters(store), stop=stop,
            started=lambda line: told.set_result(line.split()[-1]), beside=lambda *_: (),
        )
    )  # fmt: skip
    found = Serving(work, stop, await told)
    try:
        yield found
    finally:
        stop.set()
        writer.is_away = False
        await asyncio.wait((work,), timeout=60)


async def test_a_rebalance_while_the_store_is_away_ends_nothing(
    topics: KafkaSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer_room, "CALLBACK_TIMEOUT_S", 0.5)
    store = sqlite_store(tmp_path)
    writer = Away(store, tmp_path)
    await writer.open()
    writer.is_away = True
    writer.open = _nothing  # type: ignore[method-assign]
    async with serving(topics, writer, store) as process:

        async def refused() -> bool:
            return "what a rebalance asks for was not done" in await process.ready()

        await process.until(refused)
        assert not process.work.done()
        writer.is_away = False
        await publish(topics, record("t-1"))
        reader = await opened(store)
        await wait_complete(topics, reader)
        await reader.close()

        async def well() -> bool:
            return (await process.ready()).startswith("200")

        await process.until(well)
        assert not process.work.done()


async def _nothing() -> None:
    return None


async def test_it_is_told_to_stop_while_the_store_is_away(
    topics: KafkaSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_room, "STOP_S_MAX", 20.0)
    store = sqlite_store(tmp_path)
    writer = Away(store, tmp_path)
    async with serving(topics, writer, store) as process:
        writer.goes_after_a_batch = True  # what was announced can't be noted any more
        await publish(topics, record("t-1"))
        async with asyncio.timeout(30):
            await writer.asked.wait()
        process.stop.set()
        done, _ = await asyncio.wait((process.work,), timeout=15)
        assert done
        process.work.result()


async def test_what_the_work_fails_of_ends_the_process_with_it(
    topics: KafkaSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A defect that looks like a timeout, too."""
    store = sqlite_store(tmp_path)
    writer = Away(store, tmp_path)

    async def defect(*_: object) -> Applied:
        raise TimeoutError("a defect")

    monkeypatch.setattr(writer, "apply", defect)
    async with serving(topics, writer, store) as process:
        await publish(topics, record("t-1"))
        await asyncio.wait((process.work,), timeout=30)
        with pytest.raises(TimeoutError, match="a defect"):
            process.work.result()


async def test_who_is_busy_with_one_thing_for_long_is_not_alive(
    topics: KafkaSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process_room, "LOOK_EVERY_S", 0.05)
    store = sqlite_store(tmp_path)
    async with serving(topics, Away(store, tmp_path), store) as process:

        def alive() -> bool:
            return httpx.get(process.address.replace("readyz", "livez"), trust_env=False).status_code == 200

        async def is_alive() -> bool:
            return await asyncio.to_thread(alive)

        await process.until(is_alive)
        monkeypatch.setattr(process_room, "STUCK_S", 0.5)
        wait_until(lambda: not alive(), "the answer that it hangs")  # the event loop waits here, too
        monkeypatch.setattr(process_room, "STUCK_S", 60.0)
        await process.until(is_alive)


class Ring:
    """Something that only the collector finds."""

    def __init__(self) -> None:
        self.itself = self


async def test_what_only_the_collector_finds_is_found_though_no_batch_comes(
    topics: KafkaSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process_room, "COLLECT_EVERY_S", 0.1)
    store = sqlite_store(tmp_path)
    async with serving(topics, Away(store, tmp_path), store) as process:
        gc.disable()
        try:
            left = weakref.ref(Ring())

            async def found() -> bool:
                return left() is None

            await process.until(found)
        finally:
            gc.enable()


@contextmanager
def another_member(kafka: KafkaSettings) -> Any:
    """Another program in the group, which shares out partitions in another way."""
    other = Consumer(
        {"bootstrap.servers": kafka.bootstrap, "group.id": kafka.group, "partition.assignment.strategy": "range"}
    )
    end, let_in = threading.Event(), threading.Event()
    other.subscribe([kafka.notifications_topic], on_assign=lambda *_: let_in.set())

    def poll() -> None:
        while not end.is_set():
            other.poll(0.1)

    polling = threading.Thread(target=poll)
    polling.start()
    try:
        assert let_in.wait(30)
        yield
    finally:
        end.set()
        polling.join()
        other.close()


async def test_who_is_not_let_into_the_group_is_not_ready(topics: KafkaSettings, tmp_path: Path) -> None:
    store = sqlite_store(tmp_path)
    part = consumers(topics, store, tmp_path)
    with another_member(topics):
        part.start()
        wait_until(lambda: "protocol" in answer(part), "the reason")
        assert get(part, "/readyz").status_code == 503
    try:
        part.wait_ready()
        assert part.end() == 0
    finally:
        part.kill()


def answer(part: Part) -> str:
    """What it says of its readiness, once it answers."""
    try:
        return get(part, "/readyz?verbose").text
    except httpx.TransportError:
        return ""


async def test_a_topic_of_dead_letters_that_was_made_anew_is_read_from_its_beginning(
    topics: KafkaSettings, tmp_path: Path
) -> None:
    store = sqlite_store(tmp_path)
    part = consumers(topics, store, tmp_path)
    first, second = ([kept(number).letter for number in numbers] for numbers in (range(9), range(9, 12)))

    async def found() -> set[str]:
        page = await reader.page_letters(LetterFilter(), Order.OLDEST_FIRST, Window(99))
        return {each.letter.id for each in page.rows}

    async def wait_for(letters: list[DeadLetter]) -> None:
        deadline = asyncio.get_running_loop().time() + 30
        while not {one.id for one in letters} <= await found():
            assert asyncio.get_running_loop().time() < deadline, part.log_end()
            await asyncio.sleep(0.05)

    with running(part):
        await publish_letters(topics, *map(to_record, first))
        reader = await opened(store)
        await wait_for(first)
        assert part.end() == 0
    admin = AdminClient({"bootstrap.servers": topics.bootstrap})
    for deleted in admin.delete_topics([topics.dead_letters_topic], operation_timeout=30).values():
        deleted.result()
    wait_until(lambda: topics.dead_letters_topic not in admin.list_topics().topics, "the end of the topic")
    ensure(topics)
    with running(part):
        await publish_letters(topics, *map(to_record, second[:1]))
        await wait_for(second[:1])
        await publish_letters(topics, *map(to_record, second[1:]))  # behind what is noted of the topic before
        await wait_for(second)
        assert part.end() == 0
    await reader.close()
