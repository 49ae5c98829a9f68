"""The GraphQL API as commands ask it, over HTTP: one question, all pages of a list, or what changes, for as long as is wanted.

Live results come as server-sent events. A stream that breaks is opened again where it broke; where the server has that place no
more, it begins anew.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from delivery.errors import Unavailable
from delivery.json_text import decode_json
from ops.configuration import Configuration
from ops.outcomes import Misused, Refused
from ops.server_url import GRAPHQL_EXAMPLE, read_token, require_url, retry_after_s, trust
from ops.servers import servers_of

ANSWER_TIMEOUT_S = 30.0
SILENCE_MAX_S = 45.0  # the server sends a heartbeat every [graphql] ping_ms
AGAIN_S = (0.1, 0.5, 1.0, 2.0)
ALIVE_S = 1.0  # between a stream's first line and a heartbeat, at least
BREAKS_MAX = 5
RETRY_AFTER_MAX_S = 10.0
PAGE_ROWS = 100
_REFUSED = frozenset({"UNAUTHENTICATED", "FORBIDDEN"})
_MISUSED = frozenset({"BAD_USER_INPUT", "NO_INDEX", "LIMIT_EXCEEDED", "BAD_CURSOR", "BAD_ID"})
_BEGIN_ANEW = frozenset({"CURSOR_EXPIRED", "MISSED_CHANGES"})
_GO_ON = frozenset({"GOING_AWAY", "SLOW_CONSUMER"})

Variables = Mapping[str, Any]


class Broken(Exception):
    """A stream ended that should go on. `anew`: not where it broke, the server has that place no more."""

    def __init__(self, reason: str, *, anew: bool = False) -> None:
        super().__init__(reason)
        self.anew = anew


class Standing:
    """What is known of a server whose streams are followed: whether one that ends, or does not begin, is asked for again.

    It is where it has told something, or has kept a silent stream alive. Else it may be one that only breaks off, such as a proxy.
    """

    def __init__(self) -> None:
        self._is_good = False
        self._was_heard = False
        self._heard_since: float | None = None
        self._breaks = 0
        self._tries = 0

    def asked(self) -> None:
        """A stream is asked for."""
        self._heard_since = None

    def heard(self) -> None:
        """A line of the stream has come, be it a heartbeat."""
        if self._heard_since is None:
            self._heard_since = time.monotonic()
        elif time.monotonic() - self._heard_since >= ALIVE_S:
            self.told()

    def told(self) -> None:
        """A result has come."""
        self._is_good, self._tries = True, 0

    def outlasts_break(self) -> bool:
        """Whether to go on after a stream that broke off."""
        self._was_heard = self._was_heard or self._heard_since is not None
        self._breaks += 1
        return self._is_good or self._breaks <= BREAKS_MAX

    def outlasts_failure(self) -> bool:
        """Whether to go on after an answer that was an error, or none: a server that was there begins anew."""
        return self._is_good or (self._was_heard and self._heard_since is None)

    def wait_s(self) -> float:
        """How long to wait before asking again."""
        wait_s = AGAIN_S[min(self._tries, len(AGAIN_S) - 1)]
        self._tries += 1
        return wait_s


class Api:
    """One server, asked as one token. Used as a context. Everything raises Unavailable where it does not answer."""

    def __init__(self, url: str, token: str = "", ca_file: str = "") -> None:
        self.url = url
        require_url(url, GRAPHQL_EXAMPLE)
        self._client = httpx.AsyncClient(
            headers={"Authorization": f"Bearer {token}"} if token else {},
            timeout=ANSWER_TIMEOUT_S, trust_env=False, verify=trust(url, ca_file),
        )  # fmt: skip

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def ask(self, document: str, variables: Variables) -> dict[str, Any]:
        """The answer's data. Refused, or Misused with the server's words; what is only too much for now is tried again."""
        for wait_s in (*AGAIN_S, None):
            reply = await self._post(document, variables)
            if reply.status_code not in (429, 503) or wait_s is None:
                break
            await asyncio.sleep(min(retry_after_s(reply, wait_s), RETRY_AFTER_MAX_S))
        answer = _object(reply.content)
        if answer is None:
            raise Unavailable(self._strange(reply.status_code))
        if errors := answer.get("errors"):
            self._fail(errors, reply.status_code)
        data: dict[str, Any] = answer["data"]
        return data

    async def pages(
        self, document: str, variables: Variables, path: Sequence[str], rows_max: int
    ) -> AsyncIterator[Any]:
        """The rows of a list, page after page, at most so many (0: all). The document takes $first and $after; `path` leads to
        the connection, and nothing comes where something on it is null."""
        after, left = None, rows_max
        while True:
            page = {"first": min(PAGE_ROWS, left) if rows_max else PAGE_ROWS, "after": after}
            found: Any = await self.ask(document, {**variables, **page})
            for name in path:
                if found is None:
                    return
                found = found[name]
            for node in found["nodes"]:
                yield node
            left -= len(found["nodes"])
            if not found["pageInfo"]["hasNextPage"] or (rows_max and left <= 0):
                return
            after = found["pageInfo"]["endCursor"]

    async def follow(self, document: str, variables: Variables) -> AsyncGenerator[dict[str, Any], None]:
        """The data of each result, without an end: close it when that is enough. The document takes $after, a cursor.

        Raises where the first try fails, and where streams only break off.
        """
        after, standing = None, Standing()
        while True:
            standing.asked()
            try:
                async with aclosing(self._stream(document, {**variables, "after": after}, standing)) as payloads:
                    async for payload in payloads:
                        standing.told()
                        after = payload.get("extensions", {}).get("cursor", after)
                        yield payload["data"]
            except Broken as problem:
                after = None if problem.anew else after
                if not standing.outlasts_break():
                    raise Unavailable(f"{self.url}: {problem}") from problem
            except Unavailable:
                if not standing.outlasts_failure():
                    raise
            await asyncio.sleep(standing.wait_s())

    async def _stream(
        self, document: str, variables: Variables, standing: "Standing"
    ) -> AsyncGenerator[dict[str, Any], None]:
        content = {"query": document, "variables": variables}
        timeout = httpx.Timeout(ANSWER_TIMEOUT_S, read=SILENCE_MAX_S)
        headers = {"Accept": "text/event-stream"}
        try:
            async with self._client.stream("POST", self.url, json=content, headers=headers, timeout=timeout) as reply:
                if not reply.headers.get("content-type", "").startswith("text/event-stream"):
                    await reply.aread()
                    self._fail((_object(reply.content) or {}).get("errors", ()), reply.status_code)
                async for line in reply.aiter_lines():
                    standing.heard()
                    if line.startswith("data:") and (payload := _object(line.removeprefix("data:").encode())):
                        if errors := payload.get("errors"):
                            self._fail(errors, reply.status_code)
                        yield payload
        except httpx.TimeoutException as problem:
            raise Broken("the server is silent") from problem
        except httpx.ConnectError as problem:
            raise Unavailable(self._away(problem)) from problem
        except httpx.TransportError as problem:
            raise Broken(str(problem)) from problem
        raise Broken("the stream ended")

    async def _post(self, document: str, variables: Variables) -> httpx.Response:
        try:
            return await self._client.post(self.url, json={"query": document, "variables": variables})
        except httpx.TransportError as problem:
            raise Unavailable(self._away(problem)) from problem

    def _fail(self, errors: Sequence[Mapping[str, Any]], status: int) -> None:
        """Raises what these errors mean."""
        if not errors:
            raise Unavailable(self._strange(status))
        message = str(errors[0].get("message"))
        code = (errors[0].get("extensions") or {}).get("code", "")
        if code in _REFUSED or status == 401:
            raise Refused(f"{self.url}: {message}; give a token with --token-file, or [client] token_file")
        if code in _MISUSED:
            raise Misused(message)
        if code in _GO_ON | _BEGIN_ANEW:
            raise Broken(message, anew=code in _BEGIN_ANEW)
        raise Unavailable(f"{self.url}: {message} ({code or status})")

    def _away(self, problem: Exception) -> str:
        reason = str(problem) or type(problem).__name__
        return (
            f"the GraphQL API at {self.url} does not answer ({reason}): start it with eds graphql, or name it by --url"
        )

    def _strange(self, status: int) -> str:
        return f"what answers at {self.url} is no GraphQL API (status {status}): name it by --url"


def open_api(settings: Configuration, url: str | None, token_file: Path | None) -> Api:
    """The server that the options name, else the settings. Misconfigured where the token's file can't be read."""
    client, graphql = settings.client, settings.graphql
    where = url or client.graphql_url or servers_of(settings)["graphql"]
    if where.rstrip("/").count("/") == 2:  # a server without a path
        where = where.rstrip("/") + "/graphql"
    name = str(token_file or client.token_file or graphql.token_file)
    return Api(where, read_token(Path(name) if name else None), client.ca_file)


def _object(text: bytes) -> dict[str, Any] | None:
    try:
        found = decode_json(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and ("data" in found or "errors" in found) else None
