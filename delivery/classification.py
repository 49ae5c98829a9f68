"""What an event means: its kind, and for a deferral or a bounce how grave it is and why.

The knowledge is the table classification.toml; this module reads it once and looks events up in it.
"""

import re
import tomllib
from enum import StrEnum
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec

from delivery.errors import Misconfigured
from delivery.event import Observed


class Kind(StrEnum):
    """What one event reports."""

    UNKNOWN = "unknown"
    QUEUED = "queued"
    DEFERRED = "deferred"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    UNSUBSCRIBED = "unsubscribed"
    OPENED = "opened"
    CLICKED = "clicked"


class Classification(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """Why mail was deferred or bounced. `rule` names the line of the table that decided, such as resp_classes.22."""

    kind: str
    category: str
    rule: str
    enhanced_code: str | None = None


class Meaning(msgspec.Struct, frozen=True, gc=False):
    """What one event says. `classification` is there for deferrals and bounces, `enhanced_code` wherever the reply has one."""

    kind: Kind
    classification: Classification | None
    enhanced_code: str | None


class Table(msgspec.Struct, frozen=True):
    """classification.toml as it stands in the file."""

    version: int
    event_codes: dict[str, Kind]
    feedback_types: dict[str, Kind]
    labels: dict[str, Kind]
    reply_digits: dict[str, Kind]
    resp_classes: dict[str, dict[str, str]]
    enhanced_codes: dict[str, dict[str, str]]
    reply_codes: dict[str, dict[str, str]]
    vague_resp_classes: dict[str, dict[str, str]]
    bounce_kinds: dict[str, Kind] = msgspec.field(default_factory=dict)  # tables of version 1 have neither of these
    texts: dict[str, dict[str, str]] = msgspec.field(default_factory=dict)


# RFC 3463 section 2: class "." subject "." detail, at the start of the text or behind the reply code.
_ENHANCED = re.compile(r"\s*(?:[245]\d\d[ -]+)?([245]\.\d{1,3}\.\d{1,3})(?!\d|\.\d)")
_BLANKS = re.compile(r"[\s\-_]+")
_CLASSIFIED = (Kind.DEFERRED, Kind.BOUNCED)
MEANINGS_MAX = 4096  # kept; labels are free text: the cache must not grow with them


def enhanced_code(reply: str | None) -> str | None:
    """The enhanced status code that a reply's text begins with."""
    if not reply or "." not in reply[:16]:
        return None
    found = _ENHANCED.match(reply)
    return found[1] if found else None


def _normal(label: str) -> str:
    return _BLANKS.sub("_", label.strip().lower())


def _number(status: str | None) -> int | None:
    """A status of three digits; some senders post the reply's code, or the event's."""
    return int(status) if status is not None and len(status) == 3 and status.isascii() and status.isdigit() else None


class Classifier:
    """Looks events up in one table. Stateless but for its caches; safe to share."""

    def __init__(self, table: Table) -> None:
        self.version = table.version
        self._codes = {int(code): kind for code, kind in table.event_codes.items()}
        self._table = table
        self._meanings: dict[tuple[int | str | None, ...], Meaning] = {}

    def meaning(self, notification: Observed) -> Meaning:
        """What this notification says; an event that no table knows has the kind unknown."""
        code = enhanced_code(notification.resp_msg)
        feedback = notification.feedback_type
        words = self._words(notification, code)
        if feedback is not None and type(feedback) is not str:
            return self._look_up(notification, code, words)
        # All that is looked at. Few combinations occur, again and again.
        asked = (
            notification.event_code, notification.event_label, notification.status, notification.resp_class,
            notification.resp_code, feedback, code, words,
        )  # fmt: skip
        known = self._meanings.get(asked)
        if known is None:
            if len(self._meanings) >= MEANINGS_MAX:
                self._meanings.clear()
            known = self._meanings[asked] = self._look_up(notification, code, words)
        return known

    def _words(self, notification: Observed, code: str | None) -> str | None:
        """The entry of [texts] that the reply's words are, where nothing that goes before it can decide."""
        reply, resp_code = notification.resp_msg, notification.resp_code
        if not reply or (resp_code is not None and 200 <= resp_code < 400):
            return None
        if (code is not None and code[1:4] != ".0.") or str(notification.resp_class) in self._table.resp_classes:
            return None
        reply = reply.lower()
        return next((words for words in self._table.texts if words in reply), None)

    def _look_up(self, notification: Observed, code: str | None, words: str | None) -> Meaning:
        kind = self._kind(notification)
        if kind is Kind.BOUNCED:
            kind = self._table.bounce_kinds.get(str(notification.resp_class), kind)
        classification = self._classify(notification, code, words) if kind in _CLASSIFIED else None
        return Meaning(kind, classification, code)

    def _kind(self, notification: Observed) -> Kind:
        kind = self._codes.get(notification.event_code) if notification.event_code is not None else None
        kind = kind or self._label_kind(notification.event_label) or self._label_kind(notification.status)
        if kind is Kind.COMPLAINED and notification.feedback_type is not None:
            return self._table.feedback_types.get(str(notification.feedback_type).strip().lower(), kind)
        return kind or self._kind_of_reply(notification) or self._kind_of_number(notification.status) or Kind.UNKNOWN

    def _label_kind(self, label: str | None) -> Kind | None:
        if not label:
            return None
        return self._table.labels.get(_normal(label))

    def _kind_of_number(self, status: str | None) -> Kind | None:
        number = _number(status)
        if number is None:
            return None
        return self._codes.get(number) or self._table.reply_digits.get(str(number // 100))

    def _kind_of_reply(self, notification: Observed) -> Kind | None:
        if notification.resp_code is not None and 200 <= notification.resp_code <= 599:
            return self._table.reply_digits.get(str(notification.resp_code // 100))
        if notification.resp_class is None:
            return None
        if notification.resp_class == 0:
            return Kind.DELIVERED
        known = str(notification.resp_class)
        return Kind.BOUNCED if known in self._table.resp_classes or known in self._table.vague_resp_classes else None

    def _classify(self, notification: Observed, code: str | None, words: str | None) -> Classification:
        for name, key in self._candidates(notification, code, words):
            found = getattr(self._table, name).get(key)
            if found is not None:
                return Classification(found["kind"], found["category"], f"{name}.{key}", code)
        return Classification("undetermined", "undetermined", "default", code)

    def _candidates(self, notification: Observed, code: str | None, words: str | None) -> list[tuple[str, str]]:
        candidates = []
        resp_class = str(notification.resp_class)
        candidates.append(("resp_classes", resp_class))
        if code:
            digit, subject, detail = code.split(".")
            patterns = (code, f"*.{subject}.{detail}", f"{digit}.{subject}.*", f"*.{subject}.*")
            candidates += [("enhanced_codes", pattern) for pattern in patterns]
        if words is not None:
            candidates.append(("texts", words))
        resp_code = notification.resp_code if notification.resp_code is not None else _number(notification.status)
        if resp_code is not None:
            reply = str(resp_code)
            candidates += [("reply_codes", reply), ("reply_codes", reply[:1])]
        candidates.append(("vague_resp_classes", resp_class))
        return candidates


def read_table(text: str) -> Table:
    """A classification table from TOML; msgspec.ValidationError or tomllib.TOMLDecodeError name what is wrong with it."""
    content: dict[str, Any] = tomllib.loads(text)
    return msgspec.convert(content, Table)


def classifier_of(path: str) -> Classifier:
    """The classifier over the table in this file, or over the shipped one where none is named. Misconfigured where it is none."""
    if not path:
        return shipped_classifier()
    try:
        return Classifier(read_table(Path(path).read_text("utf-8")))
    except (OSError, ValueError, msgspec.ValidationError) as problem:
        raise Misconfigured(f"[consumers] classification_file {path}: {problem}") from problem


@cache
def shipped_classifier() -> Classifier:
    """The classifier over the table that comes with the product."""
    return Classifier(read_table(files("delivery").joinpath("classification.toml").read_text("utf-8")))
