"""Who may post. A source is a sender that we know: its name goes into its events, its rights and its wishes are its own."""

from ipaddress import ip_address
from socket import getaddrinfo
from typing import Literal

import msgspec

from delivery.errors import Misconfigured


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """`sender_ids` are those that it may send, None all. An overload is told with the status that its sender copes with."""

    name: str = "default"
    sender_ids: frozenset[int] | None = None
    overload_status: Literal[503, 429] = 503


class Sources:
    """The sources of one gateway. Everybody is the source `default`, and nobody has to prove it: for loopback only."""

    def __init__(self) -> None:
        self.authenticated = False
        self.default = Source()


def refuse_open_listener(host: str, sources: Sources) -> None:
    """Misconfigured where anybody on a network could post: an open listener is for loopback only."""
    if not sources.authenticated and not _is_loopback(host):
        raise Misconfigured(
            f"[gateway] host = {host!r} can be reached from other machines and no source is authenticated:"
            " listen on 127.0.0.1, behind a proxy that knows who may post"
        )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        pass
    try:
        found = {str(entry[4][0]).partition("%")[0] for entry in getaddrinfo(host, None)}
    except OSError as problem:
        raise Misconfigured(f"[gateway] host = {host!r}: {problem}") from problem
    return all(ip_address(address).is_loopback for address in found)
