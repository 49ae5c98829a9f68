"""Replies and their negotiation: statuses, shapes, charsets."""

import orjson
import pytest

from delivery import errors
from delivery.errors import DeliveryStatusError
from delivery.notification import Notification
from gateway.negotiation import ContentType, ReplyForm, choose_reply, read_content_type
from gateway.replies import ERROR_STATUSES, encode_local_name, reply_to_error, reply_to_rows
from gateway.rows import BadRow, Rows
from tests.gateway.asking import post

XML = ReplyForm("application/xml")
BAD = BadRow(1, {"[1].tries": ["one", "two <&>"]}, b"{}")


def tree(root: type[DeliveryStatusError]) -> list[type[DeliveryStatusError]]:
    return [root, *(found for child in root.__subclasses__() for found in tree(child))]


def test_every_error_of_the_tree_has_a_status() -> None:
    ours = [error for error in tree(DeliveryStatusError) if error.__module__ == errors.__name__]
    assert set(ours) == set(ERROR_STATUSES)
    for error, status in ERROR_STATUSES.items():
        nearest = next(base for base in error.__mro__ if base in ERROR_STATUSES)
        assert ERROR_STATUSES[nearest] == status


def test_overload_is_told_as_the_source_wants_it() -> None:
    for status in (503, 429):
        reply = reply_to_error(errors.Overloaded("The gateway is full", 7), ReplyForm(), status)
        assert (reply.status, reply.headers) == (status, (("Retry-After", "7"),))
        assert reply_to_error(errors.Unavailable("Kafka is away"), ReplyForm(), status).status == status
    assert reply_to_error(errors.Overloaded("full", 7), ReplyForm(), 503, 30).headers == (("Retry-After", "30"),)
    assert reply_to_error(errors.Unavailable("Kafka is away"), ReplyForm()).status == 503


def test_stored_rows_in_json_and_xml() -> None:
    rows = Rows([Notification(tries=1)], [BAD])
    assert orjson.loads(reply_to_rows(rows, ReplyForm()).body) == {
        "accepted": 1,
        "rejected": [{"index": 1, "errors": {"notifications[1].tries": ["one", "two <&>"]}}],
    }
    assert reply_to_rows(rows, XML).body == (
        b"<Result><accepted>1</accepted><rejected><row><index>1</index><errors><notifications_x005B_1_x005D_.tries>"
        b"one two &lt;&amp;&gt;</notifications_x005B_1_x005D_.tries></errors></row></rejected></Result>"
    )
    assert reply_to_rows(Rows([Notification(tries=1)]), ReplyForm()).body == b'{"accepted":1}'
    assert reply_to_rows(Rows([]), XML).body == b"<Result><accepted>0</accepted></Result>"
    assert reply_to_rows(Rows([], [BAD]), ReplyForm()).status == 400


def test_utf16_has_a_mark() -> None:
    reply = reply_to_rows(Rows([]), ReplyForm(charset="utf-16"))
    assert reply.body == b"\xff\xfe" + '{"accepted":0}'.encode("utf-16-le")
    assert reply.content_type == "application/json; charset=utf-16"


@pytest.mark.parametrize(
    ("name", "encoded"),
    [
        ("notifications[0].tries", "notifications_x005B_0_x005D_.tries"),
        ("1a", "_x0031_a"),
        ("a:b c", "a_x003A_b_x0020_c"),
        ("_x005B_", "_x005F_x005B_"),
        ("a\U0001f600", "a_x0001F600_"),
        ("é_x", "é_x"),
    ],
)
def test_names_in_xml(name: str, encoded: str) -> None:
    assert encode_local_name(name) == encoded


@pytest.mark.parametrize(
    ("accept", "content_type", "due"),
    [
        (None, None, "application/json"),
        (None, "application/x-www-form-urlencoded", "application/json"),
        (None, "text/json", "text/json"),
        ("text/*", "application/xml", "text/json"),
        ("application/xml;q=0.5, application/json;q=0.4", "application/json", "application/xml"),
        ("*/*, application/xml", "application/json", "application/xml"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/json", "application/xml"),
        ("image/png", "text/xml", "text/xml"),
        ("application/xml, nonsense", "application/json", "application/json"),
        ("", "application/xml", "application/xml"),
    ],
)
def test_the_reply_s_media_type(accept: str | None, content_type: str | None, due: str) -> None:
    assert choose_reply(accept, None, content_type).media_type == due


def test_scripts_and_charsets() -> None:
    assert choose_reply("*/*", None, "application/xml", "XMLHttpRequest").media_type == "application/json"
    assert choose_reply(None, "iso-8859-1, utf-16;q=0.5, utf-8;q=0.4", None).charset == "utf-16"
    assert choose_reply(None, "utf-16;q=0", "application/json; charset=utf-16").charset == "utf-16"
    assert choose_reply(None, "*", "application/json; charset=utf-16").charset == "utf-8"


def test_content_types() -> None:
    assert read_content_type('text/XML; Charset="UTF-16"; x=y') == ContentType("text/xml", "utf-16")
    assert read_content_type("application/json" + " " * 500) == ContentType("application/json")
    for wrong in (None, "", "json", "application/json; charset=", "application/json; charset=a b", "a/b/c"):
        with pytest.raises(errors.Unsupported, match="contains an entity body but no Content-Type"):
            read_content_type(wrong)
    with pytest.raises(errors.Unsupported, match="'text/plain' is not supported"):
        read_content_type("text/plain; charset=utf-8")


def test_a_rejection_names_the_member_in_the_reply() -> None:
    answer = post(b'[{"tries":"x"},{"tries":1}]', "application/json", Accept="application/xml")
    assert answer.reply.status == 200
    assert b"<notifications_x005B_0_x005D_.tries>Expected an integer" in answer.reply.body
    assert [row.tries for row in answer.stored] == [1]
