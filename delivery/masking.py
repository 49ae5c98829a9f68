"""Mail addresses without their local part, wherever they stand in a text."""

import re

_BETWEEN_WORDS = re.compile(r"([\s<>\"',;:()\[\]]+)")
_AT = re.compile(r"@|%40")
_ESCAPED_AT = re.compile(r"\\+u0040|&#0*64;|&#[xX]0*40;|&commat;")  # in JSON and in XML


def mask_addresses(text: str) -> str:
    """`alice@example.org` becomes `a…@example.org`, wherever it stands in a text of whatever length (in linear time).

    An @ that is escaped becomes one.
    """
    text = _ESCAPED_AT.sub("@", text)
    if _AT.search(text) is None:
        return text
    return "".join(_mask_word(word) for word in _BETWEEN_WORDS.split(text))


def hint(local: str) -> str:
    """What may be seen of a local part: its first character, where that is not all of it."""
    return f"{local[0]}…" if len(local) > 1 else "…"


def _mask_word(word: str) -> str:
    found = list(_AT.finditer(word))
    if not found:
        return word
    at = found[-1].start()
    return hint(word[:at]) + word[at:]
