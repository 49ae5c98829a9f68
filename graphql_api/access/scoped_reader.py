"""A store's reader for a caller that may see some senders only.

Lists and counts ask the store for these senders' rows alone, whatever else a filter asks for. Rows by key are looked at when
they come: a row of another sender, or of none, is as if it weren't there. A message and a delivery are the sender's that all their
events name (see `owner`), so that what they roll up is of no other; an event is the one's that it names itself.
"""

from collections.abc import Sequence
from typing import TypeVar

import msgspec

from delivery.kept_letter import KeptLetter
from delivery.views import Delivery, Message, owner
from store.contract import Count, HistoryEvent, MessagePage, Progress, Reader, Slice, StatisticsRow
from store.questions import (
    Breakdown,
    Deliveries,
    DeliveryFilter,
    EventFilter,
    Events,
    Interval,
    LetterFilter,
    MessageFilter,
    Messages,
    Order,
    StatisticsFilter,
    Window,
)

Filter = TypeVar("Filter", MessageFilter, DeliveryFilter, EventFilter)
View = TypeVar("View", Message, Delivery)


class _Sender(msgspec.Struct):
    sender_id: int | None = None


_decode_sender = msgspec.json.Decoder(_Sender).decode


class ScopedReader(Reader):
    """The same contract, over the rows of these senders. It is opened and closed by whoever owns the reader below."""

    def __init__(self, reader: Reader, sender_ids: frozenset[int]) -> None:
        self._reader = reader
        self._sender_ids = sender_ids
        self._senders = tuple(sorted(sender_ids))

    async def open(self) -> None:
        await self._reader.open()

    async def close(self) -> None:
        await self._reader.close()

    async def check(self) -> None:
        await self._reader.check()

    async def latencies(self, since: int) -> dict[int, int]:
        return await self._reader.latencies(since)

    async def progress(self) -> Progress:
        return await self._reader.progress()

    async def messages(self, tracking_ids: Sequence[str]) -> list[Message | None]:
        return [self._seen(view) for view in await self._reader.messages(tracking_ids)]

    async def message_pages(
        self,
        tracking_ids: Sequence[str],
        deliveries_max: int,
        events_max: int,
        sender_ids: tuple[int, ...] | None = None,
    ) -> list[MessagePage | None]:
        senders = self._within(sender_ids)
        pages = await self._reader.message_pages(tracking_ids, deliveries_max, events_max, senders)
        return [page if page is not None and self._seen(page.message) is not None else None for page in pages]

    async def deliveries(self, keys: Sequence[tuple[str, str]]) -> list[Delivery | None]:
        return [self._seen(view) for view in await self._reader.deliveries(keys)]

    async def events(self, keys: Sequence[tuple[str, str]]) -> list[HistoryEvent | None]:
        rows = await self._reader.events(keys)
        return [
            row if row is not None and _decode_sender(row.value).sender_id in self._sender_ids else None for row in rows
        ]

    async def deliveries_of(
        self, tracking_ids: Sequence[str], order: Order, window: Window, sender_ids: tuple[int, ...] | None = None
    ) -> list[Slice[Delivery]]:
        return await self._reader.deliveries_of(tracking_ids, order, window, self._within(sender_ids))

    async def events_of(
        self,
        keys: Sequence[tuple[str, str | None]],
        order: Order,
        window: Window,
        sender_ids: tuple[int, ...] | None = None,
    ) -> list[Slice[HistoryEvent]]:
        return await self._reader.events_of(keys, order, window, self._within(sender_ids))

    async def page_messages(self, where: Messages, order: Order, window: Window) -> Slice[Message]:
        narrowed = self._narrowed(where)
        return await self._reader.page_messages(narrowed, order, window) if narrowed else Slice([], more=False)

    async def page_deliveries(self, where: Deliveries, order: Order, window: Window) -> Slice[Delivery]:
        narrowed = self._narrowed(where)
        return await self._reader.page_deliveries(narrowed, order, window) if narrowed else Slice([], more=False)

    async def page_events(self, where: Events, order: Order, window: Window) -> Slice[HistoryEvent]:
        narrowed = self._narrowed(where)
        return await self._reader.page_events(narrowed, order, window) if narrowed else Slice([], more=False)

    async def count_messages(self, where: Messages, count_max: int) -> Count:
        narrowed = self._narrowed(where)
        return await self._reader.count_messages(narrowed, count_max) if narrowed else Count(0, exact=True)

    async def count_deliveries(self, where: Deliveries, count_max: int) -> Count:
        narrowed = self._narrowed(where)
        return await self._reader.count_deliveries(narrowed, count_max) if narrowed else Count(0, exact=True)

    async def count_events(self, where: Events, count_max: int) -> Count:
        narrowed = self._narrowed(where)
        return await self._reader.count_events(narrowed, count_max) if narrowed else Count(0, exact=True)

    async def statistics(
        self, where: StatisticsFilter, interval: Interval, breakdown: Breakdown | None = None, values_max: int = 20
    ) -> list[StatisticsRow]:
        senders = self._within(where.sender_ids)
        narrowed = msgspec.structs.replace(where, sender_ids=senders)
        return await self._reader.statistics(narrowed, interval, breakdown, values_max) if senders else []

    async def page_letters(self, where: LetterFilter, order: Order, window: Window) -> Slice[KeptLetter]:
        return Slice([], more=False)  # a letter may hold rows of any sender

    async def letters(self, ids: Sequence[str]) -> list[KeptLetter | None]:
        return [None] * len(ids)

    async def count_letters(self, where: LetterFilter, count_max: int) -> Count:
        return Count(0, exact=True)

    def _seen(self, view: View | None) -> View | None:
        return view if view is not None and owner(view) in self._sender_ids else None

    def _within(self, asked: tuple[int, ...] | None) -> tuple[int, ...]:
        return self._senders if asked is None else tuple(value for value in asked if value in self._sender_ids)

    def _narrowed(self, where: Filter | tuple[Filter, ...]) -> tuple[Filter, ...]:
        """The filters within the scope: those of which something is left, so that the store needn't be asked for none."""
        narrowed = []
        for each in where if isinstance(where, tuple) else (where,):
            senders = self._within(each.sender_ids)
            if senders:
                narrowed.append(msgspec.structs.replace(each, sender_ids=senders))
        return tuple(narrowed)
