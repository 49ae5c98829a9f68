"""Kafka: its brokers, our topics, and its clock."""

from collections.abc import Callable, Iterator

from bus import health, topics
from bus.clock import clock_ahead_ms
from bus.settings import KafkaSettings
from delivery.errors import DeliveryStatusError
from ops.doctor.finding import Finding, fail, ok, warn

ANSWER_TIMEOUT_S = 5.0
AHEAD_WARN_MS, AHEAD_FAIL_MS = 1_000, 60_000
ENSURE = "eds topics ensure"


def check_brokers(settings: KafkaSettings) -> Finding:
    """Whether brokers answer, and enough of them for the copies that are wanted."""
    try:
        found = health.brokers(settings, ANSWER_TIMEOUT_S)
    except DeliveryStatusError as problem:
        return fail("kafka", str(problem), "start it (eds run brings one), or mend [kafka] bootstrap and its security")
    told = f"{settings.bootstrap}: brokers {', '.join(map(str, found))}"
    if len(found) < settings.replication_factor:
        wanted = f"[kafka] replication_factor = {settings.replication_factor}"
        return fail(
            "kafka",
            f"{told}, fewer than {wanted}",
            "start the brokers that are missing, or lower the setting for new topics",
        )
    return ok("kafka", told)


def check_topics(settings: KafkaSettings) -> Iterator[Finding]:
    """Each topic: whether it is there, with the partitions, copies and configs that it must have, all in sync."""
    present = {topic.name: topic for topic in topics.describe(settings)}
    behind = topics.out_of_sync(settings)
    for name, configs in topics.wanted_configs(settings).items():
        topic = present.get(name)
        if topic is None:
            yield fail("topics", f"{name} is missing", ENSURE)
            continue
        differing = [
            f"{key} is {topic.configs.get(key)}, not {value}"
            for key, value in configs.items()
            if topic.configs.get(key) != value
        ]
        lagging = [one for one in behind if one.rpartition("-")[0] == name]
        if topic.partitions != settings.partitions:
            fix = f"set [kafka] partitions = {topic.partitions}, or name a new topic: tracking_ids must not move"
            yield fail(
                "topics", f"{name} has {topic.partitions} partitions, the setting says {settings.partitions}", fix
            )
        elif differing:
            yield fail("topics", f"{name}: {'; '.join(differing)}", ENSURE)
        elif topic.replication_factor < settings.replication_factor:
            fix = "kafka-reassign-partitions.sh adds copies; eds topics ensure does not"
            yield warn(
                "topics",
                f"{name} has {topic.replication_factor} copies, the setting says {settings.replication_factor}",
                fix,
            )
        elif lagging:
            yield warn(
                "topics",
                f"{name}: not all copies are in sync: {', '.join(lagging)}",
                "look whether a broker is away or slow",
            )
        else:
            yield ok(
                "topics",
                f"{name}: {topic.partitions} partitions, copies: {topic.replication_factor}, configs as wanted",
            )


def check_clock(settings: KafkaSettings, now: Callable[[], int]) -> Finding:
    """How far the brokers' clock is from this machine's."""
    try:
        return told_clock("kafka clock", "the broker", clock_ahead_ms(settings, now))
    except DeliveryStatusError as problem:
        return warn(
            "kafka clock",
            str(problem),
            "compare the clocks by hand, or let this user commit and read __consumer_offsets",
        )


def told_clock(check: str, whose: str, ahead_ms: int) -> Finding:
    """What a difference of clocks means. Times of arrival, retention and tokens rest on them."""
    if abs(ahead_ms) < AHEAD_WARN_MS:
        return ok(check, f"{whose} has this machine's time, within {AHEAD_WARN_MS / 1000:g} s")
    told = f"{whose} is {abs(ahead_ms) / 1000:.1f} s {'ahead of' if ahead_ms > 0 else 'behind'} this machine"
    fix = "let NTP set the clocks (timedatectl set-ntp true): times of arrival and retention rest on them"
    return fail(check, told, fix) if abs(ahead_ms) >= AHEAD_FAIL_MS else warn(check, told, fix)
