"""Erased addresses: remembered as hashes under a key, and kept out of what is applied.

A row that was sent on from a redacted letter has ERASED for its recipient, and is passed over, too.

The store has no erased address, nor anything from which one could be tried out without the key: keyed BLAKE2b-256 (RFC 7693) over
the address in the form of a view's key. A check value of the key tells a wrong one before it does harm. An event of an erased
recipient is passed over; another event that names the address is applied without it, under the id that it came with.
"""

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from pathlib import Path

import msgspec

from delivery.errors import Misconfigured
from delivery.event import Received, read_event
from delivery.mentions import ERASED, IsErased, names, normal_address, value_without
from delivery.views import recipient_of
from store.settings import StoreSettings

SECRET_CHARACTERS_MIN = 32
KNOWN_MAX = 100_000  # addresses whose answer is kept
_CHECKED = b"email-delivery-status erasure key"


class ErasureKey:
    """The secret. Its text is nowhere but in the settings."""

    def __init__(self, secret: bytes) -> None:
        self._key = blake2b(secret, digest_size=32).digest()

    def hash(self, address: str) -> bytes:
        """What is remembered of an address in its normal form."""
        return blake2b(address.encode("utf-8", "surrogatepass"), key=self._key, digest_size=32).digest()

    def check_value(self) -> bytes:
        """Tells this key from another; stands in the store."""
        return blake2b(_CHECKED, key=self._key, digest_size=32, person=b"check").digest()


def erasure_key(settings: StoreSettings) -> ErasureKey | None:
    """The key of these settings, None without one; Misconfigured where it can't be read or is too short."""
    secret = settings.erasure_key
    if settings.erasure_key_file:
        try:
            secret = Path(settings.erasure_key_file).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as problem:
            raise Misconfigured(f"[store] erasure_key_file: {problem}") from problem
    if not secret:
        return None
    if len(secret) < SECRET_CHARACTERS_MIN:
        raise Misconfigured(f"[store] erasure_key: has fewer than {SECRET_CHARACTERS_MIN} characters")
    return ErasureKey(secret.encode())


class Remembered(msgspec.Struct, frozen=True):
    """An erased address as it is remembered: its hash, and when it was erased (ms)."""

    digest: bytes
    erased_at: int


class Admitted(msgspec.Struct):
    """What is left of a batch's events, and how many are passed over."""

    events: Sequence[Received]
    erased: int


class Erasures:
    """The erased addresses of one store, as far as this process has read them: up to the row `number`."""

    def __init__(self, key: ErasureKey | None) -> None:
        self._key = key
        self._hashes: set[bytes] = set()
        self._known: dict[str, bool] = {}
        self.number = 0

    def take(self, check_value: bytes | None, rows: Iterable[tuple[int, bytes]]) -> None:
        """Takes in rows of erasures, in their order; Misconfigured where this process has not the key that they were made with."""
        if check_value is not None:
            if self._key is None:
                raise Misconfigured(
                    "the store remembers erased addresses, and no key is set to know them by: set [store] erasure_key_file to "
                    "the one that eds erase used"
                )
            if self._key.check_value() != bytes(check_value):
                raise Misconfigured(
                    "[store] erasure_key_file holds another key than the one that the store's erasures were made with: "
                    "erased addresses would not be known"
                )
        for number, digest in rows:
            self._hashes.add(bytes(digest))
            self.number = number
        self._known.clear()

    def forget(self) -> None:
        """They are to be read anew: the store may be another one than it was, or have gone back behind what was read of it."""
        self._hashes.clear()
        self._known.clear()
        self.number = 0

    def is_erased(self, address: str) -> bool:
        """Whether this address, in its normal form, was erased."""
        known = self._known.get(address)
        if known is None:
            known = self._key is not None and self._key.hash(address) in self._hashes
            if len(self._known) >= KNOWN_MAX:
                self._known.clear()
            self._known[address] = known
        return known

    def admit(self, events: Sequence[Received]) -> Admitted:
        """The events as they may be applied."""
        if not self._hashes:
            return Admitted(events, 0)
        left = [admitted for event in events if (admitted := self._admitted(event)) is not None]
        return Admitted(left, len(events) - len(left))

    def _admitted(self, event: Received) -> Received | None:
        rcpt_to = event.notification.rcpt_to
        if rcpt_to and (ERASED in rcpt_to or self.is_erased(recipient_of(event.notification))):
            return None
        value = event_without(event, self.is_erased)
        if value is event.value:
            return event
        return None if is_named_as_recipient(event, self.is_erased) else cleaned(event, value)


def is_whole(text: str | None, is_erased: IsErased) -> bool:
    """Whether the text is nothing but an erased address; one with quotes, or without an at sign, is not found within a text."""
    return bool(text) and is_erased(normal_address(text or ""))


def event_without(event: Received, is_erased: IsErased) -> bytes:
    """The event's value without the erased addresses; the same bytes where it names none."""
    return value_without(event.value, is_erased, whole=is_whole(event.notification.mail_from, is_erased))


def is_named_as_recipient(event: Received, is_erased: IsErased) -> bool:
    """Whether rcpt_to is an erased address, or names one beside other text."""
    return is_erased(recipient_of(event.notification)) or names(event.notification.rcpt_to or "", is_erased)


def cleaned(event: Received, value: bytes) -> Received:
    """The event with this value, which names an address less. Its id stays: late copies are known by it."""
    if value is event.value or value == event.value:
        return event
    read = read_event(value, None, event.received_at, event.partition, event.offset)
    return msgspec.structs.replace(event, notification=read.notification, value=value)


def normal(address: str) -> str:
    """The address as views have it; Misconfigured where there is none."""
    found = normal_address(address)
    if not found or found == ERASED:
        raise Misconfigured(f"{address!r} is no address")
    return found
