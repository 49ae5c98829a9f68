"""`eds send`: posts made-up notifications as a mail service would, and says what was acknowledged.

A request that is not answered 200 is sent again, as a good sender does, after what Retry-After says. Sending again is safe:
the event id is a function of the content.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import httpx
import msgspec
import orjson

from ops.traffic import Row

ATTEMPTS_MAX = 60
RETRY_AFTER_MAX_S = 5.0


class Outcome(msgspec.Struct):
    """What became of the rows. Times in seconds of the wall clock."""

    acknowledged: int = 0
    rejected: int = 0
    requests: int = 0
    retries: int = 0
    seconds: float = 0.0
    failures: list[str] = msgspec.field(default_factory=list)

    @property
    def rate(self) -> float:
        """Acknowledged rows a second."""
        return self.acknowledged / self.seconds if self.seconds else 0.0


class Sender:
    """Posts rows in chunks over several connections. `progress` is called with the number of rows of each finished request."""

    def __init__(
        self,
        url: str,
        headers: dict[str, str],
        connections: int,
        rows_per_request: int,
        progress: Callable[[int], None],
    ) -> None:
        self._url = url
        self._headers = headers | {"Content-Type": "application/json"}
        self._connections = connections
        self._rows_per_request = rows_per_request
        self._progress = progress
        self.outcome = Outcome()

    async def send(self, rows: Iterator[Row]) -> Outcome:
        """Posts all rows; returns when each is acknowledged, rejected or given up."""
        started = time.monotonic()
        limits = httpx.Limits(max_connections=self._connections, max_keepalive_connections=self._connections)
        async with (
            httpx.AsyncClient(timeout=30, limits=limits, trust_env=False) as client,
            asyncio.TaskGroup() as group,
        ):
            for _ in range(self._connections):
                group.create_task(self._connection(client, rows))
        self.outcome.seconds = time.monotonic() - started
        return self.outcome

    async def _connection(self, client: httpx.AsyncClient, rows: Iterator[Row]) -> None:
        while chunk := list(islice(rows, self._rows_per_request)):
            await self._post(client, chunk)
            self._progress(len(chunk))

    async def _post(self, client: httpx.AsyncClient, chunk: list[Row]) -> None:
        body = orjson.dumps(chunk)
        problem = ""
        for attempt in range(ATTEMPTS_MAX):
            self.outcome.requests += 1
            self.outcome.retries += attempt > 0
            wait_s = min(0.1 * 2**attempt, RETRY_AFTER_MAX_S)
            try:
                reply = await client.post(self._url, content=body, headers=self._headers)
            except httpx.TransportError as trouble:
                problem = f"{type(trouble).__name__}: {trouble}"
            else:
                if reply.status_code == 200:
                    self._count(reply.json())
                    return
                problem = f"{reply.status_code}: {reply.text[:500]}"
                if reply.status_code not in (429, 500, 502, 503, 504):
                    break
                wait_s = min(float(reply.headers.get("Retry-After", wait_s)), RETRY_AFTER_MAX_S)
            await asyncio.sleep(wait_s)
        self.outcome.failures.append(problem)

    def _count(self, answer: dict[str, Any]) -> None:
        self.outcome.acknowledged += answer["accepted"]
        self.outcome.rejected += len(answer.get("rejected", ()))
