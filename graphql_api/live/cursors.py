"""Cursors of what is live: how far a client has come, as an opaque text that it gives back as `after`.

Of one message it is the revision; of a filter it is the topic's position in each partition: all that matched before it
was sent, or superseded by what was sent.
"""

from collections.abc import Mapping

import msgspec

from delivery.notification import INT64_MAX
from graphql_api.errors import BAD_CURSOR, problem
from graphql_api.pagination import pack, unpack

MESSAGE = "message"
CHANGES = "changes"
EVENTS = "arrivals"
EXPIRED = "CURSOR_EXPIRED"


def encode_revision(tracking_id: str, revision: int) -> str:
    """The cursor of a message's revision."""
    return pack([MESSAGE, tracking_id, revision])


def encode_positions(tag: str, positions: Mapping[int, int]) -> str:
    """The cursor of a topic's positions, whose partitions are numbered from 0 without gaps."""
    return pack([tag, *(positions[number] for number in range(len(positions)))])


def decode_revision(text: str, tracking_id: str) -> int:
    """The revision that a cursor of this message names; BAD_CURSOR where it is none."""
    parts = _parts(text, MESSAGE)
    if len(parts) != 2 or parts[0] != tracking_id or not isinstance(parts[1], int):
        raise problem("after: this is not a cursor of this message", BAD_CURSOR)
    return parts[1]


def decode_positions(text: str, tag: str) -> dict[int, int]:
    """The positions that a cursor names; BAD_CURSOR where it is none of this subscription."""
    positions = dict(enumerate(_parts(text, tag)))
    found = {number: place for number, place in positions.items() if isinstance(place, int) and 0 <= place <= INT64_MAX}
    if len(found) != len(positions) or not found:
        raise problem("after: the cursor names no position", BAD_CURSOR)
    return found


def _parts(text: str, tag: str) -> list[int | str]:
    try:
        found, *parts = unpack(text)
    except (ValueError, msgspec.DecodeError):
        raise problem(f"after: {text[:100]!r} is not a cursor of this API", BAD_CURSOR) from None
    if found != tag:
        raise problem(f"after: this is a cursor of something else ({found}), expected one of {tag}", BAD_CURSOR)
    return parts


def expired(reason: str) -> Exception:
    """What a client learns whose cursor can't be gone on from."""
    return problem(f"after: {reason}: query what you show anew, then subscribe without `after`", EXPIRED)
