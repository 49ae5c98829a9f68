"""Dead letters in a topic of its own, and in the store that a server reads."""

import asyncio
from collections.abc import Sequence

from bus.publisher import Publisher
from bus.settings import KafkaSettings
from delivery.dead_letter import DeadLetter, to_record
from ops.letter_topic import LetterTopic
from store.letters import LetterBatch
from store.opening import open_letters
from store.settings import StoreSettings


class Desk:
    """A server with dead letters; `keep` brings its store up to what the topic says, as the consumers do."""

    def __init__(self, kafka: KafkaSettings, store: StoreSettings) -> None:
        self.kafka = kafka
        self._store = store
        self.url = ""

    async def publish(self, letters: Sequence[DeadLetter]) -> None:
        publisher = Publisher(self.kafka)
        await publisher.open()
        await publisher.publish(self.kafka.dead_letters_topic, [to_record(letter) for letter in letters])
        await publisher.close()

    async def keep(self) -> None:
        letters = await asyncio.to_thread(lambda: list(LetterTopic(self.kafka).letters(None, lambda: None)))
        keeper = open_letters(self._store)
        await keeper.open()
        claim = await keeper.claim(self.kafka.dead_letters_topic, list(range(self.kafka.partitions)), "test")
        batch = LetterBatch({}, {kept.letter.id: kept for kept in letters})
        for kept in letters:
            if kept.note is not None:
                batch.add_note(kept.note)
        await keeper.keep(claim, batch)
        await keeper.close()
