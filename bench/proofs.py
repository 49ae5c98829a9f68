"""Two sources for the gateway's benchmark, each with limits that it keeps well below: what their proofs cost is measured.

A bearer token's heads repeat, as such a sender's do. A signature's never do: there are more of them in rotation than the
gateway keeps heads, and each is over a time and a body of its own.
"""

import hmac
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from bench import bodies
from bench.programs import Post, http_post
from gateway.connection.plain_heads import KEPT_MAX
from tests.whole.bodies import json_body

TOKEN = "a-made-up-token-of-some-length-3f8a"
KEY = "a-made-up-key-of-some-length-77c1"
SIGNATURES = KEPT_MAX + KEPT_MAX // 4
_LIMITS = """
sender_ids = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
requests_per_s_max = 1_000_000
rows_per_s_max = 10_000_000
bytes_per_s_max = 10_000_000_000
inflight_requests_max = 1_000
inflight_bytes_max = 60_000_000
"""


def write_sources(directory: Path) -> Path:
    """The eds.toml of a gateway that knows the two sources, with their secrets beside it."""
    text = ""
    for name, secret, more in (("bearer", TOKEN, ""), ("hmac", KEY, ', timestamp = "x-timestamp"')):
        (directory / name).write_text(secret)
        proof = f'{{ kind = "{name}", secret_files = ["{directory / name}"]{more} }}'
        text += f'[[gateway.sources]]\nname = "{name}"\nproof = {proof}\n{_LIMITS}'
    path = directory / "sources.toml"
    path.write_text(text)
    return path


def with_token(size: int) -> list[Post]:
    """The plain requests, with the token."""
    own = [("Authorization", f"Bearer {TOKEN}")]
    written = ((json_body(batch), len(batch)) for batch in bodies.batches(size))
    return [Post(http_post(bodies.PATH, bodies.JSON, body, own), rows) for body, rows in written]


def with_signature(size: int) -> list[Post]:
    """The plain requests, signed: each body several times, at times of its own. They are good for some minutes."""
    batches = [(json_body(batch), len(batch)) for batch in bodies.batches(size)]
    now = int(time.time())
    posts = []
    for number in range(SIGNATURES):
        body, rows = batches[number % len(batches)]
        posts.append(Post(_signed(body, str(now - number // len(batches))), rows))
    return posts


def _signed(body: bytes, stamp: str) -> bytes:
    signature = hmac.digest(KEY.encode(), f"{stamp}.".encode() + body, "sha256").hex()
    return http_post(bodies.PATH, bodies.JSON, body, [("X-Timestamp", stamp), ("X-Signature", signature)])


PROOFS: Mapping[str, Callable[[int], list[Post]]] = {
    "JSON, plain rows, bearer token": with_token,
    "JSON, plain rows, HMAC": with_signature,
}
"""Ways to prove who one is, as requests of so many rows."""
