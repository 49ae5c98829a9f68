"""Records of a consumer's partitions, collected into batches that are bounded by count, bytes and age.

All of it belongs to the thread that polls the consumer.
"""

import logging
import time
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from bus.settings import KafkaSettings
from delivery.errors import Misconfigured

CHUNK_RECORDS = 250
POLL_S = 0.1

Consume = Callable[[int, float], list[Message]]
"""So many records at most, within so many seconds; it raises what a rebalance on the way has failed of."""

_log = logging.getLogger(__name__)


class Collector:
    """Holds what was fetched and is in no batch yet. `owned` are the partitions that are ours, as rebalances change them;
    `revoked` those that were taken away since the last `collect` began, also where they are ours again by now."""

    def __init__(self, settings: KafkaSettings, topic: str, consumer: Consumer, consume: Consume) -> None:
        self.owned: set[int] = set()
        self.revoked: set[int] = set()
        self.held = False
        self.leftover: list[Message] = []
        self._settings = settings
        self._topic = topic
        self._consumer = consumer
        self._consume = consume

    def give_up(self, partitions: AbstractSet[int]) -> None:
        """They are not ours any more. Where they come back, they are read from where the store is: what is here goes."""
        self.owned -= partitions
        self.revoked |= partitions
        self.leftover = [one for one in self.leftover if one.error() is not None or one.partition() not in partitions]

    def hold(self, hold: bool) -> None:
        """Fetches no further, or goes on; the group is answered all the same by whoever polls."""
        if hold != self.held:
            partitions = [TopicPartition(self._topic, number) for number in self.owned]
            (self._consumer.pause if hold else self._consumer.resume)(partitions)
            self.held = hold

    def answer(self) -> None:
        """Polls while there is no room for more, without waiting. What is not on hold gives a record each time."""
        found = self._consume(1, 0.0)
        self.leftover += found  # as a rebalance has left it

    def collect(self, is_closing: Callable[[], bool]) -> Iterator[Message]:
        """Records of owned partitions until there are enough, or the first has waited for long enough; none if none came.

        Who takes them reads them one by one, and so holds few of the client's messages at a time. While further ones are waited
        for, a rebalance may take away the partitions of some that are given already; it ends the collecting, so that no
        record of `revoked` that is given is from after it.
        """
        settings = self._settings
        events, bytes_, deadline, plenty = 0, 0, None, False
        self.revoked = set()
        while not (is_closing() or self.revoked):
            taken = self._take(settings.batch_events_max - events, settings.batch_bytes_max - bytes_)
            events += len(taken)
            bytes_ += sum(map(len, taken))
            yield from taken
            wanted = min(CHUNK_RECORDS, settings.batch_events_max - events)
            if self.leftover or not wanted or bytes_ >= settings.batch_bytes_max:
                return
            if not events:
                self.leftover = self._consume(1, POLL_S)
                if not self.leftover:
                    return
                continue
            now = time.monotonic()
            if deadline is None:
                deadline = now + settings.batch_age_ms_max / 1000
            if now >= deadline and not plenty:
                return
            self.leftover = self._consume(wanted, max(0.0, deadline - now))
            plenty = len(self.leftover) == wanted  # nothing was waited for

    def _take(self, events_max: int, bytes_max: int) -> list[Message]:
        """What is left over, as far as there is room: so many records, and bytes but for a last record."""
        for message in self.leftover:
            if (error := message.error()) is not None:
                self._judge(error)
        mine = [message for message in self.leftover if message.error() is None and message.partition() in self.owned]
        bytes_ = 0
        for count, message in enumerate(mine):
            if count >= events_max or bytes_ >= bytes_max:
                self.leftover = mine[count:]
                return mine[:count]
            bytes_ += len(message)
        self.leftover = []
        return mine

    def _judge(self, error: KafkaError) -> None:
        if error.code() == KafkaError._AUTO_OFFSET_RESET:
            raise Misconfigured(f"{self._topic}: records that were still to be read are gone: {error.str()}")
        if error.fatal() or not error.retriable():
            raise KafkaException(error)
        _log.warning("Kafka's consumer: %s", error.str())
