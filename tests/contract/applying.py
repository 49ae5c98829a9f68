"""A process that applies the events of test_ownership in small batches, from where the store is, until it is killed or done."""

import asyncio
import sys

from delivery.batch import Batch
from delivery.classification import shipped_classifier
from store.opening import open_writer
from store.settings import StoreSettings
from tests.contract.stores import NOW, TOPIC
from tests.contract.test_ownership import KILLED_EVENTS, traffic


async def apply(url: str) -> None:
    events = traffic(KILLED_EVENTS)
    writer = open_writer(StoreSettings(url=url), shipped_classifier())
    await writer.open()
    claim = await writer.claim(TOPIC, [0], "worker")
    start = claim.positions[0].next_offset if claim.positions else 0
    print("applying", flush=True)
    for first in range(start, KILLED_EVENTS, 50):
        part = events[first : first + 50]
        await writer.apply(claim, Batch(part, {0: first + len(part)}), NOW, {})
    await writer.close()


if __name__ == "__main__":
    asyncio.run(apply(sys.argv[1]))
