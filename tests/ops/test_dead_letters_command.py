"""`eds dead-letters` over a real Kafka: what the gateway could not use is listed, shown exactly, and requeued once it is good."""

import asyncio
import csv
import io
from collections.abc import Sequence
from pathlib import Path

import orjson
import pytest

from bus.publisher import Publisher
from bus.reading import read_all
from bus.records import Stored
from bus.settings import KafkaSettings
from delivery.dead_letter import DeadLetter, Part, to_record
from delivery.event import Record
from delivery.kept_letter import KeptLetter
from delivery.requeued import Place, Requeued, is_requeued, read_requeued
from delivery.requeued import to_record as note_record
from gateway.settings import GatewaySettings
from ops.letter_reading import rules_of
from ops.requeue import Outcome, batches, decide
from store.settings import StoreSettings
from tests.gateway.serving import serving, stored_events, until
from tests.ops.commanding import eds
from tests.parts.processes import Part as Process
from tests.parts.processes import running

NOW = 1_795_342_805_123
TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
PNG = b"\x89PNG\r\n\x1a\n\x00"


def letter(content: bytes, **fields: object) -> DeadLetter:
    base: dict[str, object] = {
        "part": Part.ROW, "content": content, "reason": "invalid", "errors": {"[2].tries": ["No longer wrong."]},
        "received_at": NOW, "source": "mta-7", "content_type": "application/json", "index": 2, "key": b"k",
    }  # fmt: skip
    return DeadLetter(**(base | fields))  # type: ignore[arg-type]


async def publish(kafka: KafkaSettings, records: Sequence[Record]) -> None:
    publisher = Publisher(kafka)
    await publisher.open()
    await publisher.publish(kafka.dead_letters_topic, records)
    await publisher.close()


def letter_records(kafka: KafkaSettings) -> list[Stored]:
    return list(read_all(kafka, kafka.dead_letters_topic))


@pytest.mark.anyio
async def test_what_a_gateway_refused_is_listed_and_shown_and_stays_while_it_is_bad(topics: KafkaSettings) -> None:
    rows = [{"tracking_id": "a"}, {"tracking_id": "b", "tries": "ada@example.org"}]
    async with serving(topics, now=NOW) as gateway:
        await gateway.post(rows, headers={"traceparent": TRACEPARENT})
    async with serving(topics, now=NOW + 5000) as gateway:
        await gateway.client.post("/api/SMTP", content=PNG, headers={"content-type": "image/png"})
    told = await asyncio.to_thread(eds, topics, "dead-letters", "list")
    body, row = told.rows
    assert told.status == 0
    assert (body["part"], body["reason"], body["content_type"]) == ("body", "unsupported", "image/png")
    assert (row["part"], row["index"], row["state"], row["source"]) == ("row", 1, "open", "default")
    assert row["received_at"] == "2026-11-22T10:20:05.123Z"
    assert row["errors"] == {"[1].tries": ['Expected an integer, got "a…@example.org".']}

    told = await asyncio.to_thread(eds, topics, "dead-letters", "list", "--member", "tries", "--unmasked", "--json")
    assert [one["errors"]["[1].tries"] for one in orjson.loads(told.out)] == [
        ['Expected an integer, got "ada@example.org".']
    ]
    times = ["--since", "2026-11-22T10:20:05.123Z", "--until", "2026-11-22T10:20:10Z"]
    told = await asyncio.to_thread(eds, topics, "dead-letters", "list", *times, "-o", "csv")
    [line] = csv.DictReader(io.StringIO(told.out.decode()))
    assert (line["address"], line["content_bytes"]) == (row["address"], str(row["content_bytes"]))
    told = await asyncio.to_thread(eds, topics, "dead-letters", "list", "-n", "1", "-o", "table")
    assert told.out.decode().splitlines()[0].split() == ["ADDRESS", "STATE", "RECEIVED", "PART", "SOURCE", "REASON"]
    assert len(told.out.splitlines()) == 2
    assert told.err == "1 of 2 letters; -n 0 lists all\n"

    shown = orjson.loads((await asyncio.to_thread(eds, topics, "dead-letters", "show", body["address"])).out)
    assert shown["content"] == {"base64": "iVBORw0KGgoA"}
    told = await asyncio.to_thread(eds, topics, "dead-letters", "show", "--raw", body["address"])
    assert told.out == PNG
    shown = orjson.loads((await asyncio.to_thread(eds, topics, "dead-letters", "show", row["address"])).out)
    assert orjson.loads(shown["content"]["text"]) == rows[1]
    assert (shown["requeued"], shown["traceparent"]) == (None, TRACEPARENT)

    told = await asyncio.to_thread(eds, topics, "dead-letters", "requeue", "--yes", row["address"])
    [still] = told.rows
    assert (told.status, still["outcome"], still["done"]) == (1, "still bad", False)
    assert still["errors"] == row["errors"]
    assert len(letter_records(topics)) == 2
    assert [event.tracking_id for event in await stored_events(topics)] == ["a"]


@pytest.mark.anyio
async def test_what_a_newer_rule_can_read_flows_on_to_the_view(topics: KafkaSettings, tmp_path: Path) -> None:
    xml = b"<SMTPNotification><tracking_id>x</tracking_id><event_code>103</event_code></SMTPNotification>"
    await publish(topics, [
        to_record(letter(b'{"tracking_id":"j","event_code":101}')),
        to_record(letter(xml, content_type="text/xml", source="xml-mta")),
        to_record(letter(b'{"tracking_id":"r"}', part=Part.RECORD, content_type="", index=None)),
        to_record(letter(b'[{"tracking_id":"b1"},{"tracking_id":"b2","tries":"x"}]', part=Part.BODY, index=None)),
        to_record(letter(b'{"tries":"x"}')),
        Record(b"?", b"?", [("eds_part", b"leg"), ("eds_source", b"mta-7")], NOW),
    ])  # fmt: skip
    before = letter_records(topics)
    dry = await asyncio.to_thread(eds, topics, "dead-letters", "requeue", "--all")
    outcomes = sorted((row["outcome"], row["events"], row["bad"], row["done"]) for row in dry.rows)
    assert outcomes == [
        ("partly", 1, 1, False), *[("requeued", 1, 0, False)] * 3, *[("still bad", 0, 1, False)] * 2,
    ]  # fmt: skip
    assert (dry.status, dry.err) == (
        0, "dry run, nothing is changed: 1 partly, 3 requeued, 2 still bad; --yes does it\n",
    )  # fmt: skip
    assert (letter_records(topics), await stored_events(topics)) == (before, [])

    store = {"store": StoreSettings(url=f"sqlite:///{tmp_path}/store.db")}
    materializer = Process("consumers", {"kafka": topics, **store}, tmp_path / "consumers.log")
    with running(materializer):
        told = await asyncio.to_thread(eds, topics, "dead-letters", "requeue", "--all", "--yes", "--by", "ada")
        assert (told.status, told.err) == (0, "1 partly, 3 requeued, 2 still bad\n")

        async def announced() -> bool:
            return {one.record.key for one in read_all(topics, topics.status_topic)} == {b"j", b"x", b"r", b"b1"}

        await until(announced, 30)
        assert materializer.end() == 0
    events = {event.tracking_id: event for event in await stored_events(topics)}
    assert {(event.received_at, event.source) for event in events.values()} == {(NOW, "mta-7"), (NOW, "xml-mta")}
    notes = [read_requeued(one.record) for one in letter_records(topics) if is_requeued(one.record)]
    assert sorted((note.by, note.events, note.bad) for note in notes) == [("ada", 1, 0)] * 3 + [("ada", 1, 1)]

    twice = await asyncio.to_thread(eds, topics, "dead-letters", "requeue", "--all", "--yes")
    assert twice.err == "3 already requeued, 3 still bad\n"
    assert len(await stored_events(topics)) == 4
    states = [
        (row["state"], row["problem"] != "")
        for row in (await asyncio.to_thread(eds, topics, "dead-letters", "list")).rows
    ]
    assert sorted(states) == [("open", False), ("open", True), ("partly", False), *[("requeued", False)] * 3]
    done = (await asyncio.to_thread(eds, topics, "dead-letters", "list", "--state", "requeued")).rows[0]["address"]
    shown = orjson.loads((await asyncio.to_thread(eds, topics, "dead-letters", "show", done)).out)
    assert (shown["requeued"]["by"], shown["requeued"]["events"]) == ("ada", 1)
    again = await asyncio.to_thread(eds, topics, "dead-letters", "requeue", done, "--yes", "--again")
    assert (again.status, again.err) == (0, "1 requeued\n")
    ids = {event.id for event in await stored_events(topics)}
    assert (len(await stored_events(topics)), len(ids)) == (5, 4)


def test_wrong_use_and_what_is_not_there(topics: KafkaSettings) -> None:
    assert eds(topics, "dead-letters", "list").out == b""
    assert eds(topics, "dead-letters", "list", "--json").out == b"[]\n"
    for address in ("0:0", "99:1"):
        told = eds(topics, "dead-letters", "show", address)
        assert (told.status, told.err) == (3, f"eds: there is no dead letter at {address}\n")
    assert eds(topics, "dead-letters", "requeue", "1:5").status == 3
    told = eds(topics, "dead-letters", "requeue", "--yes")
    assert (told.status, "--all" in told.err) == (2, True)
    assert eds(topics, "dead-letters", "show", "5").status == 2
    assert eds(topics, "dead-letters", "list", "--since", "yesterday").status == 2


def test_a_partly_requeued_letter_is_taken_up_when_more_of_it_is_good() -> None:
    rules = rules_of(GatewaySettings())
    body = letter(b'[{"tracking_id":"a"},{"tries":"x"}]', part=Part.BODY, index=None)
    first = decide(KeptLetter(Place(0, 0), body, Part.BODY), rules, again=False)
    assert (first.outcome, len(first.events), first.bad) == (Outcome.PARTLY, 1, 1)
    note = read_requeued(_noted(first.place, 1, 1))
    same = decide(KeptLetter(Place(0, 0), body, Part.BODY, note=note), rules, again=False)
    assert (same.outcome, same.events) == (Outcome.BAD, [])
    more = letter(b'[{"tracking_id":"a"},{"tries":"1"}]', part=Part.BODY, index=None)
    newer = decide(KeptLetter(Place(0, 0), more, Part.BODY, note=note), rules, again=False)
    assert (newer.outcome, len(newer.events)) == (Outcome.REQUEUED, 2)
    done = KeptLetter(Place(0, 0), more, Part.BODY, note=read_requeued(_noted(first.place, 2, 0)))
    assert decide(done, rules, again=False).outcome is Outcome.DONE
    assert len(decide(done, rules, again=True).events) == 2


def test_batches_are_bounded_and_lose_nothing() -> None:
    rules = rules_of(GatewaySettings())
    decisions = [
        decide(KeptLetter(Place(0, offset), letter(b'{"tries":1}'), Part.ROW), rules, again=False)
        for offset in range(1201)
    ]
    found = list(batches(decisions))
    assert [len(batch) for batch in found] == [500, 500, 201]
    assert [decision for batch in found for decision in batch] == decisions


def _noted(place: Place, events: int, bad: int) -> Record:
    return note_record(Requeued(of=place, by="ada", at=NOW, events=events, bad=bad))
