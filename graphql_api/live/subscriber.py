"""One subscription of one connection: what it has, and what waits until it can be sent."""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

from graphql_api.live.payload import Payload

if TYPE_CHECKING:
    from graphql_api.live.connection import Connection
    from graphql_api.live.group import Group


class Subscriber:
    """`prefix` is whatever its transport puts before each payload. There are thousands of these: it holds little.

    `beginning` sends what it is to have first; what is offered meanwhile is `held`.
    """

    __slots__ = (
        "_covered", "_digest", "_revision", "_waiting", "beginning", "connection", "group", "held", "id", "prefix",
    )  # fmt: skip

    def __init__(self, connection: "Connection", id: str, prefix: bytes) -> None:  # noqa: A002
        self.connection = connection
        self.id = id
        self.prefix = prefix
        self.group: Group | None = None
        self.beginning: asyncio.Task[None] | None = None
        self.held = False
        self._waiting: dict[str, Payload] | None = None
        self._revision = -1
        self._digest = 0
        self._covered: Mapping[int, int] | None = None

    def start_at(self, revision: int) -> None:
        """The client has this revision already."""
        self._revision = revision

    def cover(self, positions: Mapping[int, int]) -> None:
        """All below these positions is sent otherwise, and not to be told again."""
        self._covered = positions
        waiting = list((self._waiting or {}).values())
        self.drop_waiting()
        for payload in waiting:
            self.offer(payload)

    def offer(self, payload: Payload) -> None:
        """Sends it, or lets it wait while the client is slow or its beginning is still to be sent."""
        if self._covered is not None and payload.place[1] < self._covered.get(payload.place[0], 0):
            return
        if self.held or self.connection.paused:
            self._hold(payload)
        else:
            self.send(payload)

    def send(self, payload: Payload) -> None:
        """Sends what the client doesn't have yet. A message's revision never goes back."""
        if self.group is None:
            return
        if self.group.tracking_id is not None:
            if payload.revision < self._revision:
                return
            if payload.revision == self._revision and self._digest in (0, payload.digest):
                self._digest = payload.digest
                return
            self._revision, self._digest = payload.revision, payload.digest
        self.connection.live.count(self.connection.kind)
        self.connection.deliver(self, payload)

    def flush(self) -> None:
        """Sends what waits, as far as the client takes it."""
        while self._waiting and not self.held and not self.connection.paused:
            key = next(iter(self._waiting))
            payload = self._waiting.pop(key)
            self.connection.add_waiting(-len(payload.content))
            self.send(payload)
        if not self._waiting:
            self._waiting = None

    def drop_waiting(self) -> None:
        if self._waiting:
            self.connection.add_waiting(-sum(len(payload.content) for payload in self._waiting.values()))
        self._waiting = None

    def _hold(self, payload: Payload) -> None:
        """Behind all that waits; of one message only the latest, at its latest place, so that cursors only grow."""
        if self._waiting is None:
            self._waiting = {}
        older = self._waiting.pop(payload.key, None)
        if older is not None and older.revision > payload.revision:
            payload, older = older, payload
        self._waiting[payload.key] = payload
        self.connection.add_waiting(len(payload.content) - (0 if older is None else len(older.content)))
