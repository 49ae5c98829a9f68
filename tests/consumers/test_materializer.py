"""The consumers as a process: poison, a store that is away, a change that was applied but not announced, an ordered end."""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from bus.publisher import Publisher
from bus.reading import read_all, read_messages
from bus.records import to_batch
from bus.settings import KafkaSettings
from delivery.batch import Batch
from delivery.classification import Kind, shipped_classifier
from delivery.dead_letter import Part as LetterPart
from delivery.dead_letter import read_dead_letter
from delivery.errors import Fenced
from delivery.event import Record, build_event, request_headers
from delivery.notification import Notification
from delivery.status import read_status
from store.contract import Reader
from store.opening import open_reader, open_writer
from store.settings import StoreSettings
from tests.parts.processes import Part, running
from tests.whole.test_crashes import wait_complete

NOW = 1_795_342_805_000
DEADLINE_S = 30.0


def record(tracking_id: str, label: str = "delivered") -> Record:
    notification = Notification(tracking_id=tracking_id, event_label=label, rcpt_to="a@example.org", time_finished=NOW)
    return build_event(notification, NOW, request_headers(NOW, "test"))


async def publish(kafka: KafkaSettings, *records: Record) -> None:
    publisher = Publisher(kafka)
    await publisher.open()
    try:
        await publisher.publish(kafka.notifications_topic, records)
    finally:
        await publisher.close()


def consumers(kafka: KafkaSettings, store: StoreSettings, directory: Path, **settings: Any) -> Part:
    sections: dict[str, Any] = {
        "kafka": kafka,
        "store": store,
        "consumers": {"retry_ms": 50, "idle_announce_ms": 50, **settings},
    }
    return Part("consumers", sections, directory / "consumers.log")


def get(part: Part, path: str) -> httpx.Response:
    return httpx.get(f"{part.address}{path}", trust_env=False)


def sqlite_store(directory: Path, **settings: Any) -> StoreSettings:
    return StoreSettings(url=f"sqlite:///{directory}/store.db", **settings)


def statuses(kafka: KafkaSettings) -> dict[str, Kind]:
    found = {}
    for one in read_all(kafka, kafka.status_topic):
        assert one.record.value is not None
        status = read_status(one.record.value)
        found[status.tracking_id] = status.phase
    return found


def wait_until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not holds():
        assert time.monotonic() < deadline, f"{what} did not come"
        time.sleep(0.05)


async def opened(store: StoreSettings) -> Reader:
    reader = open_reader(store)
    await reader.open()
    return reader


@pytest.mark.anyio
async def test_a_record_that_is_no_event_goes_to_the_dead_letters_and_stops_nothing(
    topics: KafkaSettings, tmp_path: Path
) -> None:
    garbage = Record(b"k", b'{"tries":"many"}', [("ce_source", b"mta-1"), ("traceparent", b"00-1-2-3")], NOW)
    tombstone = Record(b"k", None, [], NOW)
    deep = Record(b"k", b'{"tracking_id":"deep","x":' + b"[" * 100_000 + b"]" * 100_000 + b"}", [], NOW)
    await publish(topics, record("t-1"), garbage, tombstone, deep, record("t-2"))
    store = sqlite_store(tmp_path)
    with running(consumers(topics, store, tmp_path)) as part:
        reader = await opened(store)
        await wait_complete(topics, reader)
        assert all(message is not None for message in await reader.messages(["t-1", "t-2"]))
        deadline = time.monotonic() + DEADLINE_S
        while sum((await reader.latencies(0)).values()) < 2:
            assert time.monotonic() < deadline, "how long the events took was not noted"
            await asyncio.sleep(0.05)
        await reader.close()
        metrics = get(part, "/metrics").text
        assert 'eds_consumer_events_total{result="dead_lettered"} 3.0' in metrics
    places = {one.offset: one for one in read_all(topics, topics.notifications_topic) if one.record.key == b"k"}
    letters = [read_dead_letter(one.record) for one in read_all(topics, topics.dead_letters_topic)]
    assert {letter.content for letter in letters} == {garbage.value, deep.value, None}
    for letter in letters:
        assert (letter.part, letter.topic, letter.received_at) == (LetterPart.RECORD, topics.notifications_topic, NOW)
        assert letter.offset in places
        assert letter.errors["value"]
    bad = next(letter for letter in letters if letter.content == garbage.value)
    assert (bad.source, bad.traceparent) == ("mta-1", "00-1-2-3")


@pytest.mark.anyio
async def test_a_view_that_is_larger_than_a_record_is_announced_without_its_deliveries(
    topics: KafkaSettings, tmp_path: Path
) -> None:
    rows = [
        Notification(
            tracking_id="large", event_label="delivered", rcpt_to=f"r{who}@example.org", resp_msg="x" * 1_000_000
        )
        for who in range(12)
    ]
    store = sqlite_store(tmp_path)
    part = consumers(topics, store, tmp_path)
    with running(part):
        await publish(topics, *[build_event(row, NOW, request_headers(NOW, "test")) for row in rows], record("small"))
        wait_until(lambda: set(statuses(topics)) == {"large", "small"}, "an announcement")
        wait_until(lambda: _large(topics) == (12, False), "the whole view")
        assert part.end() == 0


def _large(kafka: KafkaSettings) -> tuple[int, bool]:
    """The number of deliveries of the newest view, and whether they are in it."""
    found = [read_status(one.record.value or b"") for one in read_all(kafka, kafka.status_topic)]
    newest = max((status for status in found if status.tracking_id == "large"), key=lambda status: status.revision)
    return sum(newest.delivery_counts.values()), newest.deliveries_complete


@pytest.mark.anyio
async def test_what_was_applied_but_not_announced_is_announced_by_the_next_owner(
    topics: KafkaSettings, tmp_path: Path
) -> None:
    await publish(topics, *(record(f"t-{n}") for n in range(20)))
    store = sqlite_store(tmp_path)
    writer = open_writer(store, shipped_classifier())
    await writer.open()
    batch = to_batch(read_messages(topics, topics.notifications_topic))
    claim = await writer.claim(topics.notifications_topic, list(batch.next_offsets), "crashed")
    await writer.apply(claim, batch, NOW, {})
    await writer.close()
    assert statuses(topics) == {}
    with running(consumers(topics, store, tmp_path)):
        reader = await opened(store)
        await wait_complete(topics, reader)
        await reader.close()
    assert statuses(topics) == {f"t-{n}": Kind.DELIVERED for n in range(20)}


@pytest.mark.anyio
async def test_a_store_that_is_away_is_waited_for(topics: KafkaSettings, tmp_path: Path) -> None:
    store = sqlite_store(tmp_path, write_timeout_ms=100)
    with running(consumers(topics, store, tmp_path)) as part:
        blocker = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
        blocker.execute("begin immediate")
        await publish(topics, record("t-1"))

        wait_until(lambda: get(part, "/readyz").status_code == 503, "unreadiness")
        assert "[-]store" in get(part, "/readyz?verbose").text
        assert get(part, "/livez").status_code == 200
        blocker.execute("rollback")
        blocker.close()
        wait_until(lambda: get(part, "/readyz").status_code == 200, "readiness")
        reader = await opened(store)
        await wait_complete(topics, reader)
        assert (await reader.messages(["t-1"]))[0] is not None
        await reader.close()


@pytest.mark.anyio
async def test_sigterm_ends_it_in_order(topics: KafkaSettings, tmp_path: Path) -> None:
    await publish(topics, *(record(f"t-{n}") for n in range(50)))
    store = sqlite_store(tmp_path)
    with running(consumers(topics, store, tmp_path)) as part:
        reader = await opened(store)
        await wait_complete(topics, reader, announced=False)
        assert part.end() == 0
        positions = (await reader.progress()).positions[topics.notifications_topic]
        assert all(position.announced_offset == position.next_offset for position in positions.values())
        await reader.close()
    assert len(statuses(topics)) == 50


@pytest.mark.anyio
async def test_an_older_claim_writes_nothing(topics: KafkaSettings, tmp_path: Path) -> None:
    await publish(topics, record("t-1"), record("t-2"))
    store = sqlite_store(tmp_path)
    writer = open_writer(store, shipped_classifier())
    await writer.open()
    batch: Batch = to_batch(read_messages(topics, topics.notifications_topic))
    stale = await writer.claim(topics.notifications_topic, list(batch.next_offsets), "first")
    fresh = await writer.claim(topics.notifications_topic, list(batch.next_offsets), "second")
    with pytest.raises(Fenced):
        await writer.apply(stale, batch, NOW, {})
    applied = await writer.apply(fresh, msgspec.structs.replace(batch), NOW, {})
    assert applied.inserted == 2
    await writer.close()


def test_a_taken_port_is_named(topics: KafkaSettings, tmp_path: Path) -> None:
    with running(consumers(topics, sqlite_store(tmp_path), tmp_path)) as first:
        clash = consumers(topics, sqlite_store(tmp_path), tmp_path, port=first.port)
        clash.start()
        assert clash.process is not None
        assert clash.process.wait(DEADLINE_S) == 2
        assert f"[consumers] 127.0.0.1:{first.port}: Address already in use" in clash.log_end()
