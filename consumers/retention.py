"""Retention: what is older than the settings say is removed, in bounded steps with pauses, by one process at a time."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import msgspec

from consumers.metrics import Metrics
from consumers.settings import RetentionSettings
from delivery.errors import Misconfigured, Retryable
from store.retention import Limits, Old, Trimmer

DAY_MS = 86_400_000
PAUSE_S = 0.01  # between two steps: writers come first
_log = logging.getLogger(__name__)


class Kept(msgspec.Struct):
    """What one run did: rows removed, and the horizon after it (ms; None: nothing is expired)."""

    history: int = 0
    messages: int = 0
    statistics: int = 0
    horizon: int | None = None


def limits_of(settings: RetentionSettings, now: int) -> Limits:
    """What is old at this time; Misconfigured where views would go before their history."""
    if settings.views_days and not 0 < settings.history_days <= settings.views_days:
        raise Misconfigured(
            "[retention] views_days: a view goes after its history, so history_days must be set, and views_days not less"
        )

    def before(days: int) -> int | None:
        return now - days * DAY_MS if days else None

    return Limits(
        before(settings.history_days),
        before(settings.views_days),
        before(settings.statistics_hours_days),
        before(settings.statistics_days),
    )


async def remove_old(store: Trimmer, limits: Limits, pause_s: float = PAUSE_S) -> Kept:
    """Everything that is old now; the store is open and it is our turn."""
    kept = Kept()
    if limits.history is not None:
        await store.move_horizon(limits.history)
    if await store.horizon() is not None:
        kept.history = await _all_of(store.remove_history, pause_s)
    if (views := limits.views) is not None:
        kept.messages = await _all_of(lambda: store.remove_views(views), pause_s)
    for span, before in (("hour", limits.hours), ("day", limits.days)):
        if before is not None:
            kept.statistics += await _all_of(_buckets(store, span, before), pause_s)
    kept.horizon = await store.horizon()
    return kept


def _buckets(store: Trimmer, span: str, before: int) -> Callable[[], Awaitable[int | None]]:
    return lambda: store.remove_statistics(span, before)


async def _all_of(step: Callable[[], Awaitable[int | None]], pause_s: float) -> int:
    total = 0
    while (removed := await step()) is not None:
        total += removed
        await asyncio.sleep(pause_s)
    return total


async def measure(store: Trimmer, limits: Limits) -> Old:
    """What a run would remove."""
    return await store.measure(limits)


async def keep_removing(
    opened: Callable[[], Trimmer], settings: RetentionSettings, metrics: Metrics, now: Callable[[], int]
) -> None:
    """Runs now and every `every_minutes`, until it is cancelled. A store that is away is tried again the next time."""
    if limits_of(settings, now()) == Limits():
        return
    while True:
        store = opened()
        try:
            if await store.open():
                kept = await remove_old(store, limits_of(settings, now()))
                note(kept, metrics)
        except Retryable as problem:
            _log.warning("retention is put off: %s", problem)
        finally:
            await store.close()
        await asyncio.sleep(settings.every_minutes * 60)


def note(kept: Kept, metrics: Metrics) -> None:
    """A run's results, for Prometheus and the log."""
    rows = {"history": kept.history, "messages": kept.messages, "statistics": kept.statistics}
    for what, count in rows.items():
        metrics.removed.labels(what).inc(count)
    if kept.horizon is not None:
        metrics.horizon.set(kept.horizon / 1000)
    if any(rows.values()):
        _log.info("what is old was removed", extra=rows)
