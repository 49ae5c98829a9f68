"""What the consumers count of a batch, and of whom."""

import pytest

from consumers.metrics import EndToEnd, Metrics
from delivery.measures import Durations


def test_a_batch_is_counted_as_its_events_one_by_one_would_be() -> None:
    now, metrics = 10_000_000, EndToEnd()
    single = Durations(metrics.durations.bounds)
    waits = [0, 5, 10, 11, 25, 999, 1000, 1001, 5000, 5001, 1_800_000, 9_000_000, -3]
    metrics.observe([now - wait_ms for wait_ms in waits], now)
    for wait_ms in waits:
        single.observe(max(0, wait_ms) / 1000)
    assert metrics.durations.counts == single.counts
    assert metrics.durations.total_s == pytest.approx(single.total_s)


def test_the_latest_of_those_who_tell_when_a_batch_was_applied_counts() -> None:
    metrics = Metrics()
    for at in (5_000, 9_000, 7_000):
        metrics.note_applied(at)
    assert metrics.registry.get_sample_value("eds_view_last_applied_timestamp_seconds") == 9
