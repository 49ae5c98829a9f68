"""The event on the wire: golden key, value and headers, and reading them back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.errors import Rejected
from delivery.event import (
    TIME_MAX_MS,
    build_event,
    event_id,
    format_time,
    occurred_at,
    parse_time,
    read_event,
    request_headers,
)
from delivery.notification import ExtendedNotification, Notification
from tests.delivery.test_notification import members

ARRIVAL = 1795342805123


def test_golden_event() -> None:
    notification = ExtendedNotification(tracking_id="t-ë", tries=0, extras={"campaign": "c"})
    trace = [("traceparent", b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    record = build_event(notification, ARRIVAL, request_headers(ARRIVAL, "mta-1", trace))
    assert record.key == "t-ë".encode()
    assert record.value == '{"tracking_id":"t-ë","tries":0,"campaign":"c"}'.encode()
    assert record.timestamp_ms == ARRIVAL
    assert record.headers == [
        ("ce_id", b"07d02fcfd943bfce1d50e608376c1c5f"),
        ("ce_subject", "t-ë".encode()),
        ("ce_specversion", b"1.0"),
        ("ce_type", b"email-delivery-status.smtp-notification.v1"),
        ("content-type", b"application/json"),
        ("ce_source", b"mta-1"),
        ("ce_time", b"2026-11-22T10:20:05.123Z"),
        *trace,
    ]


def test_without_a_tracking_id_the_key_is_the_event_id() -> None:
    for notification in (Notification(tries=1), Notification(tries=1, tracking_id="")):
        record = build_event(notification, ARRIVAL, ())
        assert record.value is not None
        assert record.key == event_id(record.value).encode()
        assert read_event(record.value, record.headers, ARRIVAL, 0, 0).tracking_id is None


@given(members)
def test_an_event_reads_back_as_it_was_built(known: dict[str, int | str]) -> None:
    notification = Notification(**known)  # type: ignore[arg-type]
    record = build_event(notification, ARRIVAL, request_headers(ARRIVAL, "mta-1"))
    event = read_event(record.value, record.headers, record.timestamp_ms, 3, 14)
    assert all(getattr(event.notification, name) == getattr(notification, name) for name in known)
    assert (event.partition, event.offset, event.source, event.received_at) == (3, 14, "mta-1", ARRIVAL)
    assert event.id == dict(record.headers)["ce_id"].decode()
    bare = read_event(record.value, None, record.timestamp_ms, 3, 14)
    assert bare.id == event.id


@pytest.mark.parametrize("value", [None, b"", b"[]", b"5", b'{"tries":"x"}', b'{"tries":1', b'{"status":"\xff"}'])
def test_what_is_no_event_is_rejected(value: bytes | None) -> None:
    with pytest.raises(Rejected):
        read_event(value, [], ARRIVAL, 0, 0)


def test_a_foreign_id_is_computed_anew() -> None:
    event = read_event(b'{"tries":1}', [("ce_id", b"not-ours")], ARRIVAL, 0, 0)
    assert event.id == event_id(b'{"tries":1}')


@pytest.mark.parametrize(
    ("finished", "started", "expected"),
    [
        (1795342805, 1795342800, 1795342805000),
        (1795342805123, None, 1795342805123),
        (None, 1795342800, 1795342800000),
        (0, 1795342800, 1795342800000),
        (-5, None, ARRIVAL),
        (None, None, ARRIVAL),
        (TIME_MAX_MS + 1, 1, 1000),
        (100_000_000_000, None, 100_000_000_000_000),
        (100_000_000_001, None, 100_000_000_001),
    ],
)
def test_occurred_at(finished: int | None, started: int | None, expected: int) -> None:
    assert occurred_at(Notification(time_finished=finished, time_started=started), ARRIVAL) == expected


@given(st.integers(0, TIME_MAX_MS))
def test_times_round_trip(time_ms: int) -> None:
    assert parse_time(format_time(time_ms)) == time_ms


def test_a_time_without_zone_is_no_time() -> None:
    with pytest.raises(ValueError, match="zone"):
        parse_time("2026-11-22T10:00:00")
