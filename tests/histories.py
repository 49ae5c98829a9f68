"""Histories that Hypothesis makes: few tracking ids and recipients, every kind of event, doubles, disorder, differing arrivals."""

from typing import Any

from hypothesis import strategies as st

from delivery.batch import Batch
from delivery.event import Received, build_event, read_event, request_headers
from delivery.notification import ExtendedNotification, Notification

TRACKING_IDS = ("m-1", "m-2", "ü\0-3", "L" * 300, "L" * 299 + "X")
RECIPIENTS = (
    "ann@example.org",
    "Bob <bob@example.org>",
    "<CY@Example.net>",
    "dé@post.example",
    "no address",
    "l" * 300 + "@x.example",
)
EVENT_CODES = (101, 102, 103, 107, 108, 999, -(2**63))
LABELS = ("queued", "deferred", "delivered", "hard_bounced", "opened", "unsubscribed", "something else")
REPLIES = ("550 5.1.1 No such user", "4.2.2 Mailbox full", "250 ok", "odd\0text", "")
EXTRAS: tuple[dict[str, Any], ...] = ({}, {}, {"campaign": 1}, {"campaign": 2}, {"feedback_type": "remove"})
START_MS = 1_760_000_000_000


def _maybe(values: Any) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), st.sampled_from(values))


@st.composite
def notifications(draw: st.DrawFn) -> Notification:
    """One notification. Half of them say when it happened; about one in ten names no message."""
    members = {
        "event_code": draw(_maybe(EVENT_CODES)),
        "event_label": draw(_maybe(LABELS)),
        "mail_from": draw(_maybe(("shop@example.com", "news@example.com"))),
        "rcpt_to": draw(_maybe(RECIPIENTS)),
        "resp_class": draw(_maybe((0, 1, 10, 22, 51, 12345))),
        "resp_code": draw(_maybe((250, 421, 550, 0))),
        "resp_msg": draw(_maybe(REPLIES)),
        "sender_id": draw(_maybe((1, 2, 2**63 - 1))),
        "time_finished": draw(_maybe((0, START_MS // 1000, START_MS // 1000 + 1, START_MS + 1500, -5))),
        "tracking_id": draw(st.one_of(st.sampled_from(TRACKING_IDS), _maybe(TRACKING_IDS[:2]))),
        "tries": draw(_maybe((0, 1, 7))),
    }
    extras: dict[str, Any] = draw(st.sampled_from(EXTRAS))
    return ExtendedNotification(**members, extras=extras) if extras else Notification(**members)


def received(
    notification: Notification, received_at: int, offset: int, partition: int = 0, source: str = "test\0source"
) -> Received:
    """The notification as an event that comes from the topic."""
    record = build_event(notification, received_at, request_headers(received_at, source))
    return read_event(record.value, record.headers, received_at, partition, offset)


@st.composite
def arrivals(draw: st.DrawFn, max_size: int = 40) -> list[Received]:
    """Events in the order of a topic: some come again, at another time, anywhere later.

    Who posts a copy depends on its arrival where its time does, so that which copies are kept decides the source, too.
    """
    distinct = draw(st.lists(notifications(), min_size=1, max_size=max_size))
    again = draw(st.lists(st.sampled_from(distinct), max_size=max_size // 2))
    order = draw(st.permutations(distinct + again))
    times = draw(st.lists(st.integers(0, 9), min_size=len(order), max_size=len(order)))
    return [
        received(
            each, START_MS + time, offset, source=f"source {time}" if each.time_finished is None else "test\0source"
        )
        for offset, (each, time) in enumerate(zip(order, times, strict=True))
    ]


@st.composite
def batches(draw: st.DrawFn, max_size: int = 40) -> list[Batch]:
    """Such arrivals, cut into batches anywhere."""
    events = draw(arrivals(max_size))
    cuts = sorted(draw(st.sets(st.integers(1, len(events)), max_size=6)) | {len(events)})
    start, found = 0, []
    for end in cuts:
        found.append(Batch(events[start:end], {0: end}))
        start = end
    return found
