"""How often, and how many at once, a caller may ask one process. Anybody else's asking never counts against it."""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import ceil

from graphql_api.access.access import Caller
from graphql_api.errors import RATE_LIMITED
from graphql_api.http.requests import BadRequest

CALLERS_MAX = 10_000


class Bucket:
    """Fills by the caller's rate up to one second's worth; a request takes one out."""

    __slots__ = ("filled_at_s", "left", "running")

    def __init__(self, left: float, filled_at_s: float) -> None:
        self.left = left
        self.filled_at_s = filled_at_s
        self.running = 0


class Throttle:
    """The buckets of one process. `clock_s` is a monotonic clock in seconds."""

    def __init__(self, clock_s: Callable[[], float]) -> None:
        self._clock_s = clock_s
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    @contextmanager
    def admit(self, caller: Caller) -> Iterator[dict[str, str]]:
        """Lets a request in while the context is open, and gives the reply's headers. 429 where it is one too many."""
        if caller.rate_per_s is None and caller.concurrency_max is None:
            yield {}
            return
        bucket = self._bucket(caller)
        headers = self._take(bucket, caller)
        if caller.concurrency_max is not None and bucket.running >= caller.concurrency_max:
            message = f"more than {caller.concurrency_max} requests at the same time"
            raise BadRequest(message, 429, headers | {"retry-after": "1"}, RATE_LIMITED)
        bucket.running += 1
        try:
            yield headers
        finally:
            bucket.running -= 1

    def _take(self, bucket: Bucket, caller: Caller) -> dict[str, str]:
        rate = caller.rate_per_s
        if rate is None:
            return {}
        now_s = self._clock_s()
        bucket.left = min(float(rate), bucket.left + (now_s - bucket.filled_at_s) * rate)
        bucket.filled_at_s = now_s
        admitted = bucket.left >= 1
        if admitted:
            bucket.left -= 1
        headers = {
            "ratelimit-limit": str(rate),
            "ratelimit-remaining": str(int(bucket.left)),
            "ratelimit-reset": str(ceil((rate - bucket.left) / rate)),
            "ratelimit-policy": f"{rate};w=1",
        }
        if not admitted:
            raise BadRequest(f"more than {rate} requests a second", 429, headers | {"retry-after": "1"}, RATE_LIMITED)
        return headers

    def _bucket(self, caller: Caller) -> Bucket:
        bucket = self._buckets.get(caller.name)
        if bucket is None:
            bucket = self._buckets[caller.name] = Bucket(float(caller.rate_per_s or 0), self._clock_s())
            if len(self._buckets) > CALLERS_MAX:
                self._forget()
        self._buckets.move_to_end(caller.name)
        return bucket

    def _forget(self) -> None:
        """The caller that was silent for longest, unless it waits for an answer."""
        name = next((name for name, bucket in self._buckets.items() if not bucket.running), None)
        if name is not None:
            del self._buckets[name]
