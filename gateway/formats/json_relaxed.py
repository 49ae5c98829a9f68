"""JSON as people and templates write it, made JSON: the original's reader takes it, and it is as clear.

Comments, a comma behind an object's last member, texts in single quotes, and names without quotes. Everything else stays as it
is, wrong or not. Octal numbers stay wrong: the original reads 017 as 15.
"""

import re
from bisect import bisect_right

CHARACTERS_MAX = 256 * 1024  # a token costs a microsecond; who writes so by hand writes little
_COMMENT = r"/\*(?:[^*]++|\*(?!/))*+(?:\*/|\Z)|//[^\r\n]*+"
_TOKEN = re.compile(
    rf"""(?P<text>"(?:[^"\\]++|\\.)*+(?:"|\\?\Z))|(?P<single>'(?:[^'\\]++|\\.)*+(?:'|\\?\Z))|(?P<comment>{_COMMENT})"""
    rf"""|(?P<word>[\w$]++)(?P<colon>[ \t\r\n]*+:)?|(?P<comma>,)(?=(?:[ \t\r\n]++|{_COMMENT})*+\}})""",
    re.S,
)
_NAME = re.compile(r"[A-Za-z_$][\w$]*", re.A)
_IN_SINGLE = re.compile(r"""\\(.)|(")""", re.S)


class Relaxed:
    """A text made JSON, with its way back to the text that was sent."""

    def __init__(self, text: str) -> None:
        pieces: list[str] = []
        self._ours, self._theirs = [0], [0]
        length = position = 0
        for found in _TOKEN.finditer(text):
            written = _written(found)
            if written is not None:
                kept = text[position : found.start()]
                pieces += (kept, written)
                length += len(kept) + len(written)
                position = found.end()
                self._ours.append(length)
                self._theirs.append(position)
        pieces.append(text[position:])
        self.text = "".join(pieces)

    @property
    def is_changed(self) -> bool:
        return len(self._ours) > 1

    def sent_at(self, offset: int) -> int:
        """Where a character of our text, one that was kept, stands in the text that was sent."""
        place = bisect_right(self._ours, offset) - 1
        return self._theirs[place] + offset - self._ours[place]


def _written(found: re.Match[str]) -> str | None:
    """What stands in a token's place; None where that is itself."""
    if (text := found["single"]) is not None:
        if len(text) < 2 or text[-1] != "'":
            return None  # it never ends
        return '"' + _IN_SINGLE.sub(_escaped, text[1:-1]) + '"'
    if found["comment"] or found["comma"]:
        return ""
    if found["colon"] and _NAME.fullmatch(found["word"]):
        return f'"{found["word"]}"{found["colon"]}'
    return None


def _escaped(found: re.Match[str]) -> str:
    if found[2]:
        return '\\"'
    return "'" if found[1] == "'" else found[0]
