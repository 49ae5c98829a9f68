"""Every recorded answer of the original: status, media type and charset, Allow, the error's shape and keys, the bound rows."""

import re
import xml.etree.ElementTree as ElementTree
from base64 import b64decode
from pathlib import Path
from typing import Any

import orjson
import pytest

from delivery.notification import Notification, encode_notification
from gateway.replies import Reply
from tests.gateway.asking import ask

REJECT = "reject with 400"
VECTORS: list[dict[str, Any]] = [
    orjson.loads(line) for line in Path(__file__).with_name("vectors.jsonl").read_bytes().splitlines()
]


def media_type(header: str | None) -> tuple[str, str] | None:
    if not header:
        return None
    kind, _, parameters = header.partition(";")
    charset = re.search(r'charset\s*=\s*"?([^\s;"]+)', parameters, re.I)
    return kind.strip().lower(), charset[1].lower() if charset else ""


def error_of(reply: Reply) -> tuple[list[str], set[str]]:
    """The names at the top of an error body, and the keys of its ModelState without the parameter's name."""
    kind, charset = media_type(reply.content_type) or ("", "")
    text = reply.body.decode(charset).removeprefix("\ufeff")
    if kind.endswith("xml"):
        root = ElementTree.fromstring(text)
        assert root.tag == "Error"
        names = [child.tag for child in root]
        state = [key.tag for key in root.iterfind("ModelState/*")]
    else:
        error = orjson.loads(text)
        names, state = list(error), list(error.get("ModelState", {}))
    plain = [re.sub(r"_x([0-9A-F]{4})_", lambda found: chr(int(found[1], 16)), key) for key in state]
    assert all(key.startswith("notifications") for key in plain)
    return names, {key.removeprefix("notifications").removeprefix(".") for key in plain}


def check_status(vector: dict[str, Any], status: int) -> None:
    recorded = vector["response"]["status"]
    if status == 400 and recorded == 200:
        assert "loses" in vector or "lenient" in vector, "refused what the original takes"
    elif status == 200 and recorded != 200:
        assert vector.get("may_accept"), "accepted what the original refuses"
    else:
        assert status == recorded
    if status == 200:
        assert vector.get("better") != REJECT, "a guess where the original loses data"


def check_error(vector: dict[str, Any], reply: Reply) -> None:
    due = vector["response"].get("error", {"top": ["Message", "ModelState"], "keys": []})
    names, keys = error_of(reply)
    assert set(due["top"]) <= set(names)
    if "ModelState" in due["top"]:
        assert keys
        if due["keys"] and "" not in due["keys"]:
            assert keys & set(due["keys"]), f"{keys} names none of {due['keys']}"


def holds(stored: dict[str, Any], row: dict[str, Any]) -> bool:
    return all(stored.get(name) == value for name, value in row.items() if value not in (None, 0))


def check_rows(vector: dict[str, Any], stored: list[Notification]) -> None:
    events = [orjson.loads(encode_notification(notification)) for notification in stored]
    better = vector.get("better", vector.get("may_accept"))
    if isinstance(better, list):
        choices = [better]
    else:
        choices = [vector["bound"] or []]
        choices += [variant["bound"] for variant in vector.get("variants", {}).values() if "bound" in variant]
    wanted = [[row for row in choice if row and row.get("tracking_id")] for choice in choices]
    assert any(all(any(holds(event, row) for event in events) for row in rows) for rows in wanted), events
    assert all(len(events) <= max(len(choice), 1) for choice in choices), "more rows than were sent"


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: str(vector["id"]))
def test_the_answer_agrees(vector: dict[str, Any]) -> None:
    request, recorded = vector["request"], vector["response"]
    headers = [(name, value) for name, value in request["headers"]]
    answer = ask(request["method"], request["path"], headers, b64decode(request["body_b64"]))
    reply = answer.reply
    check_status(vector, reply.status)
    parts = vector.get("compare", ["status", "content_type", "error"])
    if "content_type" in parts:
        same = reply.status == recorded["status"] >= 400
        due = media_type(recorded["content_type"] if same else vector["negotiated"])
        assert due in (None, media_type(reply.content_type))
    if "allow" in recorded:
        assert ("Allow", recorded["allow"]) in reply.headers
    if "error" in parts and reply.status >= 400:
        check_error(vector, reply)
    if reply.status == 200:
        check_rows(vector, answer.stored)
    else:
        assert not answer.stored
