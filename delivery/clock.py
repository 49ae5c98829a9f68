"""The wall clock, for those who start a process; everybody else is given `now`."""

import time


def wall_clock() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000
