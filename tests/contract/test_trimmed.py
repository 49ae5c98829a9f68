"""A rebuild of a history that retention has trimmed: what can't be made anew is as it was, and nothing is lost or doubled."""

from collections import Counter
from collections.abc import Sequence
from importlib.resources import files
from random import Random
from typing import Any

import pytest

import store.postgresql.carrying
import store.sqlite.carrying
from consumers.retention import DAY_MS
from delivery.batch import Batch
from delivery.classification import Classifier, read_table, shipped_classifier
from delivery.event import Received
from delivery.notification import Notification
from delivery.state import fold
from delivery.views import decode_delivery, encode_view
from store.contract import Claim, Writer
from store.generations import Build, Generations, Source
from store.opening import open_trimmer
from store.retention import Limits, recounted_from
from store.statistics import counts_of
from tests.contract.stores import NOW, TOPIC, Place
from tests.contract.test_generations import opened
from tests.contract.test_retention import START, trim
from tests.histories import received

pytestmark = pytest.mark.anyio

HORIZON = START + 20 * DAY_MS + 3_600_000
REPLIES = ("550 5.1.1 no such user", "421 4.2.1 try later", "250 2.0.0 ok")
Parts = tuple[list[Received], list[Received], list[Received]]


@pytest.fixture
def parts() -> Parts:
    """Events of 60 messages over 40 days, and of two more days. One in ten tells of what was 15 days before it arrived."""
    random = Random(1)

    def event(number: int, day: int) -> Received:
        at = START + day * DAY_MS + number
        reply = random.choice(REPLIES)
        members = Notification(
            tracking_id=f"m-{random.randrange(60)}" if random.random() < 0.95 else None,
            rcpt_to=f"r{random.randrange(3)}@example.org", resp_code=int(reply[:3]), resp_msg=reply, tries=number,
            time_finished=at - 15 * DAY_MS if random.random() < 0.1 else at,
        )  # fmt: skip
        return received(members, at, number)

    return (
        [event(number, number // 10) for number in range(400)],
        [event(400 + number, 41) for number in range(60)],
        [event(460 + number, 42) for number in range(60)],
    )


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (store.postgresql.carrying, store.sqlite.carrying):
        monkeypatch.setattr(module, "CARRIED_MESSAGES", 7)


async def state(place: Place) -> dict[str, Any]:
    """All that a generation says, but for history that is expired."""
    counts: Counter[tuple[Any, ...]] = Counter()
    for table in ("statistics",) if place.is_sqlite else ("statistics", "statistics_added"):
        for *key, total in await place.query(
            f"select span, dimension, bucket, value, sender, kind, total from {table}"
        ):
            counts[tuple(key)] += total
    history = await place.query(f"select key, event_id, occurred_at, value from history where received_at >= {HORIZON}")
    return {
        "statistics": {key: total for key, total in counts.items() if total},
        "messages": set(await place.query("select state from messages")),
        "deliveries": set(await place.query("select state from deliveries")),
        "history": set(history),
    }


async def apply(writer: Writer, claim: Claim, events: Sequence[Received]) -> None:
    for start in range(0, len(events), 50):
        part = events[start : start + 50]
        await writer.apply(claim, Batch(list(part), {0: part[-1].offset + 1}), NOW, {})


async def walk(generations: Generations, claim: Claim, writer: Writer) -> None:
    cursor = None
    while True:
        walked = await generations.walk(cursor, 70)
        await writer.apply(claim, Batch(walked.events, {}), NOW, {})
        cursor = walked.cursor
        if cursor is None:
            return


async def carry(place: Place, classifier: Classifier) -> int:
    """Each step by a process of its own, as if the one before had been killed behind it. Gives how many messages that were."""
    while True:
        async with opened(place, classifier) as generations:
            await generations.keep_history()
            build = await generations.build()
            assert build is not None
            if build.is_carried:
                return build.carried_messages
            await generations.carry(build)


async def make(place: Place, live: Writer, claim: Claim, parts: Parts, source: Source, classifier: Classifier) -> int:
    """All up to the swap, while the serving generation goes on."""
    old, soon, late = parts
    async with opened(place, classifier) as generations:
        await generations.keep_history()
        trimmer = open_trimmer(place.settings)
        assert not await trimmer.open(), "nothing is removed during a rebuild"
        await trimmer.close()
        await generations.begin(
            Build(source, TOPIC, 1, classifier.version, NOW, {0: 400}, 0, horizon=await generations.horizon())
        )
    await apply(live, claim, soon)
    carried = await carry(place, classifier)
    async with opened(place, classifier) as generations:
        writer = await generations.writer()
        mine = await writer.claim(TOPIC, [0], "rebuild")
        await (walk(generations, mine, writer) if source is Source.HISTORY else apply(writer, mine, old))
        await apply(live, claim, late)
        await apply(writer, mine, [*soon, *late])
        await writer.close()
        build = await generations.build()
        assert build is not None
        for _ in range(2):  # the second finds that it is done
            await generations.count_carried(build)
        await generations.settle()
        compared = await generations.compare(None)
        assert compared.unequal == []
        assert bool(compared.changed) == (classifier is not shipped_classifier())
    return carried


async def filled(writer: Writer, claim: Claim, place: Place, events: Sequence[Received]) -> None:
    await apply(writer, claim, events)
    await writer.mark_announced(claim, {0: 400})
    await trim(place, Limits(history=HORIZON))


@pytest.mark.parametrize("source", list(Source))
async def test_nothing_is_lost_and_nothing_doubled(place: Place, source: Source, parts: Parts) -> None:
    async with place.writer() as writer:
        claim = await writer.claim(TOPIC, [0], "live")
        await filled(writer, claim, place, parts[0])
        carried = await make(place, writer, claim, parts, source, shipped_classifier())
        assert carried > 20
        before = await state(place)
        async with opened(place) as generations, generations.held(TOPIC) as held:
            await held.swap({})
        assert await state(place) == before


@pytest.mark.parametrize("source", list(Source))
@pytest.mark.parametrize("hours", [(30, 2), (70, 2), (30, 20)])
async def test_an_event_that_moves_meanwhile_counts_once(
    place: Place, source: Source, hours: tuple[int, int], parts: Parts
) -> None:
    """Without a time of its own it stands under its arrival's, which an earlier copy that comes late lowers: from one day that is
    not counted anew, or that is, to one that is not."""
    at, earlier = (HORIZON + hour * 3_600_000 for hour in hours)
    timeless = Notification(tracking_id="moved", rcpt_to="m@example.org", resp_code=550, resp_msg=REPLIES[0])
    old = [*parts[0], received(timeless, at, 400)]
    soon = [received(timeless, earlier + 1, 401), *parts[1][2:]]
    late = [received(timeless, earlier, 460), *parts[2][1:]]
    assert HORIZON + 24 * 3_600_000 < recounted_from(HORIZON) < HORIZON + 50 * 3_600_000
    async with place.writer() as writer:
        claim = await writer.claim(TOPIC, [0], "live")
        await filled(writer, claim, place, old)
        await make(place, writer, claim, (old, soon, late), source, shipped_classifier())
        before = await state(place)
        async with opened(place) as generations, generations.held(TOPIC) as held:
            await held.swap({})
        assert await state(place) == before


async def test_what_is_whole_is_made_anew_and_what_is_not_stays(place: Place, parts: Parts) -> None:
    """With another classification: views of messages that lack events, and counts of days that do, are as they were."""
    text = files("delivery").joinpath("classification.toml").read_text("utf-8")
    table = read_table(text)
    table.enhanced_codes["5.1.1"] = {"kind": "soft", "category": "other"}
    other = Classifier(table)
    async with place.writer() as writer:
        claim = await writer.claim(TOPIC, [0], "live")
        await filled(writer, claim, place, parts[0])
        await make(place, writer, claim, parts, Source.HISTORY, other)
        before = await state(place)
        async with opened(place, other) as generations, generations.held(TOPIC) as held:
            await held.swap({})
    after = await state(place)
    all_ = [event for part in parts for event in part]
    views = fold(all_, other)
    lacking = {key for key, view in views.items() if view.message.revision > _kept(all_)[key]}
    assert 20 < len(lacking) < len(views)
    assert after["messages"] == before["messages"]  # they hold no classification
    late = {event.tracking_id for event in parts[2]}  # what came behind the taking over is merged by the new table
    old, new = _by_message(before["deliveries"]), _by_message(after["deliveries"])
    for key, view in views.items():
        if key not in lacking:
            assert new[key] == {encode_view(delivery).decode() for delivery in view.deliveries.values()}
        elif key not in late:
            assert new[key] == old[key]
    assert lacking - late
    first = recounted_from(HORIZON)
    counted = {row[:-1]: row[-1] for row in counts_of(all_, other) if row[2] >= first}
    assert {key: total for key, total in after["statistics"].items() if key[2] >= first} == counted
    for which in (before, after):
        which["statistics"] = {key: total for key, total in which["statistics"].items() if key[2] < first}
    assert after["statistics"] == before["statistics"]
    assert {row[:3] for row in after["history"]} == {row[:3] for row in before["history"]}


def _kept(events: Sequence[Received]) -> Counter[str | None]:
    return Counter(event.tracking_id for event in events if event.received_at >= HORIZON)


def _by_message(states: set[tuple[str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for (state,) in states:
        found.setdefault(decode_delivery(state).tracking_id, set()).add(state)
    return found
