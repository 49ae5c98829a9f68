"""Topics are made once, mended where they differ, and never re-partitioned."""

import pytest
from msgspec.structs import replace

from bus import topics
from bus.settings import KafkaSettings
from delivery.errors import Misconfigured, Unavailable
from tests.parts.kafka import Kafka


def test_topics_are_made_with_their_configs(kafka: Kafka) -> None:
    with kafka.topics(partitions=4, retention_days=2) as settings:
        events, status, dead_letters = topics.describe(settings)
    assert [topic.name for topic in (events, status, dead_letters)] == list(settings.topics)
    assert {topic.partitions for topic in (events, status, dead_letters)} == {4}
    assert events.configs["cleanup.policy"] == "delete"
    assert dead_letters.configs["cleanup.policy"] == "compact,delete"
    assert events.configs["retention.ms"] == dead_letters.configs["retention.ms"] == str(2 * topics.DAY_MS)
    assert status.configs["cleanup.policy"] == "compact"
    assert status.configs["max.message.bytes"] == str(settings.record_bytes_max)


def test_ensuring_again_changes_nothing(topics: KafkaSettings) -> None:
    from bus.topics import describe, ensure

    before = describe(topics)
    assert ensure(topics) == []
    assert describe(topics) == before


def test_a_config_that_differs_is_mended_and_said(topics: KafkaSettings) -> None:
    from bus.topics import describe, ensure

    changed = replace(topics, retention_days=1)
    assert ensure(changed) == [
        f"{topics.notifications_topic}: retention.ms is now 86400000, was -1",
        f"{topics.dead_letters_topic}: retention.ms is now 86400000, was -1",
    ]
    assert describe(changed)[0].configs["retention.ms"] == "86400000"
    assert ensure(changed) == []


@pytest.mark.parametrize("partitions", [1, 5])
def test_another_number_of_partitions_is_refused(topics: KafkaSettings, partitions: int) -> None:
    from bus.topics import describe, ensure

    with pytest.raises(Misconfigured, match=rf"{topics.status_topic} has 3 partitions, the setting says {partitions}"):
        ensure(replace(topics, partitions=partitions))
    assert {topic.partitions for topic in describe(topics)} == {3}


def test_more_copies_than_brokers_is_a_setting_that_cant_work(kafka: Kafka) -> None:
    with pytest.raises(Misconfigured, match="replication"):
        topics.ensure(kafka.settings(replication_factor=9))


def test_without_kafka_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topics, "ANSWER_TIMEOUT_S", 0.5)
    with pytest.raises(Unavailable, match="does not answer"):
        topics.ensure(KafkaSettings(bootstrap="127.0.0.1:1"))
