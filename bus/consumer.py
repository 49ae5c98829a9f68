"""Batches of a topic for a group of consumers, each with the offsets to go on from, which the caller's store keeps.

Asking for the next batch says that the one before is done with: applied, or dropped because its owner was fenced. Records
are at least once: whoever gets a partition starts where its store says. Offsets are committed to the group for the tools
only; nothing here reads them. Collecting and decoding run in a thread; what fails there is raised at the reader.
"""

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Generic, Protocol, Self, TypeVar

from confluent_kafka import Consumer, KafkaException, Message, TopicPartition

from bus.collecting import POLL_S, Collector
from bus.membership import member_options
from bus.settings import KafkaSettings
from bus.starting import start_of
from delivery.errors import Fenced, Unavailable

COMMIT_EVERY_S = 1.0
IN_HAND_WAIT_S = (
    20.0  # for the batch in hand, before its partitions are given up; the store's fence holds after it, too
)
CALLBACK_TIMEOUT_S = 60.0
READY_BATCHES_MAX = 1
# So long without room for a batch, and no more is fetched. Not sooner: what was fetched ahead is dropped then, and fetched again.
HOLD_AFTER_S = 2.0

OnAssign = Callable[[list[int]], Awaitable[Mapping[int, int]]]
"""Given partitions that are now ours, none where we are let in without any; returns the offsets to start at, for those that the
store has."""
OnRevoke = Callable[[list[int]], Awaitable[None]]
"""Given partitions that are no longer ours. No batch in hand holds records of them, but for one that took very long."""
OnLost = Callable[[], None]
"""Called in the loop when the group has given our partitions away without asking; the reader then gets Fenced."""

_log = logging.getLogger(__name__)


class Parted(Protocol):
    """What a consumer gives: records of some partitions, and the offsets behind them."""

    next_offsets: dict[int, int]

    def without(self, partitions: AbstractSet[int]) -> Self | None: ...


AnyBatch = TypeVar("AnyBatch", bound=Parted)


class BatchConsumer(Generic[AnyBatch]):
    """One member of the group. Use it from one event loop: `async with`, then `next` or `async for`.

    `read` makes batches of messages (bus.records has to_batch and to_raw_batch); it is called in the consumer's thread.
    """

    def __init__(
        self,
        settings: KafkaSettings,
        topic: str,
        on_assign: OnAssign,
        on_revoke: OnRevoke,
        read: Callable[[Iterable[Message]], AnyBatch],
        on_lost: OnLost = lambda: None,
        *,
        begins_anew: bool = False,
    ) -> None:
        """`begins_anew`: a topic that ends before where its reading is to go on is read from its beginning, and not refused."""
        self._settings = settings
        self._topic = topic
        self._read = read
        self._on_assign = on_assign
        self._on_revoke = on_revoke
        self._on_lost = on_lost
        self._begins_anew = begins_anew
        self._ready: deque[AnyBatch] = deque()
        self._in_hand: AnyBatch | None = None
        self._applied: dict[int, int] = {}
        self._failure: BaseException | None = None
        self._paused = False
        self._closing = False
        # Guards all of the above between the loop and the thread; waited on by the thread alone.
        self._changed = threading.Condition()
        self._wake: asyncio.Event
        self._loop: asyncio.AbstractEventLoop
        # The thread's own:
        self._consumer: Consumer
        self._collector: Collector
        self._committed_at = 0.0
        self._full_since: float | None = None
        self._callback_failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="kafka-consumer", daemon=True)

    async def __aenter__(self) -> Self:
        """Joins the group."""
        self._loop = asyncio.get_running_loop()
        self._wake = asyncio.Event()
        self._consumer = Consumer(member_options(self._settings))
        self._collector = Collector(self._settings, self._topic, self._consumer, self._consume)
        self._thread.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Leaves the group, after on_revoke for what it has. The batch in hand counts as done; ready ones are dropped."""
        with self._changed:
            self._finish_in_hand()
            self._closing = True
            self._changed.notify_all()
        self._wake.set()
        await asyncio.to_thread(self._thread.join)

    async def next(self) -> AnyBatch | None:
        """The next batch, when there is one; the one before is done with. None once the consumer is closed.

        What the thread failed of is raised here: Unavailable, Misconfigured, Fenced for partitions that were lost, or a defect.
        """
        with self._changed:
            self._finish_in_hand()
        while True:
            with self._changed:
                if self._failure is not None:
                    raise self._failure
                if self._closing:
                    return None
                if self._ready and not self._paused:
                    self._in_hand = self._ready.popleft()
                    self._changed.notify_all()
                    return self._in_hand
                self._wake.clear()
            await self._wake.wait()

    async def __aiter__(self) -> AsyncIterator[AnyBatch]:
        while (batch := await self.next()) is not None:
            yield batch

    def pause(self) -> None:
        """No further batches until `resume`; the membership and the partitions stay."""
        with self._changed:
            self._paused = True

    def resume(self) -> None:
        """Batches again."""
        with self._changed:
            self._paused = False
        self._wake.set()

    def _finish_in_hand(self) -> None:
        if self._in_hand is not None:
            self._applied |= self._in_hand.next_offsets
            self._in_hand = None
            self._changed.notify_all()

    # From here on: the thread.

    def _run(self) -> None:
        try:
            try:
                self._consumer.subscribe(
                    [self._topic],
                    on_assign=self._guarded(self._assigned),
                    on_revoke=self._guarded(self._revoked),
                    on_lost=self._guarded(self._lost),
                )
                while not self._closing:
                    self._commit()
                    if self._has_room():
                        self._hand_over(self._collector.collect(lambda: self._closing))
            finally:
                # Calls on_revoke for what is left.
                self._consumer.close()
            self._raise_from_callback()
        except BaseException as problem:
            if isinstance(problem, KafkaException):
                problem = Unavailable(f"{self._topic} can't be read: {problem.args[0].str()}")
            with self._changed:
                self._failure = problem
        self._loop.call_soon_threadsafe(self._wake.set)

    def _has_room(self) -> bool:
        """Whether a batch can be handed over. While it can't, the group is still answered; where that is long, without fetching."""
        with self._changed:
            if self._changed.wait_for(lambda: len(self._ready) < READY_BATCHES_MAX or self._closing, POLL_S):
                self._full_since = None
                self._collector.hold(False)
                return not self._closing
        now = time.monotonic()
        if self._full_since is None:
            self._full_since = now
        self._collector.hold(now - self._full_since >= HOLD_AFTER_S)
        self._collector.answer()
        return False

    def _guarded(
        self, callback: Callable[[list[TopicPartition]], None]
    ) -> Callable[[Consumer, list[TopicPartition]], None]:
        """The callback with its errors kept: the client mangles what a callback raises into something that can't be caught."""

        def call(_consumer: Consumer, partitions: list[TopicPartition]) -> None:
            try:
                callback(partitions)
            except BaseException as problem:
                self._callback_failure = self._callback_failure or problem

        return call

    def _raise_from_callback(self) -> None:
        if self._callback_failure is not None:
            raise self._callback_failure

    def _consume(self, count: int, timeout_s: float) -> list[Message]:
        messages = self._consumer.consume(count, timeout=timeout_s)
        self._raise_from_callback()
        return messages

    def _hand_over(self, found: Iterator[Message]) -> None:
        read = self._read(found)
        # A rebalance on the way may have taken partitions away, and brought them back to be read from where the store is.
        lost = read.next_offsets.keys() - (self._collector.owned - self._collector.revoked)
        batch = read.without(lost) if lost else read
        if batch is None or not batch.next_offsets:
            return
        with self._changed:
            self._ready.append(batch)
        self._loop.call_soon_threadsafe(self._wake.set)

    def _assigned(self, partitions: list[TopicPartition]) -> None:
        numbers = [one.partition for one in partitions]
        _log.info("%s: partitions %s are ours", self._topic, numbers)
        starts = self._call(self._on_assign(numbers))
        places = {
            number: start_of(self._consumer, self._topic, number, starts.get(number), begins_anew=self._begins_anew)
            for number in numbers
        }
        assigned = [TopicPartition(self._topic, number, place) for number, place in places.items()]
        self._consumer.incremental_assign(assigned)
        self._collector.owned |= set(numbers)
        if self._collector.held:
            self._consumer.pause(assigned)

    def _revoked(self, partitions: list[TopicPartition]) -> None:
        numbers = {one.partition for one in partitions}
        _log.info("%s: partitions %s are no longer ours", self._topic, sorted(numbers))
        self._collector.give_up(numbers)
        with self._changed:
            self._ready = deque(filter(None, (batch.without(numbers) for batch in self._ready)))
            self._changed.wait_for(
                lambda: self._in_hand is None or not numbers & self._in_hand.next_offsets.keys(), IN_HAND_WAIT_S
            )
        self._commit(force=True)
        with self._changed:
            self._applied = {number: offset for number, offset in self._applied.items() if number not in numbers}
        if numbers:
            self._call(self._on_revoke(sorted(numbers)))
        if self._consumer.assignment():
            self._consumer.incremental_unassign(partitions)

    def _lost(self, partitions: list[TopicPartition]) -> None:
        """We were silent for too long: others own the partitions already, so nothing of them may be finished."""
        numbers = sorted(one.partition for one in partitions)
        self._collector.give_up(frozenset(self._collector.owned))
        with self._changed:
            self._ready.clear()
            self._applied.clear()
        self._loop.call_soon_threadsafe(self._on_lost)
        self._consumer.incremental_unassign(partitions)
        raise Fenced(f"{self._topic}: the group has given partitions {numbers} away")

    def _call(self, work: Awaitable[Any]) -> Any:
        """The caller's answer, from its event loop."""

        async def answer() -> Any:
            return await work

        answering = asyncio.run_coroutine_threadsafe(answer(), self._loop)
        try:
            return answering.result(CALLBACK_TIMEOUT_S)
        except TimeoutError as problem:
            answering.cancel()
            reason = f"{self._topic}: what a rebalance asks for was not done within {CALLBACK_TIMEOUT_S:.0f} s"
            raise Unavailable(reason) from problem

    def _commit(self, *, force: bool = False) -> None:
        now = time.monotonic()
        if not force and now - self._committed_at < COMMIT_EVERY_S:
            return
        self._committed_at = now
        with self._changed:
            applied, self._applied = self._applied, {}
        if applied:
            offsets = [TopicPartition(self._topic, number, offset) for number, offset in applied.items()]
            try:
                self._consumer.commit(offsets=offsets, asynchronous=True)
            except KafkaException as problem:
                _log.info("the group's offsets were not committed: %s", problem)
