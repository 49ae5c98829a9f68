"""Which groups may want a change: found by keys, so that a change costs work only for those."""

from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

Item = TypeVar("Item", bound=Hashable)
IndexKey = tuple[str, Hashable]
"""A condition's name and one of its values."""


class Index(Generic[Item]):
    """Items by keys; each item is found once, in the order of the keys that ask."""

    def __init__(self) -> None:
        self._by_name: dict[str, dict[Hashable, dict[Item, None]]] = {}

    def add(self, item: Item, keys: Iterable[IndexKey]) -> None:
        for name, value in keys:
            self._by_name.setdefault(name, {}).setdefault(value, {})[item] = None

    def remove(self, item: Item, keys: Iterable[IndexKey]) -> None:
        """The same keys as it was added under."""
        for name, value in keys:
            items = self._by_name[name][value]
            del items[item]
            if not items:
                del self._by_name[name][value]

    def find(self, keys: Iterable[IndexKey]) -> dict[Item, None]:
        """All items under any of the keys."""
        found: dict[Item, None] = {}
        for name, value in keys:
            by_value = self._by_name.get(name)
            items = by_value.get(value) if by_value else None
            if items:
                found.update(items)
        return found

    def under(self, name: str) -> dict[Item, None]:
        """All items under this condition, whatever its value."""
        found: dict[Item, None] = {}
        for items in self._by_name.get(name, {}).values():
            found.update(items)
        return found
