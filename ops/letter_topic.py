"""The dead-letter topic as it is now: letters with their states, in the topic's order, without holding them all."""

from collections.abc import Callable, Iterable, Iterator

from bus.places import bounds, offsets_at
from bus.reading import read_all
from bus.records import Stored
from bus.settings import KafkaSettings
from consumers.kept_letters import Aftermath, aftermath_of, letters_of
from delivery.kept_letter import KeptLetter
from delivery.requeued import Place

Step = Callable[[], None]


class LetterTopic:
    """Reads the topic twice where letters are wanted: notes, and what replaces a letter, stand anywhere behind it."""

    def __init__(self, settings: KafkaSettings) -> None:
        self._settings = settings
        self._topic = settings.dead_letters_topic

    def record_count(self, since: int | None) -> int:
        """About how many records `letters` reads. Blocks, as all of this does; Unavailable where Kafka does not answer."""
        starts = self._starts(since)
        ends = {number: high for number, (_, high) in bounds(self._settings, self._topic).items()}
        return 2 * sum(end - max(starts.get(number, 0), 0) for number, end in ends.items())

    def letters(self, since: int | None, step: Step) -> Iterator[KeptLetter]:
        """The letters that were received at `since` (ms) or later, and maybe some before; `step` is called for each record."""
        starts = self._starts(since)
        # Its note is younger than a letter: what begins behind the time has all notes of its letters.
        aftermath = aftermath_of(_stepped(read_all(self._settings, self._topic, starts), step))
        yield from letters_of(_stepped(read_all(self._settings, self._topic, starts), step), aftermath)

    def at(self, places: Iterable[Place], step: Step, since: int | None = None) -> Iterator[KeptLetter]:
        """The letters at these places, those that exist. None of them was received before `since` (ms), where it is given."""
        wanted = set(places)
        # What befell letters stands behind them: where it is known since when they are, the rest of the topic is not read.
        aftermath = aftermath_of(_stepped(read_all(self._settings, self._topic, self._starts(since)), step))
        for kept in letters_of(self._around(wanted, step), aftermath):
            if kept.place in wanted:
                yield kept

    def find(self, place: Place) -> KeptLetter | None:
        """The letter at this place."""
        for kept in letters_of(self._around({place}, lambda: None), Aftermath()):
            if kept.place == place:
                return next(self.at([place], lambda: None), None)
        return None

    def _around(self, places: set[Place], step: Step) -> Iterator[Stored]:
        """The records from the first to the last of the places, in each partition."""
        starts: dict[int, int] = {}
        ends: dict[int, int] = dict.fromkeys(bounds(self._settings, self._topic), 0)
        for place in places:
            if place.partition in ends:
                starts[place.partition] = min(place.offset, starts.get(place.partition, place.offset))
                ends[place.partition] = max(place.offset + 1, ends[place.partition])
        return _stepped(read_all(self._settings, self._topic, starts, ends), step)

    def _starts(self, since: int | None) -> dict[int, int]:
        return offsets_at(self._settings, self._topic, since) if since is not None else {}


def _stepped(records: Iterable[Stored], step: Step) -> Iterator[Stored]:
    for one in records:
        step()
        yield one
