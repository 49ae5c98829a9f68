"""An array of rows, decoded in one step by a type that was made for what a sender writes."""

from collections.abc import Callable
from typing import Any

import msgspec

from delivery.notification import Notification

Decode = Callable[[bytes], list[Notification] | None]


def typed(
    row: type[msgspec.Struct], empty: msgspec.Struct, read: Callable[[list[Any]], list[Notification]] = list
) -> Decode:
    """Decodes rows of this type, and has `read` make notifications of them. It gives None where the type does not fit a body, and
    where a row is `empty`: other lanes then tell why."""
    array = msgspec.json.Decoder(list[row]).decode  # type: ignore[valid-type]

    def decode(content: bytes) -> list[Notification] | None:
        try:
            rows = read(array(content))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
        return None if empty in rows else rows

    return decode
