"""Documents by their hash: those that clients registered in this process, and those of a file that can be made the only ones.

Registering is Apollo's automatic way: `extensions.persistedQuery {version: 1, sha256Hash}`; without the document first, then
once with it. The file is a JSON object from SHA-256 to document, as graphql-codegen and Relay write it.
"""

from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec

from delivery.errors import Misconfigured
from graphql_api.errors import FORBIDDEN
from graphql_api.guards.kept import Kept
from graphql_api.http.requests import BadRequest
from graphql_api.settings import GraphQLSettings

NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"
DIGEST_PREFIX = "sha256:"  # before the digests of some generators
CONSOLE_DOCUMENTS = files("graphql_api") / "console" / "built" / "documents.json"
MISSING = "query is missing: give a GraphQL document as text"


class PersistedDocuments:
    """Documents by their hash: those of the file, and what is kept of those that were registered."""

    def __init__(self, settings: GraphQLSettings) -> None:
        self._listed = _read(settings.documents_file) if settings.documents_file else {}
        self._listed_only = settings.documents_listed_only
        if self._listed_only and not self._listed:
            raise Misconfigured("EDS_GRAPHQL_DOCUMENTS_LISTED_ONLY needs EDS_GRAPHQL_DOCUMENTS_FILE")
        if self._listed_only and settings.console:
            self._listed |= msgspec.json.decode(CONSOLE_DOCUMENTS.read_bytes(), type=dict[str, str])
        self._registered: Kept[str, str] = Kept(settings.documents_cached_max)
        self._characters_max = settings.query_characters_max

    def document(self, query: str | None, extensions: dict[str, Any] | None) -> str:
        """The document to run. BadRequest where it is unknown, not what its hash says, or not one of the listed."""
        asked = (extensions or {}).get("persistedQuery")
        if asked is None:
            if query is None:
                raise BadRequest(MISSING)
            if self._listed_only:
                self._require_listed(sha256(query.encode("utf-8", "replace")).hexdigest())
            return query
        digest = asked.get("sha256Hash") if isinstance(asked, dict) else None
        if not isinstance(digest, str) or asked.get("version") != 1:
            raise BadRequest("extensions.persistedQuery is not {version: 1, sha256Hash: text}")
        if query is None:
            return self._find(digest)
        if sha256(query.encode("utf-8", "replace")).hexdigest() != digest:
            raise BadRequest("extensions.persistedQuery.sha256Hash is not the query's")
        self._require_listed(digest)
        if digest not in self._listed and len(query) <= self._characters_max:  # a longer one is refused when it is read
            self._registered.keep(digest, query, len(query))
        return query

    def _require_listed(self, digest: str) -> None:
        if self._listed_only and digest not in self._listed:
            raise BadRequest("only listed documents are answered here", 403, code=FORBIDDEN)

    def _find(self, digest: str) -> str:
        document = self._listed.get(digest) or self._registered.get(digest)
        if document is None:
            # Its clients look for this very message, in a reply that other errors' codes don't stop them from reading.
            raise BadRequest("PersistedQueryNotFound", 200, code=NOT_FOUND)
        return document


def _read(path: str) -> dict[str, str]:
    try:
        listed = msgspec.json.decode(Path(path).read_bytes(), type=dict[str, str])
    except (OSError, msgspec.MsgspecError) as problem:
        raise Misconfigured(f"EDS_GRAPHQL_DOCUMENTS_FILE={path}: {problem}") from problem
    listed = {digest.removeprefix(DIGEST_PREFIX): document for digest, document in listed.items()}
    for digest, document in listed.items():
        if sha256(document.encode("utf-8", "replace")).hexdigest() != digest:
            raise Misconfigured(
                f"EDS_GRAPHQL_DOCUMENTS_FILE={path}: {digest[:70]!r} is not the SHA-256 of its document"
            )
    return listed
