"""What a batch is cut by, without Kafka."""

from collections.abc import Callable
from typing import Any, cast

from confluent_kafka import Consumer, Message

from bus.collecting import Collector
from bus.settings import KafkaSettings


class Told:
    """A message of partition 0, as far as it is looked at here."""

    def error(self) -> None:
        return None

    def partition(self) -> int:
        return 0

    def __len__(self) -> int:
        return 1


def collector(consume: Callable[[int, float], list[Any]]) -> Collector:
    settings = KafkaSettings(batch_events_max=5, batch_age_ms_max=60_000)
    made = Collector(settings, "topic", cast(Consumer, None), consume)
    made.owned = {0}
    return made


def test_what_was_left_over_begins_a_full_batch() -> None:
    made = collector(lambda count, _: [Told() for _ in range(count)])
    made.leftover = cast(list[Message], [Told(), Told()])
    assert len(made.collect(lambda: False)) == 5


def test_nothing_that_comes_is_no_batch() -> None:
    made = collector(lambda _count, _timeout_s: [])
    assert made.collect(lambda: False) == []
