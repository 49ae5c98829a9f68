"""Bodies made to do harm: each is refused in bounded time and memory, with an error that says why."""

import gzip
import json
import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import brotli  # type: ignore[import-untyped]
import pytest
import zstandard

from delivery.errors import Rejected, TooLarge, Unreadable, Unsupported
from gateway.encodings import ExpansionLimits, expand
from gateway.formats import Limits, decode
from gateway.formats.xml import NAMESPACE

LIMITS = Limits(rows_max=1000, depth_max=64)
MEGABYTE = 1024 * 1024
JSON, XML, FORM = "application/json", "application/xml", "application/x-www-form-urlencoded"
ROOT = f'<ArrayOfSMTPNotification xmlns="{NAMESPACE}">'.encode()
LAUGHS = b'<!DOCTYPE r [<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
)


@pytest.mark.parametrize(
    "body",
    [
        LAUGHS + b"]>" + ROOT + b"<SMTPNotification><status>&j;</status></SMTPNotification></ArrayOfSMTPNotification>",
        b'<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + ROOT + b"&e;</ArrayOfSMTPNotification>",
        b'<!DOCTYPE r SYSTEM "http://127.0.0.1:1/x.dtd">' + ROOT + b"</ArrayOfSMTPNotification>",
        b'<!DOCTYPE r [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x">%p;]>' + ROOT + b"</ArrayOfSMTPNotification>",
        ROOT + b"<SMTPNotification><status>&nope;</status></SMTPNotification></ArrayOfSMTPNotification>",
        ROOT + b"<SMTPNotification>" * 1000,
        ROOT
        + b"<SMTPNotification>"
        + b"<x>" * 5000
        + b"</x>" * 5000
        + b"</SMTPNotification></ArrayOfSMTPNotification>",
        b"<s:Envelope xmlns:s='urn:s'>" + ROOT + b"</ArrayOfSMTPNotification></s:Envelope>",
    ],
)
def test_xml_that_attacks_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable):
        decode(body, XML, None, LIMITS)


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'[{"a":' * 50_000, b"[" * 100_000 + b"]" * 100_000, b'[{"x":' + b"[" * 900_000]
)
def test_deep_json_is_refused(body: bytes) -> None:
    with pytest.raises((Unreadable, TooLarge)):
        decode(body, JSON, None, LIMITS)


def test_a_deep_member_costs_only_its_row() -> None:
    body = b'[{"tries":1},{"x":' + b"[" * 100 + b"]" * 100 + b',"tries":2}]'
    found = decode(body, JSON, None, LIMITS)
    assert [row.tries for row in found.accepted] == [1]
    assert found.rejected[0].errors == {"[1].x": ["The value is nested too deep."]}


@contextmanager
def memory_below(size_max: int) -> Iterator[None]:
    """Fails where what Python allocates inside grows beyond this many bytes."""
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < size_max


MANY = Limits(rows_max=1)


@pytest.mark.parametrize("value", [b"[]", b"{}", b"1", b'""', b'",[{"', b'"\\""', b"[[1]]", b'{"a":1}'])
@pytest.mark.parametrize("around", [b"[%s]", b'[{"tries":1,"x":[%s]}]', b'{"specversion":"1.0","data":[%s]}'])
def test_many_values_are_refused_before_they_take_memory(value: bytes, around: bytes) -> None:
    body = around % b",".join([value] * (2 * MEGABYTE // len(value)))
    media_type = "application/cloudevents+json" if b"spec" in around else JSON
    with memory_below(MEGABYTE), pytest.raises(TooLarge) as caught:
        decode(body, media_type, None, MANY)
    assert (caught.value.limit, caught.value.value_max) == ("values_max", MANY.values_max)


def test_marks_inside_of_texts_are_no_values() -> None:
    marks = b'[{,\\"' * 100_000
    assert decode(b'[{"tries":1,"x":"%s"}]' % marks, JSON, None, MANY).accepted[0].tries == 1
    with pytest.raises(Unreadable):  # and a text without an end is no trap
        decode(b'[{"tries":1,"x":"%s' % marks, JSON, None, MANY)


@pytest.mark.parametrize(
    ("body", "media_type", "limit"),
    [
        (b"[0].tries=1" + b"&a=" * MEGABYTE, FORM, "values_max"),
        (b"&" * (2 * MEGABYTE) + b"[0].tries=1", FORM, "values_max"),
        (ROOT + b"<SMTPNotification>" + b"<a/>" * MEGABYTE, XML, "values_max"),
        (b"<a " + b" ".join(b"a%x='1'" % n for n in range(200_000)) + b"/>", XML, "attributes_max"),
        (b"{}\n" * MEGABYTE, "application/x-ndjson", "rows_max"),
    ],
)
def test_many_small_things_are_refused_before_they_take_memory(body: bytes, media_type: str, limit: str) -> None:
    with memory_below(2 * len(body) + MEGABYTE), pytest.raises(TooLarge) as caught:
        decode(body, media_type, None, LIMITS)
    assert caught.value.limit == limit


def test_blank_lines_and_texts_without_an_end_cost_no_memory() -> None:
    body = b" \n" * MEGABYTE + b'{"tries":1}'
    with memory_below(MEGABYTE):
        assert len(decode(body, "application/x-ndjson", None, LIMITS).accepted) == 1
    body = b'[{"x":"' + b"[{," * MEGABYTE  # orjson reserves twelve times that, and doesn't touch it
    with memory_below(16 * len(body)), pytest.raises(Unreadable):
        decode(body, JSON, None, LIMITS)


@pytest.mark.parametrize("digits", ["9" * 30, "9" * 100_000, "-" + "9" * 19])
@pytest.mark.parametrize("quoted", [False, True])
def test_a_huge_number_is_refused_by_name(digits: str, quoted: bool) -> None:
    value = json.dumps(digits) if quoted else digits
    found = decode(b'[{"tries":%s},{"tries":1}]' % value.encode(), JSON, None, LIMITS)
    assert [row.tries for row in found.accepted] == [1]
    assert list(found.rejected[0].errors) == ["[0].tries"]
    assert len(str(found.rejected[0].errors)) < 200


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (b"[" + b'{"tries":1},' * 1000 + b'{"tries":1}]', JSON),
        (b'{"tries":1}\n' * 1001, "application/x-ndjson"),
        (ROOT + b"<SMTPNotification><tries>1</tries></SMTPNotification>" * 1001 + b"</ArrayOfSMTPNotification>", XML),
        ("&".join(f"[{n}].tries=1" for n in range(1001)).encode(), FORM),
        ("&".join(f"[{n}].x=1" for n in range(1001)).encode(), FORM),
    ],
)
def test_too_many_rows_are_too_large(body: bytes, media_type: str) -> None:
    with pytest.raises(TooLarge) as caught:
        decode(body, media_type, None, LIMITS)
    assert (caught.value.limit, caught.value.value_max) == ("rows_max", 1000)


def test_reasons_and_names_are_short_and_clean() -> None:
    name = "x\ud800\r\nSet-Cookie: a=b" + "y" * 10_000
    body = b'[{"tries":"\\r\\nX-Evil: 1%s"},{"%s":NaN,"tries":1}]' % (b"z" * 5000, name.encode("ascii", "backslashreplace")
        .replace(b"\r\n", b"\\r\\n"))  # fmt: skip
    found = decode(body, JSON, None, LIMITS)
    assert len(found.rejected) == 2
    for row in found.rejected:
        for path, reasons in row.errors.items():
            assert len(path) < 100
            path.encode()
            assert all(reason.isascii() and reason.isprintable() and len(reason) < 200 for reason in reasons)


def deflated(body: bytes) -> bytes:
    maker = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return maker.compress(body) + maker.flush()


CODINGS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "Deflate": deflated,
    "br": brotli.compress,
    "zstd": zstandard.ZstdCompressor().compress,
}


@pytest.mark.parametrize("coding", CODINGS)
class TestEncodings:
    def test_what_was_compressed_comes_back(self, coding: str) -> None:
        for body in (b"[]", b"x" * 50_000, bytes(range(256)) * 100):
            assert expand(CODINGS[coding](body), coding, ExpansionLimits()) == body
            twice = CODINGS[coding](gzip.compress(body))
            assert expand(twice, f"gzip, {coding}", ExpansionLimits()) == body

    def test_a_stream_that_breaks_off_is_unreadable(self, coding: str) -> None:
        whole = CODINGS[coding](bytes(range(256)) * 10 + b"tail")
        for length in (1, len(whole) // 2, len(whole) - 1):
            with pytest.raises(Unreadable):
                expand(whole[:length], coding, ExpansionLimits())

    def test_a_bomb_costs_no_more_than_the_limit(self, coding: str) -> None:
        bomb = CODINGS[coding](b"\0" * (64 * MEGABYTE))
        tracemalloc.start()
        with pytest.raises(TooLarge) as caught:
            expand(bomb, coding, ExpansionLimits(expanded_bytes_max=2 * MEGABYTE, ratio_max=100_000))
        assert tracemalloc.get_traced_memory()[1] < 16 * MEGABYTE
        tracemalloc.stop()
        assert caught.value.limit == "expanded_bytes_max"

    def test_the_ratio_is_bounded_too(self, coding: str) -> None:
        with pytest.raises(TooLarge) as caught:
            expand(CODINGS[coding](b"\0" * MEGABYTE), coding, ExpansionLimits(ratio_max=10))
        assert caught.value.limit == "ratio_max"


def test_unknown_and_too_many_encodings() -> None:
    assert expand(b"x", "identity", ExpansionLimits()) == b"x"
    with pytest.raises(Unsupported, match="'compress'"):
        expand(b"x", "compress", ExpansionLimits())
    with pytest.raises(TooLarge, match="codings_max"):
        expand(b"x", "gzip, gzip, gzip", ExpansionLimits())
    for coding in ("deflate", "br", "zstd", "gzip"):
        with pytest.raises(Rejected):
            expand(CODINGS[coding](b"[]") + b"more", coding, ExpansionLimits())
