"""What one source uses of what it may use. Times are the event loop's, in seconds."""

from delivery.errors import Overloaded
from gateway.sources.source import Source


class Bucket:
    """A rate. It holds one second's worth; what is spent beyond that is a debt that time pays, so that a large request is
    taken in one piece and its sender waits after it."""

    __slots__ = ("_at", "_level", "_per_s")

    def __init__(self, per_s: int, now: float) -> None:
        self._per_s = per_s
        self._level = float(per_s)
        self._at = now

    def wait_s(self, now: float) -> float:
        """How long until there is something to spend; 0 now."""
        self._level = min(self._per_s, self._level + (now - self._at) * self._per_s)
        self._at = now
        return 0.0 if self._level >= 1 else (1 - self._level) / self._per_s

    def spend(self, amount: int) -> None:
        self._level -= amount


class Meter:
    """The limits of one source in this process."""

    __slots__ = (
        "_buckets",
        "_bytes",
        "_requests",
        "_retry_after_s",
        "_rows",
        "_source",
        "inflight_bytes",
        "inflight_requests",
    )

    def __init__(self, source: Source, retry_after_s: int, now: float) -> None:
        self._source = source
        self._retry_after_s = source.retry_after_s or retry_after_s
        self._requests = Bucket(source.requests_per_s_max, now) if source.requests_per_s_max else None
        self._rows = Bucket(source.rows_per_s_max, now) if source.rows_per_s_max else None
        self._bytes = Bucket(source.bytes_per_s_max, now) if source.bytes_per_s_max else None
        named = (("requests", self._requests), ("rows", self._rows), ("bytes", self._bytes))
        self._buckets = tuple((f"{unit}_per_s_max", bucket) for unit, bucket in named if bucket is not None)
        self.inflight_requests = 0
        self.inflight_bytes = 0

    def enter(self, now: float, size: int) -> None:
        """Takes one request of this source, of which `size` bytes are read. Overloaded where it may not have one more now."""
        limit = self._source.inflight_requests_max
        if limit and self.inflight_requests >= limit:
            raise self._overloaded("inflight_requests_max")
        for name, bucket in self._buckets:
            if (wait_s := bucket.wait_s(now)) > 0:
                raise self._overloaded(name, wait_s)
        self.hold(size)
        self.inflight_requests += 1
        if self._requests is not None:
            self._requests.spend(1)

    def hold(self, size: int) -> None:
        """Takes so many bytes more. Overloaded where the source has too many under way; a body alone is always taken."""
        limit = self._source.inflight_bytes_max
        if limit and self.inflight_bytes and self.inflight_bytes + size > limit:
            raise self._overloaded("inflight_bytes_max")
        self.inflight_bytes += size
        if self._bytes is not None:
            self._bytes.spend(size)

    def spend_rows(self, count: int) -> None:
        if self._rows is not None:
            self._rows.spend(count)

    def leave(self, size: int) -> None:
        self.inflight_requests -= 1
        self.inflight_bytes -= size

    def _overloaded(self, limit: str, wait_s: float = 0.0) -> Overloaded:
        reason = f"Source {self._source.name} is over its {limit}"
        return Overloaded(reason, max(self._retry_after_s, -int(-wait_s // 1)))
