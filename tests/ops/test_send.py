"""`eds send` against a server with a script: what passes is tried again, and what never will is told at once."""

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from delivery.errors import Misconfigured, Unavailable
from ops.send import Sender
from ops.sent_check import SentCheck
from ops.server_url import read_token, trust
from tests.gateway.certificates import Authority

Reply = tuple[int, dict[str, str], bytes]
NODES = b'{"data":{"messages":{"nodes":[%s]}}}'
TAKEN: Reply = (200, {}, b'{"accepted":1}')


@contextmanager
def answering(*replies: Reply, certificate: Path | None = None) -> Iterator[str]:
    """Its URL. Answers with these replies, one after the other."""
    left = list(replies)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            status, headers, content = left.pop(0)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"{'https' if certificate else 'http'}://127.0.0.1:{server.server_port}/api/SMTP"
        finally:
            server.shutdown()
            thread.join()
    assert left == []


def send(url: str, ca_file: str = "") -> tuple[int, int, list[str]]:
    """Of one row: acknowledged, requests, failures."""
    sender = Sender(url, {}, 1, 1, lambda _: None, trust(url, ca_file))
    outcome = asyncio.run(sender.send(iter([{"tracking_id": "a"}])))
    return outcome.acknowledged, outcome.requests, outcome.failures


def test_a_gateway_that_is_away_for_a_moment_is_asked_again_when_it_says() -> None:
    later = [(503, {"Retry-After": when}, b"") for when in ("0", "Wed, 21 Oct 2026 07:28:00 GMT", "soon", "")]
    with answering(*later, TAKEN) as url:
        assert send(url) == (1, 5, [])


@pytest.mark.parametrize("content", [b"<html>", b"[]", b'{"accepted":"all"}', b'{"data":{}}', b""])
def test_what_is_no_gateway_is_given_up(content: bytes) -> None:
    with answering((200, {}, content)) as url:
        assert send(url) == (0, 1, [f"200: {content.decode()}"])


def test_a_certificate_is_checked_against_ours_and_one_that_is_not_trusted_is_told_at_once(tmp_path: Path) -> None:
    authority = Authority("authority")
    certificate = authority.write(tmp_path, "127.0.0.1")
    ca_file = tmp_path / "ca.pem"
    ca_file.write_bytes(authority.pem)
    with answering(TAKEN, certificate=certificate) as url:
        assert send(url, str(ca_file)) == (1, 1, [])
        acknowledged, requests, [failure] = send(url)
        assert (acknowledged, requests, "CERTIFICATE_VERIFY_FAILED" in failure) == (0, 1, True)
        with pytest.raises(Unavailable, match="CERTIFICATE_VERIFY_FAILED"):
            check(url)


@pytest.mark.parametrize(
    "content",
    [b"<html>", b"[]", b'{"data":{"a":1}}', b'{"data":null}', b'{"errors":"\xff"}', NODES % b"{}", b"[" * 5000],
)
def test_what_is_no_graphql_api_has_no_views(content: bytes) -> None:
    with answering((200, {}, content)) as url, pytest.raises(Unavailable, match="answered 200"):
        check(url)


@pytest.mark.parametrize("key", [b"a", b"another"])
def test_messages_that_are_not_as_they_should_be_are_told(key: bytes) -> None:
    node = b'{"trackingId":"%s","revision":2,"phase":"QUEUED","deliveries":{"nodes":[]}}' % key
    with answering((200, {}, NODES % node)) as url:
        assert check(url, within_s=0) == [
            f"a: expected (1, 'QUEUED', ()), found {(2, 'QUEUED', ()) if key == b'a' else 'nothing'}"
        ]


def test_what_is_packed_wrongly_is_told_at_once() -> None:
    packed = (200, {"Content-Encoding": "gzip"}, b"no gzip")
    with answering(packed, packed) as url:
        acknowledged, requests, [failure] = send(url)
        assert (acknowledged, requests, "DecodingError" in failure) == (0, 1, True)
        with pytest.raises(Unavailable, match=r"/api/SMTP: Error"):
            check(url)


def test_a_token_and_certificates_that_can_be_none_are_told(tmp_path: Path) -> None:
    (tmp_path / "token").write_bytes(b"ses\0ame\n")
    with pytest.raises(Misconfigured, match="no control characters"):
        read_token(tmp_path / "token")
    with pytest.raises(Misconfigured, match="ca_file"):
        trust("HTTPS://localhost", "/no/such.pem")


def check(url: str, within_s: float = 60) -> list[str]:
    looked = SentCheck(url, {}, {})
    looked._wrong = {"a": (1, "QUEUED", ())}
    return asyncio.run(looked.run(within_s, lambda _: None))
