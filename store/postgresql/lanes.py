"""The consumers' side of PostgreSQL over several connections: a large batch is several transactions at a time, of whole partitions.

While the server works on one of them, this process merges and packs the rows of the next. A message lives in one partition, so
they share no views; each has its partitions' events, views, statistics and offsets, and is fenced for itself, as those of several
processes are.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence

from delivery.batch import Batch
from delivery.classification import Classifier, Kind
from delivery.errors import Fenced, Retryable
from store.contract import Applied, Change, Claim, Due
from store.offsets import Confirmed
from store.postgresql.writer import PostgresqlWriter
from store.settings import StoreSettings

LANES = 2
LANE_EVENTS_MIN = 100  # fewer are not worth a transaction of their own


class PostgresqlLanes:
    """Writer over a few others. What isn't a large batch goes through the first of them."""

    def __init__(self, settings: StoreSettings, classifier: Classifier, search_path: str = "") -> None:
        confirmed = Confirmed()  # a partition has no lane of its own
        self._lanes = [PostgresqlWriter(settings, classifier, search_path, confirmed) for _ in range(LANES)]
        self._first = self._lanes[0]

    async def open(self) -> None:
        for lane in self._lanes:
            await lane.open()

    async def close(self) -> None:
        await asyncio.gather(*(lane.close() for lane in self._lanes))

    async def claim(self, topic: str, partitions: Sequence[int], owner: str) -> Claim:
        return await self._first.claim(topic, partitions, owner)

    async def apply(self, claim: Claim, batch: Batch, now: int, announced: Mapping[int, int]) -> Applied:
        parts = split(batch, min(LANES, len(batch.events) // LANE_EVENTS_MIN))
        # What was announced of partitions that the batch does not touch goes with the first part.
        others = {each for part in parts[1:] for each in part.next_offsets}
        told = [{each: announced[each] for each in part.next_offsets.keys() & announced.keys()} for part in parts]
        told[0] = {each: offset for each, offset in announced.items() if each not in others}
        work = zip(self._lanes, parts, told, strict=False)
        found = await asyncio.gather(
            *(lane.apply(claim, part, now, offsets) for lane, part, offsets in work), return_exceptions=True
        )
        return joined(found)

    async def mark_announced(self, claim: Claim, announced: Mapping[int, int]) -> None:
        await self._first.mark_announced(claim, announced)

    async def due(self, claim: Claim, rows_max: int) -> list[Due]:
        return await self._first.due(claim, rows_max)

    async def mark_due_announced(self, claim: Claim, due: Sequence[Due]) -> None:
        await self._first.mark_due_announced(claim, due)

    async def note_latencies(self, owner: str, minute: int, events: Mapping[int, int]) -> None:
        await self._first.note_latencies(owner, minute, events)

    async def check(self, claim: Claim) -> None:
        await self._first.check(claim)


def split(batch: Batch, parts_max: int) -> list[Batch]:
    """The batch in parts of about the same size, at most so many, each of whole partitions."""
    sizes = Counter(event.partition for event in batch.events) if parts_max > 1 else Counter[int]()
    if len(sizes) < 2:
        return [batch]
    parts = [Batch([], {}) for _ in range(min(parts_max, len(sizes)))]
    loads, lists = [0] * len(parts), {}
    for partition, size in sizes.most_common():
        lightest = loads.index(min(loads))
        loads[lightest] += size
        lists[partition] = parts[lightest]
    for event in batch.events:
        lists[event.partition].events.append(event)
    for partition, offset in batch.next_offsets.items():
        lists.get(partition, parts[0]).next_offsets[partition] = offset
    for poison in batch.poison:
        lists.get(poison.partition, parts[0]).poison.append(poison)
    return parts


def joined(found: Sequence[Applied | BaseException]) -> Applied:
    """What the parts did, as one. Where one failed its problem is raised; what others have committed stays, and is known
    when the batch comes again."""
    problems = [one for one in found if isinstance(one, BaseException)]
    if problems:
        raise min(problems, key=_gravity)
    applied = [one for one in found if isinstance(one, Applied)]
    if len(applied) == 1:
        return applied[0]
    changes: dict[str, Change] = {}
    kinds: Counter[Kind] = Counter()
    for one in applied:
        kinds.update(one.kinds)
        for change in one.changes:
            message = change.message
            # Where the topic's partitions were made more, a message may be in two.
            known = changes.setdefault(message.tracking_id, change)
            if known.message.revision < message.revision:
                changes[message.tracking_id] = change
    return Applied(
        list(changes.values()), sum(one.inserted for one in applied), sum(one.duplicates for one in applied),
        sum(one.expired for one in applied), sum(one.erased for one in applied), dict(kinds),
    )  # fmt: skip


def _gravity(problem: BaseException) -> int:
    """Defects go first, then what ends the session, then what is tried again."""
    return 2 if isinstance(problem, Retryable) else 1 if isinstance(problem, Fenced) else 0
