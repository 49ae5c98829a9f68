"""Why a subscription or a connection ends from our side: the metric's label, the close code, and what the client is told.

4400, 4401, 4403, 4406, 4408, 4409 and 4429 are the protocol's own codes; 1001, 1011 and 1013 are WebSocket's. Clients of graphql-ws
connect again after all codes here but 1011, 4400, 4401, 4406, 4409 and 4429.
"""

from typing import Any

import msgspec


class Ending(msgspec.Struct, frozen=True):
    """`code` closes a WebSocket; `name` is `extensions.code` elsewhere."""

    reason: str
    code: int
    name: str
    text: str

    def error(self) -> dict[str, Any]:
        """As an error of GraphQL."""
        return {"message": self.text, "extensions": {"code": self.name}}


SLOW = Ending("slow", 4290, "SLOW_CONSUMER", "You read too slowly: ask for less, then go on with `after`")
SILENT = Ending("silent", 4291, "SILENT_CLIENT", "You don't answer pings")
OVERLOAD = Ending("overload", 4292, "UNAVAILABLE", "More changes than this selection can be read for: ask for less")
MISSED = Ending("missed", 4293, "MISSED_CHANGES", "Changes were lost to this server: query anew, then subscribe again")
EXPIRED = Ending("expired", 4403, "UNAUTHENTICATED", "The token has expired")
REVOKED = Ending("revoked", 4403, "UNAUTHENTICATED", "The token is not valid any more, or has other rights")
SHUTDOWN = Ending("shutdown", 1001, "GOING_AWAY", "The server goes away: connect again, with `after`")
FAILED = Ending(
    "failed", 1013, "UNAVAILABLE", "The live results of this server have ended: connect again, with `after`"
)
DEFECT = Ending("defect", 1011, "INTERNAL_SERVER_ERROR", "Internal error")
INIT_LATE = Ending("init_late", 4408, "BAD_REQUEST", "Connection initialisation timeout")
DROPS = (SLOW, SILENT, OVERLOAD, MISSED, EXPIRED, REVOKED, INIT_LATE)
"""Those that are counted as drops."""
