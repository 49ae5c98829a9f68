"""TLS with real handshakes: certificates that change under way, client certificates, versions, senders that don't finish."""

import asyncio
import socket
import ssl
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509

from bus.settings import KafkaSettings
from delivery.errors import Misconfigured
from gateway.connection.tls import tls_of
from gateway.settings import GatewaySettings
from tests.gateway.certificates import Authority
from tests.gateway.proving import read_gateway
from tests.gateway.serving import Served, serving, stored_events, until

pytestmark = pytest.mark.anyio
MTA = """
[[gateway.sources]]
name = "mta"
proof = { kind = "certificate", names = ["CN:mta1.example.org"] }
"""


def trusting(authority: Authority, certificate: Path | None = None) -> ssl.SSLContext:
    context = ssl.create_default_context(cadata=authority.pem.decode())
    if certificate is not None:
        context.load_cert_chain(certificate)
    return context


def served_name(port: int, server_name: str | None = None) -> str:
    """The common name of the certificate that a new connection is shown."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with (
        socket.create_connection(("127.0.0.1", port), 5) as plain,
        context.wrap_socket(plain, server_hostname=server_name) as connection,
    ):
        content = connection.getpeercert(binary_form=True)
        assert content is not None
    [name] = x509.load_der_x509_certificate(content).subject
    return str(name.value)


async def post(gateway: Served, context: ssl.SSLContext, headers: Mapping[str, str] | None = None) -> int:
    async with httpx.AsyncClient(base_url=gateway.address, trust_env=False, verify=context) as client:
        return (await client.post("/api/SMTP", json=[{"tries": 1}], headers=headers)).status_code


def use(target: Path, source: Path) -> None:
    target.write_bytes(source.read_bytes())


async def test_a_certificate_changes_without_a_restart(topics: KafkaSettings, tmp_path: Path) -> None:
    authority = Authority("authority")
    current = tmp_path / "current"
    use(current, authority.write(tmp_path, "first", "127.0.0.1"))
    async with serving(topics, tls_certificate_file=str(current), reload_ms=100) as gateway:

        async def shows(name: str) -> bool:
            return await asyncio.to_thread(served_name, gateway.port) == name

        assert gateway.address.startswith("https://")
        async with httpx.AsyncClient(base_url=gateway.address, trust_env=False, verify=trusting(authority)) as client:
            assert (await client.post("/api/SMTP", json=[{"tries": 1}])).json() == {"accepted": 1}
            assert await shows("first")
            use(current, authority.write(tmp_path, "second", "127.0.0.1"))
            await until(lambda: shows("second"), 5)
            assert await asyncio.to_thread(served_name, gateway.port, "localhost") == "second"
            assert (await client.post("/api/SMTP", json=[{"tries": 2}])).status_code == 200  # an open connection stays
        assert await post(gateway, trusting(authority)) == 200
        current.write_bytes(b"-----BEGIN nonsense")
        await asyncio.sleep(0.3)  # some looks at the file
        assert await shows("second")
        use(current, authority.write(tmp_path, "third", "127.0.0.1"))
        await until(lambda: shows("third"), 5)


async def test_client_certificates(topics: KafkaSettings, tmp_path: Path) -> None:
    authority, clients, others = Authority("authority"), Authority("clients"), Authority("others")
    ca = tmp_path / "clients-ca"
    ca.write_bytes(clients.pem)
    options: dict[str, Any] = {
        "tls_certificate_file": str(authority.write(tmp_path, "server", "127.0.0.1")),
        "tls_client_ca_file": str(ca),
        "sources": read_gateway(MTA).sources,
        "reload_ms": 100,
    }
    async with serving(topics, **options) as gateway:
        known = trusting(authority, clients.write(tmp_path, "mta1.example.org"))
        assert await post(gateway, known) == 200
        assert await post(gateway, trusting(authority, clients.write(tmp_path, "mta2.example.org"))) == 403
        assert await post(gateway, trusting(authority)) == 403
        forged = trusting(authority, others.write(tmp_path, "mta1.example.org"))
        with pytest.raises(httpx.TransportError):
            await post(gateway, forged)
        assert await post(gateway, trusting(authority), {"x-client-name": "mta1.example.org"}) == 403

        async def refuses(context: ssl.SSLContext) -> bool:
            try:
                await post(gateway, context)
            except httpx.TransportError:
                return True
            return False

        ca.write_bytes(others.pem)
        await until(lambda: refuses(known), 5)
        assert await post(gateway, forged) == 200
    assert {event.source for event in await stored_events(topics)} == {"mta"}


async def test_the_name_that_a_trusted_proxy_found(topics: KafkaSettings) -> None:
    options: dict[str, Any] = {"client_name_header": "x-client-name", "sources": read_gateway(MTA).sources}
    async with serving(topics, trusted_proxies=("127.0.0.1",), **options) as gateway:
        for headers, due in (
            ([("x-client-name", "mta1.example.org")], 200),
            ([("x-client-name", "mta2.example.org")], 403),
            ([("x-client-name", "mta1.example.org"), ("x-client-name", "mta2.example.org")], 403),
            ([], 403),
        ):
            reply = await gateway.client.post("/api/SMTP", json=[{"tries": 1}], headers=headers)
            assert reply.status_code == due
    async with serving(topics, trusted_proxies=("192.0.2.1",), **options) as gateway:
        assert (await gateway.post([], headers={"x-client-name": "mta1.example.org"})).status_code == 403


async def test_versions_and_handshakes_that_do_not_end(topics: KafkaSettings, tmp_path: Path) -> None:
    authority = Authority("authority")
    certificate = authority.write(tmp_path, "server", "127.0.0.1")
    async with serving(
        topics, tls_certificate_file=str(certificate), tls_version_min="1.3", tls_handshake_ms_max=300
    ) as gateway:
        old = trusting(authority)
        old.maximum_version = ssl.TLSVersion.TLSv1_2
        with pytest.raises(httpx.ConnectError):
            await post(gateway, old)
        reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
        started = time.monotonic()
        async with asyncio.timeout(5):
            assert await reader.read() == b""
        assert time.monotonic() - started > 0.2
        writer.close()
        assert await post(gateway, trusting(authority)) == 200


def test_files_that_do_not_work_end_the_process_with_their_reason(tmp_path: Path) -> None:
    authority = Authority("authority")
    certificate = str(authority.write(tmp_path, "one"))
    assert tls_of(GatewaySettings()) is None
    for settings, reason in (
        (GatewaySettings(tls_certificate_file=f"{tmp_path}/absent"), "absent: No such file"),
        (
            GatewaySettings(tls_certificate_file=certificate, tls_key_file=str(authority.write(tmp_path, "two"))),
            "MISMATCH",
        ),
        (GatewaySettings(tls_key_file=certificate), "need tls_certificate_file"),
    ):
        with pytest.raises(Misconfigured, match=reason):
            tls_of(settings)
