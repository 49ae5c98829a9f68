"""How many messages have which status, counted now and then. For the metrics alone, so it must cost the store next to nothing.

One of the consumers counts: whoever holds the events topic's first partition. An index answers; a count that took long is followed
by a pause a hundred times as long, and what takes longer than a read may take is not told at all.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from time import perf_counter

from consumers.metrics import Metrics
from delivery.errors import Misconfigured, Retryable
from delivery.state import RANKS
from store.contract import Reader
from store.questions import MessageFilter

COUNT_EVERY_S = 15.0
LOOK_EVERY_S = 1.0
PAUSE_TIMES = 100
EVERYTHING = 2**62
_log = logging.getLogger(__name__)


async def keep_counting(
    opened: Callable[[], Reader],
    held: Callable[[], Mapping[int, int]],
    metrics: Metrics,
    every_s: float = COUNT_EVERY_S,
    look_every_s: float = LOOK_EVERY_S,
) -> None:
    """Counts until it is cancelled. `opened` gives a reader that is not open yet, `held` this process's partitions."""
    while True:
        if 0 not in held():
            metrics.messages.clear()
            await asyncio.sleep(look_every_s)
            continue
        began = perf_counter()
        reader = opened()
        try:
            await reader.open()
            await count(reader, metrics)
        except (Retryable, Misconfigured) as problem:  # a newer version may have migrated the store meanwhile
            metrics.messages.clear()
            _log.info("the view's messages can't be counted: %s", problem)
        finally:
            await reader.close()
        await asyncio.sleep(max(every_s, PAUSE_TIMES * (perf_counter() - began)))


async def count(reader: Reader, metrics: Metrics) -> None:
    """The view's messages by status, and when a batch was last applied by whomever, into the metrics."""
    for status in RANKS:
        found = await reader.count_messages(MessageFilter(phases=(status,)), EVERYTHING)
        metrics.messages.labels(status.value).set(found.count)
    metrics.note_applied((await reader.progress()).applied_at or 0)
