"""How much of a row a caller sees: addresses whole, or masked so that only their domain stays.

A masked row's ids and cursors must not give its address away either. A delivery's hold its recipient, those of events and dead
letters a hash of their content, by which a guess of an address could be checked: there they are encrypted, always to the same text,
under a key that all processes share (`id_key_file`; without one, a process's own, and then ids end with the process).
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from hashlib import sha512
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from delivery.masking import hint, mask_addresses

ADDRESSES = frozenset({"mail_from", "rcpt_to"})
"""A notification's members that are addresses, whatever they hold."""

# What is sealed begins with what it is: else who may post could have a guessed event's id sealed as a recipient, and compare.
RECIPIENT = b"@"
EVENT = b"#"
LETTER = b"!"


class Sight(Protocol):
    """What becomes of a row's texts on their way to a caller."""

    def address(self, text: str | None) -> str | None:
        """A text that is an address."""

    def text(self, text: str | None) -> str | None:
        """A text that may hold addresses."""

    def members(self, members: dict[str, Any]) -> dict[str, Any]:
        """JSON that may hold addresses; changed in place."""

    def seal(self, what: bytes, text: str, tracking_id: str = "") -> str:
        """A text as ids and cursors hold it, for its message: a delivery's RECIPIENT, the id of an EVENT or a dead LETTER."""

    def unseal(self, what: bytes, sealed: str, tracking_id: str = "") -> str:
        """The other way; ValueError where it was not sealed so."""


class Whole:
    """Everything as it is."""

    def address(self, text: str | None) -> str | None:
        return text

    def text(self, text: str | None) -> str | None:
        return text

    def members(self, members: dict[str, Any]) -> dict[str, Any]:
        return members

    def seal(self, what: bytes, text: str, tracking_id: str = "") -> str:
        return text

    def unseal(self, what: bytes, sealed: str, tracking_id: str = "") -> str:
        return sealed


class Masked:
    """Addresses without their local part."""

    def __init__(self, secret: bytes) -> None:
        self._cipher = AESSIV(sha512(secret).digest())

    def address(self, text: str | None) -> str | None:
        if not text:
            return text
        at = text.rfind("@")
        return f"{hint(text[:at])}{text[at:]}" if at >= 0 else hint(text)

    def text(self, text: str | None) -> str | None:
        return mask_addresses(text) if text else text

    def members(self, members: dict[str, Any]) -> dict[str, Any]:
        # An address is more than what can be told for one within a text: it may have blanks, quotes, or no domain.
        for name in ADDRESSES & members.keys():
            if isinstance(members[name], str):
                members[name] = self.address(members[name])
        # Without recursion: a sender's own JSON may be deeper than Python's stack.
        waiting: list[Any] = [members]
        while waiting:
            found = waiting.pop()
            for key, value in list(found.items()) if isinstance(found, dict) else enumerate(found):
                if isinstance(value, str):
                    found[key] = mask_addresses(value)
                elif isinstance(value, (dict, list)):
                    waiting.append(value)
            if isinstance(found, dict):
                for key in [key for key in found if mask_addresses(key) != key]:
                    found[mask_addresses(key)] = found.pop(key)
        return members

    def seal(self, what: bytes, text: str, tracking_id: str = "") -> str:
        sealed = self._cipher.encrypt(what + text.encode(), [tracking_id.encode()])
        return urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def unseal(self, what: bytes, sealed: str, tracking_id: str = "") -> str:
        try:
            encrypted = urlsafe_b64decode(sealed.encode("ascii") + b"=" * (-len(sealed) % 4))
            opened = self._cipher.decrypt(encrypted, [tracking_id.encode()])
        except (InvalidTag, Base64Error, UnicodeEncodeError) as problem:
            raise ValueError("not sealed by this key") from problem
        if not opened.startswith(what):
            raise ValueError("not sealed as this")
        return opened.removeprefix(what).decode()


WHOLE: Sight = Whole()


def addresses(texts: list[str | None], sight: Sight) -> list[str | None]:
    """Addresses as the caller sees them."""
    return texts if sight is WHOLE else [sight.address(text) for text in texts]
