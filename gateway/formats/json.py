"""JSON: an array of notifications."""

import msgspec

from delivery.errors import TooLarge, Unreadable
from delivery.notification import Notification
from gateway.formats.limits import Limits
from gateway.rows import Rows

_decode_plain = msgspec.json.Decoder(list[Notification]).decode


def decode_json(body: bytes, charset: str | None, limits: Limits) -> Rows:
    """The rows of a JSON body."""
    try:
        rows = _decode_plain(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        raise Unreadable(f"The body is not JSON: {problem}.") from problem
    if len(rows) > limits.rows_max:
        raise TooLarge("rows_max", limits.rows_max)
    return Rows(list(rows))
