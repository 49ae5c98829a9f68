"""The views anew: a generation of them is made beside the serving one, compared with it, verified, and swapped in.

carry   messages of which the history has not all events any more, as they stand
walk    the events that the serving generation keeps (or the topic from its beginning), through the ordinary writer
follow  what came meanwhile, from the topic, until both generations are close
settle  statistics for the planner, where the database has one
compare both generations: what the new one has otherwise is announced after the swap
verify  a sample of the new views against the fold of their history
swap    with the serving writers held: the last events, a last look, and the new generation serves

Every step can be cut off: what a new generation has is noted in itself, and the next run goes on from there. Events that are
taken twice change nothing.
"""

import asyncio
import gc
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from random import Random

import msgspec

from bus import places
from bus.settings import KafkaSettings
from consumers.reading_ahead import read_ahead, topic_batches
from consumers.verification import Fault, Findings, verify
from delivery.batch import Batch
from delivery.classification import Classifier
from delivery.errors import Rejected, Unavailable
from store.contract import Claim, Position, Writer
from store.generations import Build, Generations, Held, Source, Walked

BATCH_EVENTS = 20_000
CLOSE_EVENTS = 10_000  # so near to the serving generation that its writers can be held for the rest
ROUNDS_MAX = 50
VERIFIED_MESSAGES = 1_000
OWNER = "rebuild"
COLLECT_EVERY_BATCHES = 50
# What must be the same, so that a generation that was cut off is gone on with:
_DECIDES = ("source", "topic", "schema_version", "classification_version", "horizon")

Told = Callable[[str, int, int | None], None]
"""Hears of progress: which step it is, how much is done in it, of how much (None where nobody knows)."""


class Wanted(msgspec.Struct, frozen=True):
    """What kind of rebuild: `accept_loss` lets events go that the topic has no more, `keep_old` leaves the old generation."""

    source: Source = Source.HISTORY
    accept_loss: bool = False
    keep_old: bool = False
    verified_messages: int = VERIFIED_MESSAGES


class Outlook(msgspec.Struct, frozen=True):
    """What a rebuild finds: events of the history, how many of them the topic has no more, and what is in the making already."""

    events: int
    lost: int
    making: Build | None
    retired: bool
    horizon: int | None


class Outcome(msgspec.Struct):
    """What was done. `changed` messages have another view by the same events, `mended` ones by others than the old view counted;
    `carried` ones are as they were, as the history has not all of their events any more.

    With `faults` the new generation was found wrong, does not serve, and is gone."""

    source: Source
    events: int = 0
    resumed: bool = False
    messages: int = 0
    changed: int = 0
    mended: int = 0
    verified: int = 0
    held_ms: int = 0
    seconds: float = 0
    swapped: bool = False
    carried: int = 0
    faults: list[Fault] = []


class Rebuild:
    """One rebuild. The generations are open; `now` gives ms since 1970."""

    def __init__(
        self,
        generations: Generations,
        kafka: KafkaSettings,
        classifier: Classifier,
        wanted: Wanted,
        *,
        now: Callable[[], int],
        random: Random,
        told: Told,
    ) -> None:
        self._generations = generations
        self._kafka = kafka
        self._topic = kafka.notifications_topic
        self._classifier = classifier
        self._wanted = wanted
        self._now = now
        self._random = random
        self._told = told
        self._build: Build
        self._writer: Writer
        self._claim: Claim
        self._next: dict[int, int] = {}
        self._batches = 0
        self._compared_at: dict[int, int] = {}
        self._outcome = Outcome(wanted.source)

    async def outlook(self) -> Outlook:
        """What there is to do, without doing it."""
        lows = await self._lows() if self._is_from_topic else {}
        events, lost = await self._generations.count(lows)
        return Outlook(
            events, lost, await self._making(), await self._generations.retired(), await self._generations.horizon()
        )

    async def run(self) -> Outcome:
        """All of it. Rejected where it would lose something, Unavailable where Kafka or the store is away."""
        started = time.monotonic()
        await self._generations.keep_history()
        await self._begin(await self.outlook())
        self._writer = await self._generations.writer()
        try:
            await self._fill()
            findings, unequal = await self._look()
            if not findings.faulty:
                await self._swap_in(unequal)
        finally:
            await self._writer.close()
        if self._outcome.swapped and not self._wanted.keep_old:
            await self._generations.drop_retired()
        elif not self._outcome.swapped:
            await self._generations.discard()
        self._outcome.seconds = time.monotonic() - started
        return self._outcome

    @property
    def _is_from_topic(self) -> bool:
        return self._wanted.source is Source.TOPIC

    async def _making(self) -> Build | None:
        """The generation in the making, where this rebuild can go on with it."""
        build = await self._generations.build()
        if build is None:
            return None
        wanted = await self._wanted_build()
        same = all(getattr(build, name) == getattr(wanted, name) for name in _DECIDES)
        return build if same else None

    async def _wanted_build(self) -> Build:
        return Build(
            self._wanted.source, self._topic, await self._generations.schema_version(), self._classifier.version,
            self._now(), {}, 0, horizon=await self._generations.horizon(),
        )  # fmt: skip

    async def _begin(self, outlook: Outlook) -> None:
        if outlook.retired:
            raise Rejected({"": ["The old generation of the last rebuild is still kept: eds rebuild --drop-old."]})
        if outlook.lost and not self._wanted.accept_loss:
            raise Rejected({"": [
                f"The topic no longer has {outlook.lost} of the {outlook.events} events that the history has: rebuild from the"
                " history, or say --accept-loss."
            ]})  # fmt: skip
        if outlook.making is not None:
            self._build = outlook.making
            self._outcome.resumed = True
            return
        positions = {} if self._is_from_topic else await self._generations.positions(self._topic)
        starts = {number: position.next_offset for number, position in positions.items()}
        self._build = msgspec.structs.replace(await self._wanted_build(), starts=starts, events_expected=outlook.events)
        await self._generations.begin(self._build)

    async def _fill(self) -> None:
        partitions = await self._generations.positions(self._topic)
        self._claim = await self._writer.claim(self._topic, sorted(partitions), OWNER)
        self._next = dict(self._build.starts)
        self._next |= {number: position.next_offset for number, position in self._claim.positions.items()}
        await self._carry()
        if not self._is_from_topic and not self._build.walked:
            await self._walk()
        await self._follow()
        await self._generations.count_carried(self._build)
        self._told("settle", 0, None)
        await self._generations.settle()

    async def _carry(self) -> None:
        """Messages of which the history has not all events any more."""
        while self._build.horizon is not None and not self._build.is_carried:
            self._build = await self._generations.carry(self._build)
            self._told("carry", self._build.carried_messages, None)
        self._outcome.carried = self._build.carried_messages

    async def _walk(self) -> None:
        build = self._build
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
        self._next |= batch.next_offsets
        self._batches += 1
        if not gc.isenabled() and self._batches % COLLECT_EVERY_BATCHES == 0:
            gc.collect()

    async def _follow(self) -> None:
        """Until the new generation is close to the serving one."""
        for _ in range(ROUNDS_MAX):
            if await self._catch_up(await self._generations.positions(self._topic)) <= CLOSE_EVENTS:
                return
        raise Unavailable("the store: its writers are quicker than the rebuild: go on with it when less comes in")

    async def _catch_up(self, positions: Mapping[int, Position]) -> int:
        """Applies what the serving generation has of the topic up to these positions; gives how many records that were."""
        ends = {number: position.next_offset for number, position in positions.items()}
        behind = {number: end for number, end in ends.items() if self._next.get(number, -1) < end}
        if not behind:
            return 0
        starts = dict(self._next)
        for number, low in (await self._lows()).items():
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
                self._build.events += len(batch.events)
                self._told("follow", taken, max(taken, total))
        # The last offsets of a partition may be of no record: transactions and compaction leave such.
        self._next |= {number: max(end, self._next.get(number, 0)) for number, end in behind.items()}
        return taken

    async def _lows(self) -> dict[int, int]:
        bounds = await asyncio.to_thread(places.bounds, self._kafka, self._topic)
        return {number: low for number, (low, _) in bounds.items()}

    async def _look(self) -> tuple[Findings, list[str]]:
        """Compares and verifies; also gives the messages whose number of events was not the same in both generations."""
        self._compared_at = dict(self._next)
        unequal: list[str] = []
        after: str | None = None
        while True:
            compared = await self._generations.compare(after)
            self._outcome.messages += compared.messages
            self._outcome.changed += len(compared.changed)
            unequal += compared.unequal
            self._told("compare", self._outcome.messages, None)
            after = compared.last
            if after is None:
                break
        auditor = self._generations.auditor()
        await auditor.open()
        try:
            findings = await verify(
                auditor, self._classifier, self._wanted.verified_messages, self._random,
                lambda what, done, total: self._told(f"verify {what}", done, total),
            )  # fmt: skip
        finally:
            await auditor.close()
        self._outcome.verified = findings.messages
        self._outcome.faults = findings.faults
        return findings, unequal

    async def _swap_in(self, unequal: Sequence[str]) -> None:
        await self._follow()
        # Most of these only had events that were under way; what is left is looked at again while nothing moves.
        doubtful = await self._still_unequal(unequal)
        started = time.monotonic()
        async with self._generations.held(self._topic) as held:
            await self._swap_held(held, doubtful)
        self._outcome.held_ms = int((time.monotonic() - started) * 1000)

    async def _swap_held(self, held: Held, doubtful: Sequence[str]) -> None:
        await self._catch_up(await held.positions())
        unequal = await self._still_unequal(doubtful)
        for key, events, counted in await self._generations.shortfall(unequal):
            if counted < events and not self._wanted.accept_loss:
                problem = f"it has {counted} of {events} events"
            elif counted > events and not self._is_from_topic:
                problem = f"it has {counted} events, its history only {events}: was the history trimmed meanwhile?"
            else:
                continue
            self._outcome.faults.append(Fault("message", key, problem))
        if not self._outcome.faults:
            await self._generations.announce(unequal)
            await held.swap(self._compared_at)
            self._outcome.mended = len(unequal)
            self._outcome.swapped = True
            self._outcome.events = self._build.events

    async def _still_unequal(self, keys: Sequence[str]) -> list[str]:
        found = []
        for start in range(0, len(keys), BATCH_EVENTS):
            found += await self._generations.unequal(keys[start : start + BATCH_EVENTS])
        return found
