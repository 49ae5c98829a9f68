"""How many values a JSON text holds, before any of them takes memory.

A body of tiny arrays, `[[],[],…`, takes thirty times its size once it is parsed. Every value but the first has a comma, a
bracket or a brace before it, so counting those bytes bounds the values; where there are suspiciously many, those inside of
texts are told apart.
"""

import re
from functools import cache

from delivery.errors import TooLarge
from gateway.formats.limits import VALUES_MIN, Limits

_VALUE_BYTES_MIN = 2  # a digit and its comma; brackets alone are bounded by the parsers' own depth


def refuse_many_values(content: bytes, limits: Limits) -> None:
    """TooLarge where a JSON text in UTF-8, well-formed or not, has more than `values_max` values."""
    if len(content) <= VALUES_MIN * _VALUE_BYTES_MIN:
        return
    values_max = limits.values_max
    if len(content) <= values_max * _VALUE_BYTES_MIN:
        return
    if content.count(b",") + content.count(b"[") + content.count(b"{") <= values_max:
        return
    if _beyond(values_max).match(content):
        raise TooLarge("values_max", values_max)


@cache
def _beyond(values_max: int) -> re.Pattern[bytes]:
    """Matches one more mark than that outside of texts. Nothing is tried twice: all of it is possessive."""
    text = rb'"(?:[^"\\]++|\\.)*+(?:"|\Z)'
    return re.compile(rb"(?:(?:[^\",\[{]++|" + text + rb")*+[,\[{]){%d}+" % (values_max + 1), re.S)
