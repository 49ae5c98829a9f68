"""The rows of the history as SQLite gets them: those of columns.history_row, whatever their neighbours are."""

from hypothesis import given, settings

from delivery.classification import shipped_classifier
from delivery.event import Received
from delivery.views import recipient_of
from store.columns import history_row
from store.sqlite.batches import history_rows
from tests.histories import TRACKING_IDS, arrivals


@settings(max_examples=100)
@given(arrivals())
def test_neighbours_make_no_difference(events: list[Received]) -> None:
    meaning = shipped_classifier().meaning
    told = [(recipient_of(event.notification), event, meaning(event.notification)) for event in events]
    ids = {event.tracking_id for event in events if event.tracking_id is not None}
    assert len(ids) <= len(TRACKING_IDS)
    numbers = {tracking_id: number for number, tracking_id in enumerate(sorted(ids), 7)}
    assert list(history_rows(told, numbers)) == [
        (None if event.tracking_id is None else numbers[event.tracking_id], *history_row(event, recipient, what.kind))
        for recipient, event, what in told
    ]
