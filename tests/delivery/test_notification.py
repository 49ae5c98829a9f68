"""The canonical bytes of a notification, held to golden files of the wire."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.notification import (
    INT64_MAX,
    INT64_MIN,
    INTEGER_MEMBERS,
    MEMBERS,
    TEXT_MEMBERS,
    ExtendedNotification,
    Notification,
    encode_notification,
)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
integers = st.integers(INT64_MIN, INT64_MAX)
json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
extras = st.dictionaries(texts.filter(lambda name: name.lower() not in MEMBERS), json_values, max_size=4)
members = st.fixed_dictionaries({}, optional={name: integers if name in INTEGER_MEMBERS else texts for name in MEMBERS})


def test_members_are_those_of_the_interface_in_ordinal_order() -> None:
    assert list(MEMBERS) == sorted(MEMBERS)
    assert set(MEMBERS) == INTEGER_MEMBERS | TEXT_MEMBERS
    assert len(MEMBERS) == 13


def test_golden_bytes_of_the_full_row() -> None:
    full = Notification(
        status="s", resp_msg="250 OK", event_label="delivered", event_code=103, time_finished=1795342805, sender_id=6,
        rcpt_to="a@example.org", tries=0, mail_from="b@example.org", time_started=1795342800, resp_code=250,
        tracking_id="t-1", resp_class=0,
    )  # fmt: skip
    assert encode_notification(full) == (
        b'{"event_code":103,"event_label":"delivered","mail_from":"b@example.org","rcpt_to":"a@example.org",'
        b'"resp_class":0,"resp_code":250,"resp_msg":"250 OK","sender_id":6,"status":"s","time_finished":1795342805,'
        b'"time_started":1795342800,"tracking_id":"t-1","tries":0}'
    )


@pytest.mark.parametrize(
    ("notification", "golden"),
    [
        (Notification(), b"{}"),
        (Notification(status=""), b'{"status":""}'),
        (Notification(status="Zoë ✓\n\0"), '{"status":"Zoë ✓\\n\\u0000"}'.encode()),
        (ExtendedNotification(tries=1, extras={}), b'{"tries":1}'),
        (ExtendedNotification(extras={"b": 1, "A": {"d": 2.5, "c": None}}), b'{"A":{"c":null,"d":2.5},"b":1}'),
        (ExtendedNotification(tries=1, extras={"id": 2**70}), b'{"tries":1,"id":1180591620717411303424}'),
    ],
)
def test_golden_bytes(notification: Notification, golden: bytes) -> None:
    assert encode_notification(notification) == golden


@given(members, extras, st.randoms(use_true_random=False))
def test_the_bytes_depend_on_the_content_alone(known: dict[str, Any], unknown: dict[str, Any], random: Any) -> None:
    first = ExtendedNotification(**known, extras=unknown)
    names = list(unknown)
    random.shuffle(names)
    second = ExtendedNotification(**known, extras={name: unknown[name] for name in names})
    assert encode_notification(first) == encode_notification(second)


@given(members, extras)
def test_everything_is_kept(known: dict[str, Any], unknown: dict[str, Any]) -> None:
    value = encode_notification(ExtendedNotification(**known, extras=unknown))
    if all(not _has_large_integer(extra) for extra in unknown.values()):
        assert orjson.loads(value) == known | unknown


def _has_large_integer(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_has_large_integer(inner) for inner in value.values())
    if isinstance(value, list):
        return any(_has_large_integer(inner) for inner in value)
    return isinstance(value, int) and not INT64_MIN <= value <= INT64_MAX
