"""Which file serves. A generation of the embedded store is a file: store.db the first, store.db.2 the second, and so on.

A small file beside them, store.db.serving, holds the number of the one that serves; without it that is the first. It is only
ever replaced whole, by whoever holds the write lock of the file that served till then. A file in use is never renamed, and
numbers are never used again, so that whoever still has an old one open reads and writes nothing but that.
"""

import os
from pathlib import Path

from delivery.errors import Misconfigured

Stamp = tuple[int, int] | None
"""Changes whenever the pointer does."""

FILES = ("", "-wal", "-shm")  # of one generation


class Pointer:
    """The pointer of the store at `base`."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self._pointer = _beside(base, ".serving")

    def stamp(self) -> Stamp:
        """A look that costs a microsecond or two: take the stamp first, then ask for the path."""
        try:
            found = os.stat(self._pointer)
        except FileNotFoundError:
            return None
        return found.st_ino, found.st_mtime_ns

    def number(self) -> int:
        """The serving generation's number. Misconfigured where the pointer is damaged, or lost while its file is there."""
        try:
            return int(self._pointer.read_text("ascii"))
        except FileNotFoundError:
            files = self.numbers()  # one look: the first file may be made at this very moment
            if files and 1 not in files:
                raise Misconfigured(
                    f"{self.base} is gone, and so is {self._pointer} that would say which of the files {self.base}.N serves: "
                    "put the pointer back from the backup that the files came from"
                ) from None
            return 1
        except ValueError as problem:
            raise Misconfigured(f"{self._pointer} does not hold the number of a generation") from problem

    def path(self) -> Path:
        """The serving generation's file. Misconfigured where the pointer names one that is gone: it would begin an empty store."""
        while True:
            number = self.number()
            path = self.file(number)
            if self.stamp() is None or path.exists():
                return path
            if number == self.number():  # else it was replaced, and the old one removed, between two looks
                raise Misconfigured(
                    f"{self._pointer} says that {path} serves, and it is gone: put it back, or restore a backup into an empty "
                    "directory"
                )

    def file(self, number: int) -> Path:
        return self.base if number == 1 else _beside(self.base, f".{number}")

    def numbers(self) -> list[int]:
        """The generations of which there is a file."""
        found = [1] if self.base.exists() else []
        for file in self.base.parent.glob(f"{self.base.name}.*"):
            text = file.name.removeprefix(f"{self.base.name}.")
            if text.isascii() and text.isdigit():
                found.append(int(text))
        return sorted(found)

    def replace(self, number: int) -> None:
        """From now on this generation serves; on the disk when it returns."""
        fresh = _beside(self.base, ".serving.new")
        with fresh.open("w", encoding="ascii") as file:
            file.write(f"{number}\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._pointer)
        directory = os.open(self.base.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)

    def remove(self, number: int) -> None:
        """Removes a generation's files. Whoever has them open can go on until they are closed."""
        for ending in FILES:
            _beside(self.file(number), ending).unlink(missing_ok=True)


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)
