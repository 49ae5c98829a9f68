"""What a process has used: CPU time and memory, with all of its children, as the kernel counts them."""

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def family(pid: int) -> list[int]:
    """The process and its descendants that run now."""
    parents: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(path.parent.name)] = int(_fields(path)[1])
        except OSError:
            continue  # it has just ended
    members = [pid]
    for one in members:
        members += [child for child, parent in parents.items() if parent == one]
    return members


def cpu_s(pid: int) -> float:
    """CPU seconds that the process and its running descendants have used, in steps of some 10 ms."""
    total = 0
    for member in family(pid):
        fields = _fields(Path(f"/proc/{member}/stat"))
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def peak_bytes(pid: int) -> int:
    """The most resident memory that the process ever had; that of its children added."""
    total = 0
    for member in family(pid):
        for line in Path(f"/proc/{member}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                total += int(line.split()[1]) * 1024
    return total


def resident_bytes(pid: int) -> int:
    """The memory that the process has resident now; that of its children added."""
    return sum(int(Path(f"/proc/{member}/statm").read_text().split()[1]) * PAGE_BYTES for member in family(pid))


def _fields(stat: Path) -> list[str]:
    return stat.read_text().rpartition(")")[2].split()
