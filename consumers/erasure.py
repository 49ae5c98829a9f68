"""One address taken out of all that is kept: the store's tables, dead letters, and through its owners the status topic.

First the address is remembered (as a keyed hash), so that nothing of it is applied from then on. Then it is removed in bounded
steps, each whole in itself: a run that was cut off is gone on with by the next. In the end a second look has to find nothing.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing

import msgspec

from bus.publisher import Publisher
from bus.settings import KafkaSettings
from consumers.letter_erasing import letter_without
from delivery.dead_letter import removal, to_record
from delivery.errors import Rejected
from delivery.event import Record
from store.eraser import Eraser, Place
from store.erasing import SCANNED_MAX, Found
from store.generations import Generations

LETTERS_MAX = 500  # looked at in one step
LOOK_EVERY_S = 0.2
LOOK_S_MAX = 5.0

Told = Callable[[str], None]
Step = Callable[[str, int, int | None], None]
"""Hears how far a long step is: its name, how much is done, and of how much (None: nobody knows)."""
Scan = Callable[[Place], Awaitable[tuple[Found, Place]]]


class Proof(msgspec.Struct):
    """What was found and removed, and what a second look found: rows that hold the address, letters that name it, and messages
    whose new state their partition's owner has not announced yet."""

    found: Found = msgspec.field(default_factory=Found)
    letters: int = 0
    left: Found = msgspec.field(default_factory=Found)
    letters_left: int = 0
    announcements_due: int = 0
    newly_remembered: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left and all is announced."""
        return not (self.left.total or self.letters_left or self.announcements_due)


async def refuse_beside_rebuild(generations: Generations) -> None:
    """Rejected while another generation of the views has the address as well. The caller has the generations open, which no
    rebuild then has."""
    if await generations.build() is not None:
        raise Rejected(
            {"": ["A rebuild was cut off: let `eds rebuild` end it, or remove it by `eds rebuild --discard --yes`."]}
        )
    if await generations.retired():
        raise Rejected({"": ["An old generation is kept, and has it too: `eds rebuild --drop-old --yes` first."]})


async def look(eraser: Eraser, kafka: KafkaSettings, step: Step) -> tuple[Found, int]:
    """Rows that hold the address, and letters that name it. Changes nothing."""
    found = await _scan(eraser, step, change=False)
    return found, sum([len(records) async for records in _letters(eraser, kafka)])


async def erase(
    eraser: Eraser, publisher: Publisher, kafka: KafkaSettings, now: Callable[[], int], wait_s: float, told: Told, step: Step
) -> Proof:  # fmt: skip
    """Removes it. Waits at most `wait_s` for the consumers to tell the topics."""
    proof = Proof()
    await eraser.check_key()
    proof.newly_remembered = await eraser.remember(now())
    told("the address is remembered; no event of it is applied any more")
    own = (await eraser.count()).events
    more = True
    while more:
        found, more = await eraser.wipe()
        proof.found.add(found)
        step("events of the recipient removed", proof.found.events, max(proof.found.events, own))
    told(f"{proof.found.events} events and {proof.found.deliveries} deliveries of the recipient are removed")
    proof.found.add(await _scan(eraser, step, change=True))
    told(f"{proof.found.mentions} texts of others that named it are changed")
    proof.letters = await _erase_letters(eraser, publisher, kafka, now())
    told(f"{proof.letters} dead letters are told to the topic without it; waiting for the consumers")
    await _wait(eraser, kafka, proof, wait_s)
    await eraser.compact()
    proof.left, proof.letters_left = await look(eraser, kafka, step)
    if proof.left.total:  # a batch may have moved a row behind where the walk was
        proof.found.add(await _scan(eraser, step, change=True))
        await _wait(eraser, kafka, proof, wait_s)
        proof.left, proof.letters_left = await look(eraser, kafka, step)
    return proof


async def _scan(eraser: Eraser, step: Step, *, change: bool) -> Found:
    """Walks all tables for texts that name it."""
    total, sizes = Found(), await eraser.sizes()
    walks: dict[str, Scan] = {
        "history": lambda place: eraser.scan_history(place, change=change),
        "deliveries": lambda place: eraser.scan_deliveries(place, change=change),
        "messages": lambda place: eraser.scan_messages(place, change=change),
    }
    for name, scan in walks.items():
        found, place = await scan(None)
        total.add(found)
        looked_at = SCANNED_MAX
        while place is not None:
            step(f"rows of {name} looked at", looked_at, max(looked_at, getattr(sizes, name)))
            found, place = await scan(place)
            total.add(found)
            looked_at += SCANNED_MAX
    return total


async def _letters(eraser: Eraser, kafka: KafkaSettings, now: int = 0) -> AsyncGenerator[list[Record], None]:
    """Of the letters that name it, the records that leave them without it, or remove them; some letters' at a time."""
    after = ""
    while letters := await eraser.letters(after, LETTERS_MAX):
        records = []
        for kept in letters:
            left = letter_without(kept.letter, eraser.is_erased, kafka.record_bytes_max)
            if left is not kept.letter:
                records.append(removal(kept.letter.id, now) if left is None else to_record(left))
        yield records
        after = letters[-1].letter.id


async def _erase_letters(eraser: Eraser, publisher: Publisher, kafka: KafkaSettings, now: int) -> int:
    count = 0
    async for records in _letters(eraser, kafka, now):
        for portion in publisher.portions(records):
            await publisher.publish(kafka.dead_letters_topic, portion)
            count += len(portion)
    return count


async def _names(eraser: Eraser, kafka: KafkaSettings) -> bool:
    """Whether a letter names it still."""
    async with aclosing(_letters(eraser, kafka)) as looked:
        async for records in looked:
            if records:
                return True
    return False


async def _wait(eraser: Eraser, kafka: KafkaSettings, proof: Proof, wait_s: float) -> None:
    """Until the consumers have announced all that changed and taken the letters over, at most so long."""
    deadline = asyncio.get_running_loop().time() + wait_s
    pause_s = LOOK_EVERY_S
    while True:
        proof.announcements_due = await eraser.waiting()
        if not proof.announcements_due and not await _names(eraser, kafka):
            return
        if asyncio.get_running_loop().time() > deadline:
            return
        await asyncio.sleep(pause_s)
        pause_s = min(2 * pause_s, LOOK_S_MAX)  # a look at all letters is not for nothing
