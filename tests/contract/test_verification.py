"""Verification: a sound store is found sound, and whatever was meddled with is found."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

import pytest

from consumers.verification import Findings, verify
from delivery.batch import Batch
from delivery.classification import shipped_classifier
from store.audit import Auditor
from store.opening import open_auditor
from tests.contract.stores import NOW, TOPIC, Place
from tests.contract.test_ownership import traffic

pytestmark = pytest.mark.anyio

EVENTS = traffic(300)
MEDDLINGS = {
    "a message is not the fold of its history": "update messages set state = replace(state, ':', ': ') where {one}",
    "a delivery is not the fold of its history": "update deliveries set state = replace(state, '@', '#') where {one}",
    "a message is not the fold of its history ": "update messages set phase = 'opened' where {one}",
    "a message is missing": "delete from messages where {one}",
    "a delivery is missing": "delete from deliveries where {one}",
    "a message has no event in the history": "delete from history where {key}",
    "an event of its history is not what its id says": "update history set value = {value} where {key}",
    "events of its history are listed wrongly": "update history set kind = 'opened' where {key}",
}
COUNTS = (
    "update statistics set total = total + 1 where span = 'hour' and dimension = ''",
    "update statistics set total = total - 1 where span = 'hour' and dimension = ''",
    "update statistics set total = total + 1 where span = 'day'",
    "update statistics set total = total - 1 where span = 'day'",
    "delete from statistics where span = 'hour' and dimension = 'domain'",
)


@asynccontextmanager
async def audited(place: Place) -> AsyncIterator[Auditor]:
    auditor = open_auditor(place.settings)
    try:
        await auditor.open()
        yield auditor
    finally:
        await auditor.close()


async def found(place: Place, sample: int | None) -> Findings:
    async with audited(place) as auditor:
        assert await auditor.classification_version() == shipped_classifier().version
        return await verify(auditor, shipped_classifier(), sample, Random(1), lambda *_: None)


async def fill(place: Place) -> None:
    async with place.writer() as writer:
        claim = await writer.claim(TOPIC, [0], "test")
        for start in range(0, 300, 100):
            await writer.apply(claim, Batch(EVENTS[start : start + 100], {0: start + 100}), NOW, {})
        await writer.mark_announced(claim, {0: 300})


async def test_a_sound_store_is_found_sound(place: Place) -> None:
    await fill(place)
    messages = len({event.tracking_id for event in EVENTS})
    whole, some = await found(place, None), await found(place, 10)
    assert (whole.messages, whole.faulty) == (messages, 0), whole.faults
    assert whole.events == len({event.id for event in EVENTS})
    assert 5 <= some.messages <= 10
    assert some.hours
    assert some.faulty == 0


async def test_each_message_that_was_meddled_with_is_found(place: Place) -> None:
    await fill(place)
    ids = list(dict.fromkeys(event.tracking_id or "" for event in EVENTS))
    value = "cast(value || ' ' as blob)" if place.is_sqlite else "value || '\\x20'"
    for statement, one in zip(MEDDLINGS.values(), ids, strict=False):
        await place.query(statement.format(one=f"tracking_id = '{one}'", key=f"key = '{one}'", value=value))
    findings = await found(place, None)
    faults = {fault.id: fault.problem for fault in findings.faults if fault.what == "message"}
    assert faults.keys() == set(ids[: len(MEDDLINGS)])
    for problem, one in zip(MEDDLINGS, ids, strict=False):
        assert problem.strip() in faults[one]
    assert (await found(place, 10_000)).faulty >= len(MEDDLINGS)


async def test_each_count_that_is_wrong_is_found(place: Place) -> None:
    await fill(place)
    for number, statement in enumerate(COUNTS):
        await place.query(statement)
        for sample in (None, 100):
            findings = await found(place, sample)
            assert {fault.what for fault in findings.faults} == (set() if number in (1, 3) else {"statistics"})
