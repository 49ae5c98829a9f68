"""The pages that the server holds ready: the start page, and GraphiQL with all that it needs, from this server alone."""

from hashlib import blake2b
from importlib.resources import files

import msgspec

TYPES = {"css": "text/css", "html": "text/html", "js": "text/javascript", "svg": "image/svg+xml", "txt": "text/plain"}
# GraphiQL's editor sets style attributes and its style sheet carries its fonts; nothing comes from, or goes to, elsewhere.
GRAPHIQL_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src data:; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
START_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class Page(msgspec.Struct, frozen=True):
    """A file with its headers."""

    body: bytes
    type: str
    headers: dict[str, str]


def read_pages(*, graphiql: bool) -> dict[str, Page]:
    """Every page by its path."""
    start = files("graphql_api") / "pages"
    pages = {
        "/": _page((start / "start.html").read_bytes(), "start.html", START_POLICY),
        "/start.css": _page((start / "start.css").read_bytes(), "start.css", START_POLICY),
    }
    if graphiql:
        for entry in (files("graphql_api") / "graphiql").iterdir():
            page = _page(entry.read_bytes(), entry.name, GRAPHIQL_POLICY)
            pages["/graphiql" if entry.name == "index.html" else f"/graphiql/{entry.name}"] = page
    return pages


def _page(body: bytes, name: str, policy: str) -> Page:
    kind = TYPES[name.rpartition(".")[2]]
    headers = {
        "cache-control": "no-cache",
        "content-security-policy": policy,
        "etag": f'"{blake2b(body, digest_size=12).hexdigest()}"',
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
    }
    return Page(body, f"{kind}; charset=utf-8", headers)
