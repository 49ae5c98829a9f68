"""All checks, in the order in which one rests on the other: what rests on something that is away is not looked at."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import suppress

from delivery.classification import classifier_of
from delivery.errors import DeliveryStatusError
from ops.configuration import Configuration
from ops.doctor import kafka, machine, servers, store
from ops.doctor.finding import Finding, Level, fail, warn
from ops.doctor.settings import check_consumers, check_files, check_gateway, check_graphql, told_source
from ops.effective import is_set
from ops.servers import look, servers_of
from store.contract import Progress
from store.opening import open_reader

PARTS = frozenset({"gateway", "consumers", "graphql"})


def examine(settings: Configuration, environment: Mapping[str, str], now: Callable[[], int]) -> Iterator[Finding]:
    """Findings as they are made. `now` in ms. Blocks."""
    yield told_source(environment)
    ready = asyncio.run(look(servers_of(settings)))
    # Each part may have a machine and secrets of its own. Where none runs yet, all are to.
    here = {one.server for one in ready if one.status is not None} or {one.server for one in ready}
    for finding in check_files(settings):
        yield softened(finding, finding.found.partition("]")[0].removeprefix("["), here)
    yield softened(check_gateway(settings, environment), "gateway", here)
    yield softened(check_consumers(settings), "consumers", here)
    yield softened(check_graphql(settings), "graphql", here)
    yield from machine.check_certificates(machine.certificates_of(settings), now())
    for what, (directory, needed) in machine.disks_of(settings).items():
        yield machine.check_disk(what, directory, needed)
    has_topic = False
    for finding in _kafka(settings, environment, now):
        has_topic = has_topic or (finding.check == "topics" and settings.kafka.notifications_topic in finding.found)
        yield finding
    yield from store.check_meant(settings)
    yield from _store(settings, now, has_topic=has_topic)
    for one in ready:
        yield servers.check_server(one)


def softened(finding: Finding, part: str, here: AbstractSet[str]) -> Finding:
    """What fails of a part that does not run here, while others do, is a warning."""
    if finding.level is not Level.FAIL or part in here or part not in PARTS:
        return finding
    return warn(finding.check, finding.found, f"nothing, if eds {part} runs elsewhere; else: {finding.fix}")


def _kafka(settings: Configuration, environment: Mapping[str, str], now: Callable[[], int]) -> Iterator[Finding]:
    brokers = kafka.check_brokers(settings.kafka)
    if brokers.level is Level.FAIL and not is_set(settings, environment, "kafka", "bootstrap"):
        yield machine.check_java(environment)
    yield brokers
    if brokers.level is Level.FAIL and "fewer than" not in brokers.found:
        return
    try:
        yield from kafka.check_topics(settings.kafka)
    except DeliveryStatusError as problem:
        yield fail("topics", str(problem), "see the brokers' logs")
    yield kafka.check_clock(settings.kafka, now)


def _store(settings: Configuration, now: Callable[[], int], *, has_topic: bool) -> Iterator[Finding]:
    findings, is_readable = asyncio.run(store.check_store(settings.store, now))
    yield from findings
    if not is_readable:
        return
    try:
        progress, letters = asyncio.run(_read(settings))
    except DeliveryStatusError as problem:
        yield fail("store", str(problem), "see the database's log")
        return
    with suppress(DeliveryStatusError):  # the look at the settings has told it
        yield store.check_classification(progress, classifier_of(settings.consumers.classification_file).version)
    if has_topic:
        yield from store.check_offsets(
            settings.kafka, progress.positions.get(settings.kafka.notifications_topic, {}), now()
        )
    yield letters


async def _read(settings: Configuration) -> tuple[Progress, Finding]:
    reader = open_reader(settings.store)
    await reader.open()
    try:
        return await reader.progress(), await store.check_letters(reader)
    finally:
        await reader.close()
