"""What a browser must not do for another site: ask an API that only this machine, or only some origins, may ask.

Three ways in, each closed: a name that another site lets point to this machine (the Host is checked where the API is open), a
page of another origin that asks (its Origin must be allowed), and a request without an Origin that a link or an image makes
(Sec-Fetch-Site, which every current browser sends to loopback). A header that no such request can carry proves a program, or
a preflight that we answered. Other programs than browsers send none of these headers, and are let in.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from delivery.loopback import is_loopback
from graphql_api.errors import FORBIDDEN
from graphql_api.http.requests import BadRequest
from graphql_api.settings import GraphQLSettings

PREFLIGHTED = ("authorization", "apollo-require-preflight", "x-apollo-operation-name", "graphql-require-preflight")
ALLOWED_HEADERS = ", ".join((*PREFLIGHTED, "content-type", "if-none-match", "last-event-id"))
EXPOSED_HEADERS = "etag, retry-after, ratelimit-limit, ratelimit-remaining, ratelimit-reset"
PREFLIGHT_S = "600"


class Origins:
    """The rules of one server. Where it is open, only names of this machine reach it."""

    def __init__(self, settings: GraphQLSettings, *, is_open: bool) -> None:
        self._allowed = frozenset(origin.rstrip("/").lower() for origin in settings.origins_allowed if origin)
        self._hosts = frozenset(host.lower() for host in settings.hosts_allowed if host)
        self._any_host = not is_open and not self._hosts

    def check(self, headers: Mapping[str, str]) -> dict[str, str]:
        """The headers that a reply to this request gets. 421 or 403 where a browser must not be answered."""
        host = headers.get("host", "")
        self._check_host(host)
        origin = headers.get("origin")
        if origin is not None:
            if not self._allows(origin, host):
                raise BadRequest(f"the origin {origin[:100]!r} is not one of origins_allowed", 403, code=FORBIDDEN)
            return {"access-control-allow-origin": origin, "access-control-expose-headers": EXPOSED_HEADERS}
        if headers.get("sec-fetch-site") in ("cross-site", "same-site") and not any(
            name in headers for name in PREFLIGHTED
        ):
            message = "another site's page made this request: send the header graphql-require-preflight"
            raise BadRequest(message, 403, code=FORBIDDEN)
        return {}

    def preflight(self, headers: Mapping[str, str]) -> dict[str, str]:
        """The headers of the reply to OPTIONS."""
        return self.check(headers) | {
            "access-control-allow-methods": "GET, POST",
            "access-control-allow-headers": ALLOWED_HEADERS,
            "access-control-max-age": PREFLIGHT_S,
        }

    def _check_host(self, host: str) -> None:
        if self._any_host:
            return
        name = urlsplit(f"//{host}").hostname or ""
        if not (name in self._hosts or is_loopback(name)):
            raise BadRequest(f"this server is not {name[:100]!r}: add it to hosts_allowed", 421, code=FORBIDDEN)

    def _allows(self, origin: str, host: str) -> bool:
        return origin.lower() in self._allowed or "*" in self._allowed or urlsplit(origin).netloc == host != ""
