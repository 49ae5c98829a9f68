"""A copy of the embedded store in one file, taken while it serves."""

import os
import sqlite3
from pathlib import Path

import msgspec

from delivery.errors import Misconfigured
from store.settings import StoreSettings
from store.sqlite.connection import connect, schema_version, translated
from store.sqlite.pointer import Pointer

_OFFSETS = """
select topic, topic_partition, next_offset from offsets where next_offset is not null
union all
select topic, topic_partition, next_offset from dead_letter_offsets where next_offset is not null order by 1, 2"""


class BackedUp(msgspec.Struct, frozen=True):
    """What a copy holds. Topics have to keep their records from these offsets on for as long as it is to be restored."""

    bytes: int
    schema_version: int
    offsets: dict[str, dict[int, int]]


def back_up(settings: StoreSettings, path: Path, target: Path) -> BackedUp:
    """Copies the generation that serves, in one state of it, to `target`, which appears whole or not at all.

    Readers and writers go on meanwhile. The copy is a store by itself: the first generation of its own. Misconfigured where there
    is no store, or the target exists.
    """
    serving = Pointer(path).path()
    if not serving.exists():
        raise Misconfigured(f"there is no store at {serving}")
    if target.exists():
        raise Misconfigured(f"{target} exists: a backup replaces nothing")
    fresh = target.with_name(target.name + ".partial")
    fresh.unlink(missing_ok=True)
    os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with translated():
            backed_up = _copy(settings, serving, fresh)
        _sync(fresh)
        os.link(fresh, target)
        _sync(target.parent)
    finally:
        fresh.unlink(missing_ok=True)
    return backed_up


def _copy(settings: StoreSettings, serving: Path, fresh: Path) -> BackedUp:
    source, copy = connect(serving, settings.read_timeout_ms), sqlite3.connect(fresh, isolation_level=None)
    try:
        source.backup(copy)  # all pages in one step, which is one state
        copy.execute("pragma journal_mode = delete")  # nothing beside the file; a writer turns it to WAL again
        [problem] = copy.execute("pragma quick_check(1)").fetchone()
        if problem != "ok":
            raise Misconfigured(f"the store's file {serving} is damaged: {problem}")
        offsets: dict[str, dict[int, int]] = {}
        for topic, partition, offset in copy.execute(_OFFSETS):
            offsets.setdefault(topic, {})[partition] = offset
        return BackedUp(fresh.stat().st_size, schema_version(copy), offsets)
    finally:
        copy.close()
        source.close()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
