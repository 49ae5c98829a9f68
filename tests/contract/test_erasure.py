"""An erased address is nowhere in the store, and nothing brings it back; all else is the fold of what is left."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import store.eraser
from delivery.batch import Batch
from delivery.classification import shipped_classifier
from delivery.errors import Misconfigured
from delivery.event import Received
from delivery.mentions import ERASED, value_without
from delivery.notification import ExtendedNotification, Notification
from delivery.views import recipient_of
from store.eraser import Eraser
from store.erasing import Found
from store.erasures import ErasureKey, Remembered, cleaned, is_named_as_recipient
from store.opening import open_eraser, open_writer
from tests.contract.stores import NOW, TOPIC, Place, apply_all, assert_is_fold
from tests.histories import START_MS, arrivals, received

pytestmark = pytest.mark.anyio

ADA = "ada@example.org"
KEY = "0123456789abcdef0123456789abcdef"


def keyed(place: Place, key: str = KEY) -> Place:
    return Place(msgspec.structs.replace(place.settings, erasure_key=key))


@asynccontextmanager
async def erasing(place: Place, address: str = ADA) -> AsyncIterator[Eraser]:
    eraser = open_eraser(place.settings, shipped_classifier(), address)
    await eraser.open()
    try:
        yield eraser
    finally:
        await eraser.close()


async def scan(eraser: Eraser, *, change: bool) -> Found:
    found = Found()
    for walk in (eraser.scan_history, eraser.scan_deliveries, eraser.scan_messages):
        place: tuple[object, ...] | None = None
        while True:
            part, place = await walk(place, change=change)
            found.add(part)
            if place is None:
                break
    return found


async def erase(eraser: Eraser) -> Found:
    """All steps to the end."""
    await eraser.remember(NOW)
    found = Found()
    more = True
    while more:
        part, more = await eraser.wipe()
        found.add(part)
    found.add(await scan(eraser, change=True))
    return found


def is_ada(address: str) -> bool:
    return address == ADA


def left_of(events: Sequence[Received]) -> list[Received]:
    return [
        cleaned(event, value_without(event.value, is_ada))
        for event in events
        if not is_named_as_recipient(event, is_ada)
    ]


def event(number: int, recipient: str | None, tracking_id: str | None = "m-1", **members: object) -> Received:
    extras = members.pop("extras", None)
    fields = {"event_code": 103, "rcpt_to": recipient, "tracking_id": tracking_id, "tries": number} | members
    if extras is not None:
        notification: Notification = ExtendedNotification(**fields, extras=extras)  # type: ignore[arg-type]
    else:
        notification = Notification(**fields)  # type: ignore[arg-type]
    return received(notification, START_MS + number, number)


EVENTS = [
    event(1, "<ADA@Example.org>", time_finished=START_MS + 9),
    event(2, "bob@example.org", resp_msg="forwarded to <Ada@example.org>", resp_code=250, mail_from=ADA),
    event(3, "bob@example.org", extras={"copy": [ADA, {ADA: "veronica.ada@example.net"}]}),
    event(4, ADA, "m-2"),
    event(5, ADA, None),
    event(6, "cy@example.org", None, mail_from="bounce+ada=example.org@sender.example"),
    event(7, f"Ada <{ADA}>", "m-3"),
    event(8, "veronica.ada@example.net", "m-3", resp_msg="550 5.1.1 veronica.ada@example.net unknown", resp_code=550),
    *(event(100 + number, f"r{number}@example.org", "large") for number in range(30)),
    event(200, ADA, "large", event_code=101),
]


async def test_an_address_goes_and_stays_away_and_others_stay(place: Place) -> None:
    place = keyed(place)
    assert set(EVENTS) != set(left_of(EVENTS))
    async with place.writer() as writer, erasing(place) as eraser, place.reader() as reader:
        claim = await writer.claim(TOPIC, [0], "test")
        await apply_all(writer, claim, [Batch(EVENTS, {0: 300})])
        own = await eraser.count()
        if not place.is_sqlite:
            await place.query("analyze")
        [(messages,)] = await place.query("select count(*) from messages")
        sizes = await eraser.sizes()
        assert (sizes.history, sizes.messages) == (len({one.id for one in EVENTS}), messages)
        assert (own.events, own.deliveries) == (4, 3)
        seen = await scan(eraser, change=False)
        assert seen.mentions >= 3
        found = await erase(eraser)
        assert (found.events, found.deliveries, found.messages) == (5, 4, 4)
        assert (await eraser.count()).total == (await scan(eraser, change=False)).total == 0
        left = left_of(EVENTS)
        await assert_is_fold(place, left, counted=EVENTS)
        assert await eraser.waiting() >= 4
        due = {one.tracking_id: one for one in await writer.due(claim, 100)}
        assert due["m-2"].change is None
        assert due["m-1"].removed
        assert due["m-1"].change is not None
        assert [each.recipient for each in due["m-1"].change.deliveries] == ["bob@example.org"]
        assert due["m-1"].change.message.mail_from is not None
        assert due["m-1"].change.message.mail_from.value == ERASED
        await writer.mark_due_announced(claim, list(due.values()))
        assert await place.holding(ADA) == await place.holding("ada=example.org") == []
        again = await writer.apply(claim, Batch([*EVENTS, event(300, ADA.upper(), "m-9")], {0: 301}), NOW, {})
        assert (again.inserted, again.erased) == (0, 6)
        await assert_is_fold(place, left, counted=EVENTS)
        assert (await reader.messages(["m-9"])) == [None]
        assert await eraser.remember(NOW) is False
        assert (await erase(eraser)).total == 0
        progress = await reader.progress()
        assert progress.positions[TOPIC][0].next_offset == 301


def test_what_is_left_is_the_fold_of_what_is_left(place: Place) -> None:
    @settings(max_examples=15, suppress_health_check=list(HealthCheck))
    @given(
        arrivals(25),
        st.sampled_from(["ann@example.org", "bob@example.org", "cy@example.net", "no address"]),
        st.booleans(),
    )
    def law(events: list[Received], address: str, split: bool) -> None:
        asyncio.run(_assert_left(keyed(place), events, address, split=split))

    law()


async def _assert_left(place: Place, events: list[Received], address: str, *, split: bool) -> None:
    def erased(other: str) -> bool:
        return other == address

    async with place.writer() as writer:
        await place.empty()
    async with place.writer() as writer, erasing(place, address) as eraser:
        claim = await writer.claim(TOPIC, [0], "test")
        half = len(events) // 2 if split else len(events)
        await writer.apply(claim, Batch(events[:half], {0: half}), NOW, {})
        await erase(eraser)
        if events[half:]:
            await writer.apply(claim, Batch(events[half:], {0: len(events)}), NOW, {})
        left = [
            cleaned(each, value_without(each.value, erased))
            for each in events
            if not is_named_as_recipient(each, erased)
        ]
        early = {each.id for each in events[:half]}
        counted = [each for each in events if each in left or (each.id in early and each in events[:half])]
        if not split:
            await assert_is_fold(place, left, counted=counted)
        await writer.apply(claim, Batch(events, {0: len(events)}), NOW, {})
        assert (await eraser.count()).total == (await scan(eraser, change=False)).total == 0


async def test_a_hot_delivery_goes_at_once_and_leaves_a_whole_history(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many events it has: a batch between two steps finds the history that each view is made of."""
    place = keyed(place)
    monkeypatch.setattr(store.eraser, "SCANNED_MAX", 100)
    hot = [event(number, ADA, "hot", time_finished=START_MS + number) for number in range(450)]
    others = [event(1_000 + number, "bob@example.org", "hot", time_finished=START_MS) for number in range(30)]
    timeless = event(900_000, "bob@example.org", "hot")
    named = [event(2_000 + number, f"Ada <{ADA}>", "hot") for number in range(250)]
    mentions = [event(3_000 + number, "cy@example.org", f"z-{number}", status=f"to {ADA}") for number in range(250)]
    events = [*hot, *others, timeless, *named, *mentions]
    earlier = received(timeless.notification, START_MS + 5, 900_001)
    async with place.writer() as writer, erasing(place) as eraser:
        claim = await writer.claim(TOPIC, [0], "test")
        await writer.apply(claim, Batch(events, {0: 900_001}), NOW, {})
        await eraser.remember(NOW)
        found, more = await eraser.wipe()
        assert (found.events, found.deliveries) == (450, 1)
        assert more
        assert (await eraser.wipe()) == (Found(), False)
        portion, behind = await eraser.scan_history(None, change=True)
        assert behind is not None
        assert portion.events in (0, 250)  # of a recipient all or none
        await writer.apply(claim, Batch([earlier], {0: 900_002}), NOW, {})
        while behind is not None:
            part, behind = await eraser.scan_history(behind, change=True)
            portion.add(part)
        assert (portion.events, portion.deliveries, portion.mentions) == (250, 1, 250)
        left = left_of([*others, earlier, *mentions])
        await assert_is_fold(place, left, [*events, earlier])
        due = {one.tracking_id: one for one in await writer.due(claim, 1_000)}
        assert due["hot"].removed
        assert due["hot"].change is not None


QUOTED = ['"ada b"@example.org', "ada", "l" * 300 + "@example.org", ADA]


@pytest.mark.parametrize("address", QUOTED, ids=["quotes", "no at sign", "long", "plain"])
@pytest.mark.parametrize("by", ["address", "hash"])
async def test_whatever_its_form_nothing_of_it_is_left(place: Place, address: str, by: str) -> None:
    place = keyed(place)
    shown = address.replace("a", "A")
    events = [
        event(1, shown, None),
        event(2, f"<{shown}>", "m"),
        event(3, "bob@example.org", "m", mail_from=shown),
        event(4, "bob@example.org", None, mail_from=f"<{shown}>"),
    ]
    what: str | list[Remembered] = address
    if by == "hash":
        what = [Remembered(ErasureKey(KEY.encode()).hash(address), NOW)]
    eraser = open_eraser(place.settings, shipped_classifier(), what)
    async with place.writer() as writer:
        await eraser.open()
        claim = await writer.claim(TOPIC, [0], "test")
        await writer.apply(claim, Batch(events, {0: 5}), NOW, {})
        found = await erase(eraser)
        assert (found.events, found.deliveries) == (2, 1)
        assert (await scan(eraser, change=False)).total == 0
        escaped = address.replace('"', '\\"')
        assert await place.holding(escaped) == []
        # Nor does it come back: late events are let in without it, or not at all.
        late = [event(11, shown, "late"), event(12, "bob@example.org", "m", mail_from=shown)]
        applied = await writer.apply(claim, Batch(late, {0: 13}), NOW, {})
        assert (applied.inserted, applied.erased) == (1, 1)
        assert (await scan(eraser, change=False)).total == 0
    await eraser.close()


async def test_no_batch_under_way_brings_an_address_back(place: Place) -> None:
    """The address is erased while writers apply event after event of it: none is left, however the two met."""
    place = keyed(place)
    async with place.writer() as first, place.writer() as second, erasing(place) as eraser:
        claims = [await first.claim(TOPIC, [0], "a"), await second.claim(TOPIC, [1], "b")]
        stop = asyncio.Event()
        erased = [0, 0]

        async def apply(number: int) -> None:
            writer, at = (first, second)[number], 0
            while not stop.is_set() or not erased[number]:
                at += 1
                batch = [
                    msgspec.structs.replace(event(at * 10 + each, address, f"{number}-{at}"), partition=number)
                    for each, address in enumerate((ADA, "bob@example.org", "<Ada@Example.ORG>"))
                ]
                applied = await writer.apply(claims[number], Batch(batch, {number: at}), NOW, {})
                erased[number] += applied.erased

        tasks = [asyncio.create_task(apply(0)), asyncio.create_task(apply(1))]
        await asyncio.sleep(0.05)
        await eraser.remember(NOW)
        more = True
        while more:
            _, more = await eraser.wipe()
        stop.set()
        await asyncio.wait_for(asyncio.gather(*tasks), 30)
        assert (await eraser.count()).total == 0
        assert await place.holding(ADA) == []
        assert await place.query("select count(*) from messages") == await place.query(
            "select count(*) from deliveries"
        )


async def test_the_key_is_the_one_that_it_was_or_nothing_starts(place: Place) -> None:
    async with keyed(place).writer() as writer:
        claim = await writer.claim(TOPIC, [0], "test")
        keyless = open_writer(place.settings, shipped_classifier())
        await keyless.open()
        with pytest.raises(Misconfigured, match="no address"):
            open_eraser(keyed(place).settings, shipped_classifier(), " <> ")
        with pytest.raises(Misconfigured, match="erasure_key_file"):
            open_eraser(place.settings, shipped_classifier(), ADA)
        with pytest.raises(Misconfigured, match="fewer than"):
            open_eraser(keyed(place, "short").settings, shipped_classifier(), ADA)
        async with erasing(keyed(place)) as eraser:
            await eraser.remember(NOW)
        other = await keyless.claim(TOPIC, [1], "test")
        late = msgspec.structs.replace(event(1, ADA), partition=1)
        with pytest.raises(Misconfigured, match="no key"):
            await keyless.apply(other, Batch([late], {1: 1}), NOW, {})
        await keyless.close()
        assert (await writer.apply(claim, Batch([event(1, ADA)], {0: 1}), NOW, {})).erased == 1
    for key, told in (("", "no key"), ("f" * 32, "another key")):
        writer = open_writer(keyed(place, key).settings, shipped_classifier())
        with pytest.raises(Misconfigured, match=told):
            await writer.open()
        await writer.close()
    async with erasing(keyed(place, "f" * 32)) as eraser:
        with pytest.raises(Misconfigured, match="another key"):
            await eraser.remember(NOW)
    digest = (await place.query("select address_hash from erasures"))[0][0]
    assert len(digest) == 32
    assert recipient_of(Notification(rcpt_to=ADA)).encode() not in bytes(digest)
