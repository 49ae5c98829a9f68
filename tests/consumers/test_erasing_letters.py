"""Erasing an address of many and large dead letters: in portions that Kafka takes, however much it is in all."""

import json
from pathlib import Path

import msgspec
import pytest

from bus.publisher import Publisher
from bus.reading import read_all
from bus.settings import KafkaSettings
from consumers import erasure
from delivery.classification import shipped_classifier
from delivery.dead_letter import DeadLetter, Part, letter_id, read_dead_letter, to_record
from delivery.kept_letter import keep
from delivery.requeued import Place
from store.letters import LetterBatch
from store.opening import open_eraser, open_letters, open_writer
from store.settings import StoreSettings

ADA = "ada@example.org"
NOW = 1_795_342_805_000
LETTERS = 12


def letter(number: int) -> DeadLetter:
    content = json.dumps({"rcpt_to": ADA, "n": number}).encode() + b" " * 200_000
    made = DeadLetter(part=Part.BODY, content=content, reason="invalid", errors={}, received_at=NOW)
    return msgspec.structs.replace(made, id=letter_id(made))


@pytest.mark.anyio
async def test_letters_that_are_more_than_may_be_in_flight(topics: KafkaSettings, tmp_path: Path) -> None:
    kafka = msgspec.structs.replace(topics, queue_bytes_max=1_048_576)
    store = StoreSettings(url=f"sqlite:///{tmp_path}/store.db", erasure_key="k" * 32)
    writer = open_writer(store, shipped_classifier())
    await writer.open()
    await writer.close()
    letters = open_letters(store)
    await letters.open()
    claim = await letters.claim(kafka.dead_letters_topic, [0], "test")
    kept = [keep(Place(0, number), to_record(letter(number))) for number in range(LETTERS)]
    assert await letters.keep(claim, LetterBatch({0: LETTERS}, {each.letter.id: each for each in kept}))
    await letters.close()
    eraser, publisher = open_eraser(store, shipped_classifier(), ADA), Publisher(kafka)
    await eraser.open()
    await publisher.open()
    try:
        proof = await erasure.erase(eraser, publisher, kafka, lambda: NOW, 0.0, lambda _: None, lambda *_: None)
    finally:
        await publisher.close()
        await eraser.close()
    assert (proof.letters, proof.letters_left) == (LETTERS, LETTERS)  # no consumer is there to take them over
    told = [read_dead_letter(one.record) for one in read_all(kafka, kafka.dead_letters_topic)]
    assert {each.id for each in told} == {each.letter.id for each in kept}
    assert all(each.redacted and ADA.encode() not in (each.content or b"") for each in told)
