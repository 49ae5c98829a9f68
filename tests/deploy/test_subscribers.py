"""The subscribers' examples against a real materializer: whatever is killed, their newest statuses are the store's views."""

import asyncio
import os
import re
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from random import Random, SystemRandom
from typing import Any

import msgspec
import pytest

from bus.health import Health
from bus.publisher import Publisher
from bus.settings import KafkaSettings
from delivery import schemas
from delivery.classification import Kind
from delivery.event import Record, build_event, request_headers
from delivery.notification import Notification
from delivery.status import MessageStatus, message_status, read_status
from ops.traffic import Row, Traffic
from store.contract import ANNOUNCED_DELIVERIES_MAX, Reader
from store.opening import open_reader
from store.questions import Order, Window
from store.settings import StoreSettings
from tests.deploy.subscribers import JAVA, PYTHON, Example
from tests.parts.processes import Part, running
from tests.whole.test_crashes import wait_complete

NOW = 1_795_342_805_000
DEADLINE_S = 60.0
COMPONENTS = schemas.wire_components()
ENDED = {"python": 0, "java": 143}  # a JVM that SIGTERM ends says so, however orderly it was
TYPES = ("MessageStatus", "DeliveryStatus", "Classification", "LastResponse")


@pytest.mark.parametrize("name", TYPES)
def test_the_python_example_has_the_members_of_the_schema(name: str) -> None:
    spec = spec_from_file_location("subscriber", PYTHON)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    found, schema = getattr(module, name), COMPONENTS[name]
    assert found.__required_keys__ == set(schema.get("required", ()))
    assert found.__required_keys__ | found.__optional_keys__ == schema["properties"].keys()


@pytest.mark.parametrize("name", TYPES)
def test_the_java_example_has_the_members_of_the_schema(name: str) -> None:
    source = (JAVA / "src/main/java/subscriber/MessageStatus.java").read_text("utf-8")
    declared = re.search(rf"record {name}\(([^)]*)\)", source)
    assert declared is not None
    members = re.findall(r"(\w+) (\w+)(?:,|$)", declared[1].strip())
    names = {re.sub(r"([A-Z])", r"_\1", member).lower(): kind for kind, member in members}
    maps = re.findall(r"(?:Map<[^>]*>|List<[^>]*>) (\w+)(?:,|$)", declared[1].strip())
    names |= dict.fromkeys((re.sub(r"([A-Z])", r"_\1", member).lower() for member in maps), "object")
    schema = COMPONENTS[name]
    assert names.keys() == schema["properties"].keys()
    # What may be absent is an object, which can be null.
    assert {member for member, kind in names.items() if kind in {"long", "boolean"}} <= set(schema.get("required", ()))


@asynccontextmanager
async def publisher_of(kafka: KafkaSettings) -> AsyncIterator[Publisher]:
    publisher = Publisher(kafka)
    await publisher.open()
    try:
        yield publisher
    finally:
        await publisher.close()


def events(rows: Sequence[Row]) -> list[Record]:
    headers = request_headers(NOW, "test")
    return [build_event(msgspec.convert(row, Notification), NOW, headers) for row in rows]


async def wait_until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not holds():
        assert time.monotonic() < deadline, f"{what} did not come"
        await asyncio.sleep(0.05)


def status(tracking_id: str, revision: int, phase: Kind) -> Record:
    """A record as somebody who is late, or a removal, leaves it on the topic."""
    value = MessageStatus(tracking_id, revision, phase, NOW, NOW, {phase: 1}, deliveries_complete=False)
    return Record(tracking_id.encode(), msgspec.json.encode(value), [], NOW)


async def views(reader: Reader, tracking_ids: Sequence[str]) -> dict[str, MessageStatus]:
    """What the store says of the messages, in the public form."""
    window = Window(limit=1_000)
    found = {}
    slices = await reader.deliveries_of(tracking_ids, Order.OLDEST_FIRST, window)
    for message, deliveries in zip(await reader.messages(tracking_ids), slices, strict=True):
        assert message is not None
        small = len(deliveries.rows) <= ANNOUNCED_DELIVERIES_MAX
        found[message.tracking_id] = by_recipient(message_status(message, deliveries.rows if small else []))
    return found


def by_recipient(status: MessageStatus) -> MessageStatus:
    ordered = sorted(status.deliveries, key=lambda delivery: delivery.recipient)
    return msgspec.structs.replace(status, deliveries=ordered)


async def caught_up(example: Example, kafka: KafkaSettings) -> None:
    ends = {number: end for number, end in (await Health(kafka).end_offsets(kafka.status_topic)).items() if end}

    def there() -> bool:
        example.check()
        return example.positions() == ends

    await wait_until(there, f"{example.path.stem}'s position {ends}")


def materializer(kafka: KafkaSettings, store: StoreSettings, directory: Path) -> Part:
    small = msgspec.structs.replace(kafka, instance="one", batch_events_max=200)
    sections: dict[str, Any] = {"kafka": small, "store": store, "consumers": {"idle_announce_ms": 50}}
    return Part("consumers", sections, directory / "consumers.log")


@pytest.mark.anyio
async def test_whatever_is_killed_the_newest_statuses_are_the_stores_views(
    topics: KafkaSettings, tmp_path: Path
) -> None:
    random = Random(int(os.environ.get("EDS_TEST_SEED") or SystemRandom().randrange(2**32)))
    rows = list(Traffic(random, NOW // 1000).rows(1_400))
    rows += [
        {"tracking_id": "large", "event_label": "queued", "rcpt_to": f"r{number}@example.org"} for number in range(30)
    ]
    doubled = events(rows) * 2
    random.shuffle(doubled)
    store = StoreSettings(url=f"sqlite:///{tmp_path}/store.db")
    part = materializer(topics, store, tmp_path)
    examples = [await asyncio.to_thread(Example, language, topics, tmp_path) for language in ("python", "java")]
    try:
        with running(part):
            async with publisher_of(topics) as publisher:
                for example in examples:
                    example.start()
                third = len(doubled) // 3 + 1
                rounds: list[list[Example | Part]] = [[*examples], [part], []]
                for killed, start in zip(rounds, range(0, len(doubled), third), strict=True):
                    await publisher.publish(topics.notifications_topic, doubled[start : start + third])
                    await wait_until(lambda: all(one.count() > 50 for one in examples), "statuses")
                    for victim in killed:
                        victim.kill()
                        victim.start()
                await assert_the_same(topics, store, examples, publisher)
            assert [example.end() for example in examples] == [ENDED["python"], ENDED["java"]]
            assert part.end() == 0
    finally:
        for example in examples:
            example.kill()


async def assert_the_same(
    topics: KafkaSettings, store: StoreSettings, examples: Sequence[Example], publisher: Publisher
) -> None:
    reader = open_reader(store)
    await reader.open()
    try:
        await wait_complete(topics, reader)
        for example in examples:
            await caught_up(example, topics)
        ids = list(examples[0].values())
        expected = await views(reader, ids)
    finally:
        await reader.close()
    assert not expected["large"].deliveries_complete
    assert expected["large"].delivery_counts == {Kind.QUEUED: 30}
    late = next(each for each in expected.values() if each.revision > 1)
    copy = next(iter(expected.values()))
    await publisher.publish(
        topics.status_topic,
        [
            status(late.tracking_id, late.revision - 1, Kind.UNKNOWN),
            Record(copy.tracking_id.encode(), msgspec.json.encode(copy), [], NOW),
            status("gone", 3, Kind.QUEUED),
            Record(b"gone", None, [], NOW),
            status("back", 3, Kind.BOUNCED),
            Record(b"back", None, [], NOW),
            status("back", 1, Kind.DELIVERED),
        ],
    )
    expected["back"] = MessageStatus(
        "back", 1, Kind.DELIVERED, NOW, NOW, {Kind.DELIVERED: 1}, deliveries_complete=False
    )
    for example in examples:
        await caught_up(example, topics)
        assert {key: by_recipient(read_status(value)) for key, (_, _, value) in example.values().items()} == expected
        for tracking_id, (revision, phase, _) in example.values().items():
            assert (revision, phase) == (expected[tracking_id].revision, expected[tracking_id].phase)


@pytest.mark.anyio
@pytest.mark.parametrize("language", ["python", "java"])
async def test_who_was_away_for_longer_than_tombstones_stay_starts_from_the_beginning(
    topics: KafkaSettings, tmp_path: Path, language: str
) -> None:
    example = await asyncio.to_thread(Example, language, topics, tmp_path)
    async with publisher_of(topics) as publisher:
        strange = Record(
            b"strange", b'{"tracking_id":"strange","revision":1,"phase":"teleported","first_event_at":1,"last_event_at":1,'
            b'"delivery_counts":{},"deliveries_complete":false,"more":{"than":"expected"}}', [], NOW,
        )  # fmt: skip
        await publisher.publish(topics.status_topic, [status("kept", 1, Kind.QUEUED), strange])
    try:
        example.start()
        await caught_up(example, topics)
        assert example.values()["strange"][1] == "unknown"
        assert example.end() == ENDED[language]
        missed = "insert into statuses select 'missed', topic_partition, 1, 'queued', '{}' from positions"
        example.change(f"{missed} limit 1")
        example.change("update positions set noted_at = noted_at - 25 * 3600")
        example.start()
        await wait_until(lambda: example.values().keys() == {"kept", "strange"}, "a fresh start")
        assert example.end() == ENDED[language]
    finally:
        example.kill()
