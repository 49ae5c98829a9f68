"""The file in the making: the embedded store's next generation, from its beginning to the moment in which it serves.

Calls block for the time of their statements.
"""
# ruff: noqa: S608 (names come from this room alone, and every value is bound)

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec

from delivery.classification import Classifier
from store import late_indexes
from store.contract import Position
from store.generations import BUILD_TABLE, STORE_TABLES, Build
from store.settings import StoreSettings
from store.sqlite import carrying as carrying
from store.sqlite.connection import connect, make_durable, migrate, transaction
from store.sqlite.pointer import Pointer

_POSITIONS = """
select topic_partition, next_offset, announced_offset from {schema}.offsets where topic = ? and next_offset is not null"""
_OFFSET_COLUMNS = "topic, topic_partition, epoch, owner, next_offset, announced_offset, newest_event_at, applied_at"
_DUE_COLUMNS = "topic_partition, tracking_id, removed"
_OFFSET = f"""
insert into offsets ({_OFFSET_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?)
on conflict (topic, topic_partition) do update set epoch = max(epoch, excluded.epoch), next_offset = excluded.next_offset,
    announced_offset = excluded.announced_offset, newest_event_at = excluded.newest_event_at, applied_at = excluded.applied_at"""


class Making:
    """What is done to it. It may not be there."""

    def __init__(self, settings: StoreSettings, pointer: Pointer, classifier: Classifier) -> None:
        self._settings = settings
        self._pointer = pointer
        self._classifier = classifier

    @property
    def path(self) -> Path:
        return self._pointer.file(self._pointer.number() + 1)

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        connection = connect(self.path, self._settings.write_timeout_ms)
        try:
            make_durable(connection, self._settings.cache_bytes)
            yield connection
        finally:
            connection.close()

    def build(self) -> Build | None:
        """What is noted in it."""
        if not self.path.exists():
            return None
        connection = connect(self.path, self._settings.write_timeout_ms)
        try:
            row = connection.execute("select state from build").fetchone()
        except sqlite3.OperationalError:
            return None  # it was cut off before the table was there
        finally:
            connection.close()
        return msgspec.json.decode(row[0], type=Build) if row is not None else None

    def begin(self, build: Build) -> None:
        self.discard()
        with self._opened() as connection:
            migrate(connection, build.begun_at)
            self._carry_store(connection)
            late_indexes.put_off_sqlite(connection)
            with self._beside_serving(connection):
                if build.horizon is not None:
                    build.counted = {
                        part: at.next_offset for part, at in positions(connection, build.topic, "serving").items()
                    }
                    carrying.keep_statistics(connection, build.horizon)
                connection.execute(BUILD_TABLE)
                connection.execute("insert into main.build values (?)", (encoded(build),))

    def note(self, build: Build) -> None:
        with self._opened() as connection, transaction(connection):
            connection.execute("update build set state = ?", (encoded(build),))

    def count_carried(self, build: Build) -> None:
        with self._opened() as connection, transaction(connection):
            carrying.count_carried(connection, build, self._classifier)

    def settle(self) -> None:
        with self._opened() as connection:
            late_indexes.make_sqlite(connection)

    def discard(self) -> None:
        self._pointer.remove(self._pointer.number() + 1)

    def swap_in(self, holder: sqlite3.Connection, topic: str, announced: Mapping[int, int]) -> None:
        """It serves from now on. `holder` has the lock of the file that served till then."""
        offsets = holder.execute(f"select {_OFFSET_COLUMNS} from offsets").fetchall()
        due = holder.execute(f"select {_DUE_COLUMNS} from announcements order by number").fetchall()
        with self._opened() as connection:
            if connection.execute(late_indexes.lacking("main")).fetchone()[0]:
                raise RuntimeError("the generation in the making is not settled")
            self._carry_store(connection)
            with transaction(connection):
                connection.executemany(_OFFSET, offsets)
                connection.execute("update offsets set epoch = epoch + 1, owner = 'rebuild'")
                connection.executemany(
                    "update offsets set announced_offset = min(announced_offset, ?) where topic = ? and topic_partition = ?",
                    ((offset, topic, partition) for partition, offset in announced.items()),
                )
                connection.executemany(f"insert into announcements ({_DUE_COLUMNS}) values (?, ?, ?)", due)
            connection.execute("pragma wal_checkpoint(full)")
            self._pointer.replace(self._pointer.number() + 1)
            for table in ("build", late_indexes.TABLE):
                connection.execute(f"drop table {table}")

    @contextmanager
    def _beside_serving(self, making: sqlite3.Connection) -> Iterator[None]:
        """A transaction on the file in the making, which reads one state of the serving one."""
        making.execute("attach ? as serving", (str(self._pointer.path()),))
        try:
            making.execute("begin")  # writes to one of the two alone, so it needs no lock on the other
            yield
            making.execute("commit")
        finally:
            if making.in_transaction:
                making.execute("rollback")
            making.execute("detach serving")

    def _carry_store(self, making: sqlite3.Connection) -> None:
        """What belongs to the store, as it stands in the serving file."""
        with self._beside_serving(making):
            for table in STORE_TABLES[1:]:
                making.execute(f"delete from main.{table}")
                making.execute(f"insert into main.{table} select * from serving.{table}")


def positions(connection: sqlite3.Connection, topic: str, schema: str = "main") -> dict[int, Position]:
    """How far a generation is."""
    found = connection.execute(_POSITIONS.format(schema=schema), (topic,))
    return {row[0]: Position(row[1], row[2]) for row in found}


def encoded(build: Build) -> str:
    return msgspec.json.encode(build).decode()
