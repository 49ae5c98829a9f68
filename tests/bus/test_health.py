"""Health asks the broker, answers in time, and says what is wrong."""

import time

import pytest
from msgspec.structs import replace

from bus.health import CHECK_TIMEOUT_S, Health
from bus.settings import KafkaSettings
from delivery.errors import Unavailable
from ops.local_kafka import choose_port

pytestmark = pytest.mark.anyio


async def test_all_is_well(topics: KafkaSettings) -> None:
    assert await Health(topics).check() is None


async def test_a_missing_topic_is_named(topics: KafkaSettings) -> None:
    assert await Health(replace(topics, status_topic="smtp.gone")).check() == "topic smtp.gone is missing"


async def test_no_broker_is_said_in_time_and_asked_once(topics: KafkaSettings) -> None:
    health = Health(replace(topics, bootstrap=f"127.0.0.1:{choose_port()}"))
    started = time.monotonic()
    assert "does not answer" in (await health.check() or "")
    assert time.monotonic() - started < CHECK_TIMEOUT_S + 1
    started = time.monotonic()
    assert "does not answer" in (await health.check() or "")
    assert time.monotonic() - started < CHECK_TIMEOUT_S / 2  # it did not ask again


async def test_lag_counts_from_the_positions(topics: KafkaSettings) -> None:
    health = Health(topics)
    assert await health.end_offsets(topics.notifications_topic) == {0: 0, 1: 0, 2: 0}
    assert await health.lag(topics.notifications_topic, {0: 5}) == {0: 0, 1: 0, 2: 0}
    with pytest.raises(Unavailable, match=r"smtp\.gone"):
        await health.end_offsets("smtp.gone")
