"""Where a text stops being JSON, as the path of the member that was being read: `[3].tries`.

The path is what Newtonsoft's reader says at that point, since senders' logs know it: a name counts once its colon is read, an
element of an array once it has begun (an object or array) or has ended (a number, text or word).
"""

import re

from gateway.formats.binding import shown_name

_TOKEN = re.compile(
    r'[ \t\r\n]*(?:(?P<mark>[\[\]{}:,])|(?P<text>"(?:[^"\\]++|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*+")'
    r"|(?P<word>(?:-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null)(?![\w.+-])))"
)


class _Place:
    """An array with the index of its newest element, or an object with its newest name."""

    __slots__ = ("at", "is_array")

    def __init__(self, is_array: bool) -> None:
        self.is_array = is_array
        self.at: int | str | None = None

    def step(self) -> None:
        if self.is_array:
            self.at = 0 if self.at is None else int(self.at) + 1


def path_of_stop(text: str) -> str:
    """The path at which the first syntax error stands; "" at the root."""
    places: list[_Place] = []
    expected = "value"  # value, first (a value or the end), name, names (a name or the end), colon, next
    position = 0
    while found := _TOKEN.match(text, position):
        position = found.end()
        following = _accept(found, expected, places)
        if following is None:
            break
        expected = following
        if not places:
            if expected != "next":
                break
            expected = "value"  # another value may follow on end
            if _TOKEN.match(text, position) is None:
                break
    return "".join(_step_text(place) for place in places).lstrip(".")


def _accept(found: re.Match[str], expected: str, places: list[_Place]) -> str | None:
    """What may follow this token; None where the token itself is wrong."""
    mark = found["mark"]
    if mark is None:
        return _accept_scalar(found, expected, places)
    if mark in "[{" and expected in ("value", "first"):
        if places:
            places[-1].step()
        places.append(_Place(mark == "["))
        return "first" if mark == "[" else "names"
    if mark in "]}":
        is_array = mark == "]"
        allowed = ("first", "next") if is_array else ("names", "next")
        if expected in allowed and places and places[-1].is_array is is_array:
            places.pop()
            return "next"
    if mark == ":" and expected == "colon":
        return "value"
    if mark == "," and expected == "next" and places:
        return "value" if places[-1].is_array else "name"
    return None


def _accept_scalar(found: re.Match[str], expected: str, places: list[_Place]) -> str | None:
    if expected in ("name", "names") and found["text"]:
        if _is_followed_by_colon(found):
            places[-1].at = found["text"][1:-1]
            return "colon"
        return None
    if expected in ("value", "first"):
        if places:
            places[-1].step()
        return "next"
    return None


_COLON = re.compile(r"[ \t\r\n]*:")


def _is_followed_by_colon(found: re.Match[str]) -> bool:
    return _COLON.match(found.string, found.end()) is not None


def _step_text(place: _Place) -> str:
    if place.at is None:
        return ""
    return f"[{place.at}]" if place.is_array else f".{shown_name(str(place.at))}"
