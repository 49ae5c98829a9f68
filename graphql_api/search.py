"""Searches as people type them: `to:ann@example.org -status:delivered after:1h`, one language for every list.

    search = term { blank term }
    term   = [ "-" ] [ key ":" ] value { "," value }
    value  = characters without blanks, commas and quotes | quoted, with \\" and \\\\ inside

All terms hold; of a term's values any one suffices; `-` turns a term round. A value without a key is an address where it holds
an @, else a tracking id. Times are RFC 3339, a date (in UTC), or a time before now: 30s, 15m, 1h, 7d, 2w.

    to        the recipient's address          code     event_code (events)
    domain    the recipient's domain           category, class   the reason (deliveries)
    id, msgid the tracking id                  sender   sender_id
    status    the phase; of events the kind    source   who posted it (events)
    after, before   the time of the last event; of events their own
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from delivery.classification import Kind
from delivery.event import view_text
from delivery.notification import INT64_MAX, INT64_MIN
from delivery.state import RANKS
from graphql_api.criteria import EVENTS, All, AnyOf, Criterion, During, In, Not, Rows
from graphql_api.errors import BAD_USER_INPUT, limit_exceeded, problem
from graphql_api.filters import asked_address, asked_domain
from graphql_api.scalars import read_time
from graphql_api.settings import GraphQLSettings

KEYS = ("to", "domain", "id", "msgid", "status", "code", "category", "class", "sender", "source", "after", "before")
TIMES = ("after", "before")
ONLY_IN = {"code": "events", "source": "events", "category": "deliveries", "class": "deliveries"}
UNITS_MS = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 7 * 86_400_000}
CHARACTERS_MAX = 4_000

_VALUE = r'(?:"(?:[^"\\]|\\["\\])*"|[^\s,"]+)'
_TERM = re.compile(rf"(-?)(?:([A-Za-z_]+):)?({_VALUE}(?:,{_VALUE})*)(?=\s|$)")
_KEY_ALONE = re.compile(r"[A-Za-z_]+:")
_EACH = re.compile(_VALUE)
_ESCAPED = re.compile(r'\\(["\\])')
_PLAIN = re.compile(r'[^\s,"]+')
_RELATIVE = re.compile(r"([0-9]{1,9})([smhdw])")


class Term(msgspec.Struct, frozen=True):
    """One term. `key` is one of KEYS."""

    key: str
    values: tuple[str, ...]
    negated: bool = False


def parse_search(text: str) -> list[Term]:
    """The terms of a search. BAD_USER_INPUT names the one that can't be read."""
    if len(text) > CHARACTERS_MAX:
        raise limit_exceeded("characters of a search", CHARACTERS_MAX, len(text))
    return list(_terms(text))


def write_search(terms: list[Term]) -> str:
    """The text that parses into these terms."""
    return " ".join(
        f"{'-' if term.negated else ''}{term.key}:{','.join(_quoted(value) for value in term.values)}" for term in terms
    )


def searched(text: str | None, rows: Rows, now: int, settings: GraphQLSettings) -> Criterion:
    """What a search asks of this list. BAD_USER_INPUT where a term is none of its, or has a value that can't be."""
    if not isinstance(text, str):
        return All()
    terms = parse_search(text)
    given: set[str] = set()
    parts = []
    for term in terms:
        if sum(len(each.values) for each in terms) > settings.filter_values_max:
            raise limit_exceeded("filter_values_max (search)", settings.filter_values_max, len(term.values))
        if not term.negated and term.key in given:
            advice = "one time is enough" if term.key in TIMES else f"write {term.key}:one,other for either of them"
            raise _bad(term, f"{term.key} is given twice; {advice}")
        given |= set() if term.negated else {term.key}
        test = _test(term, rows, now)
        parts.append(Not(test) if term.negated else test)
    return All(tuple(parts))


def _terms(text: str) -> Iterator[Term]:
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        found = _TERM.match(text, at)
        if found is None or (found[2] is None and _KEY_ALONE.fullmatch(found[3])):
            shown = text[at : at + 60].split()[0] if found else text[at : at + 60]
            raise problem(f"search: {shown!r}: it is not key:value, or a quote in it has no end", BAD_USER_INPUT)
        sign, key, values = found.groups()
        read = tuple(_unquoted(value) for value in _EACH.findall(values))
        yield Term(_key(found[0], key, read), read, negated=bool(sign))
        at = found.end()


def _key(shown: str, key: str | None, values: tuple[str, ...]) -> str:
    if key is None:
        return "to" if all("@" in value for value in values) else "id"
    if key.lower() not in KEYS:
        known = ", ".join(KEYS)
        raise problem(f"search: {shown[:100]!r}: there is no key {key!r}; known are {known}", BAD_USER_INPUT)
    return key.lower()


def _quoted(value: str) -> str:
    if _PLAIN.fullmatch(value):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _unquoted(value: str) -> str:
    return _ESCAPED.sub(r"\1", value[1:-1]) if value.startswith('"') else value


def _test(term: Term, rows: Rows, now: int) -> Criterion:
    if ONLY_IN.get(term.key, rows.name) != rows.name:
        raise _bad(term, f"{rows.name} can't be searched by {term.key}, {ONLY_IN[term.key]} can")
    if term.key in ("to", "domain"):
        column, read = ("recipients", asked_address) if term.key == "to" else ("domains", asked_domain)
        return AnyOf(tuple(In(column, (read(value),)) for value in term.values))
    if term.key in TIMES:
        if len(term.values) > 1:
            raise _bad(term, "one time is enough")
        at = _time(term, now)
        return During(since=at) if term.key == "after" else During(until=at)
    if term.key == "status":
        return In(rows.few[0], tuple(_kind(term, value, rows) for value in term.values))
    column, convert = COLUMNS[term.key]
    return In(column, tuple(dict.fromkeys(convert(term, value) for value in term.values)))


def _kind(term: Term, value: str, rows: Rows) -> Kind:
    known = tuple(Kind) if rows is EVENTS else tuple(RANKS)
    try:
        kind = Kind(value.lower())
    except ValueError:
        kind = None
    if kind not in known:
        elsewhere = "; that is a kind of events" if kind else ""
        raise _bad(term, f"{value!r} is not one of {', '.join(each.value for each in known)}{elsewhere}")
    return kind


def _time(term: Term, now: int) -> int:
    (value,) = term.values
    relative = _RELATIVE.fullmatch(value)
    if relative:
        return max(now - int(relative[1]) * UNITS_MS[relative[2]], 0)
    try:
        if len(value) == len("2026-11-22"):
            day = date.fromisoformat(value)
            return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1000
        return read_time(value)
    except ValueError:
        reason = f"{value!r} is no time: write 2026-11-22T10:00:00Z, 2026-11-22, or 30s, 15m, 1h, 7d, 2w for a time ago"
        raise _bad(term, reason) from None


def _integer(term: Term, value: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,19}", value) or not INT64_MIN <= int(value) <= INT64_MAX:
        raise _bad(term, f"{value!r} is not an integer of 64 bits")
    return int(value)


def _text(_term: Term, value: str) -> str:
    return view_text(value)


def _bad(term: Term, reason: str) -> Exception:
    return problem(f"search: {write_search([term])[:100]!r}: {reason}", BAD_USER_INPUT)


COLUMNS: Mapping[str, tuple[str, Callable[[Term, str], Any]]] = {
    "id": ("tracking_ids", _text),
    "msgid": ("tracking_ids", _text),
    "category": ("categories", _text),
    "class": ("categories", _text),
    "code": ("event_codes", _integer),
    "sender": ("sender_ids", _integer),
    "source": ("sources", _text),
}
"""The terms that are values of a column."""
