"""`eds events` over a real Kafka, and what the output does with strange texts."""

import asyncio
import csv
import io
import json
import signal
import subprocess
import sys
from typing import Any

import orjson
import pytest

from bus.places import bounds, offsets_at
from bus.publisher import Publisher
from bus.settings import KafkaSettings
from delivery.errors import Unavailable
from delivery.event import Record, build_event, request_headers
from delivery.notification import ExtendedNotification, Notification
from ops.commands.moments import parse_moment
from ops.commands.output import Column, Output, masked, printable
from tests.ops.commanding import eds
from tests.parts.processes import environment

NOW = 1_771_977_605_000
HUGE = 123_456_789_012_345_678_901_234_567_890  # a float does not hold it


def event(at: int, **members: object) -> Record:
    return build_event(Notification(**members), at, request_headers(at, "mta"))  # type: ignore[arg-type]


async def publish(kafka: KafkaSettings, *records: Record) -> None:
    publisher = Publisher(kafka)
    await publisher.open()
    await publisher.publish(kafka.notifications_topic, records)
    await publisher.close()


@pytest.mark.anyio
async def test_events_are_chosen_by_what_is_asked_for(topics: KafkaSettings) -> None:
    await publish(
        topics,
        *(event(NOW + number, tracking_id=f"<{number}@host.example>", tries=number) for number in range(30)),
        event(
            NOW + 100, tracking_id="b", event_code=101, rcpt_to="Ada@Example.org", sender_id=7, resp_msg="550 ada@x.y?"
        ),
        Record(b"k", b"no event", [], NOW + 101),
    )
    told = await asyncio.to_thread(eds, topics, "events")
    assert (told.status, len(told.rows)) == (0, 20)
    assert [row["received_at"] for row in told.rows] == sorted(row["received_at"] for row in told.rows)
    *_, last_good, bounced, unreadable = told.rows
    assert (last_good["tracking_id"], last_good["notification"]["tries"]) == ("<29@host.example>", 29)
    assert bounced["notification"]["rcpt_to"] == "A…@Example.org"
    assert (bounced["kind"], bounced["source"], bounced["notification"]["resp_msg"]) == (
        "bounced",
        "mta",
        "550 a…@x.y?",
    )
    assert (unreadable["id"], "not a notification" in unreadable["problem"]) == (None, True)

    for filter_ in (
        ["--kind", "bounced"],
        ["--recipient", "ada@example.org"],
        ["--sender-id", "7"],
        ["--tracking-id", "b"],
    ):
        told = await asyncio.to_thread(eds, topics, "events", *filter_, "--json", "--unmasked")
        assert [row["notification"]["rcpt_to"] for row in orjson.loads(told.out)] == ["Ada@Example.org"]
    times = ["--since", "2026-02-25T00:00:05.010Z", "--until", "2026-02-25T00:00:05.020Z"]
    told = await asyncio.to_thread(eds, topics, "events", *times, "-n", "0")
    assert sorted(row["notification"]["tries"] for row in told.rows) == list(range(10, 20))
    told = await asyncio.to_thread(eds, topics, "events", "--source", "nobody")
    assert (told.status, told.out) == (0, b"")
    assert (await asyncio.to_thread(eds, topics, "events", "--follow", "--until", "1m")).status == 2


def nested(depth: int) -> Any:
    value: Any = HUGE
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.anyio
async def test_whatever_the_gateway_takes_is_printed_as_it_is(topics: KafkaSettings) -> None:
    extras: dict[str, Any] = {"huge": HUGE, "deep": nested(254)}
    given = ExtendedNotification(tracking_id="big", extras=extras)
    too_deep = Record(b"deeper", b'{"tracking_id":"deeper","x":' + b"[" * 700 + b"]" * 700 + b"}", [], NOW + 1)
    await publish(
        topics, build_event(given, NOW, request_headers(NOW, "mta")), too_deep, event(NOW + 2, tracking_id="z")
    )
    wanted = {"tracking_id": "big", **extras}
    lines = (await asyncio.to_thread(eds, topics, "events")).out.splitlines()
    assert json.loads(lines[0])["notification"] == wanted
    assert "recursion" in json.loads(lines[1])["problem"]
    assert json.loads(lines[2])["tracking_id"] == "z"
    told = await asyncio.to_thread(eds, topics, "events", "--json")
    assert json.loads(told.out)[0]["notification"] == wanted
    told = await asyncio.to_thread(eds, topics, "events", "-o", "csv")
    [row, *_] = csv.DictReader(io.StringIO(told.out.decode()))
    assert json.loads(row["notification"]) == wanted


@pytest.mark.anyio
async def test_following_goes_on_with_what_comes_until_it_is_interrupted(topics: KafkaSettings) -> None:
    await publish(topics, event(NOW, tracking_id="old"))
    command = [sys.executable, "-m", "ops", "events", "--follow", "--kind", "unknown"]
    process = await asyncio.create_subprocess_exec(
        *command, env=environment({"kafka": topics}), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(30):
            assert orjson.loads(await process.stdout.readline())["tracking_id"] == "old"
            await publish(
                topics, event(NOW - 5, tracking_id="other", event_code=101), event(NOW - 5, tracking_id="new")
            )
            assert orjson.loads(await process.stdout.readline())["tracking_id"] == "new"
            process.send_signal(signal.SIGINT)
            assert await process.stdout.read() == b""
            assert await process.wait() == 130
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.mark.anyio
async def test_a_time_is_before_every_record_that_is_as_young(topics: KafkaSettings) -> None:
    times = [NOW, NOW + 2, NOW + 2, NOW + 1, NOW + 2, NOW + 9]
    await publish(topics, *(event(time, tracking_id="one", tries=number) for number, time in enumerate(times)))
    [(partition, (low, high))] = [item for item in bounds(topics, topics.notifications_topic).items() if item[1][1]]
    assert (low, high) == (0, 6)

    def starts(time: int) -> int:
        return offsets_at(topics, topics.notifications_topic, time)[partition]

    for time in (0, NOW, NOW + 1, NOW + 2, NOW + 3, NOW + 9):
        assert all(other < time for other in times[: starts(time)])
    assert (starts(0), starts(NOW + 10**6)) == (0, 6)


def test_a_topic_that_is_not_there_is_told(topics: KafkaSettings) -> None:
    missing = KafkaSettings(bootstrap=topics.bootstrap, notifications_topic="no.such.topic")
    with pytest.raises(Unavailable, match=r"no\.such\.topic can't be read"):
        bounds(missing, "no.such.topic")
    told = eds(missing, "events")
    assert (told.status, "no.such.topic can't be read" in told.err) == (1, True)


def test_moments() -> None:
    assert parse_moment("90s", NOW) == NOW - 90_000
    assert parse_moment("1w", NOW) == NOW - 7 * 86_400_000
    assert parse_moment("999999999w", NOW) == 0
    assert parse_moment("2026-02-25T01:00:05+01:00", 0) == NOW
    for text in ("", "15", "m", "-1m", "1.5h", "yesterday", "2026-02-25T00:00:05"):
        with pytest.raises(ValueError):  # noqa: PT011 - whatever its text
            parse_moment(text, NOW)


def test_what_strangers_sent_steers_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with Output("table", (Column("A", 3, lambda row: row["a"]), Column("B", 0, lambda row: row["b"]))) as out:
        out.write({"a": "\x1b[2J", "b": "line\nnext\u202e"})
    lines = capsys.readouterr().out.splitlines()
    assert lines == ["A    B", "\ufffd[2J  line\ufffdnext\ufffd"]
    assert printable("ü\t") == "ü\ufffd"
    assert masked({"ann@b.c": ["xi@y.z", 1, {"m": None}]}) == {"a…@b.c": ["x…@y.z", 1, {"m": None}]}
