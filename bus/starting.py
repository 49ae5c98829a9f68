"""Where the reading of a partition begins: at the store's position, as far as the topic has it."""

import logging
import time

from confluent_kafka import Consumer, TopicPartition

from bus.reading import ANSWER_TIMEOUT_S, watermarks_of
from delivery.errors import Misconfigured

_log = logging.getLogger(__name__)


def start_of(consumer: Consumer, topic: str, number: int, position: int | None, *, begins_anew: bool = False) -> int:
    """The offset to begin at. Blocks. Where the topic can't be the one that the position is of, Misconfigured, or its beginning."""
    deadline = time.monotonic() + ANSWER_TIMEOUT_S
    low, high = watermarks_of(consumer, TopicPartition(topic, number), deadline)
    if position is None:
        return low
    if position > high:
        if not begins_anew:
            raise Misconfigured(
                f"{topic} ends at {high} in partition {number}, but the store has applied up to {position}: it is not"
                " the topic that the store was filled from; rebuild the store, or name the right topic"
            )
        _log.error(
            "%s ends at %d in partition %d, and was read up to %d: it was made anew", topic, high, number, position
        )
        return low
    if position < low:
        _log.error("%s: %d records of partition %d were deleted unread", topic, low - position, number)
    return max(position, low)
