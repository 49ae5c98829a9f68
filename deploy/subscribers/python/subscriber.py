"""Keeps the newest status of every message in a SQLite file. A subscriber of smtp.status, to copy and to change.

    pip install confluent-kafka
    python subscriber.py --store statuses.db

Views and offsets change in one transaction, so a crash at any moment loses nothing and doubles nothing; an older view that comes
late is dropped by its revision. Any database with transactions can stand in SQLite's place. docs/SUBSCRIBERS.md has the rules.
"""

import argparse
import json
import signal
import sqlite3
import time
from collections.abc import Iterable
from typing import Any, NotRequired, TypedDict

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaException, Message, TopicPartition

BATCH_RECORDS = 500
POLL_S = 0.5
NOTE_EVERY_S = 60.0
AWAY_S_MAX = 20 * 3600  # tombstones stay for a day: whoever was away for longer may have missed some
PHASES = frozenset({"unknown", "queued", "deferred", "delivered", "bounced"})


class Classification(TypedDict):
    kind: str
    category: str
    rule: str
    enhanced_code: NotRequired[str]


class LastResponse(TypedDict):
    code: NotRequired[int]
    enhanced_code: NotRequired[str]
    message: NotRequired[str]
    resp_class: NotRequired[int]


class DeliveryStatus(TypedDict):
    recipient: str
    phase: str
    first_event_at: int
    last_event_at: int
    tries: NotRequired[int]
    classification: NotRequired[Classification]
    last_response: NotRequired[LastResponse]
    first_at: NotRequired[dict[str, int]]


class MessageStatus(TypedDict):
    """A record's value. Others may join these members at any time; times are ms since 1970."""

    tracking_id: str
    revision: int
    phase: str
    first_event_at: int
    last_event_at: int
    delivery_counts: dict[str, int]
    deliveries_complete: bool
    phase_at: NotRequired[int]
    sender_id: NotRequired[int]
    mail_from: NotRequired[str]
    deliveries: NotRequired[list[DeliveryStatus]]


def phase_of(status: MessageStatus) -> str:
    """A phase that a newer version brought is unknown to this one."""
    return status["phase"] if status["phase"] in PHASES else "unknown"


SCHEMA = """
create table if not exists statuses (
    tracking_id text primary key, topic_partition integer not null, revision integer not null, phase text not null,
    value text not null
);
create table if not exists positions (
    topic_partition integer primary key, next_offset integer not null, noted_at integer not null
);"""
# An equal revision may carry another status, after a rebuild: the later record counts, and a copy changes nothing.
UPSERT = """
insert into statuses (tracking_id, topic_partition, revision, phase, value) values (?, ?, ?, ?, ?)
on conflict (tracking_id) do update set topic_partition = excluded.topic_partition, revision = excluded.revision,
    phase = excluded.phase, value = excluded.value
where excluded.revision >= statuses.revision"""
ADVANCE = """
insert into positions (topic_partition, next_offset, noted_at) values (?, ?, ?)
on conflict (topic_partition) do update set next_offset = max(positions.next_offset, excluded.next_offset),
    noted_at = excluded.noted_at"""


class Statuses:
    """The newest status of each message, and how far each partition has been read."""

    def __init__(self, path: str) -> None:
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._database.execute("pragma journal_mode = wal")
        self._database.executescript(SCHEMA)

    def apply(self, records: Iterable[Message], now: int) -> None:
        """Views and offsets, all or nothing."""
        with self._database:
            self._database.execute("begin immediate")
            for record in records:
                self._apply(record)
                self._database.execute(ADVANCE, (record.partition(), (record.offset() or 0) + 1, now))

    def _apply(self, record: Message) -> None:
        key, value = record.key() or b"", record.value()
        if value is None:  # the message is gone; what may come under its id later begins anew
            self._database.execute("delete from statuses where tracking_id = ?", (_text(key),))
            return
        status: MessageStatus = json.loads(value)
        row = (status["tracking_id"], record.partition(), status["revision"], phase_of(status), _text(value))
        self._database.execute(UPSERT, row)

    def start(self, partition: int, now: int) -> int:
        """The offset to read on from: the beginning where there is none, or where too much time has passed since."""
        row = self._database.execute(
            "select next_offset, noted_at from positions where topic_partition = ?", (partition,)
        ).fetchone()
        if row is not None and now - row[1] <= AWAY_S_MAX:
            return int(row[0])
        with self._database:
            self._database.execute("begin immediate")
            self._database.execute("delete from statuses where topic_partition = ?", (partition,))
            self._database.execute("delete from positions where topic_partition = ?", (partition,))
        return OFFSET_BEGINNING

    def note(self, partitions: Iterable[int], now: int) -> None:
        """These partitions are being read at this time."""
        with self._database:
            for partition in partitions:
                self._database.execute("update positions set noted_at = ? where topic_partition = ?", (now, partition))

    def close(self) -> None:
        self._database.close()


def _text(content: str | bytes) -> str:
    return content if isinstance(content, str) else content.decode()


class Subscriber:
    """One member of a group whose members share one database. Offsets come from there, never from the group."""

    def __init__(self, options: dict[str, Any], topic: str, statuses: Statuses) -> None:
        self._statuses = statuses
        self._noted_at = 0.0
        self._failure: BaseException | None = None
        self.stopping = False
        self._consumer = Consumer(
            {
                "auto.offset.reset": "earliest",
                "partition.assignment.strategy": "cooperative-sticky",
                # Committed to the group for tools that show lag; nothing here reads it.
                "enable.auto.commit": True,
                **options,
            }
        )
        self._consumer.subscribe([topic], on_assign=self._assigned)

    def run(self) -> None:
        """Follows the topic until it is told to stop."""
        try:
            while not self.stopping:
                self._step(self._consumer.consume(BATCH_RECORDS, timeout=POLL_S))
        finally:
            self._consumer.close()
            self._statuses.close()

    def _step(self, found: list[Message]) -> None:
        if self._failure is not None:  # the client would turn what a callback raises into something else
            raise self._failure
        for message in found:
            error = message.error()
            if error is not None and (error.fatal() or not error.retriable()):
                raise KafkaException(error)
        records = [message for message in found if message.error() is None]
        if records:
            self._statuses.apply(records, int(time.time()))
        if time.monotonic() - self._noted_at > NOTE_EVERY_S:
            self._noted_at = time.monotonic()
            self._statuses.note((one.partition for one in self._consumer.assignment()), int(time.time()))

    def _assigned(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        try:
            for one in partitions:
                one.offset = self._statuses.start(one.partition, int(time.time()))
            consumer.incremental_assign(partitions)
        except BaseException as problem:
            self._failure = problem


def main() -> None:
    parser = argparse.ArgumentParser(description="Keeps the newest status of every message in a SQLite file.")
    parser.add_argument("--bootstrap", default="127.0.0.1:9092", help="brokers, host:port, separated by commas")
    parser.add_argument("--topic", default="smtp.status")
    parser.add_argument("--group", default="statuses-example", help="members that share a database share a group")
    parser.add_argument("--instance", default="", help="a name that this member keeps: its restart moves no partitions")
    parser.add_argument("--store", default="statuses.db", help="the SQLite file")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="any option of librdkafka")
    asked = parser.parse_args()
    options = {"bootstrap.servers": asked.bootstrap, "group.id": asked.group}
    if asked.instance:
        options["group.instance.id"] = asked.instance
    options |= dict(pair.split("=", 1) for pair in asked.set)
    subscriber = Subscriber(options, asked.topic, Statuses(asked.store))

    def stop(*_: object) -> None:
        subscriber.stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    subscriber.run()


if __name__ == "__main__":
    main()
