"""JSON of whatever senders put into members of their own: integers of any size stay exact, and depth is no reason to fail.

orjson is quick, but reads integers beyond 64 bits as floats, writes none of them, and stops at 254 levels.
"""

import json
import math
from typing import Any

import msgspec
import orjson


def decode_json(text: bytes) -> Any:
    """What the text says. ValueError where it is no JSON or a number is beyond all floats, RecursionError where it is too deep."""
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return json.loads(text, parse_float=_finite, parse_constant=_refused)  # half surrogates, which JSON can escape


def encode_json(content: Any, *, is_sorted: bool = False, is_indented: bool = False) -> bytes:
    """The content without blanks, or in lines of two blanks a level. Half surrogates are escaped, as no UTF-8 has them."""
    option = (orjson.OPT_SORT_KEYS if is_sorted else 0) | (orjson.OPT_INDENT_2 if is_indented else 0)
    try:
        return orjson.dumps(content, option=option)
    except orjson.JSONEncodeError:
        layout: dict[str, Any] = {"indent": 2} if is_indented else {"separators": (",", ":")}
        text = json.dumps(content, sort_keys=is_sorted, ensure_ascii=False, allow_nan=False, **layout)
        return text.encode("utf-8", "backslashreplace")


def _finite(digits: str) -> float:
    if not math.isfinite(number := float(digits)):
        raise ValueError(f"{digits} is beyond what a number can be")
    return number


def _refused(name: str) -> float:
    raise ValueError(f"{name} is no JSON")
