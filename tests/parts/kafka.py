"""A Kafka for the tests: the one that is named, Docker's where an engine answers, else a native one started here."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bus import topics
from bus.settings import KafkaSettings
from ops import docker
from ops.kafka.artefacts import cache_directory
from ops.local_kafka import open_kafka

IMAGE = "confluentinc/cp-kafka:7.9.1"  # what testcontainers knows how to start


class Kafka:
    """A running Kafka. `settings` gives topics of its own to whoever asks."""

    def __init__(self, bootstrap: str) -> None:
        self.bootstrap = bootstrap

    def settings(self, **overrides: Any) -> KafkaSettings:
        """Settings with unique topic and group names; 3 partitions if not said otherwise. The topics don't exist yet."""
        unique = secrets.token_hex(4)
        names: dict[str, Any] = {
            "bootstrap": self.bootstrap,
            "notifications_topic": f"smtp.notifications.{unique}",
            "status_topic": f"smtp.status.{unique}",
            "dead_letters_topic": f"smtp.dead-letters.{unique}",
            "group": f"group.{unique}",
            "partitions": 3,
            # Tests use times of any year: retention must not take their records away.
            "retention_days": 0,
        }
        return KafkaSettings(**(names | overrides))

    @contextmanager
    def topics(self, **overrides: Any) -> Iterator[KafkaSettings]:
        """The same, with the topics made, and deleted in the end."""
        settings = self.settings(**overrides)
        topics.ensure(settings)
        try:
            yield settings
        finally:
            topics.delete(settings)


@contextmanager
def running(directory: Path, environment: Mapping[str, str]) -> Iterator[Kafka]:
    """A Kafka for one test session; it fails loudly where none can be had."""
    if bootstrap := environment.get("EDS_TEST_KAFKA"):
        yield Kafka(bootstrap)
    elif docker.answers():
        from testcontainers.community.kafka import KafkaContainer

        with KafkaContainer(IMAGE).with_kraft() as container:
            yield Kafka(container.get_bootstrap_server())
    else:
        with open_kafka(directory, cache_directory(environment), port=None, say=print) as cluster:
            yield Kafka(cluster.bootstrap)
