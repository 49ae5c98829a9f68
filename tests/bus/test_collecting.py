"""What a batch is cut by, without Kafka."""

import time
from collections.abc import Callable
from typing import Any, cast

import msgspec
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


def collector(consume: Callable[[int, float], list[Any]], **limits: int) -> Collector:
    settings = msgspec.structs.replace(KafkaSettings(batch_events_max=5, batch_age_ms_max=60_000), **limits)
    made = Collector(settings, "topic", cast(Consumer, None), consume)
    made.owned = {0}
    return made


def test_what_was_left_over_begins_a_full_batch() -> None:
    made = collector(lambda count, _: [Told() for _ in range(count)])
    made.leftover = cast(list[Message], [Told(), Told()])
    assert len(list(made.collect(lambda: False))) == 5


def test_only_what_is_waited_for_counts_as_waiting() -> None:
    """However long reading takes: where there is plenty, a batch is full."""
    made = collector(lambda count, _: [Told() for _ in range(min(count, 2))], batch_age_ms_max=0)
    assert len(list(made.collect(lambda: False))) == 1
    made = collector(lambda count, _: [Told() for _ in range(count)], batch_events_max=1_000, batch_age_ms_max=20)
    taken = 0
    for _ in made.collect(lambda: False):
        taken += 1
        time.sleep(0.0001)
    assert taken == 1_000


def test_nothing_that_comes_is_no_batch() -> None:
    made = collector(lambda _count, _timeout_s: [])
    assert list(made.collect(lambda: False)) == []
