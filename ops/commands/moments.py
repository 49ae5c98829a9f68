"""Points in time on the command line: RFC 3339, or how long ago, such as `15m`."""

import re
import time

import click

from delivery.event import parse_time

_AGO = re.compile(r"(\d{1,9})(s|m|h|d|w)")
_SECONDS = re.compile(r"\d{1,9}(\.\d{1,3})?")
_UNITS_MS = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
EXAMPLE = "RFC 3339 such as 2026-02-25T10:00:00Z, or how long ago: 90s, 15m, 2h, 7d, 1w"


def parse_moment(text: str, now: int) -> int:
    """The moment in ms since 1970; ValueError where the text is none. `now` in ms."""
    ago = _AGO.fullmatch(text)
    if ago is not None:
        return max(0, now - int(ago[1]) * _UNITS_MS[ago[2]])
    return parse_time(text)


def moment(_context: click.Context, _parameter: click.Parameter, text: str | None) -> int | None:
    """The callback of an option that takes a moment."""
    try:
        return parse_moment(text, now_ms()) if text is not None else None
    except (ValueError, OverflowError) as problem:
        raise click.BadParameter(f"{text!r} is no time: {EXAMPLE}.") from problem


def parse_duration(text: str) -> float:
    """Seconds, from `90s`, `15m`, `2h` or a number of seconds; ValueError where the text is none."""
    found = _AGO.fullmatch(text)
    if found is not None:
        return int(found[1]) * _UNITS_MS[found[2]] / 1000
    if not _SECONDS.fullmatch(text):
        raise ValueError(text)
    return float(text)


def duration(_context: click.Context, _parameter: click.Parameter, text: str | None) -> float | None:
    """The callback of an option that takes how long, in seconds."""
    try:
        return None if text is None else parse_duration(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is no time to wait: 90s, 15m, 2h, or a number of seconds.") from None


def now_ms() -> int:
    """This machine's clock, in ms since 1970."""
    return time.time_ns() // 1_000_000
