"""What a client learns of an error: a message that helps, and `extensions.code` to branch on. Never a traceback.

GRAPHQL_PARSE_FAILED       the document is not GraphQL
GRAPHQL_VALIDATION_FAILED  the document doesn't fit the schema
BAD_USER_INPUT             an argument or a variable can't be used
BAD_CURSOR                 a cursor that this list did not hand out
BAD_ID                     an id that this API did not hand out
NO_INDEX                   a filter that no index answers; the message says what to add
LIMIT_EXCEEDED             over a named limit; the message names it
UNAVAILABLE                the store or the broker is away or too slow: try again
BAD_REQUEST                the HTTP request is no GraphQL request
UNAUTHENTICATED            no token, or none that is known
FORBIDDEN                  the token's scope doesn't go so far
RATE_LIMITED               too many requests of this token: try again after Retry-After
INTERNAL_SERVER_ERROR      our fault; the log has the reason under `extensions.id`
"""

import logging
import secrets
from typing import Any

from graphql import GraphQLError, GraphQLSyntaxError

from delivery.errors import Retryable

log = logging.getLogger("graphql_api")

BAD_USER_INPUT = "BAD_USER_INPUT"
BAD_CURSOR = "BAD_CURSOR"
BAD_ID = "BAD_ID"
BAD_REQUEST = "BAD_REQUEST"
NO_INDEX = "NO_INDEX"
LIMIT_EXCEEDED = "LIMIT_EXCEEDED"
UNAVAILABLE = "UNAVAILABLE"
UNAUTHENTICATED = "UNAUTHENTICATED"
FORBIDDEN = "FORBIDDEN"
RATE_LIMITED = "RATE_LIMITED"
PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
INTERNAL = "INTERNAL_SERVER_ERROR"


def problem(message: str, code: str) -> GraphQLError:
    """An error of the client's own making, which it may read as it is."""
    return GraphQLError(message, extensions={"code": code})


def limit_exceeded(limit: str, value_max: int, found: int) -> GraphQLError:
    """Over the limit of this name."""
    return problem(f"{found} is more than {limit}={value_max}", LIMIT_EXCEEDED)


def render_error(error: GraphQLError, executed: bool) -> dict[str, Any]:
    """An error as the reply holds it. `executed` says whether the operation ran at all."""
    shown = error.formatted
    cause = error.original_error
    if isinstance(cause, GraphQLError):  # an error of ours, which the executor has located
        cause = None
    if isinstance(cause, (Retryable, TimeoutError)):
        reason = "the operation took too long" if isinstance(cause, TimeoutError) else str(cause)
        return _marked(shown, {"code": UNAVAILABLE}, f"Not available now: {reason}")
    if cause is not None and error.path is not None:
        return _masked(shown, cause)
    if "code" not in (error.extensions or {}):
        return _marked(shown, {"code": _code(error, executed)})
    return dict(shown)


def internal_error(cause: BaseException) -> dict[str, Any]:
    """A defect that no part of an operation can be blamed for."""
    return _masked({}, cause)


def _masked(shown: Any, cause: BaseException) -> dict[str, Any]:
    identity = secrets.token_hex(8)
    log.error("unexpected error %s", identity, exc_info=cause)
    return _marked(shown, {"code": INTERNAL, "id": identity}, "Internal error. The server's log has it under this id.")


def _marked(shown: Any, extensions: dict[str, Any], message: str | None = None) -> dict[str, Any]:
    marked = {"message": message} if message is not None else {"message": shown["message"]}
    return marked | {name: shown[name] for name in ("locations", "path") if name in shown} | {"extensions": extensions}


def _code(error: GraphQLError, executed: bool) -> str:
    if isinstance(error, GraphQLSyntaxError):
        return PARSE_FAILED
    return BAD_USER_INPUT if executed else VALIDATION_FAILED
