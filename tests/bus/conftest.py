"""Clusters that a test may crash."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from ops.kafka.artefacts import cache_directory
from ops.local_kafka import LocalKafka, open_kafka

Start = Callable[[int, int | None], LocalKafka]


@pytest.fixture
def crash_kafka(tmp_path: Path) -> Iterator[Start]:
    """Starts a cluster of its own for the test: how many brokers, and the first one's port."""
    with ExitStack() as stack:

        def start(brokers: int, port: int | None) -> LocalKafka:
            cache = cache_directory(os.environ)
            return stack.enter_context(open_kafka(tmp_path / "kafka", cache, brokers=brokers, port=port, say=print))

        yield start
