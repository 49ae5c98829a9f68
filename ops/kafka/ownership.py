"""A directory of Kafka's data has one owner: brokers lock their files too late, a second one may end the first."""

import fcntl
import os
import time
from collections.abc import Callable
from pathlib import Path

from delivery.errors import Unavailable


class Ownership:
    """The lock of a directory. Processes that are given `descriptors` share it: it lasts until the last of them has ended."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._lock: int | None = None

    @property
    def descriptors(self) -> tuple[int, ...]:
        """What a process has to inherit."""
        return () if self._lock is None else (self._lock,)

    def take(self, yield_s_max: float, pause: Callable[[], None]) -> None:
        """Takes the lock; one that was killed a moment ago is waited for, so long at most. `pause` waits a moment, or raises."""
        self._directory.mkdir(parents=True, exist_ok=True)
        deadline = time.monotonic() + yield_s_max
        self._lock = os.open(self._directory / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            while not self._is_taken():
                if time.monotonic() > deadline:
                    raise Unavailable(f"another Kafka runs on the files in {self._directory}")
                pause()
        except BaseException:
            self.release()
            raise

    def release(self) -> None:
        """Harmless when repeated."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _is_taken(self) -> bool:
        try:
            fcntl.flock(self.descriptors[0], fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
