"""Rows by key, gathered: what the fields of one level ask for becomes one round trip, however many fields ask.

The loaders of one operation share a budget of rows, so that no nesting of pages can ask for more than the limit.
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any, cast

from strawberry.dataloader import DataLoader

from delivery.views import Delivery, Message
from graphql_api.errors import limit_exceeded
from store.contract import HistoryEvent, MessagePage, Reader, Slice, StatisticsRow
from store.questions import Breakdown, Interval, Order, StatisticsFilter, Window

OwnerKey = tuple[str, str | None]
"""Whose events: (tracking_id, recipient), the recipient None for those of a whole message."""

StatisticsKey = tuple[StatisticsFilter, Interval, Breakdown | None, int]
"""A question to the store, as its arguments."""


class RowBudget:
    """How many rows one operation may still ask the store for. A page counts with its full size.

    `cost` is what the operation may cost at most (see cost.py), None until it is known.
    """

    def __init__(self, rows_max: int) -> None:
        self._rows_max = rows_max
        self._rows_asked = 0
        self.cost: int | None = None

    def take(self, rows: int) -> None:
        self._rows_asked += rows
        if self._rows_asked > self._rows_max:
            raise limit_exceeded("operation_rows_max", self._rows_max, self._rows_asked)


class Loaders:
    """The loaders of one operation. Each is made when it is first asked: most operations ask one or none."""

    def __init__(self, reader: Reader, budget: RowBudget) -> None:
        self._reader = reader
        self._budget = budget
        self._reading: set[asyncio.Task[Any]] = set()
        self._pages: dict[str, Message | None] = {}
        self._deliveries_of: dict[tuple[Order, Window], DataLoader[str, Slice[Delivery]]] = {}
        self._events_of: dict[tuple[Order, Window], DataLoader[OwnerKey, Slice[HistoryEvent]]] = {}
        self._kept_deliveries: dict[tuple[str, Order, Window], Slice[Delivery]] = {}
        self._kept_events: dict[tuple[OwnerKey, Order, Window], Slice[HistoryEvent]] = {}

    @cached_property
    def messages(self) -> DataLoader[str, Message | None]:
        """By tracking id."""
        loader = DataLoader(self._messages)
        loader.prime_many(self._pages)
        return loader

    @cached_property
    def deliveries(self) -> DataLoader[tuple[str, str], Delivery | None]:
        """By (tracking_id, recipient)."""
        return DataLoader(self._deliveries)

    @cached_property
    def events(self) -> DataLoader[tuple[str, str], HistoryEvent | None]:
        """By (tracking_id or "", event id)."""
        return DataLoader(self._events)

    @cached_property
    def _statistics(self) -> DataLoader[StatisticsKey, list[StatisticsRow]]:
        return DataLoader(self._count)

    async def read_messages(self, tracking_ids: Sequence[str]) -> list[Message | None]:
        """Messages, at once and for all who ask for them later; those that were read are not read again."""
        missing = [tracking_id for tracking_id in tracking_ids if tracking_id not in self._pages]
        if missing:
            self._budget.take(len(missing))
            self._pages.update(zip(missing, await self._reader.messages(missing), strict=True))
        return [self._pages[tracking_id] for tracking_id in tracking_ids]

    def keep_page(
        self, tracking_id: str, page: MessagePage | None, deliveries: Window | None, events: Window | None
    ) -> None:
        """A message's page that was read beforehand, with the windows that were read of its lists. Before anything is loaded."""
        self._pages[tracking_id] = None if page is None else page.message
        if page is None:
            return
        shown = page.message.tracking_id
        if deliveries is not None:
            self._budget.take(deliveries.limit)
            self._kept_deliveries[shown, Order.NEWEST_FIRST, deliveries] = page.deliveries
        if events is not None:
            self._budget.take(events.limit)
            self._kept_events[(shown, None), Order.NEWEST_FIRST, events] = page.events

    async def deliveries_of(self, tracking_id: str, order: Order, window: Window) -> Slice[Delivery]:
        """A page of a message's deliveries."""
        kept = self._kept_deliveries.get((tracking_id, order, window))
        if kept is not None:
            return kept
        loader = self._deliveries_of.get((order, window))
        if loader is None:

            async def load(tracking_ids: list[str]) -> list[Slice[Delivery]]:
                self._budget.take(len(tracking_ids) * window.limit)
                with self._cancellable():
                    return await self._reader.deliveries_of(tracking_ids, order, window)

            loader = self._deliveries_of[order, window] = DataLoader(load)
        return await loader.load(tracking_id)

    async def events_of(self, owner: OwnerKey, order: Order, window: Window) -> Slice[HistoryEvent]:
        """A page of the events of a message or of one of its deliveries."""
        kept = self._kept_events.get((owner, order, window))
        if kept is not None:
            return kept
        loader = self._events_of.get((order, window))
        if loader is None:

            async def load(owners: list[OwnerKey]) -> list[Slice[HistoryEvent]]:
                self._budget.take(len(owners) * window.limit)
                with self._cancellable():
                    return await self._reader.events_of(owners, order, window)

            loader = self._events_of[order, window] = DataLoader(load)
        return await loader.load(owner)

    async def statistics(self, asked: StatisticsKey, buckets: int) -> list[StatisticsRow]:
        """The counts of a question, which is put once however many fields ask it."""
        self._budget.take(buckets * max(1, asked[3]))
        return await self._statistics.load(asked)

    def give_up(self) -> None:
        """Ends what is being read: a batch is a task of its own, which the operation's end doesn't reach."""
        for task in list(self._reading):
            task.cancel()

    @contextmanager
    def _cancellable(self) -> Iterator[None]:
        task = cast("asyncio.Task[Any]", asyncio.current_task())
        self._reading.add(task)
        try:
            yield
        finally:
            self._reading.discard(task)

    async def _messages(self, tracking_ids: Sequence[str]) -> list[Message | None]:
        self._budget.take(len(tracking_ids))
        with self._cancellable():
            return await self._reader.messages(tracking_ids)

    async def _deliveries(self, keys: Sequence[tuple[str, str]]) -> list[Delivery | None]:
        self._budget.take(len(keys))
        with self._cancellable():
            return await self._reader.deliveries(keys)

    async def _events(self, keys: Sequence[tuple[str, str]]) -> list[HistoryEvent | None]:
        self._budget.take(len(keys))
        with self._cancellable():
            return await self._reader.events(keys)

    async def _count(self, asked: Sequence[StatisticsKey]) -> list[list[StatisticsRow]]:
        with self._cancellable():
            return [await self._reader.statistics(*question) for question in asked]
