"""Content-Encoding: gzip, deflate (with or without zlib's frame), br and zstd, also one over another, within bounds.

The size of what comes out is checked while it comes out, so that a bomb costs no more than the limit. A stream that breaks
off, or that has something behind its end, is Unreadable as a whole.
"""

import zlib

import brotli  # type: ignore[import-untyped]
import msgspec
import zstandard

from delivery.errors import TooLarge, Unreadable, Unsupported


class ExpansionLimits(msgspec.Struct, frozen=True, kw_only=True):
    """`expanded_bytes_max` after decompression; `ratio_max` times the bytes that came in; `codings_max` over one another."""

    expanded_bytes_max: int = 16 * 1024 * 1024
    ratio_max: int = 200
    codings_max: int = 2


def expand(body: bytes, content_encoding: str | None, limits: ExpansionLimits) -> bytes:
    """The body without its content encodings. Unsupported: an unknown one (415); TooLarge (413); Unreadable (400)."""
    if not content_encoding or not body:
        return body
    names = [name.strip().lower() for name in content_encoding.split(",")]
    codings = [name for name in names if name not in ("", "identity")]
    for name in codings:
        if name not in _DECODERS:
            raise Unsupported(f"The request entity's content encoding '{name}' is not supported for this resource.")
    if len(codings) > limits.codings_max:
        raise TooLarge("codings_max", limits.codings_max)
    for name in reversed(codings):
        body = _expand_one(name, body, limits)
    return body


# A tiny body may well be expanded many times: the ratio counts above this many bytes.
_SMALL_BYTES = 64 * 1024


def _expand_one(name: str, body: bytes, limits: ExpansionLimits) -> bytes:
    ratio_bytes = max(len(body) * limits.ratio_max, _SMALL_BYTES)
    allowed = min(limits.expanded_bytes_max, ratio_bytes)
    expanded = _DECODERS[name](body, allowed)
    if len(expanded) > limits.expanded_bytes_max:
        raise TooLarge("expanded_bytes_max", limits.expanded_bytes_max)
    if len(expanded) > allowed:
        raise TooLarge("ratio_max", limits.ratio_max)
    return expanded


def _broken(name: str, why: str) -> Unreadable:
    return Unreadable(f"The body can't be decompressed as {name}: {why}.")


def _inflate(name: str, body: bytes, window_bits: int, allowed: int) -> bytes:
    """Up to `allowed` + 1 bytes of one or, for gzip, several members on end."""
    pieces: list[bytes] = []
    size = 0
    rest = body
    while rest and size <= allowed:
        stream = zlib.decompressobj(window_bits)
        try:
            piece = stream.decompress(rest, allowed + 1 - size)
        except zlib.error as problem:
            raise _broken(name, str(problem)) from problem
        pieces.append(piece)
        size += len(piece)
        if size > allowed:
            break
        if not stream.eof:
            raise _broken(name, "it breaks off before its end")
        rest = stream.unused_data
        if rest and window_bits != _GZIP_BITS:
            raise _broken(name, "something follows its end")
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


_GZIP_BITS = 16 + zlib.MAX_WBITS


def _gzip(body: bytes, allowed: int) -> bytes:
    return _inflate("gzip", body, _GZIP_BITS, allowed)


def _deflate(body: bytes, allowed: int) -> bytes:
    """RFC 9110 means zlib's frame; some senders leave it out. A frame is told by its two bytes."""
    framed = len(body) >= 2 and body[0] & 15 == 8 and (body[0] << 8 | body[1]) % 31 == 0
    if framed:
        try:
            return _inflate("deflate", body, zlib.MAX_WBITS, allowed)
        except Unreadable:
            pass  # raw data may begin like a frame
    return _inflate("deflate", body, -zlib.MAX_WBITS, allowed)


def _brotli(body: bytes, allowed: int) -> bytes:
    stream = brotli.Decompressor()
    pieces: list[bytes] = []
    size, rest = 0, body
    try:
        while size <= allowed:
            piece = stream.process(rest, output_buffer_limit=allowed + 1 - size)
            pieces.append(piece)
            size += len(piece)
            rest = b""
            if stream.is_finished() or (stream.can_accept_more_data() and not piece):
                break
    except brotli.error as problem:
        raise _broken("br", str(problem) or "it is none") from problem
    if size <= allowed and not stream.is_finished():
        raise _broken("br", "it breaks off before its end")
    return b"".join(pieces)


_ZSTD_WINDOW_BYTES_MAX = 8 * 1024 * 1024  # RFC 8878 recommends that decoders support 8 MB


def _zstd(body: bytes, allowed: int) -> bytes:
    stream = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW_BYTES_MAX).decompressobj()
    expanded = bytearray()
    try:
        # A block holds at most 128 KB, so a slice of input has a bounded output.
        for start in range(0, len(body), 64):
            if stream.eof:
                raise _broken("zstd", "something follows its end")
            expanded += stream.decompress(body[start : start + 64])
            if len(expanded) > allowed:
                return bytes(expanded)
    except zstandard.ZstdError as problem:
        raise _broken("zstd", str(problem)) from problem
    if not stream.eof:
        raise _broken("zstd", "it breaks off before its end")
    if stream.unused_data:
        raise _broken("zstd", "something follows its end")
    return bytes(expanded)


_DECODERS = {"gzip": _gzip, "x-gzip": _gzip, "deflate": _deflate, "br": _brotli, "zstd": _zstd}
