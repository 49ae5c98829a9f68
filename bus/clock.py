"""How far the brokers' clock is from ours.

Kafka's protocol has no question for the time, but a group's offsets bear the time at which the coordinator wrote them: one is
committed, for a group of this purpose, and read back from where Kafka keeps it.
"""

from collections.abc import Callable
from contextlib import suppress

from confluent_kafka import Consumer, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient

from bus.client import client_options
from bus.reading import watermarks
from bus.settings import KafkaSettings
from delivery.errors import Unavailable

OFFSETS_TOPIC = "__consumer_offsets"
ANSWER_TIMEOUT_S = 5.0
RECORD_TIMEOUT_S = 20.0  # where the first commit ever has just made the offsets' topic, its leaders are found late


def clock_ahead_ms(settings: KafkaSettings, now: Callable[[], int]) -> int:
    """How many ms the coordinator's clock is ahead of `now`; 0 where the difference is less than the asking took. Blocks.

    Unavailable where Kafka does not say, which it need not: an authorizer may keep its offsets to itself.
    """
    group = f"{settings.group}-doctor"
    options = client_options(settings, "doctor") | {
        "group.id": group, "enable.auto.commit": False, "auto.offset.reset": "error", "log_level": 0,
        "socket.timeout.ms": round(ANSWER_TIMEOUT_S * 1000),
    }  # fmt: skip
    consumer = Consumer(options)
    try:
        consumer.list_topics(settings.notifications_topic, timeout=ANSWER_TIMEOUT_S)  # a commit waits for a minute
        began_at = now()
        consumer.commit(offsets=[TopicPartition(settings.notifications_topic, 0, 0)], asynchronous=False)
        written_at = _last_written(consumer, group)
        ended_at = now()
        _forget(settings, group)
    except KafkaException as problem:
        raise Unavailable(f"Kafka does not tell its time: {problem.args[0].str()}") from problem
    finally:
        consumer.close()
    return min(0, written_at - began_at) + max(0, written_at - ended_at)


def _last_written(consumer: Consumer, group: str) -> int:
    """The time of the newest record in the partition that has the group's offsets: what we committed, or something younger."""
    bounds = watermarks(consumer, OFFSETS_TOPIC, ANSWER_TIMEOUT_S)
    partition = abs(java_hash(group)) % len(bounds)  # as Kafka gives groups to partitions
    consumer.assign([TopicPartition(OFFSETS_TOPIC, partition, max(0, bounds[partition][1] - 1))])
    message = consumer.poll(RECORD_TIMEOUT_S)
    if message is None:
        raise Unavailable("Kafka does not tell its time: its offsets can't be read")
    if (error := message.error()) is not None:
        raise KafkaException(error)
    return message.timestamp()[1]


def java_hash(text: str) -> int:
    """Java's String.hashCode; but 0 for the one number that has no absolute value in Java, as Kafka takes it."""
    found = 0
    for unit in memoryview(text.encode("utf-16-le")).cast("H"):
        found = (31 * found + unit) & 0xFFFF_FFFF
    return (found - (1 << 32) if found > 1 << 31 else found) if found != 1 << 31 else 0


def _forget(settings: KafkaSettings, group: str) -> None:
    """Removes the group; where that is not allowed it expires."""
    admin = AdminClient(client_options(settings, "doctor") | {"log_level": 0})
    with suppress(KafkaException, TimeoutError):
        for deleted in admin.delete_consumer_groups([group], request_timeout=ANSWER_TIMEOUT_S).values():
            deleted.result(ANSWER_TIMEOUT_S * 2)
