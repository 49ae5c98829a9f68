"""How far the view is behind the topic: in records, and in seconds, which is what people are woken for."""

from collections.abc import Iterable, Mapping, Sequence

from consumers.metrics import Metrics
from delivery.event import Received
from delivery.health import Note


class Lag:
    """The lag of one process's partitions. Times in ms.

    The oldest event that is not in the view arrived after the newest that is, and after the last look that found nothing left: the
    later of the two is where the seconds are counted from. So a partition that was quiet for long is not late at its next event.
    """

    def __init__(self, metrics: Metrics, topic: str) -> None:
        self._metrics = metrics
        self._topic = topic
        self._since: dict[int, int] = {}
        self._shown: set[int] = set()
        self.told: Note | None = None

    def applied(self, events: Sequence[Received], partitions: Iterable[int]) -> None:
        """These are in the view now, each partition's in their order."""
        wanted = set(partitions)
        for event in reversed(events):
            if event.partition in wanted:
                wanted.discard(event.partition)
                self._since[event.partition] = max(event.received_at, self._since.get(event.partition, 0))
                if not wanted:
                    return

    def look(self, behind: Mapping[int, int], partitions: Iterable[int], now: int) -> None:
        """Sets the metrics, and what /readyz tells, from how many records each of these partitions is behind."""
        mine, late = list(partitions), 0.0
        self._since = {partition: self._since.get(partition, now) for partition in mine}
        # What others have now goes; a look of Prometheus in between finds all that stays.
        for partition in self._shown.difference(mine):
            self._metrics.lag.remove(self._topic, partition)
            self._metrics.lag_seconds.remove(self._topic, partition)
        self._shown = set(mine)
        for partition in mine:
            records = behind.get(partition, 0)
            if not records:
                self._since[partition] = now
            self._metrics.lag.labels(self._topic, partition).set(records)
            seconds = max(0, now - self._since[partition]) / 1000
            self._metrics.lag_seconds.labels(self._topic, partition).set(seconds)
            late = max(late, seconds)
        total = sum(behind.get(partition, 0) for partition in mine)
        self.told = Note(f"{total} events behind, {late:.1f} s at most") if total else None
