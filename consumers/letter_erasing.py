"""Dead letters without erased addresses: redacted where what is left is still the letter, else not kept at all.

An address is looked for in what a letter says (its reasons, its key) and in its content: as it stands, in the body's charset, in
escapes of JSON, XML, forms and links, and within whatever is compressed or in base64. What can be replaced where it stands is; a
compressed body is then kept as it is without its compression. Where that doesn't do, as within base64, the letter goes; so does one
that holds more than can be looked through, and one that no record could hold any more.
"""

import re
import zlib
from base64 import b64decode
from binascii import Error as Base64Error
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from html import unescape
from urllib.parse import unquote_plus

import brotli  # type: ignore[import-untyped]
import msgspec
import zstandard

from delivery.dead_letter import DeadLetter, fits, to_record
from delivery.mentions import IsErased, names, without

EXPANDED_BYTES_MAX = 64 * 1024 * 1024  # of one letter, all that is packed in it together
DEPTH_MAX = 3  # base64 within gzip within base64
_BASE64 = re.compile(r"[A-Za-z0-9+/_\-]{12,}")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_CHARSET = re.compile(r"charset\s*=\s*\"?([\w.:\-]+)", re.IGNORECASE)


class _TooMuch(Exception):
    """There is more in the letter than is looked through."""


class _Looked:
    """How much of one letter was looked at."""

    def __init__(self) -> None:
        self.left = EXPANDED_BYTES_MAX

    def expanded(self, content: bytes, encoding: str) -> bytes:
        """The bytes without their content encodings; _TooMuch where there are more of them than are left to look at."""
        found = expand(content, encoding, self.left + 1)
        self.left -= len(found)
        if self.left < 0:
            raise _TooMuch
        return found


def letter_without(letter: DeadLetter, is_erased: IsErased, record_bytes_max: int) -> DeadLetter | None:
    """The letter without the addresses; the same one where it names none, None where it has to go."""
    try:
        left = _without(letter, is_erased)
    except _TooMuch:
        return None
    return left if left is None or left is letter or fits(to_record(left), record_bytes_max) else None


def _without(letter: DeadLetter, is_erased: IsErased) -> DeadLetter | None:
    charset = _charset_of(letter)
    content, said = letter.content, _said(letter, is_erased)
    if content is None or not _holds(content, letter.content_encoding, charset, is_erased):
        return said
    expanded = _Looked().expanded(content, letter.content_encoding)
    try:
        text = expanded.decode(charset)
        left = without(text, is_erased).encode(charset)
    except (UnicodeError, LookupError):
        text = expanded.decode("latin-1")
        left = without(text, is_erased).encode("latin-1")
    if _holds(left, "", charset, is_erased):
        return None
    return msgspec.structs.replace(said, content=left, content_encoding="", redacted=True)


def _said(letter: DeadLetter, is_erased: IsErased) -> DeadLetter:
    """What the letter says beside its content."""
    errors = {
        without(path, is_erased): [without(reason, is_erased) for reason in reasons]
        for path, reasons in letter.errors.items()
    }
    changed: dict[str, object] = {"errors": errors} if errors != letter.errors else {}
    for name in ("reason", "content_type", "content_encoding", "source", "topic", "traceparent"):
        text = getattr(letter, name)
        if (left := without(text, is_erased)) != text:
            changed[name] = left
    if letter.key is not None:
        key = letter.key.decode("latin-1")
        if (left := without(key, is_erased)) != key:
            changed["key"] = left.encode("latin-1", "replace")
    return msgspec.structs.replace(letter, **changed, redacted=True) if changed else letter


def _charset_of(letter: DeadLetter) -> str:
    content = letter.content or b""
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return "utf-16"
    found = _CHARSET.search(letter.content_type)
    return found[1] if found is not None else "utf-8"


def _holds(content: bytes, encoding: str, charset: str, is_erased: IsErased) -> bool:
    return any(names(text, is_erased) for text in _texts(content, encoding, charset, DEPTH_MAX, _Looked()))


def _texts(content: bytes, encoding: str, charset: str, depth: int, looked: _Looked) -> Iterator[str]:
    """All that the bytes say, read in every way that they may be meant in."""
    expanded = looked.expanded(content, encoding)
    try:
        text = expanded.decode(charset)
    except (UnicodeError, LookupError):
        text = expanded.decode("latin-1")
    yield text
    yield from _unescaped(text)
    if depth:
        for found in _BASE64.finditer(text):
            inner = _of_base64(found[0])
            if inner:
                yield from _texts(inner, "gzip" if inner.startswith(b"\x1f\x8b") else "", "utf-8", depth - 1, looked)


def _unescaped(text: str) -> Iterator[str]:
    """The text with its escapes undone, each kind by itself and all on end."""
    seen = text
    if "\\" in text:
        undone = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text).replace("\\/", "/")
        yield undone
        seen = undone
    if "&" in seen and ";" in seen:
        yield (seen := unescape(seen))
    for _ in range(2):
        if "%" in seen or "+" in seen:
            yield (seen := unquote_plus(seen))


def _of_base64(text: str) -> bytes:
    standard = text.replace("-", "+").replace("_", "/")
    try:
        return b64decode(standard + "=" * (-len(standard) % 4))
    except (Base64Error, ValueError):
        return b""


def expand(content: bytes, encoding: str, bytes_max: int) -> bytes:
    """The bytes without their content encodings, as far as they can be read and no further than `bytes_max`."""
    for name in reversed([name.strip().lower() for name in encoding.split(",")]):
        if name in ("gzip", "x-gzip", "deflate"):
            content = _inflated(content, bytes_max, gzipped=name != "deflate")
        elif name == "br":
            content = _of_brotli(content, bytes_max)
        elif name == "zstd":
            content = _of_zstd(content, bytes_max)
    return content


def _inflated(content: bytes, bytes_max: int, *, gzipped: bool) -> bytes:
    for window_bits in (31,) if gzipped else (15, -15):
        pieces, rest, size = [], content, 0
        try:
            while rest and size < bytes_max:
                stream = zlib.decompressobj(window_bits)
                pieces.append(stream.decompress(rest, bytes_max - size))
                size += len(pieces[-1])
                rest = stream.unused_data
        except zlib.error:
            pass  # what came out before it broke counts
        if size:
            return b"".join(pieces)
    return content


def _of_brotli(content: bytes, bytes_max: int) -> bytes:
    try:
        expanded: bytes = brotli.Decompressor().process(content, output_buffer_limit=bytes_max)
    except brotli.error:
        return content
    return expanded or content


def _of_zstd(content: bytes, bytes_max: int) -> bytes:
    try:
        expanded = zstandard.ZstdDecompressor().stream_reader(content, read_across_frames=True).read(bytes_max)
    except zstandard.ZstdError:
        return content
    return expanded or content
