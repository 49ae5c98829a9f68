"""What senders put into members of their own is read and written as it is, whatever its size and depth."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.json_text import decode_json, encode_json

HUGE = 123_456_789_012_345_678_901_234_567_890  # a float does not hold it
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(values, st.booleans(), st.booleans())
def test_what_is_written_is_read_back(value: Any, is_sorted: bool, is_indented: bool) -> None:
    for content in (value, [value, HUGE]):
        written = encode_json(content, is_sorted=is_sorted, is_indented=is_indented)
        assert decode_json(written) == json.loads(written) == content


def nested(depth: int) -> Any:
    value: Any = HUGE
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize("depth", [0, 253, 254, 300])
def test_integers_stay_exact_at_any_depth(depth: int) -> None:
    text = b"[" * depth + str(HUGE).encode() + b"]" * depth
    assert encode_json(nested(depth)) == text
    assert decode_json(text) == nested(depth)


def test_layout_and_order_do_not_depend_on_what_is_written() -> None:
    for number in (1, HUGE):
        content = {"b": [number], "ä": {}, "a": "é"}
        assert encode_json(content) == f'{{"b":[{number}],"ä":{{}},"a":"é"}}'.encode()
        assert encode_json(content, is_sorted=True) == f'{{"a":"é","b":[{number}],"ä":{{}}}}'.encode()
        lines = f'{{\n  "b": [\n    {number}\n  ],\n  "ä": {{}},\n  "a": "é"\n}}'
        assert encode_json(content, is_indented=True) == lines.encode()


def test_half_surrogates_stay_escaped() -> None:
    assert encode_json(decode_json(rb'{"\ud800":"\udfff\\"}')) == rb'{"\ud800":"\udfff\\"}'


@pytest.mark.parametrize("text", [b"", b"NaN", b"[Infinity]", b"[1e400]", b"[1,]", b"\xff", b'["\\ud800", 1e400]'])
def test_what_is_no_json_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever its text
        decode_json(text)
