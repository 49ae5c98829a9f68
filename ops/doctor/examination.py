"""All checks, in the order in which one rests on the other: what rests on something that is away is not looked at."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress

from delivery.classification import classifier_of
from delivery.errors import DeliveryStatusError
from ops.configuration import Configuration
from ops.doctor import kafka, machine, servers, store
from ops.doctor.finding import Finding, Level, fail
from ops.doctor.settings import check_consumers, check_files, check_gateway, check_graphql, told_source
from ops.servers import look, servers_of
from store.contract import Progress
from store.opening import open_reader

BOOTSTRAP = "EDS_KAFKA_BOOTSTRAP"


def examine(settings: Configuration, environment: Mapping[str, str], now: Callable[[], int]) -> Iterator[Finding]:
    """Findings as they are made. `now` in ms. Blocks."""
    yield told_source(environment)
    yield from check_files(settings)
    yield check_gateway(settings, environment)
    yield check_consumers(settings)
    yield check_graphql(settings)
    yield from machine.check_certificates(machine.certificates_of(settings), now())
    for what, (directory, needed) in machine.disks_of(settings).items():
        yield machine.check_disk(what, directory, needed)
    has_topic = False
    for finding in _kafka(settings, environment, now):
        has_topic = has_topic or (finding.check == "topics" and settings.kafka.notifications_topic in finding.found)
        yield finding
    yield from _store(settings, now, has_topic=has_topic)
    for found in asyncio.run(look(servers_of(settings))):
        yield servers.check_server(found)


def _kafka(settings: Configuration, environment: Mapping[str, str], now: Callable[[], int]) -> Iterator[Finding]:
    brokers = kafka.check_brokers(settings.kafka)
    if BOOTSTRAP not in environment and brokers.level is Level.FAIL:
        yield machine.check_java(environment)
    yield brokers
    if brokers.level is Level.FAIL and "does not answer" in brokers.found:
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
