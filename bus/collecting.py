"""Records of a consumer's partitions, collected into batches that are bounded by count, bytes and age.

All of it belongs to the thread that polls the consumer.
"""

import logging
import time
from collections.abc import Callable

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from bus.settings import KafkaSettings
from delivery.errors import Misconfigured

CHUNK_RECORDS = 250
POLL_S = 0.1

Consume = Callable[[int, float], list[Message]]
"""So many records at most, within so many seconds; it raises what a rebalance on the way has failed of."""

_log = logging.getLogger(__name__)


class Collector:
    """Holds what was fetched and is in no batch yet. `owned` are the partitions that are ours, as rebalances change them."""

    def __init__(self, settings: KafkaSettings, topic: str, consumer: Consumer, consume: Consume) -> None:
        self.owned: set[int] = set()
        self.held = False
        self.leftover: list[Message] = []
        self._settings = settings
        self._topic = topic
        self._consumer = consumer
        self._consume = consume

    def hold(self, hold: bool) -> None:
        """Fetches no further, or goes on; the group is answered all the same by whoever polls."""
        if hold != self.held:
            partitions = [TopicPartition(self._topic, number) for number in self.owned]
            (self._consumer.pause if hold else self._consumer.resume)(partitions)
            self.held = hold

    def answer(self) -> None:
        """Polls while there is no room for more, without waiting. What is not on hold gives a record each time."""
        self.leftover += self._consume(1, 0.0)

    def collect(self, is_closing: Callable[[], bool]) -> list[Message]:
        """Records of owned partitions until there are enough, or the first has waited for long enough; none if none came."""
        settings = self._settings
        found: list[Message] = []
        bytes_, deadline = 0, None
        while not is_closing():
            bytes_ += self._take(found, bytes_)
            if self.leftover:
                break
            if not found:
                self.leftover = self._consume(1, POLL_S)
                if not self.leftover:
                    break
                continue
            now = time.monotonic()
            if deadline is None:
                deadline = now + settings.batch_age_ms_max / 1000
            wanted = min(CHUNK_RECORDS, settings.batch_events_max - len(found))
            if now >= deadline or not wanted or bytes_ >= settings.batch_bytes_max:
                break
            self.leftover = self._consume(wanted, deadline - now)
        # A rebalance during the last look may have taken partitions away.
        return [message for message in found if message.partition() in self.owned]

    def _take(self, found: list[Message], bytes_: int) -> int:
        """Moves what is left over to `found`, which has `bytes_`, while there is room; gives how many bytes that were."""
        errors = [message.error() for message in self.leftover]
        for error in errors:
            if error is not None:
                self._judge(error)
        mine = [
            message
            for message, error in zip(self.leftover, errors, strict=True)
            if error is None and message.partition() in self.owned
        ]
        taken = 0
        for count, message in enumerate(mine):
            if len(found) >= self._settings.batch_events_max or bytes_ + taken >= self._settings.batch_bytes_max:
                self.leftover = mine[count:]
                return taken
            found.append(message)
            taken += len(message)
        self.leftover = []
        return taken

    def _judge(self, error: KafkaError) -> None:
        if error.code() == KafkaError._AUTO_OFFSET_RESET:
            raise Misconfigured(f"{self._topic}: records that were still to be read are gone: {error.str()}")
        if error.fatal() or not error.retriable():
            raise KafkaException(error)
        _log.warning("Kafka's consumer: %s", error.str())
