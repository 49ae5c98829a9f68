"""Which addresses a text names, and what it is without them."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.mentions import ERASED, names, value_without, without


def is_ada(address: str) -> bool:
    return address == "ada@example.org"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("ada@example.org", ERASED),
        (" <ADA@Example.ORG> ", ERASED),
        ("550 5.1.1 <Ada@Example.org>: no such user", f"550 5.1.1 <{ERASED}>: no such user"),
        ("rfc822;ada@example.org", f"rfc822;{ERASED}"),
        ("No ada@example.org. Nor ada@example.org, nor ada@example.org", f"No {ERASED}. Nor {ERASED}, nor {ERASED}"),
        ("https://x.example/?to=ada%40example.org&n=1", f"https://x.example/?to={ERASED}&n=1"),
        ("to=ada@example.org", f"to={ERASED}"),
        ("mailto:ada@example.org?subject=x", f"mailto:{ERASED}?subject=x"),
        ("a&#64;b ada&#64;example.org", f"a&#64;b {ERASED}"),
        ("bounce+ada=example.org@sender.example", f"bounce+{ERASED}@sender.example"),
        ("ada=example.org@sender.example", f"{ERASED}@sender.example"),
    ],
)
def test_an_address_is_found_in_what_texts_make_of_it(text: str, left: str) -> None:
    assert names(text, is_ada)
    assert without(text, is_ada) == left
    assert not names(without(text, is_ada), is_ada)


@pytest.mark.parametrize(
    "text",
    [
        "", "ada", "@", "ada@", "@example.org", "veronica.ada@example.org", "ada@example.org.uk", "ada@example.orgs",
        "ada-b@example.org", "ada @example.org", "bada@example.org", "x_ada@example.org", "ada@mail.example.org",
        "ada+news@example.org", "adaexample.org", "bounce+bada=example.org@sender.example",
    ],
)  # fmt: skip
def test_another_address_is_left_alone(text: str) -> None:
    assert not names(text, is_ada)
    assert without(text, is_ada) == text


HUGE = 123_456_789_012_345_678_901_234_567_890  # a float does not hold it


def test_json_loses_the_address_wherever_it_stands_but_in_the_tracking_id() -> None:
    content = {
        "mail_from": "ada@example.org", "resp_msg": "line\nada@example.org\tgone", "tracking_id": "ada@example.org",
        "x": [{"ada@example.org": 1, "deep": ["Ada@example.org", HUGE]}], "y": "bob@example.org",
    }  # fmt: skip
    for text in (json.dumps(content), json.dumps(content).replace("@", "\\u0040"), json.dumps(content, indent=1)):
        left = value_without(text.encode(), is_ada)
        assert json.loads(left) == {
            "mail_from": ERASED, "resp_msg": f"line\n{ERASED}\tgone", "tracking_id": "ada@example.org",
            "x": [{ERASED: 1, "deep": [ERASED, HUGE]}], "y": "bob@example.org",
        }  # fmt: skip
        assert value_without(left, is_ada) is left
    other = b'{"rcpt_to":"bob@example.org","z":1.50}'
    assert value_without(other, is_ada) is other


@given(
    st.recursive(
        st.text() | st.integers() | st.none(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_other_json_stays_byte_for_byte(content: object) -> None:
    value = json.dumps({"a": content}).encode()
    assert value_without(value, is_ada) is value


@given(
    st.text(), st.sampled_from(["ada@example.org", "ADA@EXAMPLE.ORG", "<ada@example.org>"]), st.sampled_from(" ;,<>()\n:\"'"),
)  # fmt: skip
def test_it_is_found_between_whatever(around: str, address: str, mark: str) -> None:
    text = around + mark + address + mark + around
    assert names(text, is_ada)
    assert not names(without(text, is_ada), is_ada)


def test_long_texts_take_linear_time() -> None:
    started = time.process_time()
    for text in ("a" * 1_000_000, "@" * 1_000_000, "a@" * 30_000, "=" * 500_000 + "@x", "%40" * 20_000):
        without(text, is_ada)
    assert time.process_time() - started < 30  # quadratic time would take hours
