"""HTTP requests as GraphQL requests, or the reason why they are none."""

from collections.abc import Mapping
from typing import Any

import msgspec
import orjson

from delivery.errors import Retryable
from graphql_api.errors import BAD_REQUEST, LIMIT_EXCEEDED, UNAVAILABLE

VALUES_MAX = 5_000
"""Values in the variables: no filter takes so many, and each is looked at several times before that is known. Of the commas in a
body's variables there are no more either, so that not even the values are made of what holds too many."""

LEVELS_MAX = 100
"""Lists and objects in one another in the variables: no filter is nested so deep, and a few times that can't be written again."""

OPERATION_NAME_MAX = 200
"""Characters of a name, which what is remembered of a document is kept by; no generator makes one so long."""

PARAMETERS = ("query", "variables", "operationName", "extensions")


class BadRequest(Exception):
    """Not a GraphQL request that is answered. `status`, `headers` and `code` are the reply's."""

    def __init__(
        self, message: str, status: int = 400, headers: Mapping[str, str] | None = None, code: str = BAD_REQUEST
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code
        self.headers = dict(headers or {})


def not_now(reason: Retryable) -> BadRequest:
    """What can't be answered now, and may be asked again."""
    headers = {"retry-after": str(reason.retry_after_s)}
    return BadRequest(f"Not available now: {reason}", 503, headers, UNAVAILABLE)


_NULL = msgspec.Raw(b"null")


class Body(msgspec.Struct, gc=False, rename="camel"):
    """A body's members as they came, found without reading what is in them, nor in any other member."""

    query: msgspec.Raw = _NULL
    variables: msgspec.Raw = _NULL
    operation_name: msgspec.Raw = _NULL
    extensions: msgspec.Raw = _NULL


_decode_body = msgspec.json.Decoder(Body).decode


class GraphQLRequest(msgspec.Struct, frozen=True):
    """A document (or, in `extensions`, its hash) with its variables, and which of its operations to run."""

    query: str | None
    variables: dict[str, Any] | None = None
    operation_name: str | None = None
    extensions: dict[str, Any] | None = None


def read_get(arguments: Mapping[str, str]) -> GraphQLRequest:
    """The request in a URL, whose `variables` and `extensions` are JSON texts."""
    content: dict[str, Any] = {}
    for name in PARAMETERS:
        if name in arguments:
            text = arguments[name]
            content[name] = _json(text.encode(), f"{name} is not JSON") if name in ("variables", "extensions") else text
    return read_operation(content)


def read_post(content_type: str | None, body: bytes) -> GraphQLRequest:
    """The request in a body. Only JSON is read, which no form of another site can send (so it can't be forged by one)."""
    media_type, *parameters = (piece.strip().lower() for piece in (content_type or "").split(";"))
    if media_type != "application/json":
        raise BadRequest("post a body of the type application/json", 415, {"accept-post": "application/json"})
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name == "charset" and value.strip('"') not in ("utf-8", "utf8"):
            raise BadRequest("JSON is UTF-8; send no other charset", 415)
    try:
        found = _decode_body(body)
    except msgspec.ValidationError:
        raise BadRequest("the body is not a JSON object; batches are not supported") from None
    except (msgspec.DecodeError, RecursionError) as reason:
        raise BadRequest(f"the body is not JSON: {reason}") from reason
    if bytes(found.variables).count(b",") > VALUES_MAX:
        raise BadRequest(f"variables hold more than {VALUES_MAX} values", code=LIMIT_EXCEEDED)
    members = (found.query, found.variables, found.operation_name, found.extensions)
    return read_operation(
        {
            name: _json(memoryview(member), "the body is not JSON")
            for name, member in zip(PARAMETERS, members, strict=True)
            if member is not _NULL
        }
    )


def _json(text: bytes | memoryview, message: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as reason:
        raise BadRequest(f"{message}: {reason}") from reason


def read_operation(content: Mapping[str, Any]) -> GraphQLRequest:
    """The members of a request, however they came."""
    query, variables, operation_name = (content.get(name) for name in PARAMETERS[:3])
    extensions = content.get("extensions")
    if not isinstance(extensions, dict | None):
        raise BadRequest("extensions is not an object")
    if (query is not None or not extensions) and (not isinstance(query, str) or not query.strip()):
        raise BadRequest("query is missing: give a GraphQL document as text")
    if variables is not None and not isinstance(variables, dict):
        raise BadRequest("variables is not an object")
    if variables:
        _require_few(variables)
    if operation_name is not None and not isinstance(operation_name, str):
        raise BadRequest("operationName is not text")
    if operation_name is not None and len(operation_name) > OPERATION_NAME_MAX:
        message = f"operationName has {len(operation_name)} characters, at most {OPERATION_NAME_MAX} are read"
        raise BadRequest(message, code=LIMIT_EXCEEDED)
    return GraphQLRequest(query, variables, operation_name or None, extensions)


def _require_few(variables: dict[str, Any]) -> None:
    """BadRequest for more than VALUES_MAX values, or LEVELS_MAX levels of them. Looks at no more than so many."""
    level: list[Any] = [variables]
    count = 0
    for _ in range(LEVELS_MAX):
        count += sum(map(len, level))
        if count > VALUES_MAX:
            raise BadRequest(f"variables hold more than {VALUES_MAX} values", code=LIMIT_EXCEEDED)
        level = [
            one
            for found in level
            for one in (found.values() if isinstance(found, dict) else found)
            if isinstance(one, dict | list)
        ]
        if not level:
            return
    raise BadRequest(f"variables are nested deeper than {LEVELS_MAX} levels", code=LIMIT_EXCEEDED)
