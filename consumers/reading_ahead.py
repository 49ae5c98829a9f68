"""Something long in parts, the next one being read while one is worked on; and the events topic in such parts."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping
from contextlib import aclosing
from itertools import islice
from typing import TypeVar

from bus.reading import read_messages
from bus.records import to_batch
from bus.settings import KafkaSettings
from delivery.batch import Batch

Part = TypeVar("Part")


async def read_ahead(read: Callable[[], Awaitable[Part | None]]) -> AsyncGenerator[Part, None]:
    """What `read` gives, until it gives None; it is called again as soon as it has answered."""
    coming = asyncio.ensure_future(read())
    try:
        while (part := await coming) is not None:
            coming = asyncio.ensure_future(read())
            yield part
    finally:
        await asyncio.gather(coming, return_exceptions=True)  # a thread can't be stopped; what it reads is dropped


async def topic_batches(
    kafka: KafkaSettings, starts: Mapping[int, int], ends: Mapping[int, int], events_max: int
) -> AsyncGenerator[Batch, None]:
    """The events topic from these offsets up to those, outside of the group. Unavailable where Kafka does not answer."""
    messages = read_messages(kafka, kafka.notifications_topic, starts, ends)

    def read() -> Batch | None:
        batch = to_batch(islice(messages, events_max))
        return batch if batch.next_offsets else None

    try:
        async with aclosing(read_ahead(lambda: asyncio.to_thread(read))) as batches:
            async for batch in batches:
                yield batch
    finally:
        await asyncio.to_thread(_close, messages)


def _close(messages: Iterator[object]) -> None:
    close = getattr(messages, "close", None)
    if close is not None:
        close()
