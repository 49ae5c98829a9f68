"""Rows that are bound but not accepted."""

from delivery.notification import Notification, encode_notification
from gateway.acceptance import only_allowed
from gateway.rows import BadRow, Rows
from gateway.sources.source import Source


def test_rows_of_another_sender_are_bad_rows_with_their_place_in_the_body() -> None:
    own, others, unsaid = (Notification(sender_id=number, tries=1) for number in (7, 8, None))
    before = BadRow(1, {"[1].tries": ["no"]}, b"{}")
    rows = only_allowed(Rows([own, others, own, unsaid], [before]), Source(name="mta", sender_ids=frozenset({7})))
    assert rows.accepted == [own, own]
    assert [(row.index, list(row.errors)) for row in rows.rejected] == [
        (1, ["[1].tries"]),
        (2, ["[2].sender_id"]),
        (4, ["[4].sender_id"]),
    ]
    assert rows.rejected[1].content == encode_notification(others)


def test_rows_that_are_all_allowed_are_left_as_they_are() -> None:
    rows = Rows([Notification(sender_id=7), Notification(tries=1)])
    assert only_allowed(rows, Source(sender_ids=frozenset({7}), sender_id_required=False)) is rows
