"""The three HTTP servers as the settings place them, and whether each is ready."""

import asyncio
from collections.abc import Mapping

import httpx
import msgspec

from ops.configuration import Configuration

ANSWER_TIMEOUT_S = 5.0
LOOK_EVERY_S = 0.2
SILENT = f"no answer within {ANSWER_TIMEOUT_S:g} s"
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where a server that listens on all is found here


class Readiness(msgspec.Struct, frozen=True):
    """What a server says of itself. `status` is None where nobody answers. `checks` has its lines, or why there are none."""

    server: str
    url: str
    status: int | None
    checks: list[str]

    @property
    def is_ready(self) -> bool:
        return self.status == 200

    @property
    def state(self) -> str:
        """In a word."""
        return "ready" if self.is_ready else "away" if self.status is None else "not ready"


def servers_of(settings: Configuration) -> dict[str, str]:
    """Each server's address, by its name."""
    gateway, graphql = ("https" if one.tls_certificate_file else "http" for one in (settings.gateway, settings.graphql))
    return {
        "gateway": f"{gateway}://{reached(settings.gateway.host)}:{settings.gateway.port}",
        "consumers": f"http://{reached(settings.consumers.host)}:{settings.consumers.port}",
        "graphql": f"{graphql}://{reached(settings.graphql.host)}:{settings.graphql.port}",
    }


async def look(servers: Mapping[str, str]) -> list[Readiness]:
    """All of them, asked at once."""
    # A certificate is for the name that senders use; nothing secret is asked here.
    async with httpx.AsyncClient(timeout=ANSWER_TIMEOUT_S, trust_env=False, verify=False) as client:  # noqa: S501
        return list(await asyncio.gather(*(_ask(client, name, url) for name, url in servers.items())))


async def wait_ready(servers: Mapping[str, str], timeout_s: float) -> list[Readiness]:
    """The same once all are ready, or when the time is over."""
    found: list[Readiness] = []
    try:
        async with asyncio.timeout(timeout_s):
            while True:
                found = await look(servers)
                if all(one.is_ready for one in found):
                    break
                await asyncio.sleep(LOOK_EVERY_S)
    except TimeoutError:
        found = found or [Readiness(name, url, None, ["no answer"]) for name, url in servers.items()]
    return found


async def _ask(client: httpx.AsyncClient, name: str, url: str) -> Readiness:
    try:
        reply = await client.get(f"{url}/readyz?verbose")
    except httpx.ReadTimeout:
        return Readiness(name, url, None, [SILENT])
    except (httpx.TransportError, httpx.InvalidURL) as problem:
        return Readiness(name, url, None, [str(problem) or type(problem).__name__])
    lines = [line for line in reply.text.splitlines() if line.startswith(("[+]", "[-]"))]
    return Readiness(name, url, reply.status_code, lines or [reply.text[:200]])


def reached(host: str) -> str:
    """Where a server that listens on this address is found from this machine, as a URL has it."""
    host = _EVERYWHERE.get(host, host)
    return f"[{host}]" if ":" in host else host
