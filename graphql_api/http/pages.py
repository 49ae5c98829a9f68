"""The files that the server holds ready: the console, and GraphiQL with all that it needs, from this server alone."""

from hashlib import blake2b
from importlib.resources import files
from importlib.resources.abc import Traversable

import msgspec

TYPES = {"css": "text/css", "html": "text/html", "js": "text/javascript", "svg": "image/svg+xml", "txt": "text/plain"}
# GraphiQL's editor sets style attributes and its style sheet carries its fonts; nothing comes from, or goes to, elsewhere.
GRAPHIQL_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src data:; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
CONSOLE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
CONSOLE_PATHS = ("/", "/message", "/live", "/statistics", "/dead-letters")
"""The console's pages: one document, which reads from its address what to show (console/src/state/place.ts)."""

CHECKED, IMMUTABLE = "no-cache", "public, max-age=31536000, immutable"


class Page(msgspec.Struct, frozen=True):
    """A file with its headers."""

    body: bytes
    type: str
    headers: dict[str, str]


def read_pages(*, console: bool, graphiql: bool) -> dict[str, Page]:
    """Every page by its path."""
    pages: dict[str, Page] = {}
    if console:
        built = files("graphql_api") / "console" / "built"
        pages |= dict.fromkeys(CONSOLE_PATHS, _page(built / "index.html", CONSOLE_POLICY))
        pages["/licences.txt"] = _page(built / "licences.txt", CONSOLE_POLICY)
        for entry in (built / "assets").iterdir():  # a name holds the hash of what it names
            pages[f"/assets/{entry.name}"] = _page(entry, CONSOLE_POLICY, IMMUTABLE)
    if graphiql:
        for entry in (files("graphql_api") / "graphiql").iterdir():
            page = _page(entry, GRAPHIQL_POLICY)
            pages["/graphiql" if entry.name == "index.html" else f"/graphiql/{entry.name}"] = page
    return pages


def _page(file: Traversable, policy: str, caching: str = CHECKED) -> Page:
    body = file.read_bytes()
    kind = TYPES[file.name.rpartition(".")[2]]
    headers = {
        "cache-control": caching,
        "content-security-policy": policy,
        "etag": f'"{blake2b(body, digest_size=12).hexdigest()}"',
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
    }
    return Page(body, f"{kind}; charset=utf-8", headers)
