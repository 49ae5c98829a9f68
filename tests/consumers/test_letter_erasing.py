"""Letters lose an erased address in whatever form it stands, and others keep every byte."""

import gzip
import json
import zlib
from base64 import b64encode, urlsafe_b64encode
from urllib.parse import quote

import brotli  # type: ignore[import-untyped]
import msgspec
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from consumers.letter_erasing import letter_without
from delivery.dead_letter import DeadLetter, Part
from delivery.mentions import ERASED

ADA = "ada@example.org"
RECORD_BYTES_MAX = 10_485_760
JSON = json.dumps([{"rcpt_to": ADA, "tries": "x"}, {"rcpt_to": "bob@example.org"}]).encode()


def is_ada(address: str) -> bool:
    return address == ADA


def letter(
    content: bytes | None, content_type: str = "application/json", encoding: str = "", **fields: object
) -> DeadLetter:
    made = DeadLetter(
        part=Part.BODY, content=content, reason="invalid", errors={}, received_at=1, content_type=content_type,
        content_encoding=encoding, id="x",
    )  # fmt: skip
    return msgspec.structs.replace(made, **fields)


@pytest.mark.parametrize(
    ("content", "content_type", "encoding"),
    [
        (JSON, "application/json", ""),
        (JSON.replace(b"@", b"\\u0040"), "application/json", ""),
        (JSON.upper(), "application/json", ""),
        (f"<a><rcpt_to>&lt;{ADA}&gt;</rcpt_to></a>".encode("utf-16"), "application/xml", ""),
        (f"<a><rcpt_to>{ADA}</rcpt_to></a>".replace("@", "&#64;").encode(), "application/xml", ""),
        (f"[0].rcpt_to={quote(ADA)}&[1].rcpt_to=bob%40example.org".encode(), "application/x-www-form-urlencoded", ""),
        (f"größer {ADA}".encode("latin-1"), "text/plain; charset=iso-8859-1", ""),
        (f"{ADA} and no {chr(255)}".encode("latin-1"), "text/plain", ""),
        (b"[0].rcpt_to=%61da%40example.org", "application/x-www-form-urlencoded", ""),
        (gzip.compress(JSON, mtime=0), "application/json", "gzip"),
        (gzip.compress(JSON, mtime=0)[:-4], "application/json", "gzip"),
        (zlib.compress(JSON), "application/json", "deflate"),
        (zlib.compress(JSON)[2:-4], "application/json", "deflate"),
        (brotli.compress(JSON), "application/json", "br"),
        (zstandard.ZstdCompressor().compress(JSON), "application/json", "zstd"),
        (gzip.compress(zlib.compress(JSON), mtime=0), "application/json", "deflate, gzip"),
    ],
)
def test_it_is_redacted_where_it_stands(content: bytes, content_type: str, encoding: str) -> None:
    left = letter_without(letter(content, content_type, encoding), is_ada, RECORD_BYTES_MAX)
    assert left is not None
    assert left.redacted
    assert left.content is not None
    text = left.content.decode("utf-16" if content.startswith(b"\xff\xfe") else "latin-1")
    assert ERASED in text
    assert "ada" not in text.lower().replace("grada", "")
    assert (left.content_encoding, left.id) == ("", "x")
    assert letter_without(left, is_ada, RECORD_BYTES_MAX) is left


@pytest.mark.parametrize(
    "content",
    [
        json.dumps({"specversion": "1.0", "data_base64": b64encode(JSON).decode()}).encode(),
        urlsafe_b64encode(b"\xff" + JSON),
        b64encode(gzip.compress(JSON, mtime=0)),
        b64encode(b64encode(JSON)),
        b'{"rcpt_to":"\\u0061da@example.org"}',
    ],
)
def test_where_it_can_not_be_replaced_the_letter_goes(content: bytes) -> None:
    assert letter_without(letter(content), is_ada, RECORD_BYTES_MAX) is None


def test_what_a_letter_says_is_redacted_too() -> None:
    said = letter(
        b"{}",
        errors={"[0].rcpt_to": [f'Not "{ADA}".'], f"[0].{ADA}": ["No."]},
        reason=f"{ADA} is bad",
        key=ADA.encode(),
    )
    left = letter_without(said, is_ada, RECORD_BYTES_MAX)
    assert left is not None
    assert left.redacted
    assert ADA not in msgspec.json.encode(msgspec.structs.replace(left, key=None)).decode()
    assert (left.key, left.content) == (ERASED.encode(), b"{}")
    assert letter_without(letter(None, key=b"\xff"), is_ada, RECORD_BYTES_MAX) == letter(None, key=b"\xff")


@pytest.mark.parametrize("field", ["source", "content_type", "content_encoding", "topic", "traceparent", "reason"])
def test_whatever_else_it_says_loses_it(field: str) -> None:
    left = letter_without(letter(b"{}", **{field: f"x {ADA}"}), is_ada, RECORD_BYTES_MAX)
    assert left == letter(b"{}", redacted=True, **{field: f"x {ERASED}"})


def nested(depth: int) -> bytes:
    """Base64 of gzip, some 100 kB, in which a thousand times 60 MB are packed."""
    content = b64encode(gzip.compress(b"A," * 30_000_000, mtime=0))
    for _ in range(depth):
        content = b64encode(gzip.compress(b" ".join([content] * 1_000), mtime=0))
    return content


def test_a_letter_that_holds_more_than_can_be_looked_through_goes() -> None:
    bomb = letter(gzip.compress(bytes(70_000_000), mtime=0), encoding="gzip")
    assert letter_without(bomb, is_ada, RECORD_BYTES_MAX) is None
    assert letter_without(letter(nested(1)), is_ada, RECORD_BYTES_MAX) is None


def test_a_letter_that_no_record_could_hold_any_more_goes() -> None:
    content = gzip.compress(JSON + b" " * 1_000_000, mtime=0)
    assert len(content) < 10_000
    assert letter_without(letter(content, encoding="gzip"), is_ada, 1_000_000) is None
    assert letter_without(letter(content, encoding="gzip"), is_ada, 2_000_000) is not None
    assert (
        letter_without(letter(content, encoding="gzip"), lambda _: False, 1_000) is not None
    )  # untouched: it was in a record


@given(
    st.binary(max_size=200),
    st.sampled_from(["", "gzip", "br", "zstd", "deflate", "x"]),
    st.sampled_from(["", "charset=utf-16", "charset=no"]),
)
def test_every_other_letter_stays_as_it_is(content: bytes, encoding: str, content_type: str) -> None:
    made = letter(content, content_type, encoding)
    assert letter_without(made, is_ada, RECORD_BYTES_MAX) is made
