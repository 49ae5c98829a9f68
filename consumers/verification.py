"""Are the views the pure fold of their history, and the statistics its count? All of them, or some that are drawn by chance."""

from collections.abc import Callable, Iterable
from random import Random

import msgspec

from delivery.classification import Classifier
from store.audit import Auditor, Counted, Key, count, faults_of
from store.retention import recounted_from
from store.statistics import HOUR_MS, whole_dimensions

KEYS_MAX = 500  # of one look
HOURS_SAMPLED = 24
EVENTS_SAMPLED = 50_000  # of the hours together, but for the first: an hour may have any number of events
FAULTS_MAX = 1_000  # are told; the rest is counted
DAY_MS = 24 * HOUR_MS

Told = Callable[[str, int, int | None], None]
"""Hears of progress: what is looked at, how many were, of how many (None where nobody knows)."""


class Fault(msgspec.Struct, frozen=True):
    """One thing that is wrong: of a message, or of an hour's or a day's statistics."""

    what: str
    id: str
    problem: str


class Findings(msgspec.Struct):
    """What a verification looked at, and what it found. `faults` has the first of them, `faulty` is their number.

    Of `incomplete` messages some history went by age, so nobody can tell whether their views are right.
    """

    messages: int = 0
    incomplete: int = 0
    events: int = 0
    hours: int = 0
    faulty: int = 0
    faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self.faulty += 1
        if len(self.faults) < FAULTS_MAX:
            self.faults.append(fault)


async def verify(auditor: Auditor, classifier: Classifier, sample: int | None, random: Random, told: Told) -> Findings:
    """All messages and hours, or about `sample` messages and some hours. Reads only; the auditor is open.

    The views must have been made with this classifier's table.
    """
    findings, horizon = Findings(), await auditor.horizon()
    hours: set[int] = set()
    if sample is None:
        await _verify_all(auditor, classifier, horizon, findings, told)
        hours |= set(await auditor.hours_of_history()) | set(await auditor.hours())
    else:
        keys = await auditor.sample(sample, random)
        for start in range(0, len(keys), KEYS_MAX):
            hours |= await _verify_keys(auditor, keys[start : start + KEYS_MAX], classifier, horizon, findings)
            told("messages", findings.messages, len(keys))
        known = await auditor.hours()
        hours = set(_some(hours, random)) | set(_some(known, random))
    if horizon is not None:
        hours = {hour for hour in hours if hour >= recounted_from(horizon)}
    in_turn = sorted(hours)
    if sample is not None:
        random.shuffle(in_turn)
    await _verify_hours(auditor, in_turn, classifier, findings, told, None if sample is None else EVENTS_SAMPLED)
    return findings


def _some(hours: Iterable[int], random: Random) -> list[int]:
    ordered = sorted(hours)
    return random.sample(ordered, min(HOURS_SAMPLED // 2, len(ordered)))


async def _verify_all(
    auditor: Auditor, classifier: Classifier, horizon: int | None, findings: Findings, told: Told
) -> None:
    after: Key | None = None
    while keys := await auditor.keys(after, KEYS_MAX):
        await _verify_keys(auditor, keys, classifier, horizon, findings)
        told("messages", findings.messages, None)
        after = keys[-1]


async def _verify_keys(
    auditor: Auditor, keys: list[Key], classifier: Classifier, horizon: int | None, findings: Findings
) -> set[int]:
    """Also gives the hours of the events."""
    hours = set()
    for kept in await auditor.kept(keys):
        findings.messages += 1
        findings.events += len(kept.history)
        hours |= {at // HOUR_MS * HOUR_MS for at in kept.times}
        if horizon is not None and not kept.is_whole:
            findings.incomplete += 1
        elif problems := faults_of(kept, classifier):
            findings.add(Fault("message", kept.tracking_id, "; ".join(problems)))
    return hours


async def _verify_hours(
    auditor: Auditor, hours: list[int], classifier: Classifier, findings: Findings, told: Told, events_max: int | None
) -> None:
    """The hours, until their events are so many."""
    erased = await auditor.has_erasures()  # which take events, and leave their counts
    dimensions = whole_dimensions(await auditor.statistics_version())
    looked_at, seen = [], 0
    for hour in hours:
        if events_max is not None and seen >= events_max:
            break
        events, counted = await auditor.hour(hour, dimensions)
        findings.hours += 1
        looked_at.append(hour)
        seen += sum(alike.events for alike in events)
        expected = count(events, classifier, dimensions)
        if expected != counted and not (erased and _covers(counted, expected)):
            wrong = len({key for key in expected.keys() | counted.keys() if expected.get(key) != counted.get(key)})
            problem = f"{wrong} counts of this hour are not those of its events"
            findings.add(Fault("statistics", str(hour), problem))
        told("hours", findings.hours, len(hours))
    for day in sorted({hour // DAY_MS * DAY_MS for hour in looked_at}):
        if not await auditor.is_day_sum(day):
            findings.add(Fault("statistics", str(day), "this day's counts are not the sum of its hours'"))


def _covers(counted: Counted, expected: Counted) -> bool:
    return all(counted.get(key, 0) >= events for key, events in expected.items())
