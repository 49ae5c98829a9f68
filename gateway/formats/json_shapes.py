"""Rows with members that the interface doesn't know, decoded in one typed step: a type for each set that a sender writes.

Such a type has the thirteen members and behind them the unknown ones, sorted: its encoding is the canonical JSON as it
stands. Types are learnt from rows that the careful lanes have read, and there are few of them: senders have few sets. What a
type does not fit is read by the other lanes, and means the same there.
"""

import re
from collections.abc import Sequence

import msgspec

from delivery.notification import Notification, type_of_integer
from gateway.formats.json_typed import Decode, typed

NAMES_MAX = 16  # of one type
TYPES_MAX = 64
_NAME = re.compile(r"[ !#-\[\]-_a-~]{1,64}")  # what stands in JSON as it is, and in quotes of the decoder's errors
# Numbers with a fraction are left out: their digits are another lane's care.
_Value = str | type_of_integer | bool | None | msgspec.UnsetType


class Shapes:
    """The types that are known so far, by each of their unknown names."""

    def __init__(self) -> None:
        self._decoders: dict[str, Decode] = {}
        self._names: dict[str, frozenset[str]] = {}
        self._made = 0

    def decode(self, content: bytes, unknown: str) -> list[Notification] | None:
        """The rows of a body that met an `unknown` member; None where no type fits."""
        decode = self._decoders.get(unknown)
        return decode(content) if decode is not None else None

    def learn(self, unknown: Sequence[str]) -> None:
        """Rows with these unknown members were read: the next ones may come typed."""
        if self._made >= TYPES_MAX or not all(map(_NAME.fullmatch, unknown)):
            return
        names = frozenset(unknown).union(*(self._names.get(name, ()) for name in unknown))
        if len(names) > NAMES_MAX or all(self._names.get(name) == names for name in names):
            return
        self._made += 1
        decode = _decoder(sorted(names))
        for name in names:
            self._names[name], self._decoders[name] = names, decode


def _decoder(names: Sequence[str]) -> Decode:
    own = [f"own_{number}" for number in range(len(names))]
    row = msgspec.defstruct(
        "ShapedNotification",
        [(name, _Value, msgspec.UNSET) for name in own],
        bases=(Notification,),
        rename=dict(zip(own, names, strict=True)),
        frozen=True,
        gc=False,
        omit_defaults=True,
        forbid_unknown_fields=True,
    )
    return typed(row, row())
