"""The acknowledged publisher: `publish` returns when every record is stored with acks=all; `send` has a callback told so.

A return says nothing about order, nor that a record is in the topic only once: a sender that was refused sends all again.
A refusal doesn't say that nothing was stored either. Memory is bounded: what is in flight is counted, in bytes and records.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from confluent_kafka import KafkaError

from bus.portions import RECORD_OVERHEAD_BYTES, portions
from bus.producing import Done, Link, Parcel, is_fatal
from bus.settings import KafkaSettings
from delivery.errors import DeliveryStatusError, Overloaded, Retryable, TooLarge, Unavailable
from delivery.event import Record

# librdkafka looks for records that took too long once a second only: we don't wait for it.
DEADLINE_GRACE_S = 0.1
END_TIMEOUT_S = 5.0
PORTION_BYTES = 8_388_608

_log = logging.getLogger(__name__)


class Publisher:
    """Use it from one event loop: the one that runs when it is opened."""

    def __init__(self, settings: KafkaSettings) -> None:
        self._settings = settings
        self._deadline_s = settings.delivery_timeout_ms / 1000 + DEADLINE_GRACE_S
        self._link: Link | None = None
        self._endings: set[asyncio.Task[None]] = set()
        self._watched: deque[Parcel] = deque()
        self._timer: asyncio.TimerHandle | None = None

    async def open(self) -> None:
        """Makes the producer. It connects by and by: Kafka need not be there yet."""
        self._loop = asyncio.get_running_loop()
        self._link = Link(self._settings, self._loop, self._settled, self._rebuild)

    @property
    def record_bytes_max(self) -> int:
        """The largest record that it takes."""
        return self._settings.record_bytes_max

    @property
    def records_in_flight(self) -> int:
        """Records handed over and not reported on yet."""
        return self._link.records_in_flight if self._link else 0

    @property
    def bytes_in_flight(self) -> int:
        """About how much memory they take."""
        return self._link.bytes_in_flight if self._link else 0

    def portions(self, records: Iterable[Record]) -> Iterator[list[Record]]:
        """Many records as lists that `publish` takes beside others, each made when it is asked for. All in their order."""
        return portions(records, min(PORTION_BYTES, self._settings.queue_bytes_max // 8))

    async def publish(self, topic: str, records: Sequence[Record]) -> None:
        """Returns when all records are acknowledged. A record's timestamp_ms becomes Kafka's timestamp.

        Unavailable: one at least was not acknowledged within delivery_timeout_ms. Overloaded: too much is in flight; none,
        or a part, was handed over. Retryable: the producer had to be made anew. TooLarge: it will never fit.
        """
        waiting: asyncio.Future[None] = self._loop.create_future()
        parcel = self.send(topic, records, partial(_settle_future, waiting))
        try:
            await waiting
        except asyncio.CancelledError:
            if parcel is not None:
                parcel.abandon()
            raise

    def send(self, topic: str, records: Sequence[Record], done: Done) -> Parcel | None:
        """The same for callers that must not wait: `done` is called once in the loop, at once where nothing was handed over.

        Abandon the parcel, where there is one, and it is not called any more. A defect is raised, and it is not called either.
        """
        link = self._link
        if link is None:
            done(Unavailable("the publisher is not open"))
            return None
        if not records:
            done(None)
            return None
        try:
            bytes_ = self._admit(link, records)
        except DeliveryStatusError as problem:
            done(problem)
            return None
        parcel = link.send(topic, records, bytes_, done)
        if parcel.reason is not None:
            # What was handed over before the refusal stays in the count until it is settled; the sender needn't wait for it.
            self._refuse(parcel, parcel.reason)
        else:
            self._watch(parcel)
        return parcel

    async def close(self, timeout_s: float = 5.0) -> int:
        """Waits until all is acknowledged, at most `timeout_s`; returns how many records were not, and fails them."""
        link, self._link = self._link, None
        left = 0
        if link is not None:
            deadline = self._loop.time() + timeout_s
            # An event would cost every request something.
            while link.records_in_flight and self._loop.time() < deadline:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
            left = link.records_in_flight
            if left:
                _log.warning("%d records were not acknowledged when the publisher closed", left)
            await asyncio.to_thread(link.end, END_TIMEOUT_S)
        await asyncio.gather(*self._endings)
        if self._timer is not None and all(parcel.done is None for parcel in self._watched):
            self._timer.cancel()
        return left

    def _admit(self, link: Link, records: Sequence[Record]) -> int:
        """The bytes that the records take, if there is room for them."""
        settings = self._settings
        bytes_ = len(records) * RECORD_OVERHEAD_BYTES
        for record in records:
            if record.value is not None:
                bytes_ += len(record.value)
        if bytes_ > settings.queue_bytes_max:
            raise TooLarge("queue_bytes_max", settings.queue_bytes_max)
        if len(records) > settings.queue_records_max:
            raise TooLarge("queue_records_max", settings.queue_records_max)
        if link.bytes_in_flight + bytes_ > settings.queue_bytes_max:
            raise Overloaded(f"more than queue_bytes_max={settings.queue_bytes_max} are waiting for Kafka", 1)
        if link.records_in_flight + len(records) > settings.queue_records_max:
            raise Overloaded(f"more than queue_records_max={settings.queue_records_max} are waiting for Kafka", 1)
        return bytes_

    def _settled(self, parcel: Parcel) -> None:
        if parcel.reason is not None:
            self._refuse(parcel, parcel.reason)
        else:
            parcel.tell(None)

    def _refuse(self, parcel: Parcel, reason: KafkaError | BufferError) -> None:
        parcel.tell(_refusal(reason, self._settings.record_bytes_max))
        if is_fatal(reason):
            self._rebuild(parcel.link)

    def _watch(self, parcel: Parcel) -> None:
        """One timer for all: deadlines come in the order of the requests, so the oldest that is not done is the next."""
        watched = self._watched
        while watched and watched[0].done is None:
            watched.popleft()
        parcel.deadline = self._loop.time() + self._deadline_s
        watched.append(parcel)
        if self._timer is None:
            self._timer = self._loop.call_later(self._deadline_s, self._look)

    def _look(self) -> None:
        watched, now = self._watched, self._loop.time()
        while watched and (watched[0].done is None or watched[0].deadline <= now):
            self._expire(watched.popleft())
        self._timer = self._loop.call_at(watched[0].deadline, self._look) if watched else None

    def _expire(self, parcel: Parcel) -> None:
        cause = str(parcel.reason or parcel.link.error or "no answer")
        parcel.tell(Unavailable(f"Kafka did not acknowledge within {self._settings.delivery_timeout_ms} ms: {cause}"))

    def _rebuild(self, link: Link) -> None:
        """A producer that can't go on is replaced; its records fail, and their publishers get Retryable."""
        if link is not self._link:
            return
        _log.error("Kafka's producer can't go on and is made anew: %s", link.error)
        self._link = Link(self._settings, self._loop, self._settled, self._rebuild)
        ending = self._loop.create_task(asyncio.to_thread(link.end, END_TIMEOUT_S))
        self._endings.add(ending)
        ending.add_done_callback(self._endings.discard)


def _settle_future(waiting: "asyncio.Future[None]", problem: DeliveryStatusError | None) -> None:
    if waiting.done():
        return
    if problem is None:
        waiting.set_result(None)
    else:
        waiting.set_exception(problem)


_PURGED = (KafkaError._PURGE_QUEUE, KafkaError._PURGE_INFLIGHT)


def _refusal(reason: KafkaError | BufferError, record_bytes_max: int) -> DeliveryStatusError:
    if isinstance(reason, BufferError):
        return Overloaded("the producer's queue is full", 1)
    if is_fatal(reason) or reason.code() in _PURGED:
        return Retryable(f"Kafka's producer was closed or made anew: {reason.str()}", 1)
    if reason.code() == KafkaError.MSG_SIZE_TOO_LARGE:
        return TooLarge("record_bytes_max", record_bytes_max)
    return Unavailable(f"Kafka did not acknowledge: {reason.str()}")
