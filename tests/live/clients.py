"""The npm clients as processes, and what came to them."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.parts.npm import install

PACKAGES = ("graphql-ws@6.4.2", "graphql-sse@2.6.1", "graphql@16.14.0", "ws@8.23.0")
WAIT_S = 20.0
Line = dict[str, Any]


class Client:
    """One subscription. `lines` are those that were read so far."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.lines: list[Line] = []

    async def line(self, wait_s: float = WAIT_S) -> Line:
        """The next line."""
        assert self.process.stdout is not None
        text = await asyncio.wait_for(self.process.stdout.readline(), wait_s)
        if not text:
            assert self.process.stderr is not None
            raise AssertionError(f"the client has ended: {(await self.process.stderr.read()).decode()}; {self.lines}")
        line: Line = json.loads(text)
        self.lines.append(line)
        return line

    async def until(self, name: str) -> Any:
        """The next line of this name; what comes before it is kept in `lines`."""
        while True:
            line = await self.line()
            if name in line:
                return line[name]

    async def data(self, field: str) -> Any:
        """What the next result has in this field; the result must have no errors."""
        result = await self.until("next")
        assert "errors" not in result, result
        return result["data"][field]


@asynccontextmanager
async def following(
    transport: str, url: str, query: str, token: str | None = None, **variables: Any
) -> AsyncIterator[Client]:
    """A client that subscribes; killed in the end if it still runs."""
    script = Path(__file__).with_name("client.mjs")
    headers = {} if token is None else {"authorization": f"Bearer {token}"}
    process = await asyncio.create_subprocess_exec(
        "node", script, install(*PACKAGES), transport, f"{url}/graphql",
        json.dumps({"query": query, "variables": variables}), json.dumps(headers),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        yield Client(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()
