"""What a topic held since some positions: for somebody who was away for a while."""

from collections.abc import Iterator, Mapping

from bus import places
from bus.reading import read_all
from bus.records import Stored
from bus.settings import KafkaSettings


class Lost(Exception):
    """The topic can't be gone on from there; the message says why."""


def read_past(
    settings: KafkaSettings, topic: str, starts: Mapping[int, int], ends: Mapping[int, int], records_max: int
) -> Iterator[Stored]:
    """The records from `starts` up to `ends`, each partition in its order. Blocks.

    Lost where some are gone, where the topic is another one, or where it is more than `records_max` offsets (of a compacted
    topic fewer records). Unavailable where Kafka does not answer.
    """
    bounds = places.bounds(settings, topic)
    if starts.keys() != bounds.keys():
        raise Lost("the topic has another number of partitions")
    for number, (low, high) in bounds.items():
        if starts[number] > high:
            raise Lost("the topic is another one")
        if starts[number] < low and low > 0 and starts[number] < ends.get(number, high):
            raise Lost("the topic no longer goes back so far")
    count = sum(max(0, ends.get(number, high) - starts[number]) for number, (_, high) in bounds.items())
    if count > records_max:
        raise Lost(f"{count} records came since then, more than replay_records_max={records_max}")
    return read_all(settings, topic, starts, ends) if count else iter(())
