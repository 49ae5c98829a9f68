"""Which media type answers: application/graphql-response+json where the client names it, else application/json.

The difference is more than a name. Under the first, an operation that could not run at all is a 400; under the second
every well-formed request is answered 200, as clients of that type expect.
"""

from enum import Enum


class ReplyType(Enum):
    """The media types of replies."""

    GRAPHQL = "application/graphql-response+json; charset=utf-8"
    JSON = "application/json; charset=utf-8"


def choose_reply(accept: str | None) -> ReplyType:
    """The better of the two by the header's q values. A header that admits neither gets JSON: it says why better than a 406."""
    if not accept or accept == "*/*":
        return ReplyType.JSON
    graphql, plain = _quality(accept, "graphql-response+json"), _quality(accept, "json")
    return ReplyType.GRAPHQL if graphql is not None and graphql > 0 and graphql >= (plain or 0) else ReplyType.JSON


def _quality(accept: str, subtype: str) -> float | None:
    """The q of this very type; None where the header doesn't name it. Wildcards are no request for a type."""
    for part in accept.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if name == f"application/{subtype}":
            return next((_number(value[2:]) for value in parameters if value.startswith("q=")), 1.0)
    return None


def qualities(header: str) -> dict[str, float]:
    """The q of each name in a header such as Accept-Encoding."""
    found = {}
    for part in header.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if name:
            found[name] = next((_number(value[2:]) for value in parameters if value.startswith("q=")), 1.0)
    return found


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
