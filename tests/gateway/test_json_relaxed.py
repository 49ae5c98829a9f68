"""JSON as people and templates write it: the same events, and what is wrong even so is refused."""

import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from delivery.errors import Unreadable
from delivery.notification import Notification
from gateway.formats import Limits, decode
from gateway.formats.json_relaxed import CHARACTERS_MAX
from tests.gateway.test_formats_laws import JSON, LIMITS, NOTIFICATIONS, events
from tests.gateway.writing import members_of

COMMENTS = st.sampled_from(["", " ", "/**/", "/* ' \" , */", "// it's\n", "//\n/* x */"])


@settings(max_examples=100)
@given(st.lists(NOTIFICATIONS, min_size=1, max_size=3), st.data())
def test_json_as_people_write_it_is_the_same_events(sent: list[Notification], draw: st.DataObject) -> None:
    """Comments, names bare or in single quotes, texts in single quotes, commas behind the last."""

    def single(value: object) -> str:
        text = json.dumps(value, ensure_ascii=False)
        if not isinstance(value, str) or draw.draw(st.booleans()):
            return text
        return "'" + text[1:-1].replace('\\"', '"').replace("'", "\\'") + "'"

    def blank() -> str:
        return draw.draw(COMMENTS)

    rows = []
    for notification in sent:
        pairs = [
            f"{blank()}{name if draw.draw(st.booleans()) else single(name)} :{blank()}{single(value)}{blank()}"
            for name, value in members_of(notification).items()
        ]
        rows.append("{" + ",".join(pairs) + draw.draw(st.sampled_from(["", ","])) + blank() + "}")
    bad = "{tries: 'x', /* é */}"
    body = f"{blank()}[{','.join([*rows, bad])},{blank()}]{blank()}"
    found = decode(body.encode(), JSON, None, LIMITS)
    assert events(found.accepted) == events(sent)
    assert [row.content for row in found.rejected] == [bad.encode()]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (b"\0\0", ""),
        (b"[{'tries':1 'status':2}]", "[0].tries"),
        (b"[{tries:1},,]", "[0]"),
        (b"[{tries:017}]", "[0].tries"),
        (b"[{status:delivered}]", "[0].status"),
        (b"[{'status':'a}]", "[0].status"),
        (b"[{status:1}/*", "[0]"),
        (b"[{sta tus:1}]", "[0]"),
    ],
)
def test_what_is_wrong_even_so_is_refused_at_its_place(body: bytes, path: str) -> None:
    with pytest.raises(Unreadable) as caught:
        decode(body, JSON, None, LIMITS)
    assert list(caught.value.errors) == [path]


@pytest.mark.parametrize(
    "piece",
    [b"a,", b"/**/", b"/*", b"'", b"'\\", b'"\\', b",/**/", b"a:1,", b"//", b"a ", b", ", b",//\n", b"'a':'b',"],
)
def test_texts_that_are_never_json_are_given_up_soon(piece: bytes) -> None:
    """Each would take hours where the pattern tried anything twice."""
    for start in (b"[{", b"'", b""):
        body = start + piece * (CHARACTERS_MAX // len(piece) - 2)
        with suppress(Unreadable):
            assert decode(body, JSON, None, Limits(rows_max=10_000)).accepted == []


def test_the_end_of_a_text_in_c_is_no_part_of_it() -> None:
    assert decode(b'[{"tries":1}]\0', JSON, None, LIMITS).accepted == [Notification(tries=1)]
