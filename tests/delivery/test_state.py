"""The merge and its laws: any order, any split, any number of copies give the same views, bit for bit."""

from collections.abc import Sequence

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from delivery.beginning import Told, begin, in_order
from delivery.classification import Kind, shipped_classifier
from delivery.event import Received
from delivery.notification import Notification
from delivery.state import SEEN_MAX, Admission, admit, distinct, fold, merge, roll_up
from delivery.status import message_status, read_status, status_record
from delivery.views import (
    Delivery,
    Message,
    Views,
    decode_delivery,
    decode_message,
    domain_of,
    encode_view,
    owner,
    recipient_of,
)
from tests.histories import START_MS, arrivals, received

classifier = shipped_classifier()
AT_S = START_MS // 1000


def encoded(views: dict[str, Views]) -> dict[str, tuple[bytes, dict[str, bytes]]]:
    return {
        tracking_id: (
            encode_view(view.message),
            {recipient: encode_view(delivery) for recipient, delivery in view.deliveries.items()},
        )
        for tracking_id, view in views.items()
    }


def event(offset: int = 0, arrival: int = START_MS, **members: str | int) -> Received:
    shared: dict[str, str | int] = {"tracking_id": "t", "rcpt_to": "a@example.org"}
    return received(Notification(**(shared | members)), arrival, offset)  # type: ignore[arg-type]


def views_of(*events: Received) -> tuple[Message, Delivery]:
    view = fold(events, classifier)["t"]
    return view.message, view.deliveries["a@example.org"]


@settings(max_examples=400)
@given(arrivals(), st.randoms(use_true_random=False))
def test_any_order_gives_the_same_views(events: list[Received], random: object) -> None:
    shuffled = list(events)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert encoded(fold(shuffled, classifier)) == encoded(fold(events, classifier))


@settings(max_examples=400)
@given(arrivals(), st.data())
def test_copies_change_nothing(events: list[Received], data: st.DataObject) -> None:
    copies = data.draw(st.lists(st.sampled_from(events), max_size=20))
    assert encoded(fold([*events, *copies], classifier)) == encoded(fold(events, classifier))


def step(views: dict[str, Views], event: Received, history: list[Received]) -> None:
    """One event as a store takes it: only what is new is merged, and what the ids can't tell is looked up."""
    if event.tracking_id is None:
        return
    view = views.get(event.tracking_id)
    recipient = recipient_of(event.notification)
    delivery = view.deliveries.get(recipient) if view else None
    admission = admit(delivery, event)
    if admission is Admission.ASK:
        known = [seen.occurred_at for seen in history if (seen.tracking_id, seen.id) == (event.tracking_id, event.id)]
        admission = Admission.NEW if not known else Admission.EARLIER if event.occurred_at < min(known) else admission
    if admission is Admission.EARLIER:
        mine = [seen for seen in [*history, event] if seen.tracking_id == event.tracking_id]
        views.update(fold(mine, classifier))
    elif admission is Admission.NEW:
        message = view.message if view else None
        message, delivery = merge(message, delivery, event, classifier.meaning(event.notification))
        view = views.setdefault(event.tracking_id, Views(message, {}))
        view.deliveries[recipient] = delivery


@settings(max_examples=400)
@given(arrivals(max_size=60))
def test_one_by_one_is_as_all_at_once(events: list[Received]) -> None:
    views: dict[str, Views] = {}
    for index, one in enumerate(events):
        step(views, one, events[:index])
    assert encoded(views) == encoded(fold(events, classifier))


@settings(max_examples=400)
@given(arrivals(max_size=60))
def test_a_message_that_begins_is_as_one_by_one(events: list[Received]) -> None:
    told: dict[str, list[Told]] = {}
    for one in distinct(events):
        if one.tracking_id is not None:
            known = told.setdefault(one.tracking_id, [])
            known.append((recipient_of(one.notification), one, classifier.meaning(one.notification)))
    begun = {tracking_id: begin(tracking_id, sorted(all_, key=in_order)) for tracking_id, all_ in told.items()}
    assert encoded(begun) == encoded(fold(events, classifier))


@settings(max_examples=100)
@given(arrivals())
def test_views_round_trip(events: list[Received]) -> None:
    for view in fold(events, classifier).values():
        assert decode_message(encode_view(view.message)) == view.message
        for delivery in view.deliveries.values():
            assert decode_delivery(encode_view(delivery)) == delivery


@settings(max_examples=100)
@given(arrivals())
def test_a_view_belongs_to_the_only_sender_that_its_events_name(events: list[Received]) -> None:
    named: dict[tuple[str, str | None], set[int]] = {}
    for event in events:
        sender, tracking_id = event.notification.sender_id, event.tracking_id
        if sender is not None and tracking_id is not None:
            for recipient in (None, recipient_of(event.notification)):
                named.setdefault((tracking_id, recipient), set()).add(sender)
    for tracking_id, views in fold(events, classifier).items():
        kept: list[tuple[str | None, Message | Delivery]] = [(None, views.message), *views.deliveries.items()]
        for recipient, view in kept:
            senders = named.get((tracking_id, recipient), set())
            assert view.shared is (len(senders) > 1)
            assert owner(view) == (senders.pop() if len(senders) == 1 else None)


@given(arrivals())
def test_counts_are_those_of_the_distinct_events(events: list[Received]) -> None:
    for tracking_id, view in fold(events, classifier).items():
        ids = {one.id for one in events if one.tracking_id == tracking_id}
        assert view.message.revision == len(ids)
        assert sum(delivery.event_count for delivery in view.deliveries.values()) == len(ids)
        assert sum(view.message.deliveries.values()) == len(view.deliveries)
        for delivery in view.deliveries.values():
            assert len(delivery.seen) == min(delivery.event_count, SEEN_MAX)


@pytest.mark.parametrize(
    ("history", "phase"),
    [
        ((("queued", 0),), Kind.QUEUED),
        ((("deferred", 1), ("queued", 2)), Kind.DEFERRED),
        ((("delivered", 1), ("deferred", 9)), Kind.DELIVERED),
        ((("delivered", 1), ("bounced", 2)), Kind.BOUNCED),
        ((("bounced", 1), ("delivered", 2)), Kind.DELIVERED),
        ((("bounced", 2), ("delivered", 1)), Kind.BOUNCED),
        ((("delivered", 1), ("opened", 2), ("clicked", 3), ("complained", 4)), Kind.DELIVERED),
        ((("opened", 2),), Kind.UNKNOWN),
        ((("something else", 2), ("queued", 1)), Kind.QUEUED),
    ],
)
def test_phases(history: Sequence[tuple[str, int]], phase: Kind) -> None:
    events = [event(event_label=label, time_finished=AT_S + after) for label, after in history]
    message, delivery = views_of(*events)
    assert message.phase.kind is phase
    assert delivery.phase.kind is phase


def test_facts_stand_beside_the_phase_with_their_times() -> None:
    labels = (("delivered", 1), ("opened", 5), ("opened", 3), ("clicked", 6), ("unsubscribed", 7))
    _, delivery = views_of(*(event(event_label=label, time_finished=AT_S + after) for label, after in labels))
    opened = delivery.facts[Kind.OPENED]
    assert (opened.first, opened.last, opened.count) == ((AT_S + 3) * 1000, (AT_S + 5) * 1000, 2)
    assert set(delivery.facts) == {Kind.DELIVERED, Kind.OPENED, Kind.CLICKED, Kind.UNSUBSCRIBED}


def test_the_last_response_and_the_most_tries_are_kept() -> None:
    _, delivery = views_of(
        event(event_label="deferred", resp_code=451, resp_msg="451 4.7.1 wait", tries=2, time_finished=AT_S + 2),
        event(event_label="deferred", resp_code=421, tries=0, time_finished=AT_S + 1),
        event(event_label="opened", resp_code=999, time_finished=AT_S + 9),
    )
    assert delivery.response is not None
    assert (delivery.response.code, delivery.response.enhanced_code) == (451, "4.7.1")
    assert delivery.tries == 2


def test_each_recipient_has_a_delivery_and_the_message_counts_them() -> None:
    events = [event(rcpt_to=f"r{n}@example.org", event_label="delivered" if n else "deferred") for n in range(3)]
    view = fold(events, classifier)["t"]
    assert view.message.deliveries == {Kind.DELIVERED: 2, Kind.DEFERRED: 1}
    assert set(view.deliveries) == {"r0@example.org", "r1@example.org", "r2@example.org"}


def test_of_copies_the_earliest_arrival_counts() -> None:
    late, early = event(arrival=START_MS + 9, event_label="queued"), event(arrival=START_MS, event_label="queued")
    assert late.id == early.id
    assert distinct([late, early]) == [early]
    delivery = views_of(late)[1]
    assert admit(delivery, early) is Admission.EARLIER
    assert admit(delivery, late) is Admission.DUPLICATE


def test_past_the_kept_ids_the_history_is_asked() -> None:
    events = [event(event_label="opened", time_finished=AT_S + n) for n in range(SEEN_MAX + 1)]
    delivery = views_of(*events)[1]
    unseen = [one for one in events if one.id not in delivery.seen]
    assert len(unseen) == 1
    assert admit(delivery, unseen[0]) is Admission.ASK
    assert admit(delivery, next(one for one in events if one.id in delivery.seen)) is Admission.DUPLICATE


@pytest.mark.parametrize(
    ("address", "recipient", "domain"),
    [
        (" <Ada@Example.ORG> ", "ada@example.org", "example.org"),
        ("ada", "ada", ""),
        ("", "", ""),
        (None, "", ""),
        ("a\0@b.example", "a\ufffd@b.example", "b.example"),
        ('"a@b"@c.example', '"a@b"@c.example', "c.example"),
    ],
)
def test_recipients(address: str | None, recipient: str, domain: str) -> None:
    assert recipient_of(Notification(rcpt_to=address)) == recipient
    assert domain_of(recipient) == domain


def test_golden_view() -> None:
    message, delivery = views_of(event(event_code=101, resp_code=550, resp_msg="550 5.1.1 no", sender_id=7))
    identity = event(event_code=101, resp_code=550, resp_msg="550 5.1.1 no", sender_id=7).id
    assert encode_view(message).decode() == (
        f'{{"tracking_id":"t","phase":[3,1760000000000,"{identity}","bounced"],"first_event_at":1760000000000,'
        f'"last_event_at":1760000000000,"revision":1,"sender_id":[1760000000000,"{identity}",7],'
        '"deliveries":{"bounced":1}}'
    )
    assert encode_view(delivery).decode() == (
        f'{{"tracking_id":"t","recipient":"a@example.org","phase":[3,1760000000000,"{identity}","bounced"],'
        '"first_event_at":1760000000000,"last_event_at":1760000000000,"event_count":1,'
        '"classification":{"kind":"hard","category":"invalid_recipient","rule":"enhanced_codes.5.1.1",'
        f'"enhanced_code":"5.1.1"}},"response":[1760000000000,"{identity}",550,"5.1.1","550 5.1.1 no",null],'
        f'"sender_id":[1760000000000,"{identity}",7],"facts":{{"bounced":[1760000000000,1760000000000,1]}},'
        f'"seen":{{"{identity}":1760000000000}}}}'
    )


def test_golden_status_record() -> None:
    message, delivery = views_of(event(event_code=101, resp_code=550, resp_msg="550 5.1.1 no", sender_id=7))
    record = status_record(message, [delivery], START_MS + 5)
    assert (record.key, record.timestamp_ms) == (b"t", START_MS + 5)
    assert dict(record.headers)["ce_id"] == b"t/1"
    assert record.value == (
        b'{"tracking_id":"t","revision":1,"phase":"bounced","first_event_at":1760000000000,"last_event_at":1760000000000,'
        b'"delivery_counts":{"bounced":1},"deliveries_complete":true,"phase_at":1760000000000,"sender_id":7,"deliveries":[{"recipient":'
        b'"a@example.org","phase":"bounced","first_event_at":1760000000000,"last_event_at":1760000000000,'
        b'"classification":{"kind":"hard","category":"invalid_recipient","rule":"enhanced_codes.5.1.1",'
        b'"enhanced_code":"5.1.1"},"last_response":{"code":550,"enhanced_code":"5.1.1","message":"550 5.1.1 no"},'
        b'"first_at":{"bounced":1760000000000}}]}'
    )
    assert read_status(record.value) == message_status(message, [delivery])
    assert not message_status(message, []).deliveries_complete


@settings(max_examples=50)
@given(arrivals(20))
def test_equal_statuses_have_equal_bytes(events: list[Received]) -> None:
    """Whatever order what they tell came in: names stand in theirs."""
    encode = msgspec.json.Encoder(order="deterministic").encode
    for view in fold(events, classifier).values():
        deliveries = list(view.deliveries.values())
        assert status_record(view.message, deliveries, 1).value == encode(message_status(view.message, deliveries))


@settings(max_examples=50)
@given(arrivals(20))
def test_a_message_is_what_its_deliveries_make(events: list[Received]) -> None:
    for view in fold(events, classifier).values():
        rolled = roll_up(view.deliveries.values())
        assert rolled is not None
        assert encode_view(rolled) == encode_view(view.message)
    assert roll_up([]) is None
