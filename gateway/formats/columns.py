"""Rows of text that all have the same names in the same order: what makes many rows quick to bind."""

from typing import Any, NamedTuple

import msgspec

from delivery.notification import INTEGER_MEMBERS, ExtendedNotification, Notification
from gateway.formats.binding import member_of

_convert = msgspec.convert


class Columns(NamedTuple):
    """The names of a row in their order, members by their own; the places of the integers, and the names that are unknown."""

    names: tuple[str, ...]
    integers: tuple[int, ...]
    unknown: tuple[str, ...]

    def bind(self, texts: list[str]) -> Notification | None:
        """The notification of a row's texts; None where one of them is no plain number or text."""
        digits = "".join([texts[place] for place in self.integers])
        if digits and not (digits.isdigit() and digits.isascii()):
            return None
        values: dict[str, Any] = dict(zip(self.names, texts, strict=True))
        if self.unknown:
            values["extras"] = {name: values.pop(name) for name in self.unknown}
        try:
            return _convert(values, ExtendedNotification if self.unknown else Notification, strict=False)
        except msgspec.ValidationError:  # an empty integer, or one of more than 64 bits
            return None


def columns_of(names: list[str]) -> Columns | None:
    """The columns that these names make; None where a name comes twice or means another's member, or none is known."""
    members = [member_of(name) or name for name in names]
    known = [name for name in members if member_of(name)]
    if len(set(members)) < len(members) or not known or "extras" in members:
        return None
    unknown = tuple(name for name in members if not member_of(name))
    integers = tuple(place for place, name in enumerate(members) if name in INTEGER_MEMBERS)
    return Columns(tuple(members), integers, unknown)
