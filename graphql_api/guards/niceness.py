"""Threads that leave the processor to whoever else needs it."""

import logging
import os
from threading import get_native_id

_log = logging.getLogger("graphql_api")


def be_nice(niceness: int) -> None:
    """Lowers the priority of this thread, and of those that it starts from now on; where it may not, it goes on as it is."""
    try:
        os.setpriority(os.PRIO_PROCESS, get_native_id(), niceness)
    except OSError as problem:  # a sandbox that forbids it
        _log.warning("a thread keeps its priority: %s", problem)
