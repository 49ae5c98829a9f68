"""librdkafka's mock cluster: a Kafka in this process's memory that keeps about 5 MB a partition. For development only."""

from confluent_kafka import Producer

ANSWER_TIMEOUT_S = 5.0


class MockCluster:
    """Listens on loopback while it is started. Topics come into being when they are first named, with 4 partitions."""

    PARTITIONS = 4

    def __init__(self) -> None:
        self._host: Producer | None = None
        self._bootstrap = ""

    @property
    def bootstrap(self) -> str:
        """The address, for clients; empty before the start."""
        return self._bootstrap

    def start(self) -> None:
        """Listens on a free port."""
        self._host = Producer({"test.mock.num.brokers": 1, "bootstrap.servers": "mock", "log_level": 0})
        brokers = self._host.list_topics(timeout=ANSWER_TIMEOUT_S).brokers.values()
        self._bootstrap = ",".join(f"{broker.host}:{broker.port}" for broker in brokers)

    def problem(self) -> str | None:
        return None

    def stop(self) -> None:
        """Forgets everything."""
        self._host = None
