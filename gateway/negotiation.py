"""Which format a request has, and which its reply gets: the rules of the original's DefaultContentNegotiator.

A reply's media type comes from Accept by quality (at equal quality the narrower range, then JSON before XML); where that
matches nothing, from the request's own type; else it is JSON. Its charset comes from Accept-Charset, else from the request.
Nothing here raises but Unsupported, and every answer is kept by header value, since senders repeat theirs.
"""

import re
from functools import lru_cache
from typing import NamedTuple

import msgspec

from delivery.errors import Unsupported

NO_CONTENT_TYPE = (
    "The request contains an entity body but no Content-Type header. "
    "The inferred media type 'application/octet-stream' is not supported for this resource."
)
JSON_TYPES = ("application/json", "text/json")
XML_TYPES = ("application/xml", "text/xml")
FORM_TYPE = "application/x-www-form-urlencoded"
LINES_TYPES = ("application/x-ndjson", "application/ndjson")
CLOUDEVENT_TYPE = "application/cloudevents+json"
CLOUDEVENTS_TYPE = "application/cloudevents-batch+json"
READABLE_TYPES = (*JSON_TYPES, *XML_TYPES, FORM_TYPE, *LINES_TYPES, CLOUDEVENT_TYPE, CLOUDEVENTS_TYPE)
# The original's formatters in their order. It reads three formats and writes the first two.
_WRITERS = (JSON_TYPES, XML_TYPES)
_ORIGINAL_TYPES = (*JSON_TYPES, *XML_TYPES, FORM_TYPE)
_CHARSETS = ("utf-8", "utf-16")
_CACHED_LENGTH_MAX = 256

_WORD = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_MEDIA_RANGE = re.compile(rf"\s*({_WORD})\s*/\s*({_WORD})\s*((?:;.*)?)", re.S)
_PARAMETER = re.compile(rf";\s*({_WORD})\s*(?:=\s*({_WORD}|{_QUOTED})\s*)?", re.S)
_ELEMENT = re.compile(rf'(?:[^,"]|{_QUOTED})+')
_QUALITY = re.compile(r"\d*\.?\d*")


class ContentType(msgspec.Struct, frozen=True):
    """What a body claims to be: one of READABLE_TYPES, and its charset in lower case, if it names one."""

    media_type: str
    charset: str | None = None


class ReplyForm(msgspec.Struct, frozen=True):
    """How a reply is written: application/json, text/json, application/xml or text/xml, in utf-8 or utf-16."""

    media_type: str = "application/json"
    charset: str = "utf-8"

    @property
    def is_xml(self) -> bool:
        """Whether the body is XML; otherwise it is JSON."""
        return self.media_type in XML_TYPES

    @property
    def content_type(self) -> str:
        """The value of the reply's Content-Type header."""
        return f"{self.media_type}; charset={self.charset}"


class _Range(NamedTuple):
    """One media range of a header; the type in lower case."""

    kind: str
    subtype: str
    parameters: dict[str, str]

    def covers(self, media_type: str) -> bool:
        kind, _, subtype = media_type.partition("/")
        return self.kind in ("*", kind) and self.subtype in ("*", subtype)


def read_content_type(header: str | None) -> ContentType:
    """What the header says of the body; Unsupported (415) with the original's text where that is nothing we read."""
    if header is not None and len(header) > _CACHED_LENGTH_MAX:
        return _read_content_type.__wrapped__(header)
    return _read_content_type(header)


def choose_reply(
    accept: str | None, accept_charset: str | None, content_type: str | None, requested_with: str | None = None
) -> ReplyForm:
    """The form of the reply, from the request's headers as they are (several of one name joined with commas).

    `requested_with` is X-Requested-With: scripts in browsers that accept anything are answered in JSON.
    """
    headers = (accept, accept_charset, content_type, requested_with)
    length = len(accept or "") + len(accept_charset or "") + len(content_type or "") + len(requested_with or "")
    if length > _CACHED_LENGTH_MAX:
        return _choose_reply.__wrapped__(*headers)
    return _choose_reply(*headers)


@lru_cache(maxsize=1024)
def _read_content_type(header: str | None) -> ContentType:
    found = _parse_range(header) if header else None
    if found is None:
        raise Unsupported(NO_CONTENT_TYPE)
    charset = found.parameters.get("charset", "").lower() or None
    named = f"{found.kind}/{found.subtype}"
    if named in READABLE_TYPES:
        return ContentType(named, charset)
    for media_type in _ORIGINAL_TYPES:
        if found.covers(media_type):
            return ContentType(media_type, charset)
    raise Unsupported(f"The request entity's media type '{named}' is not supported for this resource.")


@lru_cache(maxsize=1024)
def _choose_reply(
    accept: str | None, accept_charset: str | None, content_type: str | None, requested_with: str | None
) -> ReplyForm:
    request = _parse_range(content_type) if content_type else None
    charset = _accepted_charset(accept_charset) or _own_charset(request)
    ranges = _accepted_ranges(accept)
    is_script = (requested_with or "").strip().lower() == "xmlhttprequest"
    if is_script and (not ranges or [f"{r.kind}/{r.subtype}" for _, r in ranges] == ["*/*"]):
        return ReplyForm(JSON_TYPES[0], charset)
    media_type = _accepted_type(ranges) or _own_type(request) or JSON_TYPES[0]
    return ReplyForm(media_type, charset)


def _parse_range(text: str) -> _Range | None:
    """One media type or range; None where the text is none. An empty last parameter is let pass: clients send it."""
    whole = _MEDIA_RANGE.fullmatch(text)
    if whole is None:
        return None
    tail = whole[3].rstrip()
    parameters: dict[str, str] = {}
    position = 0
    while position < len(tail):
        found = _PARAMETER.match(tail, position)
        if found is None:
            if tail[position:] == ";":
                break
            return None
        parameters.setdefault(found[1].lower(), _unquote(found[2] or ""))
        position = found.end()
    return _Range(whole[1].lower(), whole[2].lower(), parameters)


def _unquote(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.S) if text.startswith('"') else text


def _quality(parameters: dict[str, str]) -> float:
    """The weight, 1 where it is missing or no number. The original takes 2 for twice as good, so it stands."""
    text = parameters.get("q", "")
    return float(text) if _QUALITY.fullmatch(text) and text.strip(".") else 1.0


def _accepted_ranges(accept: str | None) -> list[tuple[float, _Range]]:
    """The ranges with a weight above zero, the best first; none at all where one of them is no media range."""
    ranges = []
    for element in _ELEMENT.findall(accept or ""):
        if element.strip():
            found = _parse_range(element)
            if found is None:
                return []
            ranges.append((_quality(found.parameters), found))
    ranges.sort(key=lambda pair: (-pair[0], (pair[1].kind == "*") + (pair[1].subtype == "*")))
    return [pair for pair in ranges if pair[0] > 0]


def _accepted_type(ranges: list[tuple[float, _Range]]) -> str | None:
    """For each writer its best match; then the higher weight, then the narrower range, then the first writer."""
    best: tuple[float, int, str] | None = None
    for media_types in _WRITERS:
        match = _first_match(ranges, media_types)
        if match is not None and (best is None or (match[0], -match[1]) > (best[0], -best[1])):
            best = match
    return best[2] if best else None


def _first_match(ranges: list[tuple[float, _Range]], media_types: tuple[str, ...]) -> tuple[float, int, str] | None:
    for quality, accepted in ranges:
        for media_type in media_types:
            if accepted.covers(media_type):
                return quality, (accepted.kind == "*") + (accepted.subtype == "*"), media_type
    return None


def _own_type(request: _Range | None) -> str | None:
    if request is None:
        return None
    return next((media_type for writer in _WRITERS for media_type in writer if request.covers(media_type)), None)


def _accepted_charset(header: str | None) -> str | None:
    wanted = []
    for element in (header or "").split(","):
        name, _, tail = element.partition(";")
        weight = tail.partition("=")[2].strip()
        wanted.append((_quality({"q": weight} if weight else {}), name.strip().lower()))
    wanted.sort(key=lambda pair: -pair[0])
    for quality, name in wanted:
        for charset in _CHARSETS:
            if quality > 0 and name in (charset, "*"):
                return charset
    return None


def _own_charset(request: _Range | None) -> str:
    charset = request.parameters.get("charset", "").lower() if request else ""
    return charset if charset in _CHARSETS else _CHARSETS[0]
