"""`eds send`: posts made-up notifications as a mail service would, and says what was acknowledged.

A request that is not answered 200 is sent again, as a good sender does, after what Retry-After says. Sending again is safe:
the event id is a function of the content.
"""

import asyncio
import ssl
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from random import Random
from typing import Any

import click
import httpx
import msgspec

from delivery.classification import shipped_classifier
from delivery.json_text import decode_json, encode_json
from ops.sent_check import SentCheck, expected_views
from ops.server_url import is_distrusted, retry_after_s, trust
from ops.traffic import Row, Traffic

ATTEMPTS_MAX = 60
RETRY_AFTER_MAX_S = 5.0
FAILURES_SHOWN = 5


class Outcome(msgspec.Struct):
    """What became of the rows. `seconds` of the wall clock; `differences` are lines about views that are not as they should be."""

    seed: int = 0
    acknowledged: int = 0
    rejected: int = 0
    requests: int = 0
    retries: int = 0
    seconds: float = 0.0
    failures: list[str] = msgspec.field(default_factory=list)
    messages_checked: int = 0
    differences: list[str] = msgspec.field(default_factory=list)

    @property
    def rate(self) -> float:
        """Acknowledged rows a second."""
        return self.acknowledged / self.seconds if self.seconds else 0.0

    def problems(self) -> list[str]:
        """What went wrong, a line each."""
        more = len(self.failures) - FAILURES_SHOWN
        lines = [f"given up: {failure}" for failure in self.failures[:FAILURES_SHOWN]]
        lines += [f"and {more} requests more"] if more > 0 else []
        return lines + self.differences

    def verdict(self) -> str:
        """The outcome in a line."""
        line = f"{self.acknowledged} notifications acknowledged, {self.rejected} rejected, {len(self.failures)} requests given up"
        if self.messages_checked:
            found = "not all as sent" if self.differences else "all as sent"
            line += f"; {self.messages_checked} messages compared with what was sent: {found}"
        return line


class Sender:
    """Posts rows in chunks over several connections. `progress` is called with the number of rows of each finished request."""

    def __init__(
        self,
        url: str,
        headers: dict[str, str],
        connections: int,
        rows_per_request: int,
        progress: Callable[[int], None],
        verify: ssl.SSLContext | bool = True,
    ) -> None:
        self._url = url
        self._verify = verify
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
            httpx.AsyncClient(timeout=30, limits=limits, trust_env=False, verify=self._verify) as client,
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
        body = encode_json(chunk)
        problem = ""
        for attempt in range(ATTEMPTS_MAX):
            self.outcome.requests += 1
            self.outcome.retries += attempt > 0
            wait_s = min(0.1 * 2**attempt, RETRY_AFTER_MAX_S)
            try:
                reply = await client.post(self._url, content=body, headers=self._headers)
            except httpx.RequestError as trouble:
                problem = f"{type(trouble).__name__}: {trouble}"
                if is_distrusted(trouble) or isinstance(trouble, httpx.DecodingError):
                    break
            else:
                if reply.status_code == 200 and self._count(reply.content):
                    return
                problem = f"{reply.status_code}: {reply.text[:500]}"
                if reply.status_code not in (429, 500, 502, 503, 504):
                    break
                wait_s = min(retry_after_s(reply, wait_s), RETRY_AFTER_MAX_S)
            await asyncio.sleep(wait_s)
        self.outcome.failures.append(problem)

    def _count(self, content: bytes) -> bool:
        """Counts what a gateway says that it took; False where this is no gateway's reply."""
        try:
            answer = msgspec.convert(decode_json(content), _Accepted)
        except (ValueError, RecursionError):
            return False
        self.outcome.acknowledged += answer.accepted
        self.outcome.rejected += len(answer.rejected)
        return True


class _Accepted(msgspec.Struct):
    accepted: int
    rejected: list[Any] = []


class Plan(msgspec.Struct, frozen=True):
    """What to send where. With `graphql_url` the views are compared afterwards, within `check_s`."""

    url: str
    seed: int
    count: int
    rows_per_request: int
    connections: int
    token: str = ""
    graphql_url: str = ""
    graphql_token: str = ""
    ca_file: str = ""
    check_s: float = 300.0


def run_send(plan: Plan, now_s: int, *, is_shown: bool = True) -> Outcome:
    """Sends as planned, with progress bars on standard error."""
    return asyncio.run(_run(plan, now_s, is_shown))


async def _run(plan: Plan, now_s: int, is_shown: bool) -> Outcome:
    at_gateway, at_graphql = trust(plan.url, plan.ca_file), trust(plan.graphql_url, plan.ca_file)
    started_s = now_s - plan.count // 4  # two messages a second, of two rows at least: they end about now
    traffic = Traffic(Random(plan.seed), started_s, prefix=f"{plan.seed:x}-", ended_s=now_s)
    sent: list[Row] = []
    rows = _remember(traffic.rows(plan.count), sent) if plan.graphql_url else traffic.rows(plan.count)
    with bar(plan.count, "posting", is_shown) as posted:
        sender = Sender(
            plan.url, bearer(plan.token), plan.connections, plan.rows_per_request, posted.update, at_gateway
        )
        outcome = await sender.send(rows)
    outcome.seed = plan.seed
    if plan.graphql_url:
        views = expected_views(sent, shipped_classifier())
        with bar(len(views), "checking the views", is_shown) as checked:
            check = SentCheck(plan.graphql_url, bearer(plan.graphql_token), views, at_graphql)
            outcome.differences = await check.run(plan.check_s, checked.update)
        outcome.messages_checked = len(views)
    return outcome


def _remember(rows: Iterator[Row], sent: list[Row]) -> Iterator[Row]:
    for row in rows:
        sent.append(row)
        yield row


def bar(length: int, label: str, is_shown: bool = True) -> "click._termui_impl.ProgressBar[int]":
    """A progress bar with the time left, on standard error; one line where that is no terminal."""
    return click.progressbar(
        length=length, label=label, file=sys.stderr, show_pos=True, update_min_steps=50, hidden=not is_shown
    )


def bearer(token: str) -> dict[str, str]:
    """The header that proves who we are, if we have a token."""
    return {"Authorization": f"Bearer {token}"} if token else {}
