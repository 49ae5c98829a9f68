"""What a benchmark is run with: how long it may take, and the real parts, which start when the first benchmark wants them."""

import os
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path

from bench import programs
from bench.table import machine
from ops.kafka.artefacts import cache_directory
from ops.local_kafka import open_kafka
from tests.parts import kafka as kafka_part
from tests.parts import postgresql as postgresql_part


class Options:
    """`events` is 0 where nobody said how many. Everything that is started ends with `parts`."""

    def __init__(self, directory: Path, parts: ExitStack, *, quick: bool, events: int) -> None:
        self.directory = directory
        self.quick = quick
        self.events = events
        self.parts = parts
        self.machine = machine()

    @cached_property
    def kafka(self) -> kafka_part.Kafka:
        """A Kafka of our own, so that nobody else's records and settings are in the figures."""
        cluster = open_kafka(self.directory / "kafka", cache_directory(os.environ), port=None, say=print)
        return kafka_part.Kafka(self.parts.enter_context(cluster).bootstrap)

    @cached_property
    def postgresql(self) -> str:
        """The DSN of a server."""
        return self.parts.enter_context(postgresql_part.running(os.environ))

    @cached_property
    def load(self) -> Path:
        return programs.build("load", self.directory)

    @cached_property
    def yardstick(self) -> Path:
        return programs.build("yardstick", self.directory)
