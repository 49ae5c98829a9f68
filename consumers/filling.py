"""A generation in the making is filled: with what can only be taken over, with the walk's events, and with those of the topic.

What it has is noted in itself, behind each part; parts that are taken twice change nothing.
"""

import asyncio
import gc
from collections.abc import Callable, Mapping
from contextlib import aclosing

import msgspec

from bus import places
from bus.settings import KafkaSettings
from consumers.reading_ahead import read_ahead, topic_batches
from delivery.batch import Batch
from delivery.errors import Rejected, Unavailable
from store.contract import Claim, Position, Writer
from store.generations import Build, Generations, Walked

BATCH_EVENTS = 20_000
CLOSE_EVENTS = 10_000  # so near to the serving generation that its writers can be held for the rest
ROUNDS_MAX = 50
OWNER = "rebuild"
COLLECT_EVERY_BATCHES = 50

Told = Callable[[str, int, int | None], None]
"""Hears of progress: which step it is, how much is done in it, of how much (None where nobody knows)."""


async def lows(kafka: KafkaSettings) -> dict[int, int]:
    """The first offsets that the topic still has."""
    bounds = await asyncio.to_thread(places.bounds, kafka, kafka.notifications_topic)
    return {number: low for number, (low, _) in bounds.items()}


class Filling:
    """The filling of one build. `next` are the offsets up to which it has the topic."""

    def __init__(
        self,
        generations: Generations,
        kafka: KafkaSettings,
        writer: Writer,
        build: Build,
        *,
        now: Callable[[], int],
        told: Told,
    ) -> None:
        self.build = build
        self.next: dict[int, int] = {}
        self._generations = generations
        self._kafka = kafka
        self._topic = kafka.notifications_topic
        self._writer = writer
        self._now = now
        self._told = told
        self._claim: Claim
        self._batches = 0

    async def begin(self) -> None:
        """Claims its partitions."""
        partitions = await self._generations.positions(self._topic)
        self._claim = await self._writer.claim(self._topic, sorted(partitions), OWNER)
        self.next = dict(self.build.starts)
        self.next |= {number: position.next_offset for number, position in self._claim.positions.items()}

    async def carry(self) -> None:
        """Messages of which the history has not all events any more."""
        while self.build.horizon is not None and not self.build.is_carried:
            self.build = await self._generations.carry(self.build)
            self._told("carry", self.build.carried_messages, None)

    async def walk(self) -> None:
        """The events that the serving generation keeps."""
        build = self.build
        after = build.cursor

        async def read() -> Walked | None:
            nonlocal after
            if after is None and started:
                return None
            walked = await self._generations.walk(after, BATCH_EVENTS)
            started.append(True)
            after = walked.cursor
            return walked

        started: list[bool] = []
        async with aclosing(read_ahead(read)) as parts:
            async for part in parts:
                # The rows' own offsets are from before the walk: only what follows from the topic moves the generation's.
                await self._apply(Batch(part.events, {}))
                build.cursor, build.walked = part.cursor, part.cursor is None
                build.events += len(part.events)
                await self._generations.note(build)
                self._told("walk", build.events, max(build.events, build.events_expected))

    async def _apply(self, batch: Batch) -> None:
        """Applies a batch of partitions that the claim may not know yet."""
        needed = batch.next_offsets.keys() | {event.partition for event in batch.events}
        if missing := needed - self._claim.epochs.keys():
            more = await self._writer.claim(self._topic, sorted(missing), OWNER)
            self._claim = msgspec.structs.replace(self._claim, epochs=self._claim.epochs | more.epochs)
        await self._writer.apply(self._claim, batch, self._now(), {})
        self.next |= batch.next_offsets
        self._batches += 1
        if not gc.isenabled() and self._batches % COLLECT_EVERY_BATCHES == 0:
            gc.collect()

    async def follow(self) -> None:
        """Until the new generation is close to the serving one."""
        for _ in range(ROUNDS_MAX):
            if await self.catch_up(await self._generations.positions(self._topic)) <= CLOSE_EVENTS:
                return
        raise Unavailable("the store: its writers are quicker than the rebuild: go on with it when less comes in")

    async def catch_up(self, positions: Mapping[int, Position]) -> int:
        """Applies what the serving generation has of the topic up to these positions; gives how many records that were."""
        ends = {number: position.next_offset for number, position in positions.items()}
        behind = {number: end for number, end in ends.items() if self.next.get(number, -1) < end}
        if not behind:
            return 0
        starts = dict(self.next)
        for number, low in (await lows(self._kafka)).items():
            if number in behind and starts.get(number, low) < low:
                await self._generations.discard()
                raise Rejected({"": [
                    f"{self._topic}: partition {number} begins at {low} by now, and records from {starts[number]} on are needed."
                    " What was made is dropped: begin anew."
                ]})  # fmt: skip
            starts.setdefault(number, low)
        stops = {number: behind.get(number, 0) for number in starts}
        total, taken = sum(end - starts.get(number, 0) for number, end in behind.items()), 0
        async with aclosing(topic_batches(self._kafka, starts, stops, BATCH_EVENTS)) as batches:
            async for batch in batches:
                await self._apply(batch)
                taken += len(batch.events) + len(batch.poison)
                self.build.events += len(batch.events)
                self._told("follow", taken, max(taken, total))
        # The last offsets of a partition may be of no record: transactions and compaction leave such.
        self.next |= {number: max(end, self.next.get(number, 0)) for number, end in behind.items()}
        return taken
