"""What the end-to-end latency was, minute by minute, into the store: so that whoever reads the view can say how fresh it is.

The measure is the metric's (`eds_end_to_end_latency_seconds`): from the record's time, which the gateway sets when it has accepted
the notification, until the batch is committed. Nothing is measured for it: what the metric has counted since is noted now and then.
"""

from delivery.measures import Durations
from delivery.notification import INT64_MAX

MINUTE_MS = 60_000
UNBOUNDED_MS = INT64_MAX
"""The bound of what took longer than the greatest bound."""


class Latencies:
    """What one process has measured within the current minute. Times in ms."""

    def __init__(self, durations: Durations) -> None:
        self._durations = durations
        self._bounds_ms = [*(round(bound * 1000) for bound in durations.bounds), UNBOUNDED_MS]
        self._told = list(durations.counts)
        self._minute = -1
        self._events: dict[int, int] = {}

    def take(self, now: int) -> tuple[int, dict[int, int]] | None:
        """The minute (its beginning) with all that was measured in it; None where nothing was since the last time.

        Whole minutes are noted again and again, so that a note that is written twice changes nothing.
        """
        counts = list(self._durations.counts)
        if counts == self._told:
            return None
        minute = now // MINUTE_MS * MINUTE_MS
        if minute != self._minute:
            self._minute, self._events = minute, {}
        for bound_ms, count, told in zip(self._bounds_ms, counts, self._told, strict=True):
            if count > told:
                self._events[bound_ms] = self._events.get(bound_ms, 0) + count - told
        self._told = counts
        return minute, dict(self._events)
