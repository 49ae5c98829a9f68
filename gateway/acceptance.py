"""Rows that could be bound but are not accepted: another sender's, or too large for the topic. They become bad rows."""

from delivery.event import Record
from delivery.notification import encode_notification
from gateway.rows import BadRow, Rows
from gateway.sources.source import Source

NO_SENDER_ID = "Rows of this source must have a sender_id."


def only_allowed(rows: Rows, source: Source) -> Rows:
    """The rows, those with a sender_id that the source may not send among the bad ones."""
    if source.sender_ids is None:
        return rows
    allowed: frozenset[int | None] = source.sender_ids
    if not source.sender_id_required:
        allowed |= {None}
    if allowed.issuperset([row.sender_id for row in rows.accepted]):
        return rows
    refused = {
        place: (
            NO_SENDER_ID if row.sender_id is None else f"Source {source.name} may not send for this sender_id.",
            "sender_id",
        )
        for place, row in enumerate(rows.accepted)
        if row.sender_id not in allowed
    }
    return _refuse(rows, refused)


def without_oversized(rows: Rows, records: list[Record], size_max: int) -> tuple[Rows, list[Record]]:
    """The rows without those whose event is larger than the topic is meant to take."""
    refused = {
        place: (f"The row is larger than event_bytes_max={size_max}.", "")
        for place, record in enumerate(records)
        if len(record.value or b"") > size_max
    }
    if not refused:
        return rows, records
    return _refuse(rows, refused), [record for place, record in enumerate(records) if place not in refused]


def _refuse(rows: Rows, refused: dict[int, tuple[str, str]]) -> Rows:
    """Moves accepted rows, by their place in that list, to the bad ones; each gets its index in the body back."""
    taken = {row.index for row in rows.rejected}
    indexes = (index for index in range(len(rows.accepted) + len(taken)) if index not in taken)
    accepted, rejected = [], list(rows.rejected)
    for place, (index, row) in enumerate(zip(indexes, rows.accepted, strict=True)):
        if place in refused:
            reason, member = refused[place]
            path = f"[{index}].{member}" if member else f"[{index}]"
            rejected.append(BadRow(index, {path: [reason]}, encode_notification(row), "application/json"))
        else:
            accepted.append(row)
    return Rows(accepted, sorted(rejected, key=lambda row: row.index))
