"""The mail of the console's tests: a message with a story, one with several recipients, and enough others for pages and filters."""

from typing import Any

from delivery.notification import ExtendedNotification, Notification
from tests.live.conftest import KINDS

STORY = "story/1 & more"
SEVERAL = "several-recipients"
DELIVERED, BOUNCED = 70, 9
DOMAINS = ("example.org", "example.net", "mail.example.com")
ALL = f"domain:{','.join(DOMAINS)}"  # what is not added by single tests
FULL = "552 5.2.2 Mailbox full"
REPLY = "550 5.1.1 <nobody@example.org>: Recipient address rejected, =formula"


def all_mail(now_s: int) -> list[Notification]:
    """Everything that was reported in the hour before `now_s`."""
    return [*_story(now_s - 3_000), *_several(now_s - 2_000), *_delivered(now_s - 1_500), *_bounced(now_s - 900)]


def _story(at: int) -> list[Notification]:
    """Deferred twice and bounced; its first deferral arrived last, and its bounce is told twice."""
    to: dict[str, Any] = {
        "tracking_id": STORY,
        "rcpt_to": "Nobody@example.org",
        "sender_id": 7,
        "mail_from": "news@sender.example",
    }
    deferred: dict[str, Any] = {
        "event_label": KINDS["deferred"],
        "resp_code": 450,
        "resp_msg": "450 4.2.1 Try again later",
    }
    bounced: dict[str, Any] = {"event_label": KINDS["bounced"], "resp_code": 550, "resp_msg": REPLY}
    return [
        Notification(**to, event_label=KINDS["queued"], time_finished=at),
        Notification(**to, **deferred, time_finished=at + 252, tries=1),
        ExtendedNotification(**to, **bounced, time_finished=at + 700, tries=2, extras={"mx": "mx1.example.org", "big": 10**30}),
        Notification(**to, **bounced, time_finished=at + 703, tries=2),
        Notification(**to, **deferred, time_finished=at + 10, tries=0),
    ]  # fmt: skip


def _several(at: int) -> list[Notification]:
    rows = []
    for number, label in enumerate(("delivered", "deferred", "queued")):
        address = f"person{number}@{DOMAINS[number]}"
        row = Notification(
            tracking_id=SEVERAL, rcpt_to=address, event_label=KINDS[label], time_finished=at + number, sender_id=8
        )
        rows.append(row)
    return rows


def _delivered(at: int) -> list[Notification]:
    return [
        Notification(
            tracking_id=f"delivered-{number:03}",
            rcpt_to=f"reader{number}@{DOMAINS[number % 3]}",
            event_label=KINDS["delivered"],
            event_code=103,
            resp_code=250,
            resp_msg="250 2.0.0 OK",
            time_finished=at + number,
            sender_id=1 + number % 2,
        )
        for number in range(DELIVERED)
    ]


def _bounced(at: int) -> list[Notification]:
    return [
        Notification(
            tracking_id=f"bounced-{number}",
            rcpt_to=f"full{number}@example.net",
            event_label=KINDS["bounced"],
            resp_code=552,
            resp_msg=FULL,
            time_finished=at + number,
            sender_id=3,
        )
        for number in range(BOUNCED)
    ]
