"""The consumers as a process keep the topic's dead letters in the store: replaced, removed, noted, and the same after a kill."""

import asyncio
from pathlib import Path

import msgspec
import pytest

from bus.publisher import Publisher
from bus.records import RawBatch, Stored
from bus.settings import KafkaSettings
from consumers.letter_keeper import letter_batch
from delivery.dead_letter import removal, to_record
from delivery.event import Record
from delivery.requeued import Place, Requeued, State
from delivery.requeued import to_record as note_record
from store.questions import LetterFilter, Order, Window
from tests.consumers.test_materializer import consumers, get, opened, sqlite_store
from tests.contract.test_letters import kept
from tests.parts.processes import running

OTHER = "ab" * 16
NOW = 1_795_342_805_000


async def publish(kafka: KafkaSettings, *records: Record) -> None:
    publisher = Publisher(kafka)
    await publisher.open()
    await publisher.publish(kafka.dead_letters_topic, records)
    await publisher.close()


def note(of: str, bad: int) -> Record:
    return note_record(Requeued(of=Place(0, 0), by="ada", at=NOW, events=1, bad=bad, letter=of))


@pytest.mark.anyio
async def test_letters_are_kept_and_follow_the_topic(topics: KafkaSettings, tmp_path: Path) -> None:
    letters = [kept(number).letter for number in range(6)]
    unreadable = Record(b"k", b"?", [("eds_part", b"leg"), ("eds_source", b"odd")], NOW)
    await publish(topics, *map(to_record, letters), unreadable, note(letters[0].id, 0))
    store = sqlite_store(tmp_path)
    part = consumers(topics, store, tmp_path)
    with running(part):
        reader = await opened(store)
        deadline = asyncio.get_running_loop().time() + 30

        async def wait_for(count: int, where: LetterFilter) -> None:
            while (await reader.count_letters(where, 99)).count != count:
                assert asyncio.get_running_loop().time() < deadline, where
                await asyncio.sleep(0.05)

        await wait_for(7, LetterFilter())
        await wait_for(1, LetterFilter(states=(State.REQUEUED,)))
        part.kill()
        part.start()
        part.wait_ready()
        replaced = msgspec.structs.replace(letters[1], content=b"{}", redacted=True)
        await publish(topics, to_record(replaced), removal(letters[2].id, NOW), note(letters[3].id, 1))
        await wait_for(6, LetterFilter())
        await wait_for(1, LetterFilter(states=(State.PARTLY,)))
        await wait_for(1, LetterFilter(sources=("odd",)))
        page = await reader.page_letters(LetterFilter(), Order.OLDEST_FIRST, Window(99))
        by_id = {each.letter.id: each for each in page.rows}
        assert by_id[letters[1].id].letter == replaced
        assert letters[2].id not in by_id
        assert [each.problem != "" for each in page.rows if each.letter.source == "odd"] == [True]
        while "eds_dead_letters_pending 4.0" not in (metrics := get(part, "/metrics").text):
            assert asyncio.get_running_loop().time() < deadline, metrics
            await asyncio.sleep(0.2)
        assert "eds_dead_letter_oldest_age_seconds" in metrics
        await reader.close()
        assert part.end() == 0


def test_later_records_of_a_batch_count() -> None:
    letter = kept(1).letter
    again = msgspec.structs.replace(letter, content=b"{}", redacted=True)
    records = [
        to_record(letter),
        removal(letter.id, NOW),
        to_record(again),
        note(letter.id, 1),
        note(letter.id, 0),
        note(OTHER, 0),
    ]
    records.append(Record(b"n", b"{}", [("eds_requeued_of", b"damaged")], NOW))
    batch = letter_batch(RawBatch([Stored(0, at, one) for at, one in enumerate(records)], {0: 7}))
    [found] = batch.letters.values()
    assert found is not None
    assert (found.letter, found.place, batch.next_offsets) == (again, Place(0, 2), {0: 7})
    assert {identity: each.bad for identity, each in batch.notes.items()} == {letter.id: 0, OTHER: 0}
