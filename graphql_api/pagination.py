"""Pages by key: which part of a list is asked for, and cursors that name a row's place in it.

A cursor holds the row's key, so a page starts where the last one ended whatever was written in between. It is checked
against the list's own shape of keys; its text is no promise and may change.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from typing import Any

import msgspec

from delivery.notification import INT64_MAX, INT64_MIN
from graphql_api.errors import BAD_CURSOR, BAD_USER_INPUT, limit_exceeded, problem
from graphql_api.settings import GraphQLSettings
from store.questions import Key, Window

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(list[int | str]).decode


class KeyShape(msgspec.Struct, frozen=True):
    """What the keys of one list look like: its tag, then the type of each part."""

    tag: str
    parts: tuple[type[int] | type[str], ...]


MESSAGE_KEY = KeyShape("messages", (int, str))
DELIVERY_KEY = KeyShape("deliveries", (int, str, str))
EVENT_KEY = KeyShape("events", (int, str, str))


class PageRequest(msgspec.Struct, frozen=True):
    """The four arguments of a connection, as the client gave them."""

    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None


def pack(parts: list[Any]) -> str:
    """Parts as one opaque text."""
    return urlsafe_b64encode(_encode(parts)).rstrip(b"=").decode()


def unpack(text: str) -> list[int | str]:
    """The parts of an opaque text; ValueError where it is none of ours."""
    padded = text.encode("ascii") + b"=" * (-len(text) % 4)
    parts = _decode(urlsafe_b64decode(padded))
    if pack(parts) != text:
        raise ValueError("not the one way to write these parts")
    return parts


def encode_cursor(shape: KeyShape, key: Key) -> str:
    """The cursor of the row with this key."""
    return pack([shape.tag, *key])


def decode_cursor(shape: KeyShape, text: str, argument: str) -> Key:
    """The key that a cursor names; BAD_CURSOR where it isn't one of this list."""
    try:
        tag, *key = unpack(text)
    except (ValueError, msgspec.DecodeError):
        raise problem(f"{argument}: {text[:100]!r} is not a cursor of this API", BAD_CURSOR) from None
    if tag != shape.tag:
        raise problem(f"{argument}: this is a cursor of another list ({tag}), expected one of {shape.tag}", BAD_CURSOR)
    if tuple(type(part) for part in key) != shape.parts or not all(_fits(part) for part in key):
        raise problem(f"{argument}: the cursor doesn't name a row of this list", BAD_CURSOR)
    return tuple(key)


def _fits(part: int | str) -> bool:
    return "\0" not in part if isinstance(part, str) else INT64_MIN <= part <= INT64_MAX


def window_of(page: PageRequest, shape: KeyShape, settings: GraphQLSettings) -> Window:
    """The part of the list that the arguments ask for."""
    if page.first is not None and page.last is not None:
        raise problem("give first or last, not both: one page has one end to start from", BAD_USER_INPUT)
    return Window(
        limit=_size(page, settings),
        after=None if page.after is None else decode_cursor(shape, page.after, "after"),
        before=None if page.before is None else decode_cursor(shape, page.before, "before"),
        backward=page.last is not None,
    )


def unsealed(window: Window, key_of: Callable[..., Key]) -> Window:
    """The window with its keys as the store has them: `key_of` gives one of the parts of a cursor's, or ValueError."""

    def opened(key: Key | None, argument: str) -> Key | None:
        try:
            return None if key is None else key_of(*key)
        except ValueError:
            raise problem(f"{argument}: the cursor doesn't name a row of this list", BAD_CURSOR) from None

    return msgspec.structs.replace(window, after=opened(window.after, "after"), before=opened(window.before, "before"))


def _size(page: PageRequest, settings: GraphQLSettings) -> int:
    name, size = ("last", page.last) if page.last is not None else ("first", page.first)
    if size is None:
        return min(settings.page_size_default, settings.page_size_max)
    if size < 1:
        raise problem(f"{name}: {size} is less than 1", BAD_USER_INPUT)
    if size > settings.page_size_max:
        raise limit_exceeded("page_size_max", settings.page_size_max, size)
    return size
