"""Lag in records and in seconds, and the names of the metrics that dashboards and alerts rest on."""

from consumers.lag import Lag
from consumers.metrics import Metrics
from delivery.notification import Notification
from tests.histories import START_MS, received

NAMES = {
    "eds_consumer_events_total", "eds_consumer_batch_duration_seconds_count", "eds_consumer_lag_records",
    "eds_consumer_lag_seconds", "eds_consumer_rebalances_total", "eds_end_to_end_latency_seconds_count",
    "eds_dead_letters_total", "eds_dead_letters_pending", "eds_dead_letter_oldest_age_seconds",
    "eds_view_last_applied_timestamp_seconds",
}  # fmt: skip


def measured(metrics: Metrics, partition: int) -> tuple[float | None, float | None]:
    labels = {"topic": "t", "partition": str(partition)}
    return tuple(  # type: ignore[return-value]
        metrics.registry.get_sample_value(f"eds_consumer_lag_{unit}", labels) for unit in ("records", "seconds")
    )


def test_seconds_are_counted_from_the_newest_event_in_the_view() -> None:
    metrics = Metrics()
    lag = Lag(metrics, "t")
    events = [received(Notification(tracking_id="m"), START_MS + 1000 * n, n, partition=n % 2) for n in range(4)]
    lag.applied(events, [0, 1])
    lag.look({0: 5, 1: 7}, [0, 1], START_MS + 10_000)
    assert measured(metrics, 0) == (5, 8)
    assert measured(metrics, 1) == (7, 7)
    assert lag.told == "12 events behind, 8.0 s at most"


def test_a_quiet_partition_is_not_late_at_its_next_event() -> None:
    metrics = Metrics()
    lag = Lag(metrics, "t")
    lag.applied([received(Notification(tracking_id="m"), START_MS, 0)], [0])
    lag.look({0: 0}, [0], START_MS + 3_600_000)
    assert measured(metrics, 0) == (0, 0)
    assert lag.told is None
    lag.look({0: 1}, [0], START_MS + 3_601_000)
    assert measured(metrics, 0) == (1, 1)


def test_what_another_process_has_by_now_is_not_told() -> None:
    metrics = Metrics()
    lag = Lag(metrics, "t")
    lag.look({0: 3, 1: 3}, [0, 1], START_MS)
    lag.look({0: 4, 1: 4}, [1], START_MS + 2_000)
    assert measured(metrics, 0) == (None, None)
    assert measured(metrics, 1) == (4, 2)


def test_the_metrics_have_the_published_names() -> None:
    metrics = Metrics()
    for counted in ("applied", "duplicate", "dead_lettered"):
        metrics.events.labels(counted).inc()
    metrics.dead_letters.labels("integer").inc()
    Lag(metrics, "t").look({}, [0], START_MS)
    found = {sample.name for family in metrics.registry.collect() for sample in family.samples}
    assert found >= NAMES
