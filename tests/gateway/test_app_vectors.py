"""The recorded answers of the original, once more over real HTTP and with what reached the topic."""

from base64 import b64decode
from collections import defaultdict
from typing import Any

import httpx
import pytest

from bus.settings import KafkaSettings
from delivery.notification import Notification
from gateway.replies import Reply
from tests.gateway.serving import Served, serving, stored_events
from tests.gateway.test_vectors import VECTORS, check_error, check_rows, check_status, media_type

pytestmark = pytest.mark.anyio


async def play(gateway: Served, vector: dict[str, Any]) -> httpx.Response:
    """The request as it was recorded: no header but Host and Content-Length is added."""
    recorded = vector["request"]
    url = httpx.URL(gateway.address).copy_with(raw_path=recorded["path"].encode("ascii"))
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in recorded["headers"]]
    request = httpx.Request(recorded["method"], url, headers=headers, content=b64decode(recorded["body_b64"]))
    return await gateway.client.send(request)


def check_reply(vector: dict[str, Any], reply: httpx.Response) -> None:
    recorded = vector["response"]
    check_status(vector, reply.status_code)
    parts = vector.get("compare", ["status", "content_type", "error"])
    content_type = reply.headers["content-type"]
    if "content_type" in parts:
        same = reply.status_code == recorded["status"] >= 400
        due = media_type(recorded["content_type"] if same else vector["negotiated"])
        assert due in (None, media_type(content_type))
    if "allow" in recorded:
        assert reply.headers["allow"] == recorded["allow"]
    if "error" in parts and reply.status_code >= 400:
        check_error(vector, Reply(reply.status_code, reply.content, content_type))


async def test_all_answers_and_events_agree(topics: KafkaSettings) -> None:
    problems: dict[str, str] = {}
    statuses: dict[str, int] = {}
    async with serving(topics) as gateway:
        for vector in VECTORS:
            reply = await play(gateway, vector)
            statuses[vector["id"]] = reply.status_code
            try:
                check_reply(vector, reply)
            except AssertionError as problem:
                problems[vector["id"]] = f"{reply.status_code} {problem}"
    arrived: dict[str, list[Notification]] = defaultdict(list)
    known = {vector["id"] for vector in VECTORS}
    for event in await stored_events(topics):
        name = event.tracking_id or ""
        owner = name if name in known else name.rpartition(".")[0]
        arrived[owner].append(event.notification)
    for vector in VECTORS:
        try:
            if statuses[vector["id"]] == 200:
                check_rows(vector, arrived[vector["id"]])
            else:
                assert not arrived[vector["id"]], "events of a refused body"
        except AssertionError as problem:
            problems.setdefault(vector["id"], str(problem))
    assert problems == {}
    assert len(arrived) > 100
