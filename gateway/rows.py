"""What decoding a body gives: notifications to store, and rows that can't be used, each with its place in the body."""

import msgspec

from delivery.notification import Notification


class BadRow(msgspec.Struct, frozen=True):
    """A row that can't be used. `errors` maps member paths such as `[3].tries` to reasons; `content` is the row's exact bytes.

    `content_type` is that of the content where it is another than the body's: a row that could be bound, but not accepted,
    is kept as its canonical JSON, which has all of its members.
    """

    index: int
    errors: dict[str, list[str]]
    content: bytes
    content_type: str | None = None


class Rows(msgspec.Struct):
    """The rows of one body, in its order. Together the two lists hold every row; a body without rows has none of either."""

    accepted: list[Notification]
    rejected: list[BadRow] = msgspec.field(default_factory=list)
