"""How far a claim's partitions get with a batch; pure. The store writes it last, on the condition that the epoch still holds."""

import logging
from collections.abc import Mapping

import msgspec

from delivery.batch import Batch
from store.contract import Claim

logger = logging.getLogger(__name__)


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


def warn_of_classification(stored: int, known: int) -> None:
    """Says that the views were made with another table; only a rebuild brings them to the new one."""
    if stored != known:
        logger.warning("the views were made with classification %d, this program has %d: rebuild them", stored, known)
