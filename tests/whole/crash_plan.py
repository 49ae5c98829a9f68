"""What a crash run does and when: a plan that its seed decides. A failing seed gives the same plan and traffic again.

Which record is in whose hands at a kill is still the moment's: run a seed some times before believing it mended.
"""

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

import msgspec

from delivery.event import Record, build_event, request_headers
from delivery.notification import INTEGER_MEMBERS, ExtendedNotification, Notification
from ops.traffic import Row, Traffic

START_S = 1_795_342_805
FREEZE_S = 8.0  # longer than the group waits: somebody else owns the partitions when it goes on

MATERIALIZER, LEAVE, JOIN, FREEZE = (
    "materializer killed",
    "materializer ended",
    "materializer added",
    "materializer frozen",
)
DATABASE, DATABASE_STOP, BROKER = "PostgreSQL killed", "PostgreSQL restarted", "broker killed"
_WEIGHTS = {MATERIALIZER: 6, LEAVE: 1, JOIN: 2, FREEZE: 1, DATABASE: 3, DATABASE_STOP: 1, BROKER: 3}
TROUBLES = tuple(_WEIGHTS)
WITHOUT_DATABASE = tuple(name for name in TROUBLES if name not in (DATABASE, DATABASE_STOP))


class Step(msgspec.Struct, frozen=True):
    """After a while some troubles come at once, and go together after another. `choice` says who is meant, by its remainder."""

    after_s: float
    troubles: tuple[str, ...]
    choice: int
    down_s: float


def plan_of(seed: int, among: Sequence[str] = TROUBLES) -> Iterator[Step]:
    """Endless; every fourth step has two troubles at a time."""
    random = Random(f"{seed} plan")
    weights = {name: _WEIGHTS[name] for name in among}
    while True:
        troubles = random.choices(list(weights), list(weights.values()), k=2 if random.random() < 0.25 else 1)
        down_s = random.uniform(0.0, 2.5)
        if FREEZE in troubles:
            down_s = random.uniform(FREEZE_S, FREEZE_S + 3)
        yield Step(random.uniform(0.2, 2.0), tuple(dict.fromkeys(troubles)), random.randrange(1 << 20), down_s)


def short_plan(seed: int, wanted: Sequence[str]) -> list[Step]:
    """One step for each wanted trouble, in an order of the seed's."""
    random = Random(f"{seed} short")
    names = random.sample(list(wanted), len(wanted))
    steps = zip(names, plan_of(seed, wanted), strict=False)
    return [msgspec.structs.replace(step, troubles=(name,), down_s=min(step.down_s, 1.5)) for name, step in steps]


def traffic_of(seed: int) -> Iterator[list[Record]]:
    """Endless chunks of events: copies with other arrivals, disorder, without a time, without an id, and a few large messages."""
    random = Random(f"{seed} traffic")
    rows = Traffic(random, START_S, duplicates=0.08)
    kept: list[Row] = []
    arrival = START_S * 1000
    while True:
        chunk = [_odd(random, row) for row in rows.rows(random.randrange(1, 250))]
        kept = (kept + random.sample(chunk, len(chunk) // 10))[-2_000:]
        chunk += random.sample(kept, min(len(kept), len(chunk) // 5))
        random.shuffle(chunk)
        arrival += random.randrange(1_000)
        yield [_event(row, arrival - random.randrange(5_000)) for row in chunk]


def _odd(random: Random, row: Row) -> Row:
    chance = random.random()
    if chance < 0.05:
        return {name: value for name, value in row.items() if name not in ("time_started", "time_finished")}
    if chance < 0.07:
        return {name: value for name, value in row.items() if name != "tracking_id"}
    if chance < 0.12:
        return {**row, "tracking_id": f"large-{random.randrange(5)}"}
    return row


def _event(row: Row, arrival: int) -> Record:
    known = {name: value for name, value in row.items() if name in Notification.__struct_fields__}
    assert all(isinstance(known[name], int) for name in INTEGER_MEMBERS if name in known)
    extras: dict[str, Any] = {name: value for name, value in row.items() if name not in known}
    notification = ExtendedNotification(**known, extras=extras) if extras else Notification(**known)
    return build_event(notification, arrival, request_headers(arrival, "crash"))
