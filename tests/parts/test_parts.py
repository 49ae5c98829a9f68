"""The parts themselves: each test has what nobody else has."""

import asyncpg
import pytest

from bus import health
from bus.settings import KafkaSettings


def test_kafka_answers(topics: KafkaSettings) -> None:
    assert health.brokers(topics, timeout_s=5) != []


@pytest.mark.anyio
@pytest.mark.parametrize("turn", [1, 2])
async def test_each_test_has_an_empty_database(database: str, turn: int) -> None:
    connection = await asyncpg.connect(database)
    try:
        await connection.execute("CREATE TABLE mine (turn int)")
        assert await connection.fetchval("SHOW fsync") == "on"
    finally:
        await connection.close()
