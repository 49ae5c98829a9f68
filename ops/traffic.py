"""Made-up traffic that looks like a mail service's: what `eds send` posts, what the tests and benchmarks feed.

Each message has one to three recipients, and each recipient a story: queued, perhaps deferred, then delivered or bounced
for one of the usual reasons, then perhaps opened, clicked, complained about. Some notifications are sent twice, some out of order.
"""

from collections.abc import Iterator
from random import Random
from typing import Any

Row = dict[str, Any]

DOMAINS = ("example.org", "mail.example.com", "example.net", "post.example", "inbox.example", "school.example")
NAMES = (
    "ada",
    "ben",
    "cleo",
    "dan",
    "eve",
    "finn",
    "gus",
    "hana",
    "ivo",
    "june",
    "kai",
    "lea",
    "max",
    "nora",
    "otto",
    "pia",
)
BOUNCES: tuple[tuple[int, int, str], ...] = (
    (10, 550, "550 5.1.1 The email account that you tried to reach does not exist"),
    (10, 550, "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found"),
    (21, 0, "DNS failure: no mail exchanger for this domain"),
    (22, 552, "552 5.2.2 Mailbox is over its quota"),
    (23, 552, "552 5.3.4 Message size exceeds fixed limit"),
    (24, 0, "Connection timed out after 300 s"),
    (50, 554, "554 5.7.1 Service unavailable; client host is on a block list"),
    (51, 550, "550 5.7.1 Message rejected as spam"),
    (54, 554, "554 5.7.1 Relay access denied"),
)
DEFERRALS: tuple[tuple[int, str], ...] = (
    (421, "421 4.7.0 Temporary system problem, try again later"),
    (450, "450 4.2.1 The recipient is receiving mail at a rate that prevents delivery"),
    (451, "451 4.7.1 Greylisted, please try again in 300 seconds"),
    (452, "452 4.2.2 Mailbox full"),
)


class Traffic:
    """An endless stream of rows, the same for the same seed. `prefix` begins every tracking_id.

    It begins at `started_s`, and a message or two come each second. What would happen after `ended_s` has not happened yet.
    """

    def __init__(
        self, random: Random, started_s: int, prefix: str = "", duplicates: float = 0.02, ended_s: int | None = None
    ) -> None:
        self._random = random
        self._clock_s = started_s
        self._ended_s = ended_s
        self._prefix = prefix
        self._duplicates = duplicates
        self._waiting: list[Row] = []

    def rows(self, count: int) -> Iterator[Row]:
        """The next `count` rows."""
        for _ in range(count):
            while len(self._waiting) < 64:
                self._waiting += self._message()
            # Taken from near the front: mostly in order, as several connections of one sender would deliver it.
            at = min(int(self._random.expovariate(0.25)), len(self._waiting) - 1)
            row = self._waiting.pop(at)
            if self._random.random() < self._duplicates:
                self._waiting.append(row)
            yield row

    def _message(self) -> list[Row]:
        random = self._random
        self._clock_s += random.randrange(2)
        if self._ended_s is not None:
            self._clock_s = min(self._clock_s, self._ended_s)
        tracking_id = f"{self._prefix}{random.getrandbits(128):032x}"
        sender_id = random.randrange(1, 13)
        recipients = random.choices((1, 2, 3), (90, 7, 3))[0]
        rows: list[Row] = []
        for _ in range(recipients):
            rows += self._delivery(
                {
                    "tracking_id": tracking_id,
                    "sender_id": sender_id,
                    "mail_from": f"news@sender{sender_id}.example",
                    "rcpt_to": f"{random.choice(NAMES)}{random.randrange(100_000)}@{random.choice(DOMAINS)}",
                    "time_started": self._clock_s,
                }
            )
        return rows if self._ended_s is None else [row for row in rows if row["time_finished"] <= self._ended_s]

    def _delivery(self, shared: Row) -> list[Row]:
        random, at = self._random, self._clock_s
        rows = [shared | {"event_label": "queued", "status": "queued", "time_finished": at}]
        tries = random.choices((0, 1, 2, 3), (86, 9, 3, 2))[0]
        for attempt in range(tries):
            at += random.randrange(60, 900)
            code, text = random.choice(DEFERRALS)
            rows.append(shared | _reply("deferred", None, code, text, 70, attempt, at))
        at += random.randrange(1, 30)
        if random.random() < 0.06:
            resp_class, code, text = random.choice(BOUNCES)
            rows.append(shared | _reply("bounced", 101, code, text, resp_class, tries, at))
            return rows
        rows.append(shared | _reply("delivered", 103, 250, f"250 2.0.0 OK {at} queued as {at:x}", 0, tries, at))
        for label, code, share in (("opened", 107, 0.3), ("clicked", 108, 0.08), ("complained", 102, 0.002)):
            if random.random() < share:
                at += random.randrange(5, 7200)
                rows.append(shared | {"event_label": label, "event_code": code, "status": label, "time_finished": at})
        return rows


def _reply(label: str, event_code: int | None, code: int, text: str, resp_class: int, tries: int, at: int) -> Row:
    row: Row = {
        "event_label": label,
        "status": label,
        "resp_code": code,
        "resp_msg": text,
        "resp_class": resp_class,
        "tries": tries,
        "time_finished": at,
    }
    return row if event_code is None else row | {"event_code": event_code}
