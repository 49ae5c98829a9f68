"""What was found out about texts, for those that were asked with of late."""

from collections import OrderedDict
from collections.abc import Hashable
from contextlib import suppress
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
CHARACTERS_MAX = 1_000_000
"""Of all texts together: what is kept of one takes some hundred times as much."""


class Kept(Generic[Key, Value]):
    """At most `count_max`, and CHARACTERS_MAX; what nobody has asked for longest is forgotten first. For threads too."""

    def __init__(self, count_max: int) -> None:
        self._count_max = count_max
        self._values: OrderedDict[Key, tuple[Value, int]] = OrderedDict()
        self._characters = 0
        self._keeping = Lock()

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: Key) -> Value | None:
        found = self._values.get(key)
        if found is None:
            return None
        with suppress(KeyError):  # a thread has kept something else in between, and this was forgotten for it
            self._values.move_to_end(key)
        return found[0]

    def keep(self, key: Key, value: Value, characters: int) -> None:
        with self._keeping:
            self._characters += characters - self._values.get(key, (None, 0))[1]
            self._values[key] = value, characters
            while len(self._values) > self._count_max or self._characters > CHARACTERS_MAX:
                _, (_, size) = self._values.popitem(last=False)
                self._characters -= size
