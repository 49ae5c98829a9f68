"""Heads of requests as bytes: what is kept of them, and that what is kept changes nothing."""

import pytest

from gateway.connection.plain_heads import KEPT_MAX, PlainHeads

HEAD = b"POST /api/SMTP HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


def test_heads_are_kept_up_to_a_bound() -> None:
    heads = PlainHeads()
    for number in range(3 * KEPT_MAX):
        raw = HEAD + b"Content-Length: %d" % number
        found = heads.read(raw)
        assert found is not None
        assert found.body_bytes == number
        assert found == PlainHeads().read(raw)
        assert heads.read(raw) is found
        heads.read(raw + b"\r\nX-Number: %d" % number)
    assert len(heads._kept) <= KEPT_MAX
    assert len(heads._common) <= KEPT_MAX


OWN_LINES = [b"X-Signature: s-%d", b"x-timestamp:\t17%d", b"X-Request-ID: n-%d", b"tracestate: a=%d"]


def test_heads_with_lines_of_their_own_are_read_alike_and_push_no_other_out() -> None:
    heads = PlainHeads(["X-Signature", "x-timestamp", "Content-Type"])
    raw = HEAD + b"Content-Length: 2"
    kept = heads.read(raw)
    for number in range(2 * KEPT_MAX):
        own = [line % number for line in OWN_LINES[: 1 + number % len(OWN_LINES)]]
        signed = HEAD + b"\r\n".join([*own, b"Content-Length: 2"])
        found = heads.read(signed)
        assert found == PlainHeads().read(signed)
        assert found is not None
        assert found.head.headers.getall("x-signature") == [f"s-{number}"]
    assert heads.read(raw) is kept
    assert (len(heads._kept), len(heads._common)) == (1, 1)


@pytest.mark.parametrize(
    "lines",
    [
        b"X-Signature: a\r\n folded: on\r\nContent-Length: 2",
        b"X-Signature: a\x00\r\nContent-Length: 2",
        b"X-Signature: a\rb\r\nContent-Length: 2",
        b"X-Signature: \xe9\r\nContent-Length: 2",
        b"X-Signature : a\r\nContent-Length: 2",
        b"X-Signature: a\r\nContent-Length: 2\r\nContent-Length: 2",
        b"X-Signature: a\r\nContent-Length: 2x",
        b"X-Signature: a",
        b"X-Signature: a\r\nContent-Length: 2\r\nContent-Type: a\r\nTransfer-Encoding: chunked",
    ],
)
def test_heads_with_lines_of_their_own_are_no_plainer_than_others(lines: bytes) -> None:
    assert PlainHeads(["x-signature"]).read(HEAD + lines) is None
    assert PlainHeads().read(HEAD + lines) is None
