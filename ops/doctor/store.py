"""The store: whether it answers, is of this version and can be written; whether it keeps up; what waits in it."""

from collections.abc import Callable, Iterator, Mapping

from bus.settings import KafkaSettings
from delivery.errors import DeliveryStatusError
from delivery.requeued import State
from ops import embedded_store
from ops.configuration import Configuration
from ops.doctor.finding import Finding, fail, ok, warn
from ops.doctor.kafka import told_clock
from ops.lag import PartitionLag, measure
from store.contract import Position, Progress, Reader
from store.inspection import Inspection
from store.opening import inspect_store
from store.questions import LetterFilter
from store.settings import StoreSettings

WAITED_WARN_S, WAITED_FAIL_S = 60.0, 900.0
LETTERS_COUNTED_MAX = 10_000


def check_meant(settings: Configuration) -> Iterator[Finding]:
    """Whether commands look at another store than the one of `eds run`, without anybody having said so."""
    if embedded_store.are_two(settings):
        told = f"there are two: {embedded_store.OF_SERVERS}, which is looked at, and {embedded_store.of_run(settings)} of eds run"
        yield warn("store", told, "name the one that is meant ([store] url), or move the other away")


async def check_store(settings: StoreSettings, now: Callable[[], int]) -> tuple[list[Finding], bool]:
    """Whether the store answers, its schema, the right to write and its clock; and whether it can be read by this version."""
    try:
        found = await inspect_store(settings, now)
    except DeliveryStatusError as problem:
        return [fail("store", str(problem), "start the database, or mend [store] url and password_file")], False
    findings = [_schema(found)]
    if found.writing is None:
        findings.append(ok("store rights", "it can be written"))
    else:
        findings.append(
            fail(
                "store rights", found.writing, "grant it, or end what holds the lock: the consumers could write nothing"
            )
        )
    if found.clock_ahead_ms is not None:
        findings.append(told_clock("store clock", "the database", found.clock_ahead_ms))
    findings += [
        warn("store", note, "eds rebuild --drop-old --yes, or --discard, once it is not needed") for note in found.notes
    ]
    return findings, found.schema_version == found.known_version


def _schema(found: Inspection) -> Finding:
    told = f"{found.place}: schema {found.schema_version}"
    if not found.schema_version:
        return warn("store", f"{found.place}: nothing is there yet", "start eds consumers: they make it")
    if found.schema_version < found.known_version:
        return warn(
            "store",
            f"{told}, this program knows {found.known_version}",
            "restart eds consumers: they bring it up to date",
        )
    if found.schema_version > found.known_version:
        return fail(
            "store", f"{told}, this program knows {found.known_version} only", "run the newer version of this program"
        )
    return ok("store", told)


def check_classification(progress: Progress, version: int) -> Finding:
    """Whether the views were made with the table that this program has."""
    made_with = progress.classification_version
    if made_with == version:
        return ok("classification", f"the views were made with version {version}")
    return warn(
        "classification",
        f"the views were made with version {made_with}, this program has {version}",
        "eds rebuild --yes",
    )


def check_offsets(kafka: KafkaSettings, positions: Mapping[int, Position], now: int) -> Iterator[Finding]:
    """Whether the view keeps up with the topic, and whether it is the same topic still."""
    try:
        found = measure(kafka, positions, now)
    except DeliveryStatusError as problem:
        yield fail("lag", str(problem), "see what is said of Kafka and the topics")
        return
    beyond = [
        one for one in found if one.partition in positions and positions[one.partition].next_offset > one.end_offset
    ]
    if beyond:
        told = ", ".join(
            f"{one.partition}: {positions[one.partition].next_offset} > {one.end_offset}" for one in beyond
        )
        fix = "this is another topic, or one made anew: name the one that the store was made from, or begin a new store"
        yield fail(
            "offsets", f"the store is ahead of {kafka.notifications_topic} (partition: applied > end): {told}", fix
        )
    yield told_lag(found)


def told_lag(found: list[PartitionLag]) -> Finding:
    """What a lag means."""
    records, waited_s = sum(one.lag for one in found), max((one.waited_s for one in found), default=0.0)
    if not records:
        return ok("lag", "every event of the topic is in the view")
    told = f"{records:,} events are not in the view yet, the oldest for {waited_s:.1f} s"
    if waited_s < WAITED_WARN_S:
        return ok("lag", told)
    fix = "see whether eds consumers run (eds readyz consumers) and what their log says; more processes: docs/SCALE.md"
    return fail("lag", told, fix) if waited_s >= WAITED_FAIL_S else warn("lag", told, fix)


async def check_letters(reader: Reader) -> Finding:
    """Whether dead letters wait for somebody."""
    count = await reader.count_letters(LetterFilter(states=(State.OPEN, State.PARTLY)), LETTERS_COUNTED_MAX)
    if not count.count:
        return ok("dead letters", "none waits")
    told = f"{'' if count.exact else 'more than '}{count.count:,} wait"
    return warn(
        "dead letters", told, "eds dead-letters list --state open says why; eds dead-letters requeue sends them on"
    )
