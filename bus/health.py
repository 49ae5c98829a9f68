"""Whether Kafka is there, asked through Kafka's own protocol."""

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from bus.client import client_options
from bus.settings import KafkaSettings
from delivery.errors import Unavailable


def brokers(settings: KafkaSettings, timeout_s: float) -> list[int]:
    """The ids of the brokers that take part in the cluster. Blocks. Unavailable where none answers in time."""
    options = client_options(settings, "health") | {"log_level": 0}
    try:
        return sorted(AdminClient(options).list_topics(timeout=timeout_s).brokers)
    except KafkaException as problem:
        raise Unavailable(f"Kafka at {settings.bootstrap} does not answer: {problem.args[0].str()}") from problem
