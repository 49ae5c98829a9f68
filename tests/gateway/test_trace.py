"""Which trace contexts go on with the events: the valid ones of the W3C's standard, and no others."""

import pytest

from gateway.trace import trace_headers

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = "b7ad6b7169203331"


@pytest.mark.parametrize(
    "valid",
    [
        f"00-{TRACE}-{PARENT}-01",
        f"00-{TRACE}-{PARENT}-00",
        f"01-{TRACE}-{PARENT}-03",
        f"cc-{TRACE}-{PARENT}-01-later-versions",
    ],
)
def test_a_valid_traceparent_goes_on(valid: str) -> None:
    assert trace_headers([valid], []) == (("traceparent", valid.encode()),)


@pytest.mark.parametrize(
    "invalid",
    [
        "",
        f"00-{TRACE}-{PARENT}",
        f"00-{TRACE}-{PARENT}-01-more",
        f"ff-{TRACE}-{PARENT}-01",
        f"00-{TRACE.upper()}-{PARENT}-01",
        f"00-{'0' * 32}-{PARENT}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE}-{PARENT}-0g",
        f"01-{TRACE}-{PARENT}-01.x",
        f"00-{TRACE}-{PARENT}-01\nx",
    ],
)
def test_an_invalid_traceparent_is_dropped_with_its_state(invalid: str) -> None:
    assert trace_headers([invalid], ["a=1"]) == ()


def test_two_traceparents_are_none() -> None:
    assert trace_headers([f"00-{TRACE}-{PARENT}-01"] * 2, []) == ()


@pytest.mark.parametrize(
    ("states", "due"),
    [
        (["a=1"], "a=1"),
        (["a=1", "b=2"], "a=1,b=2"),
        (["a=1 , ,b@v=x y"], "a=1,b@v=x y"),
        (["A=1"], ""),
        (["a=1,a=2"], ""),
        (["a"], ""),
        (["a=1=2"], ""),
        ([",".join(f"k{number}=v" for number in range(33))], ""),
        (["a=" + "v" * 257], ""),
        (["a=" + "v" * 250 + ",b=" + "v" * 250 + ",c=" + "v" * 100], ""),
        (["a=é"], ""),
    ],
)
def test_tracestate(states: list[str], due: str) -> None:
    found = dict(trace_headers([f"00-{TRACE}-{PARENT}-01"], states))
    assert found.get("tracestate", b"").decode() == due
