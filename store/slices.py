"""What the readers of both databases share: rows of a query → what the contract gives."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from delivery.views import Delivery, Message, decode_delivery, decode_message
from store.columns import key_text
from store.contract import Count, MessagePage, Position, Progress, Slice
from store.questions import Window

Raw = TypeVar("Raw")
Row = TypeVar("Row")


def sliced(rows: Sequence[Raw], window: Window, decode: Callable[[Raw], Row]) -> Slice[Row]:
    """A window's rows from what a query gave: in its reading direction, and one more than asked for where there are more."""
    taken = rows[: window.limit]
    if window.backward:
        taken = taken[::-1]
    return Slice([decode(row) for row in taken], len(rows) > window.limit)


def cut_page(page: MessagePage, deliveries_max: int, events_max: int) -> MessagePage:
    """A page's lists in their order and cut to their lengths; they hold one row more where there are more."""
    deliveries, events = page.deliveries, page.events
    deliveries.rows.sort(key=lambda row: (row.last_event_at, key_text(row.recipient)), reverse=True)
    events.rows.sort(key=lambda row: (row.occurred_at, row.id), reverse=True)
    deliveries.more, events.more = len(deliveries.rows) > deliveries_max, len(events.rows) > events_max
    del deliveries.rows[deliveries_max:], events.rows[events_max:]
    return page


def counted(found: int, count_max: int) -> Count:
    """A count that went one beyond its limit at most."""
    return Count(min(found, count_max), found <= count_max)


def decode_message_row(row: Sequence[Any]) -> Message:
    return decode_message(row[0])


def decode_delivery_row(row: Sequence[Any]) -> Delivery:
    return decode_delivery(row[0])


def progress_of(
    rows: Iterable[tuple[str, int, int | None, int, int | None, int | None]], schema: int, classification: int
) -> Progress:
    """Progress from the rows of offsets."""
    positions: dict[str, dict[int, Position]] = {}
    newest: list[int] = []
    applied: list[int] = []
    for topic, partition, next_offset, announced_offset, newest_event_at, applied_at in rows:
        if next_offset is not None:
            positions.setdefault(topic, {})[partition] = Position(next_offset, announced_offset)
        if newest_event_at is not None:
            newest.append(newest_event_at)
        if applied_at is not None:
            applied.append(applied_at)
    return Progress(positions, max(newest, default=None), max(applied, default=None), schema, classification)
