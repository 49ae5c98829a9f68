"""The API as a server over a real Kafka and a real store; events are applied and announced here as the materializer does it."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Self

import httpx
import msgspec
import pytest

from bus.publisher import Publisher
from bus.settings import KafkaSettings
from delivery.batch import Batch
from delivery.classification import shipped_classifier
from delivery.errors import Retryable
from delivery.event import Record, build_event, read_event, request_headers
from delivery.notification import Notification
from delivery.status import status_record
from graphql_api.requeuing import Requeue
from graphql_api.server import serve
from graphql_api.settings import GraphQLSettings
from store.contract import Claim, Writer
from store.opening import open_reader, open_writer
from store.settings import StoreSettings

START_MS = 1_795_000_000_000
KINDS = {
    "queued": "queued",
    "deferred": "deferred",
    "delivered": "delivered",
    "bounced": "hard_bounced",
    "opened": "opened",
}


class Pipeline:
    """Notifications in, views and announcements out."""

    def __init__(self, kafka: KafkaSettings, store: StoreSettings, start_ms: int = START_MS) -> None:
        self.kafka = kafka
        self.store = store
        self._publisher = Publisher(kafka)
        self._writer: Writer = open_writer(store, shipped_classifier())
        self._claim: Claim
        self._offsets = dict.fromkeys(range(kafka.partitions), 0)
        self._time_ms = start_ms

    async def __aenter__(self) -> Self:
        await self._writer.open()
        await self._publisher.open()
        self._claim = await self._writer.claim(self.kafka.notifications_topic, list(self._offsets), "test")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._publisher.close()
        await self._writer.close()

    async def report(self, tracking_id: str | None, label: str, recipient: str = "a@example.org", **more: Any) -> None:
        """One notification, all the way."""
        await self.apply([notification(tracking_id, label, recipient, **more)])

    async def apply(self, notifications: Sequence[Notification], *, announce: bool = True) -> list[Record]:
        """Notifications as one batch; returns what was announced, or is to be."""
        records, events = [], []
        for one in notifications:
            self._time_ms += 1_000
            record = build_event(
                one, self._time_ms, request_headers(self._time_ms, "relay-3" if one.sender_id == 3 else "test")
            )
            partition = sum(record.key or b"") % len(self._offsets)
            events.append(read_event(record.value, record.headers, self._time_ms, partition, self._offsets[partition]))
            self._offsets[partition] += 1
            records.append(record)
        await self._publisher.publish(self.kafka.notifications_topic, records)
        applied = await self._writer.apply(self._claim, Batch(events, dict(self._offsets)), self._time_ms, {})
        statuses = [status_record(change.message, change.deliveries, self._time_ms) for change in applied.changes]
        if announce:
            await self.announce(statuses)
        return statuses

    async def until_writable(self) -> None:
        """Returns once Kafka takes records."""
        deadline = asyncio.get_running_loop().time() + 30
        while True:
            try:
                return await self._publisher.publish(self.kafka.dead_letters_topic, [Record(b"", b"", [], START_MS)])
            except Retryable:
                assert asyncio.get_running_loop().time() < deadline, "Kafka takes no records"

    async def announce(self, records: Sequence[Record]) -> None:
        await self._publisher.publish(self.kafka.status_topic, list(records))


def notification(tracking_id: str | None, label: str, recipient: str = "a@example.org", **more: Any) -> Notification:
    """A notification of this kind; `time_finished` tells copies apart."""
    return Notification(
        tracking_id=tracking_id, event_label=KINDS[label], rcpt_to=recipient, **({"sender_id": 7} | more)
    )  # fmt: skip


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Any) -> StoreSettings:
    if request.param == "sqlite":
        return StoreSettings(url=f"sqlite:///{tmp_path}/store.db")
    return StoreSettings(url=request.getfixturevalue("database"))


@pytest.fixture
def sqlite(tmp_path: Any) -> StoreSettings:
    """One store, where it makes no difference which."""
    return StoreSettings(url=f"sqlite:///{tmp_path}/store.db")


@asynccontextmanager
async def serving(
    kafka: KafkaSettings, store: StoreSettings, **settings: Any
) -> AsyncIterator[tuple[str, asyncio.Event]]:  # fmt: skip
    """The server's address, and the event that stops it. It ends with the context at the latest. `requeue` is no setting."""
    requeue: Requeue | None = settings.pop("requeue", None)
    stop, said = asyncio.Event(), asyncio.Queue[str]()
    chosen = msgspec.structs.replace(GraphQLSettings(port=0), **settings)
    task = asyncio.create_task(
        serve(chosen, kafka, open_reader(store), stop=stop, started=said.put_nowait, requeue=requeue)
    )
    try:
        asked = asyncio.create_task(said.get())
        await asyncio.wait({asked, task}, return_when=asyncio.FIRST_COMPLETED, timeout=20)
        yield asked.result(), stop
    finally:
        stop.set()
        await asyncio.wait_for(task, 20)


def headers(token: str | None) -> Mapping[str, str]:
    return {} if token is None else {"authorization": f"Bearer {token}"}


async def metric(url: str, name: str) -> float:
    """The sum of a metric over its labels."""
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=20) as client:
        lines = (await client.get("/metrics")).text.splitlines()
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.split("{")[0].split(" ")[0] == name)


async def subscribed(url: str, count: int) -> None:
    """Returns once there are so many subscriptions."""
    deadline = asyncio.get_running_loop().time() + 20
    while await metric(url, "eds_graphql_subscriptions_active") != count:
        assert asyncio.get_running_loop().time() < deadline, f"there are not {count} subscriptions"
        await asyncio.sleep(0.02)
