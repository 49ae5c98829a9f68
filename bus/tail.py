"""A topic from its end on, as it comes: one reader for a whole process, without a group. What it decodes, it decodes once.

Reading and decoding run in a thread; what was found is handed to the event loop in batches, and no more of them than are
taken. Kafka may go away and come back: reading goes on where it was. Where records are gone before they were read
(retention, or another topic of this name), reading goes on at the end, and `on_gap` is told.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Generic, Self, TypeVar

import msgspec
from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from bus.client import client_options
from bus.reading import watermarks
from bus.records import Stored, stored
from bus.settings import KafkaSettings

POLL_S = 0.25
GATHER_S = 0.005  # how long a batch waits for more records once it has one
GATHER_RECORDS = 500
BATCHES_AHEAD_MAX = 2
AGAIN_S = 0.5
START_S_MAX = 3.0
ANSWER_TIMEOUT_S = 1.0  # a thread that is to end waits no longer

Decoded = TypeVar("Decoded")
_log = logging.getLogger(__name__)


class Found(msgspec.Struct, Generic[Decoded]):
    """What one look found, in the topic's order. `positions` is where each partition goes on, records of no use included."""

    records: list[Decoded]
    positions: dict[int, int]


class Tail(Generic[Decoded]):
    """Use it from one event loop: `async with`. The callbacks run in that loop.

    `decode` runs in the thread; None drops the record. `on_start` gets the positions that reading begins at, `on_found` each
    batch, and `on_gap` the positions that it goes on at after a loss. `taken` must be called once for each batch.
    While `is_wanted` says no, records are passed over undecoded; `on_start` is called once it says yes, too.
    """

    def __init__(
        self,
        settings: KafkaSettings,
        topic: str,
        decode: Callable[[Stored], Decoded | None],
        is_wanted: Callable[[], bool],
        on_start: Callable[[dict[int, int]], None],
        on_found: Callable[[Found[Decoded]], None],
        on_gap: Callable[[dict[int, int]], None],
    ) -> None:
        self._settings = settings
        self._topic = topic
        self._decode = decode
        self._is_wanted = is_wanted
        self._on_start = on_start
        self._on_found = on_found
        self._on_gap = on_gap
        self._room = threading.Semaphore(BATCHES_AHEAD_MAX)
        self._closing = threading.Event()
        self._loop: asyncio.AbstractEventLoop
        self._follows: asyncio.Event
        self._thread = threading.Thread(target=self._run, name=f"tail-{topic}", daemon=True)
        self.failure: BaseException | None = None

    async def __aenter__(self) -> Self:
        """Returns once the topic is followed, so that nothing is missed from here on; a Kafka that is away is not waited for."""
        self._loop = asyncio.get_running_loop()
        self._follows = asyncio.Event()
        self._thread.start()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._follows.wait(), START_S_MAX)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._closing.set()
        self._room.release()
        await asyncio.to_thread(self._thread.join)

    def _started(self, positions: dict[int, int]) -> None:
        self._follows.set()
        self._on_start(positions)

    def taken(self) -> None:
        """A batch is done with: another one may come."""
        self._room.release()

    # From here on: the thread.

    def _run(self) -> None:
        consumer = Consumer(self._options())
        try:
            positions = self._ends(consumer)
            if positions is not None:
                self._tell(self._started, dict(positions))
                self._follow(consumer, positions)
        except BaseException as problem:
            self.failure = problem
            _log.critical("%s is no longer followed", self._topic, exc_info=True)
        finally:
            consumer.close()

    def _options(self) -> dict[str, object]:
        return client_options(self._settings, "tail") | {
            "group.id": f"{self._settings.group}-tail",  # never joined, nothing is committed
            "enable.auto.commit": False,
            "enable.auto.offset.store": False,
            "auto.offset.reset": "error",
            "queued.max.messages.kbytes": self._settings.fetch_bytes_max // 1024,
            "fetch.queue.backoff.ms": 10,
            "fetch.wait.max.ms": 250,
            "fetch.error.backoff.ms": 100,
            "log_level": 0,  # readiness says that Kafka is away; twice a second is too often
        }

    def _ends(self, consumer: Consumer) -> dict[int, int] | None:
        """Where the topic ends now; asked until Kafka answers. None where nobody waits for it any more."""
        said = ""
        while not self._closing.is_set():
            try:
                found = watermarks(consumer, self._topic, ANSWER_TIMEOUT_S)
                ends = {number: high for number, (_, high) in found.items()}
                consumer.assign([TopicPartition(self._topic, number, offset) for number, offset in ends.items()])
                return ends
            except KafkaException as problem:
                if said != (said := problem.args[0].str()):
                    _log.warning("%s can't be followed yet: %s", self._topic, said)
                self._closing.wait(AGAIN_S)
        return None

    def _follow(self, consumer: Consumer, positions: dict[int, int]) -> None:
        was_wanted = False
        while not self._closing.is_set():
            messages = consumer.consume(1, timeout=POLL_S)
            if messages:
                messages += consumer.consume(GATHER_RECORDS, timeout=GATHER_S)
            wanted = self._is_wanted()
            if wanted and not was_wanted:
                self._tell(self._on_start, dict(positions))
            was_wanted = wanted
            if not messages:
                continue
            records = self._decoded(messages, positions, wanted=wanted)
            if records is None:
                ends = self._ends(consumer)
                if ends is None:
                    return
                positions = ends
                self._tell(self._on_gap, dict(positions))
            elif wanted:
                self._room.acquire()
                if not self._closing.is_set():
                    self._tell(self._on_found, Found(records, dict(positions)))

    def _decoded(self, messages: Sequence[Message], positions: dict[int, int], *, wanted: bool) -> list[Decoded] | None:
        """The records of use, and the positions moved behind all. None where records are gone."""
        records: list[Decoded] = []
        for message in messages:
            error = message.error()
            if error is not None:
                if error.code() == KafkaError._AUTO_OFFSET_RESET:
                    _log.error("%s: records are gone before they were read: %s", self._topic, error.str())
                    return None
                if error.fatal():
                    raise KafkaException(error)
                _log.warning("%s: %s", self._topic, error.str())
                continue
            partition, offset = message.partition(), message.offset()
            if wanted and (decoded := self._decode(stored(message))) is not None:
                records.append(decoded)
            if partition is not None and offset is not None:
                positions[partition] = offset + 1
        return records

    def _tell(self, callback: Callable[..., None], content: object) -> None:
        try:
            self._loop.call_soon_threadsafe(callback, content)
        except RuntimeError:  # the loop has ended, and nobody listens
            self._closing.set()
