"""A producer is polled on, and everybody is told, whatever goes wrong in between."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest
from msgspec.structs import replace

from bus.mock import MockCluster
from bus.producing import PARK_ABOVE_RECORDS, Link, Parcel
from bus.publisher import Publisher
from bus.settings import KafkaSettings
from delivery.errors import DeliveryStatusError, Unavailable
from delivery.event import Record

pytestmark = pytest.mark.anyio
TOPIC = "smtp.notifications"
RECORDS = [Record(b"k", b"v", [], 1_700_000_000_000)]
WAIT_S = 20


@pytest.fixture
def lingering() -> Iterator[KafkaSettings]:
    """A mock cluster, and records that wait for so long that the thread is parked when they are acknowledged."""
    cluster = MockCluster()
    cluster.start()
    yield KafkaSettings(bootstrap=cluster.bootstrap, linger_ms=300)
    cluster.stop()


@asynccontextmanager
async def opened(settings: KafkaSettings) -> AsyncIterator[tuple[Publisher, Link]]:
    publisher = Publisher(settings)
    await publisher.open()
    assert publisher._link is not None
    try:
        yield publisher, publisher._link
    finally:
        await publisher.close(timeout_s=1)


def fail(_: DeliveryStatusError | None) -> None:
    raise asyncio.InvalidStateError("nobody waits here")


async def test_what_a_callback_raises_while_the_loop_polls_is_logged_and_all_others_are_told(
    lingering: KafkaSettings, caplog: pytest.LogCaptureFixture
) -> None:
    async with opened(lingering) as (publisher, link):
        publisher.send(TOPIC, RECORDS, fail)
        others = [asyncio.create_task(publisher.publish(TOPIC, RECORDS)) for _ in range(PARK_ABOVE_RECORDS)]
        await asyncio.sleep(0)
        assert link.loop_polls
        await asyncio.gather(*others)
        await publisher.publish(TOPIC, RECORDS)
        assert publisher.records_in_flight == publisher.bytes_in_flight == 0
    errors = [record.message for record in caplog.records if record.levelno >= logging.ERROR]
    assert errors == ["defect: nobody waits here"]


async def test_the_loop_polls_on_whatever_is_raised_while_it_polls(lingering: KafkaSettings) -> None:
    loop, raised = asyncio.get_running_loop(), []
    settled: list[Parcel] = []
    all_settled = asyncio.Event()

    def refuse(parcel: Parcel) -> None:
        settled.append(parcel)
        if len(settled) == len(sent):
            all_settled.set()
        raise RuntimeError

    loop.set_exception_handler(lambda _, context: raised.append(type(context["exception"])))
    link = Link(lingering, loop, refuse, lambda _: None)
    sent = [link.send(TOPIC, RECORDS, 1, fail) for _ in range(PARK_ABOVE_RECORDS + 1)]
    assert link.loop_polls
    await asyncio.wait_for(all_settled.wait(), WAIT_S)
    await asyncio.to_thread(link.end, WAIT_S)
    assert settled == sent
    assert raised == [RuntimeError] * len(sent)


async def test_deadlines_are_kept_after_a_callback_that_raises(lingering: KafkaSettings) -> None:
    async with opened(replace(lingering, delivery_timeout_ms=500)) as (publisher, link):
        link._thread_polls.clear()  # nobody polls: the deadlines are all that tells
        publisher.send(TOPIC, RECORDS, fail)
        with pytest.raises(Unavailable, match="within 500 ms"):
            await asyncio.wait_for(publisher.publish(TOPIC, RECORDS), WAIT_S)


@pytest.mark.parametrize("taken", [0, 1])
async def test_a_defect_while_records_are_handed_over_is_raised_and_nobody_is_told_of_success(
    lingering: KafkaSettings, taken: int
) -> None:
    told: list[object] = []
    no_record = Record(cast(Any, 5), b"v", [], 1)
    async with opened(lingering) as (publisher, _):
        with pytest.raises(TypeError):
            publisher.send(TOPIC, [*RECORDS * taken, no_record], told.append)
        await publisher.publish(TOPIC, RECORDS)  # behind what was taken
        assert publisher.records_in_flight == publisher.bytes_in_flight == 0
    assert told == []
