"""What events mean: the senders' codes and words, and the table that knows them."""

import msgspec
import pytest

from delivery.classification import Classification, Kind, enhanced_code, read_table, shipped_classifier
from delivery.event import Observed


def classify(**members: object) -> tuple[Kind, Classification | None]:
    meaning = shipped_classifier().meaning(Observed(**members))  # type: ignore[arg-type]
    return meaning.kind, meaning.classification


@pytest.mark.parametrize(
    ("members", "kind"),
    [
        ({"event_code": 101}, Kind.BOUNCED),
        ({"event_code": 102}, Kind.COMPLAINED),
        ({"event_code": 102, "feedback_type": "remove"}, Kind.UNSUBSCRIBED),
        ({"event_code": 102, "feedback_type": "abuse"}, Kind.COMPLAINED),
        ({"event_code": 103, "event_label": "bounced"}, Kind.DELIVERED),
        ({"event_code": 107}, Kind.OPENED),
        ({"event_code": 108}, Kind.CLICKED),
        ({"event_code": 999, "event_label": "Hard-Bounced"}, Kind.BOUNCED),
        ({"event_label": " soft  bounced "}, Kind.BOUNCED),
        ({"event_label": "received"}, Kind.QUEUED),
        ({"event_label": "nonsense", "status": "deferred"}, Kind.DEFERRED),
        ({"status": "250", "resp_code": 250}, Kind.DELIVERED),
        ({"resp_code": 451}, Kind.DEFERRED),
        ({"resp_code": 550}, Kind.BOUNCED),
        ({"resp_class": 0}, Kind.DELIVERED),
        ({"resp_class": 22}, Kind.BOUNCED),
        ({"resp_class": 777}, Kind.UNKNOWN),
        ({"resp_code": 99}, Kind.UNKNOWN),
        ({}, Kind.UNKNOWN),
    ],
)
def test_kinds(members: dict[str, object], kind: Kind) -> None:
    assert classify(**members)[0] is kind


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"resp_class": 22, "resp_msg": "550 5.1.1 x"}, ("soft", "mailbox_full", "resp_classes.22", "5.1.1")),
        ({"resp_class": 40, "resp_msg": "5.1.1 x"}, ("hard", "invalid_recipient", "enhanced_codes.5.1.1", "5.1.1")),
        ({"resp_msg": "452-4.2.2 full"}, ("soft", "mailbox_full", "enhanced_codes.*.2.2", "4.2.2")),
        ({"resp_msg": "5.7.509 DMARC"}, ("block", "mail_block", "enhanced_codes.*.7.*", "5.7.509")),
        ({"resp_msg": "5.9.1 odd", "resp_code": 550}, ("hard", "invalid_recipient", "reply_codes.550", "5.9.1")),
        ({"resp_code": 571}, ("hard", "generic", "reply_codes.5", None)),
        ({"resp_class": 1}, ("undetermined", "undetermined", "vague_resp_classes.1", None)),
        ({}, ("undetermined", "undetermined", "default", None)),
    ],
)
def test_bounces_name_the_rule_that_decided(members: dict[str, object], expected: tuple[str, ...]) -> None:
    _, classification = classify(event_code=101, **members)
    assert classification is not None
    assert (classification.kind, classification.category, classification.rule, classification.enhanced_code) == expected


def test_only_deferrals_and_bounces_are_classified() -> None:
    assert classify(event_code=103, resp_msg="250 2.0.0 OK")[1] is None
    assert classify(event_label="deferred", resp_code=450)[1] is not None


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        ("5.9.1 x", "5.9.1"),
        ("550 5.1.1 x", "5.1.1"),
        ("550-5.1.1 x", "5.1.1"),
        ("  421 4.7.0", "4.7.0"),
        ("5.1.1", "5.1.1"),
        ("5.1.1234 x", None),
        ("5.1.1.4 x", None),
        ("192.0.2.1 refused", None),
        ("3.1.1 x", None),
        ("see 5.1.1", None),
        ("", None),
        (None, None),
    ],
)
def test_enhanced_codes_by_rfc_3463(reply: str | None, code: str | None) -> None:
    assert enhanced_code(reply) == code


def test_a_table_with_an_unknown_kind_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="event_codes"):
        read_table('version = 1\n[event_codes]\n101 = "exploded"\n')
