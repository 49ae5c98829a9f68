"""A small world of events: traffic as `eds send` makes it, and the odd ones. What the store holds of it is known by the fold."""

from random import Random
from typing import Any

import msgspec

from delivery.batch import Batch
from delivery.classification import shipped_classifier
from delivery.event import Received, build_event, read_event, request_headers
from delivery.notification import MEMBERS, ExtendedNotification, Notification
from delivery.state import distinct, fold
from delivery.views import Delivery, Message, Views, recipient_of
from ops.traffic import Traffic
from store.contract import Claim, Writer

TOPIC = "smtp.notifications"
STARTED_S = 1_795_000_000
ROWS = 900
PARTITIONS = 3
LATENCIES = {2: {25: 97, 100: 1}, 5: {100: 1, 500: 1}, 6: {30_000: 100}}
"""Before the time at which the API is asked, in minutes: how many events took how long, in ms."""
SOURCES = ("relay", "shop", "test")
ODD: tuple[dict[str, Any], ...] = (
    {"event_code": 103, "rcpt_to": "no-message@example.org", "time_finished": STARTED_S + 5},
    {"event_code": 101, "sender_id": 2**63 - 1, "time_started": 1_795_000_000_123, "subject": "without a message"},
    {"tracking_id": "odd one", "rcpt_to": "<Mixed.Case@Example.ORG>", "event_code": 103, "tries": -1},
    {"tracking_id": "odd one", "event_label": "opened", "time_finished": STARTED_S + 9, "campaign_id": {"deep": [1, None]}},
    {"tracking_id": "nul\0inside", "rcpt_to": "a\0b@example.org", "event_code": 777, "resp_msg": "\0"},
    {"tracking_id": "größer", "rcpt_to": "ü@exämple.org", "event_code": 102, "feedback_type": "remove"},
    {"tracking_id": "huge", "rcpt_to": "huge@example.net", "event_code": 107, "huge": 10**30, "sender_id": -(2**63)},
)  # fmt: skip


class World(msgspec.Struct):
    """The distinct events, and the views that they fold into."""

    events: list[Received]
    views: dict[str, Views]

    @property
    def messages(self) -> list[Message]:
        return [views.message for views in self.views.values()]

    @property
    def deliveries(self) -> list[Delivery]:
        return [delivery for views in self.views.values() for delivery in views.deliveries.values()]


def make_batch() -> Batch:
    """All of the world as it stands in the topic, duplicates included."""
    rows = [*Traffic(Random(7), STARTED_S).rows(ROWS), *ODD]
    next_offsets = dict.fromkeys(range(PARTITIONS), 0)
    events = []
    for index, row in enumerate(rows):
        notification = _notification(row)
        received_at = (STARTED_S + index) * 1000 + 250
        record = build_event(notification, received_at, request_headers(received_at, SOURCES[len(str(row)) % 3]))
        partition = sum(record.key or b"") % PARTITIONS
        offset = next_offsets[partition]
        next_offsets[partition] += 1
        events.append(read_event(record.value, record.headers, received_at, partition, offset))
    return Batch(events, next_offsets)


def _notification(row: dict[str, Any]) -> Notification:
    known = {name: value for name, value in row.items() if name in MEMBERS}
    extras = {name: value for name, value in row.items() if name not in MEMBERS}
    return ExtendedNotification(**known, extras=extras) if extras else Notification(**known)


def world_of(batch: Batch) -> World:
    """What any store must hold after this batch."""
    return World(distinct(batch.events), fold(batch.events, shipped_classifier()))


async def fill(writer: Writer, batch: Batch) -> Claim:
    """Applies the batch as the materializer would."""
    await writer.open()
    try:
        claim = await writer.claim(TOPIC, sorted(batch.next_offsets), "test")
        await writer.apply(claim, batch, STARTED_S * 1000, {})
        await writer.mark_announced(claim, batch.next_offsets)
        for minutes, latencies in LATENCIES.items():
            await writer.note_latencies(
                "test", (STARTED_S + 10_000) * 1000 // 60_000 * 60_000 - minutes * 60_000, latencies
            )
        return claim
    finally:
        await writer.close()


def recipient(event: Received) -> str:
    return recipient_of(event.notification)
