"""What access and guards cost on a hot query: the same point reads with them and without, in one process, in alternation.

With: a bearer token, its rate and its concurrency, the checks of origin and host, the query's cost, room for what is costly.
Without: an exchange whose parts of that do nothing. HTTP itself is in neither, and the time limit in both.
"""

import asyncio
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from statistics import median
from typing import Any, cast

import uvloop

from bench import table
from bench.events import make_events
from bench.graphql import fill
from bench.options import Options
from bench.questions import QUESTIONS, TOKEN, Question
from graphql_api.access.access import ANYBODY, Access, Caller
from graphql_api.access.authentication import open_access
from graphql_api.access.sight import Masked
from graphql_api.context import Contexts, Sources
from graphql_api.guards.throttle import Throttle
from graphql_api.http.exchange import Exchange
from graphql_api.http.exchange import Question as Asked
from graphql_api.http.origins import Origins
from graphql_api.metrics import Metrics
from graphql_api.operations import Operations
from graphql_api.settings import GraphQLSettings
from store.contract import Reader
from store.opening import open_reader
from store.settings import StoreSettings

EVENTS = 5_000
REQUESTS = 1_000


class NoAccess:
    """Lets everybody in."""

    is_open = False

    async def identify(self, _authorization: str | None) -> Caller:
        return ANYBODY


class NoThrottle:
    """Holds nobody back."""

    @contextmanager
    def admit(self, _caller: Caller) -> Iterator[dict[str, str]]:
        yield {}


class NoOrigins:
    """Asks nobody where the request comes from."""

    def check(self, _headers: Mapping[str, str]) -> dict[str, str]:
        return {}


def run(options: Options) -> None:
    """One table."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        rows = runner.run(_measure(options))
    table.show("Access and guards, CPU µs a request", ["", "without", "with", "÷"], rows)


async def _measure(options: Options) -> list[list[str]]:
    events = make_events(options.events or EVENTS)
    store = StoreSettings(url=f"sqlite:///{options.directory}/guards.db")
    await fill(store, events)
    token = options.directory / "token"
    token.write_text(TOKEN)
    settings = GraphQLSettings(token_file=str(token), token_rate_per_s=1_000_000)
    reader = open_reader(store)
    await reader.open()
    chosen = [event for event in events[:: len(events) // 200] if event.tracking_id]
    rows = []
    for question in (QUESTIONS[0], QUESTIONS[2]):
        asked = [_asked(question, question.asks(event)) for event in chosen]
        ways = [_exchange(settings, reader, guarded=guarded) for guarded in (False, True)]
        spent: list[list[float]] = [[], []]
        for number in range(4 if options.quick else 12):
            for way, exchange in enumerate(ways):
                spent_s = await _ask(exchange, asked)
                if number:
                    spent[way].append(spent_s / REQUESTS * 1e6)
        without, guarded_us = median(spent[0]), median(spent[1])
        rows.append([question.name, f"{without:,.0f}", f"{guarded_us:,.0f}", f"{guarded_us / without:.2f}"])
    await reader.close()
    return rows


def _exchange(settings: GraphQLSettings, reader: Reader, *, guarded: bool) -> Exchange:
    sources = Sources(
        reader=reader, end_offsets=_no_ends, check_broker=_fine, topic="events", now=lambda: 0, version="1"
    )  # fmt: skip
    contexts = Contexts(sources, settings, Masked(b"k" * 32))
    operations = Operations(settings, contexts, Metrics(), time.perf_counter)
    access: Any = open_access(settings)
    throttle: Any = Throttle(time.monotonic)
    origins: Any = Origins(settings, is_open=False)
    if not guarded:
        access, throttle, origins = cast("Access", NoAccess()), NoThrottle(), NoOrigins()
        operations._answering.plans.cost = lambda *_: 1  # type: ignore[method-assign]
    return Exchange(settings, operations, access, throttle, origins)


def _asked(question: Question, variables: dict[str, object]) -> Asked:
    headers = {"host": "127.0.0.1", "authorization": f"Bearer {TOKEN}", "content-type": "application/json"}
    return Asked("POST", "", headers, json.dumps({"query": question.document, "variables": variables}).encode())


async def _ask(exchange: Exchange, asked: Sequence[Asked]) -> float:
    """CPU seconds of so many requests."""
    begun_s = time.process_time()
    for number in range(REQUESTS):
        answer = await exchange.answer(asked[number % len(asked)])
        if answer.status != 200:
            raise RuntimeError(f"answered {answer.status}: {answer.body[:200]!r}")
    return time.process_time() - begun_s


async def _no_ends() -> dict[str, dict[int, int]]:
    return {}


async def _fine() -> None:
    return None
