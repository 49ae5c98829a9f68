"""Tables in Markdown, and the line that says on what machine the figures were taken."""

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path


def show(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """One table; its first column is text, the others are figures."""
    print(f"\n### {title}\n")
    print("| " + " | ".join(head) + " |")
    print("|---" + "|---:" * (len(head) - 1) + "|")
    for row in rows:
        print("| " + " | ".join(row) + " |", flush=True)


def machine() -> str:
    """The machine in words, and how busy it is with other things: rates depend on that, ratios in one run hardly."""
    name = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        name = next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    now = datetime.now(UTC)
    return (
        f"{now:%Y-%m-%d %H:%M} UTC · {name}, {len(os.sched_getaffinity(0))} cores · {platform.system()}"
        f" · Python {platform.python_version()} · load of the machine before: {load}"
    )
