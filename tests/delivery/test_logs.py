"""Logs are JSON lines without whole addresses."""

import io
import logging

import orjson
import pytest

from delivery.logs import JsonFormatter
from delivery.masking import mask_addresses


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("to <alice@example.org>: no", "to <a…@example.org>: no"),
        ("a@b.example,carol@d.example", "…@b.example,c…@d.example"),
        ("nothing here", "nothing here"),
    ],
)
def test_addresses_are_masked(text: str, masked: str) -> None:
    assert mask_addresses(text) == masked


def test_a_record_is_one_line_of_json() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    logger = logging.Logger("eds.test")
    logger.addHandler(handler)
    try:
        raise ValueError("no box bob@example.org")
    except ValueError:
        logger.exception("failed for %s", "alice@example.org", extra={"rows": 3})
    assert stream.getvalue().count("\n") == 1
    line = orjson.loads(stream.getvalue())
    assert (line["level"], line["message"], line["rows"]) == ("error", "failed for a…@example.org", 3)
    assert "b…@example.org" in line["exception"]
    assert "bob@" not in stream.getvalue()
