"""The real parts as fixtures. What can't be started is a failure, never a skip.

Async tests carry `@pytest.mark.anyio` and run on asyncio. EDS_TEST_KAFKA (bootstrap) and EDS_TEST_POSTGRESQL (DSN) name
servers that run already.
"""

import os
import signal
from collections.abc import Iterator

import hypothesis
import pytest

from bus.settings import KafkaSettings
from tests.parts import kafka as kafka_part
from tests.parts import postgresql as postgresql_part

LONG = (
    "tests/gateway/test_kills.py", "tests/whole/", "tests/senders/", "tests/consumers/test_rebuild.py", "tests/live/",
    "tests/deploy/test_subscribers.py",
    "tests/deploy/test_kubernetes_run.py", "tests/gateway/test_workers.py", "tests/gateway/test_spooling.py",
    "tests/console/", "tests/bus/test_publisher.py", "tests/ops/test_local_kafka.py", "tests/ops/test_development.py",
)  # fmt: skip


def pytest_configure() -> None:
    """Brokers of tests live for seconds: Java's second compiler would cost them more than it gives. How long an example takes, on
    cores that are shared, says nothing."""
    hypothesis.settings.register_profile(
        "shared", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
    )
    hypothesis.settings.load_profile("shared")
    os.environ.setdefault("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1")
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as a shell leaves it for what runs in its background
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take long come first: side by side, short ones then fill what is left of each set."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[kafka_part.Kafka]:
    """A Kafka that all tests share; take topics of your own from it."""
    with kafka_part.running(tmp_path_factory.mktemp("kafka"), os.environ) as part:
        yield part


@pytest.fixture
def topics(kafka: kafka_part.Kafka) -> Iterator[KafkaSettings]:
    """Settings for three topics that only this test has, made with 3 partitions each."""
    with kafka.topics() as settings:
        yield settings


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The DSN of a PostgreSQL server that all tests share."""
    with postgresql_part.running(os.environ) as dsn:
        yield dsn


@pytest.fixture
def database(postgresql: str) -> Iterator[str]:
    """The DSN of an empty database that only this test has."""
    with postgresql_part.fresh_database(postgresql) as dsn:
        yield dsn
