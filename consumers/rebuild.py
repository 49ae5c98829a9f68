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

import time
from collections.abc import Callable, Sequence
from random import Random

import msgspec

from bus.settings import KafkaSettings
from consumers.filling import BATCH_EVENTS, Filling, Told, lows
from consumers.verification import Fault, Findings, verify
from delivery.classification import Classifier
from delivery.errors import Rejected
from store.generations import Build, Generations, Held, Source

VERIFIED_MESSAGES = 1_000
# What must be the same, so that a generation that was cut off is gone on with:
_DECIDES = ("source", "topic", "schema_version", "classification_version", "horizon")


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
        self._filling: Filling
        self._compared_at: dict[int, int] = {}
        self._outcome = Outcome(wanted.source)

    async def outlook(self) -> Outlook:
        """What there is to do, without doing it."""
        first = await lows(self._kafka) if self._is_from_topic else {}
        events, lost = await self._generations.count(first)
        return Outlook(
            events, lost, await self._making(), await self._generations.retired(), await self._generations.horizon()
        )

    async def run(self) -> Outcome:
        """All of it. Rejected where it would lose something, Unavailable where Kafka or the store is away."""
        started = time.monotonic()
        await self._generations.keep_history()
        build = await self._begin(await self.outlook())
        writer = await self._generations.writer()
        self._filling = Filling(self._generations, self._kafka, writer, build, now=self._now, told=self._told)
        try:
            await self._fill()
            findings, unequal = await self._look()
            if not findings.faulty:
                await self._swap_in(unequal)
        finally:
            await writer.close()
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

    async def _begin(self, outlook: Outlook) -> Build:
        if outlook.retired:
            raise Rejected({"": ["The old generation of the last rebuild is still kept: eds rebuild --drop-old."]})
        if outlook.lost and not self._wanted.accept_loss:
            raise Rejected({"": [
                f"The topic no longer has {outlook.lost} of the {outlook.events} events that the history has: rebuild from the"
                " history, or say --accept-loss."
            ]})  # fmt: skip
        if outlook.making is not None:
            self._outcome.resumed = True
            return outlook.making
        positions = {} if self._is_from_topic else await self._generations.positions(self._topic)
        starts = {number: position.next_offset for number, position in positions.items()}
        build = msgspec.structs.replace(await self._wanted_build(), starts=starts, events_expected=outlook.events)
        await self._generations.begin(build)
        return build

    async def _fill(self) -> None:
        filling = self._filling
        await filling.begin()
        await filling.carry()
        self._outcome.carried = filling.build.carried_messages
        if not self._is_from_topic and not filling.build.walked:
            await filling.walk()
        await filling.follow()
        await self._generations.count_carried(filling.build)
        self._told("settle", 0, None)
        await self._generations.settle()

    async def _look(self) -> tuple[Findings, list[str]]:
        """Compares and verifies; also gives the messages whose number of events was not the same in both generations."""
        self._compared_at = dict(self._filling.next)
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
        await self._filling.follow()
        # Most of these only had events that were under way; what is left is looked at again while nothing moves.
        doubtful = await self._still_unequal(unequal)
        started = time.monotonic()
        async with self._generations.held(self._topic) as held:
            await self._swap_held(held, doubtful)
        self._outcome.held_ms = int((time.monotonic() - started) * 1000)

    async def _swap_held(self, held: Held, doubtful: Sequence[str]) -> None:
        await self._filling.catch_up(await held.positions())
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
            self._outcome.events = self._filling.build.events

    async def _still_unequal(self, keys: Sequence[str]) -> list[str]:
        found = []
        for start in range(0, len(keys), BATCH_EVENTS):
            found += await self._generations.unequal(keys[start : start + BATCH_EVENTS])
        return found
