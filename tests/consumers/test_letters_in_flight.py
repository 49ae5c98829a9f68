"""A batch of letters that is under way while an address is erased is kept without the address, as if it had come afterwards."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import msgspec
import pytest

from bus.publisher import Publisher
from bus.records import Stored, raw_batch
from bus.settings import KafkaSettings
from consumers.letter_keeper import Letters
from consumers.metrics import Metrics
from delivery.classification import shipped_classifier
from delivery.dead_letter import DeadLetter, Part, letter_id, to_record
from delivery.event import Record
from store.contract import Claim
from store.eraser import Eraser
from store.letters import LetterBatch, LetterKeeper
from store.opening import open_eraser, open_letters, open_writer
from store.settings import StoreSettings
from tests.contract.stores import NOW, Place

ADA = "ada@example.org"


class Topic(Publisher):
    """Notes what it is told."""

    def __init__(self) -> None:
        super().__init__(KafkaSettings())
        self.records: list[Record] = []

    async def publish(self, topic: str, records: Sequence[Record]) -> None:
        self.records += records


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    url = f"sqlite:///{tmp_path}/store.db" if request.param == "sqlite" else request.getfixturevalue("database")
    return Place(StoreSettings(url=url, erasure_key="k" * 32))


def erased_before_keep(store: LetterKeeper, eraser: Eraser, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address is erased, and its letters looked for, between the look at the erasures and the store's transaction."""
    keep = store.keep

    async def late(claim: Claim, batch: LetterBatch) -> object:
        if await eraser.remember(NOW):
            assert await eraser.letters("", 10) == []
        return await keep(claim, batch)

    monkeypatch.setattr(store, "keep", late)


@pytest.mark.anyio
async def test_letters_under_way_do_not_bring_an_address_back(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    letter = DeadLetter(
        part=Part.BODY, content=b'{"rcpt_to":"ada@example.org"}', reason="invalid", errors={}, received_at=NOW,
        content_type="application/json",
    )  # fmt: skip
    letter = msgspec.structs.replace(letter, id=letter_id(letter))
    topic = Topic()
    async with AsyncExitStack() as ends:
        writer = open_writer(place.settings, shipped_classifier())
        eraser = open_eraser(place.settings, shipped_classifier(), ADA)
        store = open_letters(place.settings)
        for part in (writer, eraser, store):
            ends.push_async_callback(part.close)
            await part.open()
        letters = Letters(store, topic, KafkaSettings(), Metrics(), owner="test", retry_s=0.1, now=lambda: NOW)
        await letters.assigned([0])
        erased_before_keep(store, eraser, monkeypatch)
        await letters.take(raw_batch([Stored(0, 0, to_record(letter))]))
        assert [kept.letter.redacted for kept in await eraser.letters("", 10)] == [True]
    assert await place.holding(ADA) == []
    assert [ADA.encode() in (record.value or b"") for record in topic.records] == [False]
