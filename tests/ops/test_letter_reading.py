"""A letter is read as the gateway reads what is posted: as bad as it was, and good once it is good, in every format."""

import codecs
import gzip

import pytest

from delivery.dead_letter import DeadLetter, Part
from delivery.event import build_event, read_event, request_headers
from delivery.kept_letter import KeptLetter
from delivery.notification import Notification
from delivery.requeued import Place
from gateway.reading import read_rows
from gateway.settings import GatewaySettings
from gateway.sources.settings import Bearer, SourceSettings
from ops.letter_reading import Reading, Rules, read_again, rules_of

RULES = rules_of(GatewaySettings())
NAMESPACE = "http://schemas.datacontract.org/2004/07/EmailDeliveryStatus.Models.SMTP"
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
NOW = 1_795_342_805_123

XML = f"""<ArrayOfSMTPNotification xmlns="{NAMESPACE}" xmlns:i="{INSTANCE}"><SMTPNotification><tracking_id>a</tracking_id>
</SMTPNotification><SMTPNotification><resp_msg i:nil="true"/><tracking_id>ü</tracking_id><tries>BAD</tries></SMTPNotification>
</ArrayOfSMTPNotification>"""
PREFIXED = f"""<d:ArrayOfSMTPNotification xmlns:d="{NAMESPACE}" xmlns:xsi="{INSTANCE}"><d:SMTPNotification><d:tracking_id>a
</d:tracking_id></d:SMTPNotification><d:SMTPNotification><d:tracking_id>ü</d:tracking_id><d:tries>BAD</d:tries>
<d:resp_msg xsi:nil="true"/></d:SMTPNotification></d:ArrayOfSMTPNotification>"""
JSON = '[{"tracking_id":"a"},{"tracking_id":"ü","tries":"BAD"}]'
LINES = '{"tracking_id":"a"}\n{"tracking_id":"ü","tries":"BAD"}\n'
FORM = "[0].tracking_id=a&[1].tracking_id=%C3%BC&[1].tries=BAD"
EVENT = '{"specversion":"1.0","id":"1","data":%s}'

FORMATS = [
    ("application/json", JSON.encode()),
    ("text/json; charset=utf-16", JSON.encode("utf-16-le")),
    ("text/json", codecs.BOM_UTF16_BE + JSON.encode("utf-16-be")),
    ("application/json; charset=iso-8859-1", JSON.encode("latin-1")),
    ("application/xml", XML.encode()),
    ("text/xml; charset=utf-16", XML.encode("utf-16-le")),
    ("application/xml", PREFIXED.encode()),
    ("application/x-ndjson", LINES.encode()),
    ("application/x-www-form-urlencoded", FORM.encode()),
    ("application/x-www-form-urlencoded", JSON.encode()),
    ("application/cloudevents+json", (EVENT % JSON).encode()),
    ("application/cloudevents-batch+json", ("[" + EVENT % JSON + "]").encode()),
]


def kept(
    part: Part, content: bytes | None, content_type: str, index: int | None = None, encoding: str = ""
) -> KeptLetter:
    letter = DeadLetter(
        part=part, content=content, reason="invalid", errors={}, received_at=NOW, source="mta",
        content_type=content_type, content_encoding=encoding, index=index, traceparent="00-1-2-01",
    )  # fmt: skip
    return KeptLetter(Place(0, 0), letter, part)


def posted(
    body: bytes, content_type: str, rules: Rules = RULES
) -> tuple[list[Notification], dict[str, list[str]], bytes]:
    """The good rows, the errors and the last bad row's bytes, as the gateway has them."""
    rows = read_rows(body, content_type, None, rules.limits, rules.expansion)
    errors = {path: reasons for row in rows.rejected for path, reasons in row.errors.items()}
    return rows.accepted, errors, rows.rejected[-1].content if rows.rejected else b""


def fixed(content: bytes) -> bytes:
    """The bytes with a number in place of BAD, in whatever charset."""
    return content.replace(b"BAD", b"007").replace("BAD".encode("utf-16-le"), "007".encode("utf-16-le"))


@pytest.mark.parametrize(("content_type", "body"), FORMATS)
def test_a_row_is_as_bad_as_it_was_and_good_once_it_is_good(content_type: str, body: bytes) -> None:
    _, errors, content = posted(body, content_type)
    assert list(errors) == ["[1].tries"]
    assert read_again(kept(Part.ROW, content, content_type, 1), RULES) == Reading([], 1, errors)
    good, none, _ = posted(fixed(body), content_type)
    assert none == {}
    expected = build_event(good[1], NOW, request_headers(NOW, "mta", [("traceparent", b"00-1-2-01")]))
    assert read_again(kept(Part.ROW, fixed(content), content_type, 1), RULES) == Reading([expected], 0, {})


@pytest.mark.parametrize(("content_type", "body"), FORMATS)
def test_a_body_is_read_whole(content_type: str, body: bytes) -> None:
    reading = read_again(kept(Part.BODY, body, content_type), RULES)
    assert (len(reading.events), reading.bad, list(reading.errors)) == (1, 1, ["[1].tries"])
    compressed = kept(Part.BODY, gzip.compress(fixed(body)), content_type, encoding="gzip")
    assert len(read_again(compressed, RULES).events) == 2


def test_rows_that_other_formats_keep_as_json_are_read_as_json() -> None:
    for content_type in ("application/xml", "application/json; charset=utf-16", "application/cloudevents-batch+json"):
        assert len(read_again(kept(Part.ROW, b'{"tracking_id":"a"}', content_type), RULES).events) == 1


@pytest.mark.parametrize("content", [b'[{"tries":1}]', b"", b"1", b"null", b"\xff"])
def test_what_is_no_row_of_an_array_stays_bad(content: bytes) -> None:
    reading = read_again(kept(Part.ROW, content, "application/json", 0), RULES)
    assert (reading.events, reading.bad) == ([], 1)
    assert reading.errors


def test_letters_that_cant_be_read_say_why() -> None:
    broken = KeptLetter(Place(0, 0), kept(Part.ROW, b"{}", "").letter, None, "no headers")
    assert read_again(broken, RULES) == Reading([], 1, {"headers": ["no headers"]})
    for part, content, content_type in ((Part.BODY, b"[]", ""), (Part.BODY, b"", "text/json"), (Part.RECORD, None, "")):
        reading = read_again(kept(part, content, content_type), RULES)
        assert (reading.events, reading.bad) == ([], 1)
        assert reading.errors


def test_a_letter_from_before_the_history_is_not_sent_to_be_passed_over() -> None:
    letter = kept(Part.BODY, JSON.encode(), "application/json")
    assert read_again(letter, rules_of(GatewaySettings(), letter.letter.received_at)).events
    reading = read_again(letter, rules_of(GatewaySettings(), letter.letter.received_at + 1))
    assert (reading.events, reading.bad) == ([], 1)
    assert "history_days" in reading.errors[""][0]


def test_a_record_keeps_its_bytes_and_gets_the_key_of_its_content() -> None:
    value = b'{ "tracking_id": "a", "own": 1 }'
    [record] = read_again(kept(Part.RECORD, value, ""), RULES).events
    assert (record.key, record.value, record.timestamp_ms) == (b"a", value, NOW)
    event = read_event(record.value, record.headers, record.timestamp_ms, 0, 0)
    assert (event.source, event.traceparent, dict(record.headers)["ce_id"]) == ("mta", "00-1-2-01", event.id.encode())


def test_a_source_may_still_not_send_what_it_may_not() -> None:
    rules = rules_of(
        GatewaySettings(
            event_bytes_max=1024,
            sources=(SourceSettings(name="mta", sender_ids=(7,), proof=Bearer(secret_variables=("TOKEN",))),),
        )
    )
    for row, path, reason in (
        (b'{"sender_id":8}', "[4].sender_id", "may not send"),
        (b'{"tries":8}', "[4].sender_id", "must have"),
        (b'{"sender_id":7,"x":"%s"}' % (b"x" * 2000), "[4]", "larger"),
    ):
        reading = read_again(kept(Part.ROW, row, "text/json", 4), rules)
        assert (reading.events, reading.bad) == ([], 1)
        assert reason in reading.errors[path][0]
    assert len(read_again(kept(Part.ROW, b'{"sender_id":7}', "text/json", 4), rules).events) == 1
