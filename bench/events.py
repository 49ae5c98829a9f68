"""The events of the store's benchmarks: made-up traffic, the same each time, in several orders and shapes."""

from collections.abc import Iterator, Sequence
from random import Random

import msgspec

from delivery.event import Received, Record, build_event, read_event, request_headers
from delivery.notification import Notification
from ops.traffic import Row, Traffic

START_S = 1_760_000_000
SPREAD_EVENTS = 60_000
"""How far apart in the topic the events of one message are at most, in the spread order."""


def make_records(count: int) -> Iterator[Record]:
    """`count` records of made-up traffic in the order of their senders, some 3.3 events a message."""
    for number, row in enumerate(Traffic(Random(7), START_S).rows(count)):
        yield _record(row, number)


def make_events(count: int) -> list[Received]:
    """The same as they are read back from one partition."""
    return [_read(record, offset) for offset, record in enumerate(make_records(count))]


def spread(events: Sequence[Received]) -> list[Received]:
    """The same events, those of a message far apart."""
    random = Random(7)
    places = sorted(range(len(events)), key=lambda place: place + random.random() * SPREAD_EVENTS)
    return [msgspec.structs.replace(events[place], offset=offset) for offset, place in enumerate(places)]


def make_message(recipients: int, events: int) -> list[Received]:
    """One message with so many recipients, and so many events of each."""
    rows: Iterator[Row] = (
        {"tracking_id": "one", "rcpt_to": f"r{who}@example.org", "event_code": 107, "time_finished": START_S + number}
        for number in range(events)
        for who in range(recipients)
    )
    return [_read(_record(row, offset), offset) for offset, row in enumerate(rows)]


def _record(row: Row, number: int) -> Record:
    received_at = (START_S + number) * 1000
    return build_event(msgspec.convert(row, Notification), received_at, request_headers(received_at, "bench"))


def _read(record: Record, offset: int) -> Received:
    return read_event(record.value, record.headers, record.timestamp_ms, 0, offset)
