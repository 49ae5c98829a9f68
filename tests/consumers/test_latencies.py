"""What a process notes of its end-to-end latencies: the metric's own counts, minute by minute."""

from consumers.latencies import UNBOUNDED_MS, Latencies
from consumers.metrics import EndToEnd

MINUTE = 60_000
NOW = 30_000_000 * MINUTE


def test_a_minute_is_told_whole_each_time_that_it_has_more() -> None:
    measured = EndToEnd()
    measured.observe([NOW - 20] * 4, NOW)  # before anybody noted anything
    latencies = Latencies(measured.durations)
    assert latencies.take(NOW) is None
    measured.observe([NOW - 20, NOW - 40, NOW - 3_600_000], NOW)
    assert latencies.take(NOW + 1_000) == (NOW, {25: 1, 50: 1, UNBOUNDED_MS: 1})
    assert latencies.take(NOW + 2_000) is None
    measured.observe([NOW + 2_990, NOW + 2_980], NOW + 3_000)
    assert latencies.take(NOW + 3_000) == (NOW, {10: 1, 25: 2, 50: 1, UNBOUNDED_MS: 1})
    measured.observe([NOW + MINUTE], NOW + MINUTE)
    assert latencies.take(NOW + MINUTE) == (NOW + MINUTE, {10: 1})
