"""The keys of a form: which row and which member a key names."""

import re
from collections.abc import Container
from typing import NamedTuple

from gateway.formats.binding import member_of

_NAMES = re.compile(r"\[([^\[\]]*)\]|([^.\[\]]+)")


class Key(NamedTuple):
    """`head` names the row: the names before the member, () for none. `names` are all of them."""

    names: tuple[str, ...]
    head: tuple[str, ...] = ()
    member: str | None = None
    below: bool = False
    is_order: bool = False

    def unknown(self, rows: Container[tuple[str, ...]]) -> tuple[tuple[str, ...] | None, str]:
        """For a key without a known member: its row (None: it belongs to none), and the unknown member's name ("": the row)."""
        if self.member is not None:
            return self.head, self.member
        numbers = [place for place, name in enumerate(self.names) if is_number(name)]
        if numbers:
            last = numbers[-1]
            if last == len(self.names) - 1 and last > 0 and self.names[last:] in rows:
                return self.names[last:], ".".join(self.names[:last])  # subject[0] beside tracking_id[0]
            return self.names[: last + 1], ".".join(self.names[last + 1 :])
        if len(self.names) > 1 and self.names[:-1] in rows:
            return self.names[:-1], self.names[-1]
        if self.names in rows:
            return self.names, ""
        return (() if () in rows else None), ".".join(self.names)


def is_number(name: str) -> bool:
    """Whether a name is an index: digits, with a minus at most."""
    digits = name[1:] if name[:1] == "-" else name
    return digits.isascii() and digits.isdigit()


def read_key(text: str) -> Key:
    """A key, percent-decoded, cut into its names."""
    names = tuple(bracketed or plain for bracketed, plain in _NAMES.findall(text.strip()))
    for place, name in enumerate(names):
        member = member_of(name)
        if member is not None:
            head, tail = names[:place], names[place + 1 :]
            if not head and len(tail) == 1 and (is_number(tail[0]) or not tail[0]):
                return Key(names, tail, member)
            return Key(names, head, member, below=bool(tail))
    if names and names[-1].lower() == "index" and not any(is_number(name) for name in names):
        return Key(names, is_order=True)
    return Key(names)
