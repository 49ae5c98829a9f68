"""Rows whose members are named in another case, decoded in one typed step: a type for each spelling that a sender uses.

Such a type has the thirteen members under the sender's names. It is only read: what is stored has the interface's own names.
Spellings are learnt from rows that the careful lanes have read, and there are few of them.
"""

from collections.abc import Mapping
from operator import attrgetter

import msgspec

from delivery.notification import MEMBERS, Notification
from gateway.formats.binding import EMPTY
from gateway.formats.json_typed import Decode, typed

SPELLINGS_MAX = 32
_members_of = attrgetter(*MEMBERS)


class Spellings:
    """The types that are known so far, by each of their names that are not the interface's own."""

    def __init__(self) -> None:
        self._decoders: dict[str, Decode] = {}
        self._written: dict[str, Mapping[str, str]] = {}
        self._made = 0

    def decode(self, content: bytes, unknown: str) -> list[Notification] | None:
        """The rows of a body that met an `unknown` name; None where that is none of a spelling's, or the spelling does not fit."""
        decode = self._decoders.get(unknown)
        return decode(content) if decode is not None else None

    def learn(self, written: Mapping[str, str]) -> None:
        """Rows with these names for members were read: the next ones may come typed. Rows that lack members are read before
        others, so a spelling grows; a member's first name in it stays."""
        merged = dict(written)
        for name in written.values():
            for member, known in self._written.get(name, {}).items():
                if merged.setdefault(member, known) != known:
                    return
        if self._made >= SPELLINGS_MAX or all(self._written.get(name) == merged for name in merged.values()):
            return
        self._made += 1
        self._written |= dict.fromkeys(merged.values(), merged)
        self._decoders |= dict.fromkeys(merged.values(), _decoder(merged))


def _decoder(written: Mapping[str, str]) -> Decode:
    row = msgspec.defstruct(
        "SpelledNotification",
        [(field.name, field.type, field.default) for field in msgspec.structs.fields(Notification)],
        rename=dict(written),
        frozen=True,
        gc=False,
        forbid_unknown_fields=True,
    )
    return typed(row, EMPTY, lambda rows: [Notification(*_members_of(each)) for each in rows])
