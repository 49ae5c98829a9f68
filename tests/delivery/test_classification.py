"""What events mean: the senders' codes and words, and the table that knows them."""

import tomllib
from importlib.resources import files

import msgspec
import pytest

from delivery.classification import Classification, Kind, Table, enhanced_code, read_table, shipped_classifier
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
        ({"status": "250"}, Kind.DELIVERED),
        ({"status": "451"}, Kind.DEFERRED),
        ({"status": "550"}, Kind.BOUNCED),
        ({"status": "107"}, Kind.OPENED),
        ({"status": "250", "resp_code": 550}, Kind.BOUNCED),
        ({"status": "2"}, Kind.UNKNOWN),
        ({"event_code": 101, "resp_class": 60}, Kind.DELIVERED),
        ({"event_code": 101, "resp_class": 80}, Kind.UNKNOWN),
        ({"event_code": 101, "resp_class": 90}, Kind.UNSUBSCRIBED),
        ({"event_code": 101, "resp_class": 100}, Kind.DEFERRED),
        ({"event_code": 103, "resp_class": 60}, Kind.DELIVERED),
        ({"event_label": "TransientFailure"}, Kind.DEFERRED),
        ({"event_label": "Out-Of-Band"}, Kind.BOUNCED),
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
        ({"resp_msg": "5.7.999 no"}, ("block", "mail_block", "enhanced_codes.*.7.*", "5.7.999")),
        ({"resp_msg": "5.9.1 odd", "resp_code": 550}, ("hard", "invalid_recipient", "reply_codes.550", "5.9.1")),
        ({"resp_msg": "550 Message rejected as spam", "resp_code": 550}, ("block", "spam_block", "texts.spam", None)),
        ({"resp_msg": "550 5.0.0 <x>: User Unknown"}, ("hard", "invalid_recipient", "texts.user unknown", "5.0.0")),
        ({"resp_msg": "550 5.1.1 spam"}, ("hard", "invalid_recipient", "enhanced_codes.5.1.1", "5.1.1")),
        ({"resp_msg": "550 gone", "status": "554"}, ("block", "mail_block", "reply_codes.554", None)),
        ({"resp_msg": "451 4.7.1 wait"}, ("soft", "greylisted", "enhanced_codes.4.7.1", "4.7.1")),
        ({"resp_msg": "550 5.4.1 denied"}, ("hard", "invalid_recipient", "enhanced_codes.5.4.1", "5.4.1")),
        ({"resp_class": 22, "resp_msg": "user unknown"}, ("soft", "mailbox_full", "resp_classes.22", None)),
        ({"resp_code": 571}, ("hard", "generic", "reply_codes.5", None)),
        ({"resp_class": 1}, ("undetermined", "undetermined", "vague_resp_classes.1", None)),
        ({}, ("undetermined", "undetermined", "default", None)),
    ],
)
def test_bounces_name_the_rule_that_decided(members: dict[str, object], expected: tuple[str, ...]) -> None:
    _, classification = classify(event_code=101, **members)
    assert classification is not None
    assert (classification.kind, classification.category, classification.rule, classification.enhanced_code) == expected


V4_LABELS = {
    "delivered": Kind.DELIVERED, "failed": Kind.BOUNCED, "complained": Kind.COMPLAINED, "bounceback": Kind.BOUNCED,
    "received": Kind.QUEUED, "queued": Kind.QUEUED, "hard_bounced": Kind.BOUNCED, "opened": Kind.OPENED,
    "clicked": Kind.CLICKED, "unsubscribed": Kind.UNSUBSCRIBED,
}  # fmt: skip


@pytest.mark.parametrize("label", V4_LABELS)
def test_labels_without_codes(label: str) -> None:
    assert classify(event_label=label)[0] is V4_LABELS[label]
    assert classify(status=label.upper())[0] is V4_LABELS[label]


CLASSES = {
    1: ("undetermined", "undetermined"), 10: ("hard", "invalid_recipient"), 13: ("hard", "suppressed"),
    20: ("soft", "soft_bounce"), 21: ("soft", "dns_failure"), 22: ("soft", "mailbox_full"), 23: ("soft", "too_large"),
    24: ("soft", "timeout"), 25: ("admin", "admin_failure"), 30: ("hard", "no_recipient"), 40: ("hard", "generic"),
    50: ("block", "mail_block"), 51: ("block", "spam_block"), 52: ("block", "spam_content"),
    53: ("block", "prohibited_attachment"), 54: ("block", "relay_denied"), 70: ("soft", "transient_failure"),
}  # fmt: skip


@pytest.mark.parametrize("resp_class", CLASSES)
def test_every_class_of_bounces(resp_class: int) -> None:
    _, classification = classify(event_code=101, resp_class=resp_class)
    assert classification is not None
    assert (classification.kind, classification.category) == CLASSES[resp_class]
    assert classification.rule.partition(".")[2] == str(resp_class)


# The registry of RFC 5248 as of RFC 8689: the numbers of details that each subject has.
REGISTRY = {0: (0,), 1: range(11), 2: range(5), 3: range(7), 4: range(8), 5: range(7), 6: range(11), 7: range(31)}
OF_THE_SENDER = {"1.7", "1.8", "7.8", "7.9", "7.11", "7.13", "7.27"}


def test_every_registered_code_but_the_empty_one_is_known() -> None:
    for subject, details in REGISTRY.items():
        for detail in details:
            for digit in (4, 5):
                _, found = classify(event_code=101, resp_msg=f"{digit}.{subject}.{detail} no")
                assert found is not None
                assert found.rule.startswith("enhanced_codes." if subject else "default"), found
                if f"{subject}.{detail}" in OF_THE_SENDER:
                    assert found.kind in ("block", "admin"), f"{found}: the recipient is not to blame"


def test_a_table_of_the_first_version_still_reads() -> None:
    text = files("delivery").joinpath("classification.toml").read_text("utf-8")
    table = tomllib.loads(text)
    del table["texts"], table["bounce_kinds"]
    assert msgspec.convert(table, Table).texts == {}


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
