"""What a check found: whether it is well, what there is, and what to do."""

from enum import StrEnum

import msgspec


class Level(StrEnum):
    """How a finding is: `warn` works and deserves a look, `fail` does not work."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


class Finding(msgspec.Struct, frozen=True):
    """One line. `fix` is empty where all is well."""

    check: str
    level: Level
    found: str
    fix: str = ""


def ok(check: str, found: str) -> Finding:
    return Finding(check, Level.OK, found)


def warn(check: str, found: str, fix: str) -> Finding:
    return Finding(check, Level.WARN, found, fix)


def fail(check: str, found: str, fix: str) -> Finding:
    return Finding(check, Level.FAIL, found, fix)
