"""What a subscriber missed while it was away: from memory where it was away for a short time, else from the topic."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, TypeVar

import msgspec

from bus.past import Lost
from delivery.errors import Unavailable
from graphql_api.errors import UNAVAILABLE, problem
from graphql_api.live.changes import Arrival, Change, Gone
from graphql_api.live.channel import Channel
from graphql_api.live.cursors import decode_positions, encode_positions, expired
from graphql_api.live.rendering import key_of

Item = TypeVar("Item", bound=Change | Gone | Arrival)
Past = Callable[[Mapping[int, int], Mapping[int, int]], Iterator[Item]]
"""The records from some positions up to others. Blocks; Lost, Unavailable."""
START_S_MAX = 5.0
Admits = Callable[[Change | Arrival], bool | None]


class Missed(msgspec.Struct):
    """A change that was missed, and the cursor behind it. `ask` where the store has to say if the filter has it."""

    item: Change | Arrival
    cursor: str
    ask: bool


class Replay(Generic[Item]):
    """Reads back for one channel, the topic for one subscriber after the other: many that come back at once wait."""

    def __init__(self, channel: "Channel[Item, Any]", bytes_max: int) -> None:
        self._channel = channel
        self._bytes_max = bytes_max
        self._reading = asyncio.Lock()
        self.past: Past[Item] | None = None

    async def missed(self, after: str, admits: Admits, cover: Callable[[Mapping[int, int]], None]) -> list[Missed]:
        """What was told since this cursor, up to now, in its order; of one message the latest. Fails as CURSOR_EXPIRED.

        `cover` is told, at once, the positions that "now" means.
        """
        positions = decode_positions(after, self._channel.tag)
        if not await self._channel.started(START_S_MAX) or (now := self._channel.positions) is None:
            raise problem("after: Kafka is not read yet: try again", UNAVAILABLE)
        if positions.keys() != now.keys() or any(place > now[number] for number, place in positions.items()):
            raise expired("the cursor is of another topic, or of a server that has read further")
        ends = dict(now)
        cover(ends)
        found = self._channel.since(positions)
        if found is not None:
            return self._fold(iter(found), positions, admits)
        if self.past is None:
            raise expired("the cursor is too old")
        try:
            return await self._read_in_turn(self.past, positions, ends, admits)
        except Lost as reason:
            raise expired(str(reason)) from reason
        except Unavailable as reason:
            raise problem(f"after: not available now: {reason}", UNAVAILABLE) from reason

    async def _read_in_turn(
        self, past: Past[Item], positions: dict[int, int], ends: dict[int, int], admits: Admits
    ) -> list[Missed]:
        await self._reading.acquire()
        reading = asyncio.create_task(asyncio.to_thread(self._read, past, positions, ends, admits))
        reading.add_done_callback(lambda _: self._reading.release())
        return await asyncio.shield(reading)  # a thread goes on when nobody waits any more: the next one reads after it

    def _read(
        self, past: Past[Item], positions: dict[int, int], ends: dict[int, int], admits: Admits
    ) -> list[Missed]:  # fmt: skip
        return self._fold(past(positions, ends), positions, admits)

    def _fold(self, items: Iterator[Item], positions: Mapping[int, int], admits: Admits) -> list[Missed]:
        places = dict(positions)
        kept: dict[str, tuple[Change | Arrival, dict[int, int], bool]] = {}
        size = 0
        for item in items:
            partition, offset = item.place
            places[partition] = offset + 1
            if isinstance(item, Gone):
                kept.pop(item.tracking_id, None)
                continue
            verdict = admits(item)
            if verdict is False:
                continue
            key = key_of(item)
            older = kept.pop(key, None)
            if (
                older
                and isinstance(item, Change)
                and isinstance(older[0], Change)
                and older[0].revision > item.revision
            ):
                kept[key] = older
                continue
            size += item.size - (older[0].size if older else 0)
            if size > self._bytes_max:
                raise Lost(f"what came since then is more than replay_bytes_max={self._bytes_max}")
            kept[key] = (item, dict(places), verdict is None)
        return [
            Missed(item, encode_positions(self._channel.tag, behind), ask) for item, behind, ask in kept.values()
        ]  # fmt: skip
