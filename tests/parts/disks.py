"""Disks that get full: a small file system where one can be mounted, and files that may not grow where none can."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PIECE = b"\1" * 65_536


@contextmanager
def small_disk(directory: Path, mebibytes: int) -> Iterator[bool]:
    """A file system of so many MiB in this new directory; False where none can be mounted, and it is an ordinary directory."""
    directory.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m,mode=777", "eds-test", str(directory)]
    rights: list[str] = [] if os.geteuid() == 0 else ["sudo", "-n"]
    try:
        mounted = subprocess.run([*rights, *command], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        mounted = False
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run([*rights, "umount", "--lazy", str(directory)], check=True)


def fill(disk: Path, left_bytes: int) -> Path:
    """A file that takes all of the disk but about so many bytes; remove it to free them."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while file.write(PIECE) == len(PIECE):
                pass
        except OSError:
            pass
        file.truncate(max(0, file.tell() - left_bytes))
    return filler
