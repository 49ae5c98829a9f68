"""The whole way under crashes: whatever is killed when, every view is the pure fold of the events, and nothing is lost.

Each run has a seed; a failure names it, and EDS_TEST_SEED runs it again.
"""

import asyncio
import os
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, cycle
from pathlib import Path
from random import Random, SystemRandom
from typing import Self

import httpx
import pytest

from bus.health import Health
from bus.reading import read_all
from bus.settings import KafkaSettings
from delivery.classification import shipped_classifier
from delivery.event import Received, read_event
from delivery.state import fold
from delivery.status import MessageStatus, message_status, read_status
from delivery.views import Views, encode_view
from ops.traffic import Row, Traffic
from store.contract import ANNOUNCED_DELIVERIES_MAX, Reader
from store.opening import open_reader
from store.questions import EventFilter
from store.settings import StoreSettings
from tests.parts.processes import Part, running
from tests.whole.bodies import FORMATS

KILLS = 5
ROWS = 6_000
COMPLETE_S_MAX = 90.0


@pytest.fixture
def seed() -> int:
    chosen = int(os.environ.get("EDS_TEST_SEED") or SystemRandom().randrange(2**32))
    print(f"EDS_TEST_SEED={chosen}")
    return chosen


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> StoreSettings:
    if request.param == "sqlite":
        return StoreSettings(url=f"sqlite:///{tmp_path}/store.db")
    return StoreSettings(url=request.getfixturevalue("database"))


def requests(rows: Sequence[Row], random: Random) -> list[tuple[str, bytes]]:
    """The rows in bodies of all formats, most of them twice, in disorder."""
    bodies = []
    start = 0
    while start < len(rows):
        end = start + random.randrange(1, 200)
        content_type, encode = random.choice(FORMATS)
        bodies.append((content_type, encode(rows[start:end])))
        start = end
    bodies += random.sample(bodies, len(bodies) * 3 // 4)
    random.shuffle(bodies)
    return bodies


class Killer:
    """Kills a part and starts it again, a number of times at random moments, beside the test."""

    def __init__(self, part: Part, random: Random, kills: int) -> None:
        self._part = part
        self._random = random
        self._kills = kills
        self._thread = threading.Thread(target=self._run)
        self.failure: BaseException | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def again(self, bodies: Sequence[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
        """The bodies once more, and once more, until the last kill is done: every crash finds work under way."""
        for body in cycle(bodies):
            if not self._thread.is_alive():
                return
            yield body

    def __exit__(self, *_: object) -> None:
        self._thread.join()
        if self.failure is not None:
            raise self.failure

    def _run(self) -> None:
        try:
            for _ in range(self._kills):
                time.sleep(self._random.uniform(0.05, 1.5))
                self._part.kill()
                self._part.start()
                self._part.wait_ready()
        except BaseException as problem:
            self.failure = problem


def post_all(gateway: Part, bodies: Iterable[tuple[str, bytes]]) -> int:
    """Posts as a sender does: what is not answered 200 is sent again. Returns how many rows were acknowledged."""
    acknowledged = 0
    with httpx.Client(base_url=gateway.address, trust_env=False, timeout=10) as client:
        for content_type, body in bodies:
            reply = client.post("/api/SMTP", content=body, headers={"Content-Type": content_type})
            assert reply.status_code == 200, reply.text
            assert "rejected" not in reply.json()
            acknowledged += reply.json()["accepted"]
    return acknowledged


def topic_events(kafka: KafkaSettings) -> list[Received]:
    found = read_all(kafka, kafka.notifications_topic)
    return [
        read_event(one.record.value, one.record.headers, one.record.timestamp_ms, one.partition, one.offset)
        for one in found
    ]


async def wait_complete(
    kafka: KafkaSettings, reader: Reader, *, announced: bool = True, seconds_max: float = COMPLETE_S_MAX
) -> None:
    """Returns once all of the topic is applied, and announced."""
    ends = {number: end for number, end in (await Health(kafka).end_offsets(kafka.notifications_topic)).items() if end}
    deadline = time.monotonic() + seconds_max
    while True:
        positions = (await reader.progress()).positions.get(kafka.notifications_topic, {})
        behind = {
            number: end
            for number, end in ends.items()
            if number not in positions
            or positions[number].next_offset < end
            or (announced and positions[number].announced_offset < end)
        }
        if not behind:
            return
        assert time.monotonic() < deadline, f"still behind: {behind}, at {positions}"
        await asyncio.sleep(0.05)


async def assert_exact(reader: Reader, events: Sequence[Received], expected: dict[str, Views]) -> None:
    """Every view is the fold, bit for bit, and the history holds each distinct event once."""
    ids = list(expected)
    messages = await reader.messages(ids)
    for tracking_id, message in zip(ids, messages, strict=True):
        assert message is not None, tracking_id
        assert encode_view(message) == encode_view(expected[tracking_id].message)
    keys = [(tracking_id, recipient) for tracking_id in ids for recipient in expected[tracking_id].deliveries]
    for (tracking_id, recipient), delivery in zip(keys, await reader.deliveries(keys), strict=True):
        assert delivery is not None, (tracking_id, recipient)
        assert encode_view(delivery) == encode_view(expected[tracking_id].deliveries[recipient])
    counted = await reader.count_events(EventFilter(), 10_000_000)
    assert counted.count == len({(event.tracking_id, event.id) for event in events})


def assert_announced(kafka: KafkaSettings, expected: dict[str, Views]) -> None:
    """The newest record of each key on the status topic is the message's final view."""
    newest: dict[str, MessageStatus] = {}
    for one in read_all(kafka, kafka.status_topic):
        assert one.record.value is not None
        status = read_status(one.record.value)
        if status.tracking_id not in newest or newest[status.tracking_id].revision <= status.revision:
            newest[status.tracking_id] = status
    for tracking_id, views in expected.items():
        deliveries = [views.deliveries[recipient] for recipient in sorted(views.deliveries)]
        if len(deliveries) > ANNOUNCED_DELIVERIES_MAX:
            deliveries = []
        status = newest[tracking_id]
        status = MessageStatus(**{
            name: getattr(status, name) for name in status.__struct_fields__ if name != "deliveries"
        }, deliveries=sorted(status.deliveries, key=lambda delivery: delivery.recipient))  # fmt: skip
        assert status == message_status(views.message, deliveries)


@pytest.mark.anyio
async def test_views_are_exact_whenever_the_materializer_is_killed(
    topics: KafkaSettings, store: StoreSettings, seed: int, tmp_path: Path
) -> None:
    random = Random(seed)
    rows = list(Traffic(random, 1_795_342_805, duplicates=0.1).rows(ROWS))
    rows += [{**row, "tracking_id": ""} for row in rows[:50]]
    bodies = requests(rows, random)
    gateway = Part("gateway", {"kafka": topics}, tmp_path / "gateway.log")
    small = {name: getattr(topics, name) for name in topics.__struct_fields__} | {
        "instance": "one",
        "batch_events_max": 300,
    }
    settings = {"kafka": KafkaSettings(**small), "store": store}
    materializer = Part("consumers", settings, tmp_path / "consumers.log")
    with running(gateway), running(materializer):
        with Killer(materializer, random, KILLS) as killer:
            acknowledged = await asyncio.to_thread(post_all, gateway, chain(bodies, killer.again(bodies)))
        reader = open_reader(store)
        await reader.open()
        try:
            await wait_complete(topics, reader)
            events = await asyncio.to_thread(topic_events, topics)
            assert len(events) == acknowledged
            expected = fold(events, shipped_classifier())
            await assert_exact(reader, events, expected)
            await asyncio.to_thread(assert_announced, topics, expected)
        finally:
            await reader.close()
        assert materializer.end() == 0
        assert gateway.end() == 0
