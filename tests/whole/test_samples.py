"""The interface's own samples, byte for byte, in all five media types: posted, stored, and read over GraphQL within 2 s."""

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from bus import topics as kafka_topics
from store.settings import StoreSettings
from tests.parts.kafka import Kafka
from tests.parts.processes import Part, running
from tests.whole.bodies import NAMESPACE

VISIBLE_S_MAX = 2.0

SAMPLE_JSON = b"""[
  {
    "status": "sample string 1",
    "resp_msg": "sample string 2",
    "event_label": "sample string 3",
    "event_code": 4,
    "time_finished": 5,
    "sender_id": 6,
    "rcpt_to": "sample string 7",
    "tries": 8,
    "mail_from": "sample string 9",
    "time_started": 10,
    "resp_code": 11,
    "tracking_id": "sample string 12",
    "resp_class": 13
  },
  {
    "status": "sample string 1",
    "resp_msg": "sample string 2",
    "event_label": "sample string 3",
    "event_code": 4,
    "time_finished": 5,
    "sender_id": 6,
    "rcpt_to": "sample string 7",
    "tries": 8,
    "mail_from": "sample string 9",
    "time_started": 10,
    "resp_code": 11,
    "tracking_id": "sample string 12",
    "resp_class": 13
  }
]"""
_XML_ROW = """  <SMTPNotification>
    <event_code>4</event_code>
    <event_label>sample string 3</event_label>
    <mail_from>sample string 9</mail_from>
    <rcpt_to>sample string 7</rcpt_to>
    <resp_class>13</resp_class>
    <resp_code>11</resp_code>
    <resp_msg>sample string 2</resp_msg>
    <sender_id>6</sender_id>
    <status>sample string 1</status>
    <time_finished>5</time_finished>
    <time_started>10</time_started>
    <tracking_id>sample string 12</tracking_id>
    <tries>8</tries>
  </SMTPNotification>
"""
SAMPLE_XML = (
    f'<ArrayOfSMTPNotification xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns="{NAMESPACE}">\n'
    f"{_XML_ROW}{_XML_ROW}</ArrayOfSMTPNotification>"
).encode()
_MEMBERS = (
    ("status", "sample+string+1"), ("resp_msg", "sample+string+2"), ("event_label", "sample+string+3"), ("event_code", "4"),
    ("time_finished", "5"), ("sender_id", "6"), ("rcpt_to", "sample+string+7"), ("tries", "8"),
    ("mail_from", "sample+string+9"), ("time_started", "10"), ("resp_code", "11"), ("tracking_id", "sample+string+12"),
    ("resp_class", "13"),
)  # fmt: skip
SAMPLE_FORM = "&".join(f"[{row}].{name}={value}" for row in (0, 1) for name, value in _MEMBERS).encode()

READ = """query Read($id: String!) { message(trackingId: $id) {
  phase revision senderId mailFrom deliveries { nodes { recipient phase tries } }
  events { nodes { status respMsg eventLabel eventCode timeFinished senderId rcptTo tries mailFrom timeStarted respCode
                   trackingId respClass } } } }"""

Whole = tuple[httpx.Client, httpx.Client]


@pytest.fixture(scope="module")
def whole(kafka: Kafka, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    """A gateway, a materializer and a GraphQL API, as three processes."""
    directory = tmp_path_factory.mktemp("samples")
    settings = kafka.settings()
    kafka_topics.ensure(settings)
    sections = {"kafka": settings, "store": StoreSettings(url=f"sqlite:///{directory}/store.db")}
    gateway, consumers, graphql = (
        Part(name, sections, directory / f"{name}.log") for name in ("gateway", "consumers", "graphql")
    )
    with (
        running(consumers),
        running(gateway),
        running(graphql),
        httpx.Client(base_url=gateway.address, trust_env=False) as post,
        httpx.Client(base_url=graphql.address, trust_env=False) as read,
    ):
        yield post, read
    kafka_topics.delete(settings)


def read_message(read: httpx.Client, tracking_id: str) -> dict[str, Any] | None:
    reply = read.post("/graphql", json={"query": READ, "variables": {"id": tracking_id}})
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] | None = reply.json()["data"]["message"]
    return found


@pytest.mark.parametrize("accept", ["application/json", "text/json", "application/xml", "text/xml"])
@pytest.mark.parametrize(
    ("content_type", "sample"),
    [
        ("application/json", SAMPLE_JSON),
        ("text/json", SAMPLE_JSON),
        ("application/xml", SAMPLE_XML),
        ("text/xml", SAMPLE_XML),
        ("application/x-www-form-urlencoded", SAMPLE_FORM),
    ],
)
def test_the_interfaces_sample_is_stored_and_read_back(
    whole: Whole, content_type: str, accept: str, sample: bytes
) -> None:
    post, read = whole
    # A tracking_id of its own for each case, of the sample's length: the rest is the sample's bytes.
    tracking_id = f"sample {accept[-4:-2]}{content_type[:3]}{content_type[-4:]}"
    assert len(tracking_id) == len("sample string 12")
    separator = "+" if content_type.endswith("urlencoded") else " "
    body = sample.replace(
        f"sample{separator}string{separator}12".encode(), tracking_id.replace(" ", separator).encode()
    )
    body = body if content_type != "application/json" or accept != "application/json" else sample
    wanted = "sample string 12" if body is sample else tracking_id
    reply = post.post("/api/SMTP", content=body, headers={"Content-Type": content_type, "Accept": accept})
    assert reply.status_code == 200, reply.text
    assert reply.headers["content-type"] == f"{accept}; charset=utf-8"
    if accept.endswith("json"):
        assert reply.json() == {"accepted": 2}
    else:
        assert "2" in reply.text
        assert not reply.text.startswith("<?xml")
    started = time.monotonic()
    while (message := read_message(read, wanted)) is None:
        assert time.monotonic() - started < VISIBLE_S_MAX, "not visible in time"
        time.sleep(0.02)
    assert message["revision"] == 1, "the sample's two equal rows are one event"
    assert (message["senderId"], message["mailFrom"]) in ((6, "sample string 9"), ("6", "sample string 9"))
    assert message["deliveries"]["nodes"][0]["recipient"] == "sample string 7"
    [event] = message["events"]["nodes"]
    assert (event["status"], event["eventCode"], event["tries"], event["respClass"]) == ("sample string 1", 4, 8, 13)
    assert event["trackingId"] == wanted
