"""The three topics, as they must be: `ensure` makes and mends them, `describe` tells how they are.

Ensuring never shrinks, deletes or re-partitions: a topic's partition count decides where each tracking_id lives.
"""

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from typing import Any, TypeVar

import msgspec
from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import (  # type: ignore[attr-defined]  # its stubs miss the re-exports
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewTopic,
    ResourceType,
    TopicMetadata,
)

from bus.client import client_options
from bus.settings import KafkaSettings
from delivery.errors import Misconfigured, Unavailable

DAY_MS = 86_400_000
ANSWER_TIMEOUT_S = 15.0
Result = TypeVar("Result")


class Topic(msgspec.Struct, frozen=True):
    """A topic as the brokers have it. `configs` holds the ones that this product sets."""

    name: str
    partitions: int
    replication_factor: int
    configs: dict[str, str]


def wanted_configs(settings: KafkaSettings) -> dict[str, dict[str, str]]:
    """Each topic's configs, by name."""
    shared = {
        "min.insync.replicas": str(settings.min_insync_replicas),
        "max.message.bytes": str(settings.record_bytes_max),
        "compression.type": "producer",
    }
    retention_ms = settings.retention_days * DAY_MS or -1
    kept = shared | {
        "cleanup.policy": "delete",
        "retention.ms": str(retention_ms),
        "message.timestamp.type": "CreateTime",
    }
    compacted = shared | {
        "cleanup.policy": "compact",
        "min.cleanable.dirty.ratio": "0.2",
        # An erased message's last view, and an erased letter, are gone for good within a day, however quiet the topic is.
        "max.compaction.lag.ms": str(DAY_MS),
        "segment.ms": str(DAY_MS),
        "delete.retention.ms": str(DAY_MS),
    }
    return {
        settings.notifications_topic: kept,
        settings.status_topic: compacted,
        # Both: retention as for events, and keys, so that a letter can be replaced or removed before its time.
        settings.dead_letters_topic: kept | compacted | {"cleanup.policy": "compact,delete"},
    }


def ensure(settings: KafkaSettings) -> list[str]:
    """Makes the topics that are missing and mends configs that differ; returns a line for each change. Blocks; runs again safely.

    Unavailable where the brokers don't answer; Misconfigured where a topic has another number of partitions, or where
    there are fewer brokers than copies.
    """
    admin = AdminClient(client_options(settings, "topics"))
    wanted = wanted_configs(settings)
    changes = _create_missing(admin, settings, wanted)
    _await_leaders(admin, set(wanted))
    present = _present(admin, list(wanted))
    _check_partitions(present, settings)
    return changes + _mend_configs(admin, present, wanted)


def describe(settings: KafkaSettings) -> list[Topic]:
    """The topics that exist, as they are. Blocks. Unavailable where the brokers don't answer."""
    return _describe(AdminClient(client_options(settings, "topics")), list(settings.topics))


def out_of_sync(settings: KafkaSettings) -> list[str]:
    """Partitions that have fewer copies in sync than they should, as `topic-partition`. Blocks."""
    found = _topics(AdminClient(client_options(settings, "topics")))
    return [
        f"{name}-{number}"
        for name in settings.topics
        if name in found
        for number, partition in found[name].partitions.items()
        if len(partition.isrs) < len(partition.replicas)
    ]


def delete(settings: KafkaSettings) -> None:
    """Deletes the three topics with all they hold; ones that are absent are fine. For tests and tear-downs. Blocks."""
    admin = AdminClient(client_options(settings, "topics"))
    for deleted in admin.delete_topics(list(settings.topics), operation_timeout=ANSWER_TIMEOUT_S).values():
        _answer(deleted, KafkaError.UNKNOWN_TOPIC_OR_PART)


def _create_missing(admin: AdminClient, settings: KafkaSettings, wanted: Mapping[str, Mapping[str, str]]) -> list[str]:
    present = _topics(admin)
    missing = [
        NewTopic(name, settings.partitions, settings.replication_factor, config=dict(configs))
        for name, configs in wanted.items()
        if name not in present
    ]
    if not missing:
        return []
    created = admin.create_topics(missing, operation_timeout=ANSWER_TIMEOUT_S)
    # Another process may have made it in the meantime: it is then checked like any that was there.
    made = [name for name, future in created.items() if _answer(future, KafkaError.TOPIC_ALREADY_EXISTS)]
    return [
        f"{name}: created with {settings.partitions} partitions, {settings.replication_factor} "
        f"{'copy' if settings.replication_factor == 1 else 'copies'}"
        for name in made
    ]


def _await_leaders(admin: AdminClient, names: set[str]) -> None:
    """A topic that was made a moment ago takes a while until every broker knows it and each partition has a leader."""
    deadline = time.monotonic() + ANSWER_TIMEOUT_S
    while True:
        found = _topics(admin)
        ready = {
            name for name in names & found.keys() if all(part.leader >= 0 for part in found[name].partitions.values())
        }
        if ready == names:
            return
        if time.monotonic() > deadline:
            raise Unavailable(f"{', '.join(sorted(names - ready))}: partitions have no leader")
        time.sleep(0.05)


def _present(admin: AdminClient, names: Sequence[str]) -> dict[str, Topic]:
    """All of these topics, which exist: another broker than the one that knew them may still have to learn of them."""
    deadline = time.monotonic() + ANSWER_TIMEOUT_S
    while True:
        present = {topic.name: topic for topic in _describe(admin, names)}
        missing = [name for name in names if name not in present]
        if not missing:
            return present
        if time.monotonic() > deadline:
            raise Unavailable(f"Kafka made {', '.join(missing)}, but does not say how they are")
        time.sleep(0.05)


def _check_partitions(present: Mapping[str, Topic], settings: KafkaSettings) -> None:
    problems = [
        f"{topic.name} has {topic.partitions} partitions, the setting says {settings.partitions}: set [kafka] partitions"
        f" = {topic.partitions}, or name a new topic; changing the number would move tracking_ids between partitions"
        for topic in present.values()
        if topic.partitions != settings.partitions
    ]
    if problems:
        raise Misconfigured("; ".join(problems))


def _mend_configs(
    admin: AdminClient, present: Mapping[str, Topic], wanted: Mapping[str, Mapping[str, str]]
) -> list[str]:
    changes, resources = [], []
    for name, configs in wanted.items():
        topic = present[name]
        entries = []
        for key, value in configs.items():
            if topic.configs.get(key) != value:
                changes.append(f"{name}: {key} is now {value}, was {topic.configs.get(key)}")
                entries.append(ConfigEntry(key, value, incremental_operation=AlterConfigOpType.SET))
        if entries:
            resources.append(ConfigResource(ResourceType.TOPIC, name, incremental_configs=entries))
    if resources:
        for altered in admin.incremental_alter_configs(resources, request_timeout=ANSWER_TIMEOUT_S).values():
            _answer(altered)
        _await_configs(admin, wanted)
    return changes


def _await_configs(admin: AdminClient, wanted: Mapping[str, Mapping[str, str]]) -> None:
    """The controller answers before the brokers know: who asks again must not find the old configs."""
    deadline = time.monotonic() + ANSWER_TIMEOUT_S
    while any(wanted[topic.name].items() - topic.configs.items() for topic in _describe(admin, list(wanted))):
        if time.monotonic() > deadline:
            raise Unavailable("the brokers did not take the topics' configs over")
        time.sleep(0.05)


def _topics(admin: AdminClient) -> dict[str, TopicMetadata]:
    try:
        found = admin.list_topics(timeout=ANSWER_TIMEOUT_S).topics
    except KafkaException as problem:
        raise Unavailable(f"Kafka does not answer: {problem.args[0]}") from problem
    return {name: topic for name, topic in found.items() if topic.error is None and topic.partitions}


def _describe(admin: AdminClient, names: Sequence[str]) -> list[Topic]:
    found = _topics(admin)
    present = [name for name in names if name in found]
    if not present:
        return []
    resources = [ConfigResource(ResourceType.TOPIC, name) for name in present]
    described = admin.describe_configs(resources, request_timeout=ANSWER_TIMEOUT_S)
    ours = {"cleanup.policy", "retention.ms", "min.insync.replicas", "max.message.bytes", "compression.type"}
    ours |= {"message.timestamp.type", "min.cleanable.dirty.ratio", "max.compaction.lag.ms", "segment.ms"}
    ours |= {"delete.retention.ms"}
    topics = []
    for resource, future in described.items():
        entries: Any = _answer(future, KafkaError.UNKNOWN_TOPIC_OR_PART)
        if not entries:  # the broker that was asked has yet to learn of it
            continue
        configs = {key: str(entry.value) for key, entry in entries.items() if key in ours}
        partitions = found[resource.name].partitions
        copies = min(len(partition.replicas) for partition in partitions.values())
        topics.append(Topic(resource.name, len(partitions), copies, configs))
    return sorted(topics, key=lambda topic: names.index(topic.name))


_SETTINGS_ERRORS = {
    KafkaError.INVALID_REPLICATION_FACTOR,
    KafkaError.INVALID_PARTITIONS,
    KafkaError.INVALID_CONFIG,
    KafkaError.POLICY_VIOLATION,
    KafkaError.TOPIC_EXCEPTION,
    KafkaError.TOPIC_AUTHORIZATION_FAILED,
    KafkaError.CLUSTER_AUTHORIZATION_FAILED,
}


def _answer(future: "Future[Result]", *harmless: int) -> Result | bool | None:
    """The answer (True where Kafka's is empty), or False for a harmless error."""
    try:
        result = future.result(timeout=ANSWER_TIMEOUT_S * 2)
    except KafkaException as problem:
        error = problem.args[0]
        if error.code() in harmless:
            return False
        if error.code() in _SETTINGS_ERRORS:
            raise Misconfigured(f"Kafka refuses the topic: {error.str()}") from problem
        raise Unavailable(f"Kafka did not answer: {error.str()}") from problem
    return True if result is None else result
