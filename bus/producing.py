"""One Kafka producer and whoever polls it: a thread while little is in flight, the event loop itself while much is.

A thread that polls wakes for every batch of acknowledgements and competes with the loop for the interpreter: cheap and
prompt at low load, dear at high load. There the thread parks and the loop polls once a millisecond.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from bus.client import client_options
from bus.settings import KafkaSettings
from delivery.errors import DeliveryStatusError
from delivery.event import Record

PARK_ABOVE_RECORDS = 8
RESUME_BELOW_RECORDS = 2
LOOP_POLL_S = 0.001
THREAD_POLL_S = 0.05
SOCKET_TIMEOUT_MS = 2000

_log = logging.getLogger(__name__)


def producer_options(settings: KafkaSettings) -> dict[str, Any]:
    """librdkafka's options for an acknowledged, idempotent producer whose partitions agree with Java's."""
    return client_options(settings, "producer") | {
        "enable.idempotence": True,
        "acks": "all",
        "partitioner": "murmur2_random",
        "delivery.timeout.ms": settings.delivery_timeout_ms,
        "linger.ms": settings.linger_ms,
        "compression.type": settings.compression,
        "message.max.bytes": settings.record_bytes_max,
        "queue.buffering.max.messages": settings.queue_records_max,
        # Its count includes headers and its own overhead; ours is the bound that is meant to be reached first.
        "queue.buffering.max.kbytes": max(settings.queue_bytes_max, settings.record_bytes_max) // 1024 * 2,
        # A broker that hangs is given up in time to reach the one that takes over.
        "socket.timeout.ms": SOCKET_TIMEOUT_MS,
        "retry.backoff.ms": 50,
        "retry.backoff.max.ms": 300,
        "topic.metadata.propagation.max.ms": 1000,
    }


def is_fatal(reason: KafkaError | BufferError) -> bool:
    """Whether the producer that says so can't go on."""
    return isinstance(reason, KafkaError) and (reason.fatal() or reason.code() == KafkaError._FATAL)


Done = Callable[[DeliveryStatusError | None], None]
"""Told once what became of a publish: None where every record is acknowledged."""


class Parcel:
    """The records of one request on their way, and how many of them are settled. `reason` is the first failure.

    `done` is None once it was called, or once nobody wants to know any more. `deadline` is a time of the loop's clock.
    The count is an itertools.count, whose steps are atomic: two threads may report at once. Whoever hands over the records
    counts as one settlement, the last: so it can still lower the number when not all could be handed over.
    """

    __slots__ = ("_expected", "_finish", "_step", "bytes", "deadline", "done", "link", "reason", "records")

    def __init__(self, link: "Link", records: int, bytes_: int, done: Done, finish: "Finish") -> None:
        self.link = link
        self.records = records
        self.bytes = bytes_
        self.done: Done | None = done
        self.deadline = 0.0
        self.reason: KafkaError | BufferError | None = None
        self._expected = records + 1
        self._step = count(1).__next__
        self._finish = finish

    def tell(self, problem: DeliveryStatusError | None) -> None:
        """Says what became of it, to whoever still wants to know. What that raises is logged: others are to be told, too."""
        done, self.done = self.done, None
        if done is None:
            return
        try:
            done(problem)
        except Exception as defect:
            _log.error("defect: %s", defect, exc_info=defect)

    def abandon(self) -> None:
        """Nobody wants to know any more; the records are on their way all the same."""
        self.done = None

    def settle(self, error: KafkaError | None, _message: Message) -> None:
        """librdkafka's report on one record, in whichever thread polls."""
        if error is not None and self.reason is None:
            self.reason = error
        if self._step() == self._expected:
            self._finish(self)

    def handed_over(self, records: int) -> None:
        """So many of the records are with librdkafka, which will report on each."""
        self._expected = records + 1
        if self._step() == self._expected:
            self._finish(self)


Finish = Callable[[Parcel], None]


class Link:
    """One producer, from its making to its end. Its methods belong to the event loop's thread.

    `on_settled` is called in the loop, once a parcel, when all its records are reported on; `on_fatal` when the producer
    can't go on.
    """

    def __init__(
        self,
        settings: KafkaSettings,
        loop: asyncio.AbstractEventLoop,
        on_settled: Callable[[Parcel], None],
        on_fatal: Callable[["Link"], None],
    ) -> None:
        self.records_in_flight = 0
        self.bytes_in_flight = 0
        self.error = ""
        self._loop = loop
        self._loop_thread = threading.get_ident()
        self._on_settled = on_settled
        self._on_fatal = on_fatal
        self._ended = False
        self._producer = Producer(producer_options(settings) | {"error_cb": self._on_error})
        self._thread_polls = threading.Event()
        self._thread_polls.set()
        self._thread = threading.Thread(target=self._poll_in_thread, name="kafka-producer", daemon=True)
        self._thread.start()

    @property
    def loop_polls(self) -> bool:
        """Whether the loop polls, and not the thread."""
        return not self._thread_polls.is_set()

    def send(self, topic: str, records: Sequence[Record], bytes_: int, done: Done) -> Parcel:
        """Hands the records to librdkafka. Where it refuses one, that is the parcel's reason, and the rest is not tried.

        What else goes wrong is raised, and `done` isn't called.
        """
        parcel = Parcel(self, len(records), bytes_, done, self._finish)
        self.records_in_flight += parcel.records
        self.bytes_in_flight += parcel.bytes
        produce, settle, taken = self._producer.produce, parcel.settle, 0
        try:
            for record in records:
                produce(topic, record.value, record.key, -1, settle, None, record.timestamp_ms, record.headers)  # type: ignore[arg-type]
                taken += 1
        except BufferError as problem:
            parcel.reason = problem
        except KafkaException as problem:
            parcel.reason = problem.args[0]
        except BaseException:
            parcel.abandon()  # it is raised instead
            raise
        finally:
            parcel.handed_over(taken)
        if self.records_in_flight > PARK_ABOVE_RECORDS and not self.loop_polls:
            self._thread_polls.clear()
            self._loop.call_later(LOOP_POLL_S, self._poll_in_loop)
        return parcel

    def _finish(self, parcel: Parcel) -> None:
        if threading.get_ident() == self._loop_thread:
            self._settled(parcel)
        else:
            self._loop.call_soon_threadsafe(self._settled, parcel)

    def _settled(self, parcel: Parcel) -> None:
        self.records_in_flight -= parcel.records
        self.bytes_in_flight -= parcel.bytes
        self._on_settled(parcel)

    def end(self, timeout_s: float) -> None:
        """Fails what is still in flight, which the thread reports before it ends. Blocks; not for the event loop's thread."""
        self._producer.purge()
        self._ended = True
        self._thread_polls.set()
        self._thread.join(timeout_s)

    def _poll_in_loop(self) -> None:
        if self._ended:
            return
        try:
            self._poll(0)
        finally:
            # Whatever was raised in there: while the thread is parked, nobody else would go on with it.
            if self.records_in_flight > RESUME_BELOW_RECORDS:
                self._loop.call_later(LOOP_POLL_S, self._poll_in_loop)
            else:
                self._thread_polls.set()

    def _poll_in_thread(self) -> None:
        while not self._ended:
            self._thread_polls.wait()
            self._poll(THREAD_POLL_S)
        while len(self._producer):
            self._poll(THREAD_POLL_S)

    def _poll(self, timeout_s: float) -> None:
        try:
            self._producer.poll(timeout_s)
        except KafkaException:
            # The client raises a fatal error here, once, with a value that is no exception and can't be bound to a name.
            if not self._ended:
                self.error = self.error or "fatal error"
                self._loop.call_soon_threadsafe(self._on_fatal, self)

    def _on_error(self, error: KafkaError) -> None:
        self.error = error.str()
        _log.warning("Kafka's producer: %s", error.str())
        if is_fatal(error):
            self._loop.call_soon_threadsafe(self._on_fatal, self)
