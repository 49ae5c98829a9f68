"""How far a claim's partitions get with a batch; pure. The store writes it last, on the condition that the epoch still holds."""

import logging
from collections.abc import Mapping

import msgspec

from delivery.batch import Batch
from store.contract import Claim

logger = logging.getLogger(__name__)


class Confirmed:
    """What a writer knows to be in its store: the next offsets that it has found there or committed.

    A server may go back behind them, where a standby takes over that had not everything, or where a backup is restored under a
    live writer. What lies between would never be read again: so a batch is written on the condition that the store is that far.
    """

    def __init__(self) -> None:
        self._offsets: dict[tuple[str, int], int] = {}

    def claimed(self, claim: Claim) -> None:
        """What a new claim has found is what counts from now on, also where it is less."""
        for partition in claim.epochs:
            position = claim.positions.get(partition)
            self._offsets[claim.topic, partition] = -1 if position is None else position.next_offset

    def committed(self, topic: str, next_offsets: Mapping[int, int]) -> None:
        """These have been committed beyond doubt."""
        for partition, offset in next_offsets.items():
            self._offsets[topic, partition] = max(offset, self.of(topic, partition))

    def of(self, topic: str, partition: int) -> int:
        """-1 where nothing is known."""
        return self._offsets.get((topic, partition), -1)


class Advance(msgspec.Struct, frozen=True):
    """One partition's new offsets. None where the batch has none: announced offsets may come alone. Times in ms."""

    partition: int
    epoch: int
    next_offset: int | None
    announced_offset: int
    newest_event_at: int | None


def advances(claim: Claim, batch: Batch | None, announced: Mapping[int, int]) -> list[Advance]:
    """What to write for each partition, in their order, so that two writers never wait for each other crosswise.

    ValueError for a partition that the claim is not about.
    """
    next_offsets = batch.next_offsets if batch is not None else {}
    newest: dict[int, int] = {}
    for event in batch.events if batch is not None else ():
        if event.received_at > newest.get(event.partition, -1):
            newest[event.partition] = event.received_at
    partitions = sorted(next_offsets.keys() | announced.keys())
    foreign = (set(partitions) | newest.keys()) - claim.epochs.keys()
    if foreign:
        raise ValueError(f"partitions {sorted(foreign)} of {claim.topic} are not in the claim")
    return [
        Advance(
            partition, claim.epochs[partition], next_offsets.get(partition), announced.get(partition, 0),
            newest.get(partition),
        )
        for partition in partitions
    ]  # fmt: skip


def warn_of_classification(stored: int, known: int) -> bool:
    """Says that the views were made with another table; only a rebuild brings them to the new one. Whether they were."""
    if stored != known:
        logger.warning("the views were made with classification %d, this program has %d: rebuild them", stored, known)
    return stored != known
