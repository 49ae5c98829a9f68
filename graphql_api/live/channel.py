"""One topic as the subscribers of this process see it: where it is read to, the latest records, and who wants what."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Mapping
from contextlib import suppress
from typing import Generic, TypeVar

from bus.tail import Found
from graphql_api.live.changes import Arrival, Change, Gone
from graphql_api.live.cursors import encode_positions
from graphql_api.live.index import Index, IndexKey

SLICE_S = 0.001
"""How long changes are told at a stretch before the loop's other work has its turn."""
WAITING_MAX = 4
LINGER_S = 60.0
"""How long the topic is followed on after the last who asked: most come back soon, and then nothing need be read again."""

Item = TypeVar("Item", bound=Change | Gone | Arrival)
Group = TypeVar("Group", bound=Hashable)


class Channel(Generic[Item, Group]):
    """`tell` is called with each record, in the topic's order within a partition; `taken` after each batch."""

    def __init__(self, tag: str, tell: Callable[[Item], None], records_max: int, bytes_max: int) -> None:
        self.tag = tag
        self.index: Index[Group] = Index()
        self.positions: dict[int, int] | None = None
        self.on_gap: Callable[[], None] = lambda: None
        self.taken: Callable[[], None] = lambda: None
        self._tell = tell
        self._records_max = records_max
        self._bytes_max = bytes_max
        self._ring: deque[Item] = deque()
        self._ring_bytes = 0
        self._ring_starts: dict[int, int] = {}
        self._found: asyncio.Queue[Found[Item]] = asyncio.Queue(WAITING_MAX)
        self._cursor: str | None = None
        self._started = asyncio.Event()
        self._count = 0
        self._wanted_until_s = float("-inf")

    def join(self, group: Group, keys: Iterable[IndexKey]) -> None:
        """The group is told of what it may want."""
        self.index.add(group, keys)
        self._count += 1

    def leave(self, group: Group, keys: Iterable[IndexKey]) -> None:
        """The same keys as it joined with."""
        self.index.remove(group, keys)
        self._count -= 1
        self._wanted_until_s = time.monotonic() + LINGER_S

    def is_wanted(self) -> bool:
        """Whether anybody asks, or asked a moment ago. From any thread."""
        wanted = self._count > 0 or time.monotonic() < self._wanted_until_s
        if not wanted:
            self._started.clear()
        return wanted

    async def started(self, wait_s_max: float) -> bool:
        """Waits until the topic is followed, but not for long."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._started.wait(), wait_s_max)
        return self._started.is_set()

    def start(self, positions: Mapping[int, int]) -> None:
        """The topic is followed from here on; what came before was passed over."""
        self._ring.clear()
        self._ring_bytes = 0
        self._started.set()
        late = self.positions is None and self._count > 0
        self.positions = dict(positions)
        self._ring_starts = dict(positions)
        self._cursor = None
        if late:  # Kafka was away from the first: who joined meanwhile may have missed something
            self.on_gap()

    def gap(self, positions: Mapping[int, int]) -> None:
        """Records were lost; it goes on from here."""
        self.start(positions)
        self.on_gap()

    def find(self, found: Found[Item]) -> None:
        """Takes a batch; it is told as soon as those before it are."""
        self._found.put_nowait(found)

    async def run(self) -> None:
        """Tells what is found, until cancelled."""
        until = time.perf_counter() + SLICE_S
        while True:
            found = await self._found.get()
            for item in found.records:
                self._keep(item)
                self._tell(item)
                if time.perf_counter() > until:
                    await asyncio.sleep(0)
                    until = time.perf_counter() + SLICE_S
            if self.positions is not None:
                self.positions.update(found.positions)
                self._cursor = None
            self.taken()

    def cursor(self) -> str:
        """Where whoever has all that was told goes on."""
        if self._cursor is None:
            self._cursor = encode_positions(self.tag, self.positions or {})
        return self._cursor

    def since(self, positions: Mapping[int, int]) -> list[Item] | None:
        """The records from these positions on that were told; None where the ring doesn't go back so far."""
        if any(positions.get(number, 0) < start for number, start in self._ring_starts.items()):
            return None
        return [item for item in self._ring if item.place[1] >= positions.get(item.place[0], 0)]

    def _keep(self, item: Item) -> None:
        partition, offset = item.place
        if self.positions is not None:
            self.positions[partition] = offset + 1
        self._cursor = None
        self._ring.append(item)
        self._ring_bytes += item.size
        while len(self._ring) > self._records_max or self._ring_bytes > self._bytes_max:
            dropped = self._ring.popleft()
            self._ring_bytes -= dropped.size
            number, place = dropped.place
            self._ring_starts[number] = place + 1
