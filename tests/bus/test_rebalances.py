"""Partitions that go and come back while records of them are here: a store's position never passes over a record. No Kafka."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any, cast

import pytest
from confluent_kafka import Consumer, Message, TopicPartition

from bus import consumer as consumer_room
from bus.collecting import Collector
from bus.consumer import BatchConsumer
from bus.records import RawBatch, Stored, raw_batch
from bus.settings import KafkaSettings
from delivery.errors import Fenced
from delivery.event import Record

pytestmark = pytest.mark.anyio
TOPIC = "topic"
END = 30
NO_RECORD = Record(None, None, [], 0)


class Told:
    """A message, as far as it is looked at here."""

    def __init__(self, partition: int, offset: int, error: str | None = None) -> None:
        self._place = partition, offset
        self._error = error

    def error(self) -> str | None:
        return self._error

    def partition(self) -> int:
        return self._place[0]

    def offset(self) -> int:
        return self._place[1]

    def __len__(self) -> int:
        return 1


class Client:
    """A client that reads partitions of END records each, and takes partition 0 away and back in one of its polls."""

    def __init__(self, rebalance_in_poll: int) -> None:
        self.member: BatchConsumer[RawBatch]
        self.positions: dict[int, int] = {}
        self._polls_left = rebalance_in_poll

    def consume(self, count: int, timeout: float) -> list[Told]:
        self._polls_left -= 1
        if self._polls_left == 0:
            self.member._revoked([TopicPartition(TOPIC, 0)])
            self.member._assigned([TopicPartition(TOPIC, 0)])
        # Low offsets first, so that the partitions mix.
        coming = sorted((offset, number) for number, place in self.positions.items() for offset in range(place, END))[
            :count
        ]
        self.positions |= {number: offset + 1 for offset, number in coming}
        return [Told(number, offset) for offset, number in coming]

    def assignment(self) -> list[TopicPartition]:
        return [TopicPartition(TOPIC, number) for number in self.positions]

    def incremental_assign(self, partitions: Iterable[TopicPartition]) -> None:
        self.positions |= {one.partition: one.offset for one in partitions}

    def incremental_unassign(self, partitions: Iterable[TopicPartition]) -> None:
        for one in partitions:
            del self.positions[one.partition]

    def commit(self, **_: object) -> None:
        """For tools."""


class Store:
    """Where it is in each partition, and a reader's batch that is not applied yet."""

    def __init__(self) -> None:
        self.positions = {0: 0, 1: 0}
        self.in_hand: RawBatch | None = None

    async def on_assign(self, partitions: list[int]) -> Mapping[int, int]:
        if self.in_hand is not None:
            self.in_hand = self.in_hand.without(set(partitions))  # it is of an earlier claim
        return {number: self.positions[number] for number in partitions}

    async def on_revoke(self, partitions: list[int]) -> None:
        """Nothing to do."""

    def take(self, batch: RawBatch | None) -> None:
        """Takes the next batch, and applies the one before."""
        before, self.in_hand = self.in_hand, batch
        for one in before.records if before is not None else ():
            assert one.offset <= self.positions[one.partition], "a record was passed over"
            self.positions[one.partition] = max(self.positions[one.partition], one.offset + 1)


def read(messages: Iterable[Message]) -> RawBatch:
    return raw_batch(Stored(cast(int, one.partition()), cast(int, one.offset()), NO_RECORD) for one in messages)


def member_of(client: Client, store: Store, monkeypatch: pytest.MonkeyPatch) -> BatchConsumer[RawBatch]:
    """A consumer in the midst of its work, whose thread the test is."""

    def start_of(_consumer: Consumer, _topic: str, _number: int, position: int | None, **_: bool) -> int:
        return position or 0

    monkeypatch.setattr(consumer_room, "start_of", start_of)
    monkeypatch.setattr(consumer_room, "POLL_S", 0.0)
    monkeypatch.setattr(consumer_room, "IN_HAND_WAIT_S", 0.0)
    settings = KafkaSettings(batch_events_max=5, batch_age_ms_max=20)
    member = client.member = BatchConsumer(settings, TOPIC, store.on_assign, store.on_revoke, read)
    member._loop, member._wake = asyncio.get_running_loop(), asyncio.Event()
    member._consumer = cast(Consumer, client)
    member._collector = Collector(settings, TOPIC, member._consumer, member._consume)
    return member


@pytest.mark.parametrize("poll", range(1, 30))
async def test_whenever_a_partition_goes_and_comes_back_no_record_is_passed_over(
    poll: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether its records are in hand, in a batch that is ready or being made, or were polled while there was no room."""
    store, client = Store(), Client(poll)
    member = member_of(client, store, monkeypatch)

    def work() -> None:
        member._assigned([TopicPartition(TOPIC, number) for number in store.positions])
        waits = 0
        while set(store.positions.values()) != {END}:
            if member._has_room():
                member._hand_over(member._collector.collect(lambda: False))
                if not member._ready:
                    store.take(None)
            elif (waits := waits + 1) % 3 == 0 and member._ready:  # the reader is slow
                store.take(member._ready.popleft())

    await asyncio.wait_for(asyncio.to_thread(work), 20)


async def test_what_was_left_over_of_a_revoked_partition_goes_and_errors_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    store, client = Store(), Client(0)
    store.positions[0] = 10
    member = member_of(client, store, monkeypatch)
    collector = member._collector
    failed = Told(0, 0, "an error")

    def work() -> None:
        member._assigned([TopicPartition(TOPIC, number) for number in store.positions])
        client.positions[0] = 23
        member._ready.append(read(cast(Any, [Told(0, offset) for offset in range(10, 20)])))
        collector.leftover = cast(Any, [failed, *(Told(0, offset) for offset in range(20, 23)), Told(1, 0)])
        member._revoked([TopicPartition(TOPIC, 0)])
        member._assigned([TopicPartition(TOPIC, 0)])

    await asyncio.to_thread(work)
    assert [(one.partition(), one.offset(), one.error()) for one in collector.leftover] == [
        (0, 0, "an error"),
        (1, 0, None),
    ]
    assert not member._ready
    assert client.positions[0] == 10


async def test_nothing_is_left_over_of_partitions_that_were_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    store, client = Store(), Client(0)
    member = member_of(client, store, monkeypatch)

    def work() -> None:
        member._assigned([TopicPartition(TOPIC, number) for number in store.positions])
        member._collector.leftover = cast(Any, [Told(0, 0), Told(1, 0)])
        with pytest.raises(Fenced):
            member._lost([TopicPartition(TOPIC, number) for number in store.positions])

    await asyncio.to_thread(work)
    assert member._collector.leftover == []
    assert member._collector.owned == set()
