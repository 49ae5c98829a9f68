"""The formats' laws: one notification is one event however it was written, and no bytes do harm."""

import gzip
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from delivery.errors import Rejected, Unreadable
from delivery.event import build_event
from delivery.notification import INTEGER_MEMBERS, MEMBERS, ExtendedNotification, Notification
from gateway.encodings import ExpansionLimits
from gateway.formats import Limits, decode
from gateway.formats.binding import WRAPPED
from gateway.formats.json_exact import read_exactly
from gateway.formats.json_shapes import NAMES_MAX, TYPES_MAX, Shapes
from gateway.formats.json_spellings import SPELLINGS_MAX, Spellings
from gateway.formats.text import UTF8
from gateway.negotiation import READABLE_TYPES, choose_reply
from gateway.reading import read_rows
from gateway.replies import reply_to_error, reply_to_rows
from tests.gateway.writing import Row, as_cloudevents, as_form, as_json, as_lines, as_xml, members_of

LIMITS = Limits()
JSON, XML, FORM = "application/json", "application/xml", "application/x-www-form-urlencoded"
# What every format can hold: XML has no control characters, and no format has lone surrogates.
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=20)
INTEGERS = st.integers(min_value=-(2**63), max_value=2**63 - 1)
ROWS = st.fixed_dictionaries(
    {}, optional={name: INTEGERS if name in INTEGER_MEMBERS else TEXTS for name in MEMBERS}
).filter(bool)
EXTRAS = st.dictionaries(
    st.from_regex(r"x_[a-z]{1,8}", fullmatch=True), TEXTS, max_size=3
)  # text: the one kind that XML and forms have
NOTIFICATIONS = st.builds(
    lambda row, extras: ExtendedNotification(**row, extras=extras) if extras else Notification(**row), ROWS, EXTRAS
)


def events(notifications: list[Notification]) -> list[tuple[bytes | None, bytes | None, Any]]:
    records = [build_event(notification, 1, ()) for notification in notifications]
    return [(record.key, record.value, record.headers) for record in records]


def shuffled(draw: st.DataObject, rows: list[Row]) -> list[Row]:
    return [dict(draw.draw(st.permutations(list(row.items())))) for row in rows]


def recased(draw: st.DataObject, rows: list[Row]) -> list[Row]:
    change = draw.draw(st.sampled_from([str.upper, str.title, str.lower]))
    return [{change(name) if name in MEMBERS else name: value for name, value in row.items()} for row in rows]


@settings(max_examples=150)
@given(st.lists(NOTIFICATIONS, min_size=1, max_size=5), st.data())
def test_one_notification_is_one_event_in_any_format_charset_order_and_case(
    sent: list[Notification], draw: st.DataObject
) -> None:
    rows = shuffled(draw, [members_of(notification) for notification in sent])
    if draw.draw(st.booleans()):
        rows = recased(draw, rows)
    text, media_type = draw.draw(
        st.sampled_from(
            [
                (as_json(rows), JSON),
                (as_lines(rows), "application/x-ndjson"),
                (as_cloudevents(rows), "application/cloudevents-batch+json"),
                (as_xml(rows), XML),
                (as_xml(rows, "d"), XML),
                (as_form(rows), FORM),
                (as_form(rows, brackets=True), FORM),
            ]
        )
    )
    codec, charset = draw.draw(
        st.sampled_from([("utf-8", None), ("utf-8", "utf-8"), ("utf-8-sig", None), ("utf-16", "utf-16")])
    )
    found = decode(text.encode(codec), media_type, charset, LIMITS)
    assert found.rejected == []
    assert events(found.accepted) == events(sent)


@pytest.mark.parametrize("media_type", [JSON, XML, FORM])
def test_many_plain_rows_are_the_same_events(media_type: str) -> None:
    """Enough rows, all alike, for the quick lanes of every format."""
    sent = [
        Notification(
            event_code=103, mail_from="a+b@example.org", resp_msg=f"250 ok & <{n}> é", tries=n, tracking_id=f"t{n}"
        )
        for n in range(300)
    ]
    rows = [members_of(notification) for notification in sent]
    text = {JSON: as_json, XML: as_xml, FORM: as_form}[media_type](rows)
    assert events(decode(text.encode(), media_type, None, LIMITS).accepted) == events(sent)


OWN_VALUES = st.one_of(
    st.text(max_size=5), st.integers(), st.booleans(), st.none(), st.floats(allow_nan=False), st.just([1])
)


@settings(max_examples=150)
@given(st.lists(st.dictionaries(st.sampled_from(["id", "Ä", "a b", "x", 'q"', "tries"]), OWN_VALUES), max_size=4))
def test_rows_of_a_learnt_shape_are_what_they_are_by_themselves(own: list[Row]) -> None:
    rows = [{"tracking_id": "t"} | row for row in own]
    body = as_json(rows).encode()
    decode(as_json([{"tracking_id": "t", "id": "", "x": 1, "a b": True}]).encode(), JSON, None, LIMITS)
    found, alone = decode(body, JSON, None, LIMITS), read_exactly(body, UTF8, LIMITS)
    assert events(found.accepted) == events(alone.accepted)
    assert found.rejected == alone.rejected


SPELLED = st.sampled_from(["Tracking_Id", "tracking_id", "TRACKING_ID", "Tries", "TRIES", "tries", "Status", "Id"])


@settings(max_examples=150)
@given(st.lists(st.dictionaries(SPELLED, OWN_VALUES, min_size=1, max_size=3), min_size=1, max_size=4))
def test_rows_of_a_learnt_spelling_are_what_they_are_by_themselves(rows: list[Row]) -> None:
    body = as_json(rows).encode()
    for spelled in ({"Tracking_Id": "t", "Tries": 1, "Status": ""}, {"TRACKING_ID": "t", "TRIES": None}):
        decode(as_json([spelled]).encode(), JSON, None, LIMITS)
    found, alone = decode(body, JSON, None, LIMITS), read_exactly(body, UTF8, LIMITS)
    assert events(found.accepted) == events(alone.accepted)
    assert found.rejected == alone.rejected


def test_spellings_are_learnt_and_few() -> None:
    spellings = Spellings()
    spellings.learn({"tracking_id": "Tracking_Id", "tries": "Tries"})
    spellings.learn({"tracking_id": "Tracking_Id", "tries": "TRIES"})
    body = b'[{"Tracking_Id":"t","Tries":1,"status":"s"}]'
    assert spellings.decode(body, "Tries") == [Notification(tracking_id="t", tries=1, status="s")]
    assert spellings.decode(body, "TRIES") is None
    longer = b'[{"Tries":1,"Status":"s"},{"Tracking_Id":"t","Tries":1}]'
    assert spellings.decode(longer, "Tries") is None
    spellings.learn({"tries": "Tries", "status": "Status"})
    assert spellings.decode(longer, "Tries") == [
        Notification(tries=1, status="s"),
        Notification(tracking_id="t", tries=1),
    ]
    for name in ("tracking_id", "resp_msg", "event_label"):
        letters = [place for place, character in enumerate(name) if character.isalpha()]
        for place in letters:
            spellings.learn({name: name[:place] + name[place].upper() + name[place + 1 :]})
            spellings.learn({name: name[: place + 1].upper() + name[place + 1 :]})
    assert spellings._made == SPELLINGS_MAX
    assert len({id(decode) for decode in spellings._decoders.values()}) == SPELLINGS_MAX - 1  # one of them has grown


def test_shapes_are_few_and_small() -> None:
    shapes = Shapes()
    for number in range(3 * TYPES_MAX):
        shapes.learn([f"{number}-{place}" for place in range(1 + number % (2 * NAMES_MAX))])
    shapes.learn(["a`b"])
    shapes.learn(['a"b'])
    types = {id(decode) for decode in shapes._decoders.values()}
    assert 0 < len(types) <= TYPES_MAX
    assert all(len(names) <= NAMES_MAX for names in shapes._names.values())


@pytest.mark.parametrize(("media_type", "write"), [(JSON, as_json), (XML, as_xml), (FORM, as_form)])
def test_a_bad_row_keeps_its_bytes_and_costs_no_good_one(media_type: str, write: Any) -> None:
    rows: list[Row] = [{"tracking_id": f"t{n}", "status": "é", "tries": n} for n in range(400)]
    rows[7]["tries"] = "abc"
    found = decode(write(rows).encode(), media_type, None, LIMITS)
    assert [row.tracking_id for row in found.accepted] == [f"t{n}" for n in range(400) if n != 7]
    (bad,) = found.rejected
    assert (bad.index, bad.errors) == (7, {"[7].tries": ['Expected an integer, got "abc".']})
    assert bad.content in write(rows).encode()
    again = decode(bad.content, media_type, None, LIMITS)
    assert [list(row.errors.values()) for row in again.rejected] == [list(bad.errors.values())]


@pytest.mark.parametrize("body", [b'{"count":1,"data":[{"tries":1}]}', b'[{"a":1,"b":{"Tries":1}},{"tries":2}]'])
def test_rows_that_hold_rows_are_bad_ones(body: bytes) -> None:
    found = decode(body, JSON, None, LIMITS)
    assert [row.errors for row in found.rejected] == [{"[0]": [WRAPPED]}]


@pytest.mark.parametrize(
    "body", [b"[].status=a&[].status=b", b"tries[]=1&tries[]=2", b"x[].tries=1&x[].tries=2&x[].status=a"]
)
def test_rows_of_a_form_that_nothing_tells_apart_are_refused(body: bytes) -> None:
    found = decode(body, FORM, None, LIMITS)
    assert (found.accepted, [row.content for row in found.rejected]) == ([], [body])


FRAGMENTS = st.sampled_from(
    [b"[", b"]", b"{", b"}", b'"tries"', b":", b",", b'"a"', b"1", b"1e400", b"-", b"NaN", b"null", b"\\ud800", b'"\\ud800"',
     b"[0]", b".tries", b"=", b"&", b";", b"%", b"%E9", b"%5B", b"index", b"<", b">", b"/", b"SMTPNotification",
     b"<ArrayOfSMTPNotification>", b"<SMTPNotification>", b"</SMTPNotification>", b"<tries>", b"</tries>", b"<![CDATA[",
     b"]]>", b"<!--", b"-->", b"&lt;", b"&#0;", b"<?xml version='1.0' encoding='utf-16'?>", b"\xef\xbb\xbf", b"\xff\xfe",
     b"\x00", b"\xe9", b"\n", b" ", b"0" * 20, b"9" * 5000, b'{"specversion":"1.0","data":', b"data_base64", b"$values",
     b"'", b"/*", b"*/", b"//"]
)  # fmt: skip
BODIES = st.one_of(st.binary(max_size=300), st.lists(FRAGMENTS, max_size=40).map(b"".join))
HEADERS = st.one_of(
    st.none(),
    st.sampled_from(READABLE_TYPES),
    st.builds(
        "{}; charset={}".format,
        st.sampled_from(READABLE_TYPES),
        st.sampled_from(["utf-8", "utf-16", "utf-16be", "iso-8859-1", "windows-1252", "x", '"utf-8"', "idna", "zip"]),
    ),
    st.text(st.characters(max_codepoint=255), max_size=40),
)


@settings(max_examples=1500)
@given(BODIES, HEADERS, st.sampled_from([None, "gzip", "deflate", "br", "zstd", "gzip, br", "x"]), HEADERS, HEADERS)
def test_no_bytes_raise_anything_but_rejected(
    body: bytes, content_type: str | None, coding: str | None, accept: str | None, charset: str | None
) -> None:
    limits = Limits(rows_max=20, depth_max=16)
    form = choose_reply(accept, charset, content_type)
    try:
        rows = read_rows(body, content_type, coding, limits, ExpansionLimits(expanded_bytes_max=10_000))
    except Rejected as problem:
        reply = reply_to_error(problem, form)
    else:
        assert len(rows.accepted) + len(rows.rejected) <= limits.rows_max
        for notification in rows.accepted:
            build_event(notification, 1, ())
        reply = reply_to_rows(rows, form)
    assert reply.status in (200, 400, 413, 415)
    reply.body.decode(form.charset)


@settings(max_examples=200)
@given(st.binary(max_size=2000))
def test_gzip_changes_nothing(body: bytes) -> None:
    def outcome(content: bytes, coding: str | None) -> object:
        try:
            rows = read_rows(content, JSON, coding, LIMITS, ExpansionLimits())
        except Rejected as problem:
            return problem.errors
        return rows

    if body:
        assert outcome(gzip.compress(body), "gzip") == outcome(body, None)


@pytest.mark.parametrize("body", [b"%C3[0].tries=x", b"[%C3].tries=x", b"[0].tries=x&[%C3].x.tries=x", b"[0].%C3=x"])
def test_a_form_key_that_is_no_text_makes_the_body_unreadable(body: bytes) -> None:
    """Found by tests.fuzz: it was noticed only when the bad row's bytes were collected."""
    with pytest.raises(Unreadable, match="A key of the form"):
        decode(body, FORM, None, LIMITS)


def test_a_row_is_the_same_however_its_index_is_escaped() -> None:
    found = decode(b"[0].tries=1&%5B0%5D.status=a&[0%5D.sender_id=2&%5b1%5d.tries=x", FORM, None, LIMITS)
    assert found.accepted == [Notification(tries=1, status="a", sender_id=2)]
    assert [list(row.errors) for row in found.rejected] == [["[1].tries"]]
