"""A look at the embedded store from outside."""

import os
import sqlite3
from pathlib import Path

from store import migrations
from store.inspection import Inspection
from store.sqlite.connection import connect, schema_version, translated
from store.sqlite.pointer import Pointer

LOCK_WAIT_MS = 2_000


def inspect(base: Path) -> Inspection:
    """The store at `base`. Misconfigured where the file is no database, Unavailable where it can't be opened."""
    pointer = Pointer(base)
    path = pointer.path()
    known = len(migrations.shipped("sqlite"))
    if not path.exists():
        return Inspection(str(path), 0, known, _unwritable(path), None)
    with translated():
        connection = connect(path, LOCK_WAIT_MS)
        try:
            version = schema_version(connection)
            return Inspection(
                str(path), version, known, _unwritable(path) or _locked(connection), None, _notes(pointer)
            )
        finally:
            connection.close()


def _unwritable(path: Path) -> str | None:
    directory = path.parent
    while not directory.exists():
        directory = directory.parent
    for place in (directory, path):
        if place.exists() and not os.access(place, os.W_OK):
            return f"{place} may not be written"
    return None


def _locked(connection: sqlite3.Connection) -> str | None:
    """Why the write lock is not to be had: a transaction that goes on for longer than any batch, or a disk that takes nothing."""
    try:
        connection.execute("begin immediate")
        connection.execute("rollback")
    except sqlite3.Error as problem:
        return f"{problem} ({problem.sqlite_errorname}), for {LOCK_WAIT_MS / 1000:g} s"
    return None


def _notes(pointer: Pointer) -> tuple[str, ...]:
    others = [number for number in pointer.numbers() if number != pointer.number()]
    return (f"another generation is kept: {', '.join(map(str, others))}",) if others else ()
