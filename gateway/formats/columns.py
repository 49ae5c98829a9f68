"""Rows of text that all have the same names in the same order: what makes many rows quick to bind."""

from typing import Any, NamedTuple

import msgspec

from delivery.notification import INTEGER_MEMBERS, ExtendedNotification, Notification
from gateway.formats.binding import Misfit, integer_of_text, member_of

_DIGITS_MAX = 18
_convert = msgspec.convert


class Columns(NamedTuple):
    """The names of a row in their order: members by their own names, and which are integers or unknown."""

    names: tuple[str, ...]
    integers: tuple[str, ...]
    unknown: tuple[str, ...]

    def bind(self, texts: list[str]) -> Notification | None:
        """The notification of a row's texts; None where one of them needs a closer look."""
        values: dict[str, Any] = dict(zip(self.names, texts, strict=True))
        for name in self.integers:
            text = values[name]
            if not (text.isdigit() and text.isascii() and len(text) <= _DIGITS_MAX):
                try:
                    values[name] = integer_of_text(text)
                except Misfit:
                    return None
        if self.unknown:
            values["extras"] = {name: values.pop(name) for name in self.unknown}
            return _convert(values, ExtendedNotification, strict=False)
        return _convert(values, Notification, strict=False)


def columns_of(names: list[str]) -> Columns | None:
    """The columns that these names make; None where a name comes twice or means another's member, or none is known."""
    members = [member_of(name) or name for name in names]
    known = [name for name in members if member_of(name)]
    if len(set(members)) < len(members) or not known or "extras" in members:
        return None
    unknown = tuple(name for name in members if not member_of(name))
    return Columns(tuple(members), tuple(name for name in members if name in INTEGER_MEMBERS), unknown)
