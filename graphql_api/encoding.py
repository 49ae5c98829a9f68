"""Replies as JSON."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

LEVELS = 4  # of a reply, down to its lists: data, root field, nodes
ROWS = 10


def encode_reply(content: object) -> bytes:
    """As JSON. Extras may hold integers and depths that orjson doesn't write."""
    try:
        return orjson.dumps(content)
    except orjson.JSONEncodeError:
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def encode_large(content: Mapping[str, Any]) -> bytes:
    """The same of much, piece by piece: Python's lock is held while a piece is written, and other threads want it."""
    return b"".join(_pieces(content, LEVELS))


def _pieces(value: Any, levels: int) -> Iterator[bytes]:
    if isinstance(value, dict) and value and levels:
        for number, (key, member) in enumerate(value.items()):
            yield b"%b%b:" % (b"," if number else b"{", orjson.dumps(key))
            yield from _pieces(member, levels - 1)
        yield b"}"
    elif isinstance(value, list) and len(value) > ROWS:
        for start in range(0, len(value), ROWS):
            yield b"," if start else b"["
            yield encode_reply(value[start : start + ROWS])[1:-1]
        yield b"]"
    else:
        yield encode_reply(value)
