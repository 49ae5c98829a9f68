"""What a request shows of its sender before its body is read."""

from asyncio import BaseTransport
from functools import cached_property
from typing import Any

from multidict import MultiMapping
from sanic import Request
from sanic.models.server_types import ConnInfo

CERTIFICATE_NAMES = {"DNS": "DNS", "URI": "URI", "email": "EMAIL"}


class Shown:
    """Headers and address of one request, and the names of its connection's client certificate."""

    def __init__(
        self,
        headers: MultiMapping[str],
        *,
        path: str = "",
        query: str = "",
        peer: str = "",
        certificate: dict[str, Any] | None = None,
    ) -> None:
        self.headers = headers
        self.path = path
        self.query = query
        self.peer = peer
        self._certificate = certificate

    @cached_property
    def certificate_names(self) -> frozenset[str]:
        """Names such as CN:mta1 and DNS:mta1.example.org of a certificate that the TLS handshake has proven; else none."""
        return names_of(self._certificate) if self._certificate else frozenset()


def shown_by(request: Request) -> Shown:
    return shown_on(request.headers, request.path, request.query_string, request.conn_info, request.transport)


def shown_on(
    headers: MultiMapping[str], path: str, query: str, connection: ConnInfo | None, transport: BaseTransport | None
) -> Shown:
    """What a request shows that came on this connection."""
    peer, certificate = "", None
    if connection is not None:
        peer = connection.client_ip
        if connection.ssl and transport is not None:
            certificate = transport.get_extra_info("peercert")
    return Shown(headers, path=path, query=query, peer=peer, certificate=certificate or None)


def names_of(certificate: dict[str, Any]) -> frozenset[str]:
    """The names in a certificate as `SSLSocket.getpeercert` gives it: the subject's common names, and the alternative ones."""
    common = (f"CN:{value}" for part in certificate.get("subject", ()) for key, value in part if key == "commonName")
    others = (
        f"{CERTIFICATE_NAMES[kind]}:{value}"
        for kind, value in certificate.get("subjectAltName", ())
        if kind in CERTIFICATE_NAMES
    )
    return frozenset((*common, *others))
