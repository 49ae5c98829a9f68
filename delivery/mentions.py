"""Addresses that a text names, and texts without them: what erasure looks for, and what it leaves.

A mention is an address as it stands in replies, paths and links: `<Ada@Example.org>`, `rfc822;ada@example.org`,
`to=ada%40example.org`, and the return path `bounce+ada=example.org@sender.example`. It is compared in the form of a view's key
(see recipient_of), and never as a part of a longer address: veronica.ada@example.org is another one. Everything is in linear
time, whatever the text.
"""

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any
from urllib.parse import unquote

from delivery.event import view_text
from delivery.json_text import decode_json, encode_json

ERASED = "[erased]"
"""What stands where an erased address stood."""

IsErased = Callable[[str], bool]
"""Asked with an address in the form of a view's key."""

SIDE_CHARACTERS_MAX = 256  # on each side of the at sign: RFC 5321 has 64 and 255
CUTS_MAX = 8  # of a local part, at signs that may end what is before it; a real one has hardly any

_AT = re.compile(r"@|%40|&#64;|&#x40;|\\u0040", re.IGNORECASE)
_LOCAL = re.compile(rf"[^\s<>()\[\]\\,;:\"@]{{1,{SIDE_CHARACTERS_MAX}}}")
_DOMAIN = re.compile(rf"[\w.\-]{{1,{SIDE_CHARACTERS_MAX}}}")
# What may stand in a local part, but in a text rather ends what is before it, as in to=ada@example.org.
_BEFORE = re.compile(r"[=/'|!?&{}*#^~$`%]")
_BEFORE_IN_PATH = re.compile(r"[=/'|!?&{}*#^~$`%+\-]")
_PATH = re.compile(r"=(?=[^=]+\Z)")


def normal_address(text: str) -> str:
    """An address as the view's key: without blanks and angle brackets, in lower case."""
    return view_text(text.strip().strip("<>").strip().lower())


def names(text: str, is_erased: IsErased) -> bool:
    """Whether the text names an erased address."""
    return any(is_erased(address) for _, _, address in _mentions(text))


def without(text: str, is_erased: IsErased) -> str:
    """The text with ERASED for each erased address; the same text where it names none."""
    if is_erased(normal_address(text)):
        return ERASED
    found = [(start, end) for start, end, address in _mentions(text) if is_erased(address)]
    if not found:
        return text
    pieces: list[str] = []
    at = 0
    for start, end in sorted(found):
        if start >= at:
            pieces += (text[at:start], ERASED)
            at = end
    return "".join((*pieces, text[at:]))


def _mentions(text: str) -> Iterator[tuple[int, int, str]]:
    """Where an address may stand, from and to, and which; several for one at sign, as texts don't say where it begins."""
    for sign in _AT.finditer(text):
        found = _DOMAIN.match(text, sign.end())
        before = _LOCAL.match(text[max(0, sign.start() - SIDE_CHARACTERS_MAX) : sign.start()][::-1])
        if found is None or before is None:
            continue
        local, domain = before[0][::-1].lstrip("."), found[0].rstrip(".-")
        start, end = sign.start() - len(local), sign.end() + len(domain)
        if text[max(0, start - 1) : start] == "\\":
            yield start + 1, end, _normal(local[1:], domain)  # in JSON's text: \nada@… names ada
        for cut in _cuts(local, _BEFORE):
            yield start + cut, end, _normal(local[cut:], domain)
        if (parted := _PATH.search(local)) is not None and "." in local[parted.end() :]:
            for cut in _cuts(local[: parted.start()], _BEFORE_IN_PATH):
                yield start + cut, sign.start(), _normal(local[cut : parted.start()], local[parted.end() :])


def _cuts(local: str, before: "re.Pattern[str]") -> list[int]:
    cuts = [sign.end() for sign in before.finditer(local) if sign.end() < len(local)]
    return [0, *cuts[-CUTS_MAX:]]


def _normal(local: str, domain: str) -> str:
    if "%" in local:
        local = unquote(local)
    if "&" in local:
        local = unescape(local)
    return normal_address(f"{local}@{domain}")


def value_without(value: bytes, is_erased: IsErased, *, whole: bool = False) -> bytes:
    """A JSON text without the erased addresses, in its texts and its members' names; the same bytes where it names none.

    The member tracking_id stays as it is: it is the message's key. `whole` says that one of the texts is nothing but such an
    address: one with quotes, or without an at sign, isn't seen otherwise.
    """
    if not whole and b"@" not in value and b"%40" not in value and b"\\u" not in value and b"&#" not in value:
        return value
    text = value.decode("utf-8", "surrogateescape")
    if not whole and "\\u" not in text and not names(text, is_erased):
        return value
    try:
        content = decode_json(value)
    except (ValueError, RecursionError):
        return without(text, is_erased).encode("utf-8", "surrogateescape")
    return encode_json(content) if _cleaned(content, is_erased) else value


def _cleaned(content: Any, is_erased: IsErased) -> bool:
    """Changes the content in place, without recursion; whether there was anything to change."""
    changed = False
    waiting: list[Any] = [content]
    while waiting:
        found = waiting.pop()
        if not isinstance(found, (dict, list)):
            continue
        for key, item in list(found.items()) if isinstance(found, dict) else list(enumerate(found)):
            if isinstance(item, str) and not (found is content and key == "tracking_id"):
                cleaned = without(item, is_erased)
                if cleaned is not item and cleaned != item:
                    found[key], changed = cleaned, True
            elif isinstance(item, (dict, list)):
                waiting.append(item)
        if isinstance(found, dict):
            for key in [key for key in found if names(key, is_erased) or is_erased(normal_address(key))]:
                found[without(key, is_erased)] = found.pop(key)
                changed = True
    return changed
