"""The published documents: golden, valid by public validators, true in their examples, and served."""

import json
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from bus.settings import KafkaSettings
from gateway.documents import asyncapi, openapi
from gateway.documents import openapi_requests as requests
from gateway.negotiation import READABLE_TYPES
from gateway.replies import ERROR_STATUSES, Error, Result
from tests.gateway.asking import post
from tests.gateway.documents import documents
from tests.gateway.serving import serving
from tests.parts.kafka import Kafka
from tests.parts.npm import install

SPEC: dict[str, Any] = json.loads(openapi.document())
POST = SPEC["paths"]["/api/SMTP"]["post"]


@pytest.mark.parametrize(("path", "content"), documents().items(), ids=lambda value: getattr(value, "name", ""))
def test_the_documents_are_the_files_in_docs(path: Path, content: bytes) -> None:
    assert path.read_bytes() == content, "after a change on purpose: python -m tests.gateway.documents"


def test_openapi_is_valid() -> None:
    assert [str(problem) for problem in OpenAPIV31SpecValidator(SPEC).iter_errors()] == []


def test_asyncapi_is_valid(tmp_path: Path) -> None:
    directory = install("@asyncapi/parser@3.6.3")
    written = tmp_path / "asyncapi.json"
    written.write_bytes(asyncapi.document(KafkaSettings(status_topic="other")))
    script = Path(__file__).with_name("asyncapi.mjs")
    done = subprocess.run(["node", script, directory, written], capture_output=True, timeout=60, check=True)
    found = json.loads(done.stdout)
    assert found["channels"] == ["smtp.notifications", "other", "smtp.dead-letters"]
    assert {problem["code"] for problem in found["problems"]} <= {"asyncapi-latest-version"}, found["problems"]


def test_every_format_and_every_status_is_described() -> None:
    assert set(POST["requestBody"]["content"]) == set(READABLE_TYPES)
    statuses = {int(status) for status in POST["responses"]}
    assert statuses >= {200, 401, 405, 408, 429} | set(ERROR_STATUSES.values()) - {500}


def examples() -> list[tuple[str, bytes]]:
    """Every example of a request, as bytes with its media type."""
    found = []
    for media_type, content in POST["requestBody"]["content"].items():
        values = [example["value"] for example in content.get("examples", {}).values()]
        values += [content["example"]] if "example" in content else []
        for value in values:
            if media_type.endswith("xml"):
                continue  # shown as a value; its text is the one in the description
            is_form = media_type.endswith("urlencoded")
            found.append((media_type, urlencode(value).encode() if is_form else json.dumps(value).encode()))
    found += [("application/xml", requests.EXAMPLE_XML.encode()), ("text/xml", requests.EXAMPLE_XML.encode())]
    found += [("application/x-www-form-urlencoded", requests.EXAMPLE_FORM_TEXT.encode())]
    return found + [
        (media_type, requests.EXAMPLE_LINES.encode()) for media_type in READABLE_TYPES if "ndjson" in media_type
    ]


@pytest.mark.parametrize(("media_type", "body"), examples())
def test_every_example_works(media_type: str, body: bytes) -> None:
    answer = post(body, media_type)
    assert answer.reply.status == 200, answer.reply.body
    assert answer.stored
    assert b"rejected" not in answer.reply.body


def test_the_texts_hold_the_examples() -> None:
    assert requests.EXAMPLE_XML in SPEC["info"]["description"]
    assert requests.EXAMPLE_FORM_TEXT in SPEC["info"]["description"]
    assert {media_type for media_type, _ in examples()} == set(READABLE_TYPES)


@pytest.mark.parametrize("body", [b'[{"tries":1},{"tries":"x"}]', b'[{"tries":1}]', b"[]", b"[1]", b"["])
def test_replies_are_of_the_published_types(body: bytes) -> None:
    answer = post(body, "application/json")
    kind: type[Result | Error] = Result if answer.reply.status == 200 else Error
    reply = msgspec.json.decode(answer.reply.body, type=kind)
    assert msgspec.json.encode(reply) == answer.reply.body


@pytest.mark.anyio
async def test_a_gateway_serves_them_and_says_what_else_is_allowed(kafka: Kafka) -> None:
    with kafka.topics() as settings:
        async with serving(settings) as gateway:
            for path, content in (
                ("/openapi.json", openapi.document()),
                ("/asyncapi.json", asyncapi.document(settings)),
            ):
                shown = await gateway.client.get(path)
                assert (shown.status_code, shown.content) == (200, content)
                assert shown.headers["content-type"] == "application/json; charset=utf-8"
                head = await gateway.client.head(path)
                assert (head.status_code, head.content) == (200, b"")
            for path in SPEC["paths"]:
                refused = await gateway.client.delete(path)
                assert refused.status_code == 405
                assert refused.headers["allow"] == ("POST" if path == "/api/SMTP" else "GET, HEAD")
