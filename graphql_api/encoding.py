"""Replies as JSON, and the tags of what doesn't change."""

import json
from hashlib import blake2b

import orjson


def encode_reply(content: object) -> bytes:
    """As JSON. Extras may hold integers and depths that orjson doesn't write."""
    try:
        return orjson.dumps(content)
    except orjson.JSONEncodeError:
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def tag_of(body: bytes) -> str:
    """The tag of an answer by its content."""
    return f'W/"{blake2b(body, digest_size=12).hexdigest()}"'
