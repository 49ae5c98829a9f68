"""Request bodies for the gateway: the same made-up rows in every format, and in the ways that senders write them."""

import gzip
from collections.abc import Callable, Sequence
from random import Random

from bench.programs import Post, http_post
from ops.traffic import Row, Traffic
from tests.whole.bodies import form_body, json_body, xml_body

PATH = "/api/SMTP"
JSON = "application/json"
START_S = 1_760_000_000
ROWS_IN_ROTATION = 6_400


def rows_of(count: int) -> list[Row]:
    """The same rows each time."""
    return list(Traffic(Random(7), START_S).rows(count))


def batches(size: int) -> list[list[Row]]:
    """Batches of so many rows, some thousand rows altogether."""
    count = max(4, min(256, ROWS_IN_ROTATION // size))
    rows = rows_of(count * size)
    return [rows[start : start + size] for start in range(0, len(rows), size)]


def with_unknown(row: Row) -> Row:
    """With three members that the interface doesn't know, as SMTP.com adds them."""
    return row | {"id": row["time_started"] * 7, "campaign_id": "spring-sale", "subject": "What is new this week"}


def in_other_case(row: Row) -> Row:
    """With its names in the case of .NET's own serialisers: TrackingId would be another name, Tracking_Id is not."""
    return {name.title(): value for name, value in row.items()}


def plain(rows: Sequence[Row]) -> bytes:
    return http_post(PATH, JSON, json_body(rows))


def zipped(rows: Sequence[Row]) -> bytes:
    return http_post(PATH, JSON, gzip.compress(json_body(rows), 6, mtime=0), [("Content-Encoding", "gzip")])


Writer = Callable[[Sequence[Row]], bytes]
VARIANTS: dict[str, Writer] = {
    "JSON, plain rows": plain,
    "JSON, three unknown members": lambda rows: plain([with_unknown(row) for row in rows]),
    "JSON, names in another case": lambda rows: plain([in_other_case(row) for row in rows]),
    "JSON, gzip": zipped,
    "XML": lambda rows: http_post(PATH, "application/xml", xml_body(rows)),
    "form": lambda rows: http_post(PATH, "application/x-www-form-urlencoded", form_body(rows)),
}
"""Ways to write a batch, the first being what the others are compared with."""


def posts(size: int, write: Writer = plain) -> list[Post]:
    """The requests of one case."""
    return [Post(write(batch), len(batch)) for batch in batches(size)]
