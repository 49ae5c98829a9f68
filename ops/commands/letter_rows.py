"""Dead letters as rows of output: in a list, whole, and what requeuing does to them."""

import base64
from typing import Any

from delivery.kept_letter import KeptLetter
from ops.commands.output import Column, Row, printable, shown_time

LETTER_COLUMNS: tuple[Column, ...] = (
    Column("ADDRESS", 8, lambda row: row["address"]),
    Column("STATE", 8, lambda row: row["state"], is_state=True),
    Column("RECEIVED", 24, lambda row: row["received_at"]),
    Column("PART", 6, lambda row: row["part"]),
    Column("SOURCE", 12, lambda row: row["source"]),
    Column("REASON", 0, lambda row: _first_reason(row)),
)
OUTCOME_COLUMNS: tuple[Column, ...] = (
    Column("ADDRESS", 8, lambda row: row["address"]),
    Column("OUTCOME", 16, lambda row: row["outcome"], is_state=True),
    Column("EVENTS", 6, lambda row: row["events"]),
    Column("BAD", 4, lambda row: row["bad"]),
    Column("REASON", 0, lambda row: _first_reason(row)),
)


def summary(kept: KeptLetter) -> dict[str, Any]:
    """A letter in a list: all but its bytes."""
    letter = kept.letter
    return {
        "address": str(kept.place),
        "state": kept.state.value,
        "received_at": shown_time(letter.received_at),
        "part": kept.part.value if kept.part else None,
        "source": letter.source,
        "reason": letter.reason,
        "index": letter.index,
        "content_type": letter.content_type,
        "content_bytes": len(letter.content or b""),
        "errors": letter.errors,
        "problem": kept.problem,
    }


def whole(kept: KeptLetter) -> dict[str, Any]:
    """All of a letter."""
    letter, note = kept.letter, kept.note
    requeued = {"by": note.by, "at": shown_time(note.at), "events": note.events, "bad": note.bad} if note else None
    return summary(kept) | {
        "content_encoding": letter.content_encoding,
        "key": _exact(letter.key),
        "topic": letter.topic,
        "partition": letter.partition,
        "offset": letter.offset,
        "traceparent": letter.traceparent,
        "requeued": requeued,
        "content": _exact(letter.content),
    }


def _exact(content: bytes | None) -> dict[str, str] | None:
    if content is None:
        return None
    try:
        return {"text": content.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(content).decode()}


def _first_reason(row: Row) -> str:
    """The first member and its reason, and how many more there are."""
    told = [f"{path or 'body'}: {' '.join(reasons)}" for path, reasons in row["errors"].items()]
    if row.get("problem"):
        told.insert(0, row["problem"])
    more = f" (+{len(told) - 1} more)" if len(told) > 1 else ""
    return printable(told[0]) + more if told else row.get("reason", "")
