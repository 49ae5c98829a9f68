"""Replies: what the sender reads. JSON or XML, utf-8 or utf-16 with a mark, in the shapes that the original's clients know.

Stored:   {"accepted": 2, "rejected": [{"index": 1, "errors": {"notifications[1].tries": ["…"]}}]}, in XML
          <Result><accepted>2</accepted><rejected><row><index>1</index><errors><notifications_x005B_1_x005D_.tries>…
          and `rejected` is absent when no row was.
Rejected: {"Message": "The request is invalid.", "ModelState": {"notifications[1].tries": ["…"]}}, in XML
          <Error><Message>…</Message><ModelState><notifications_x005B_1_x005D_.tries>…
Others:   {"Message": "…"}, in XML <Error><Message>…
XML has no declaration. Names are encoded as XmlConvert.EncodeLocalName does; several reasons of one member stand side by
side in one element, separated by a blank.
"""

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape

import msgspec

from delivery.errors import (
    DeliveryStatusError,
    Fenced,
    Misconfigured,
    Overloaded,
    Rejected,
    Retryable,
    TooLarge,
    Unavailable,
    Unreadable,
    Unsupported,
)
from gateway.negotiation import ReplyForm
from gateway.rows import BadRow, Rows

PARAMETER = "notifications"
INVALID = "The request is invalid."
DENIED = "Authorization has been denied for this request."
FAILED = "An error has occurred."
ERROR_STATUSES: dict[type[DeliveryStatusError], int] = {
    Rejected: 400,
    Unreadable: 400,
    Unsupported: 415,
    TooLarge: 413,
    Retryable: 503,
    Unavailable: 503,
    Overloaded: 503,
    Fenced: 503,
    Misconfigured: 500,
    DeliveryStatusError: 500,
}


class Reply(msgspec.Struct, frozen=True):
    """An answer ready to be sent. `headers` are those besides Content-Type and Content-Length."""

    status: int
    body: bytes
    content_type: str
    headers: tuple[tuple[str, str], ...] = ()


class RejectedRow(msgspec.Struct, frozen=True):
    """A row that could not be used: its place in the body, and the reasons by member."""

    index: int
    errors: dict[str, list[str]]


class Result(msgspec.Struct, frozen=True, omit_defaults=True):
    """The rows that are stored, counted, and those that are not."""

    accepted: int
    rejected: list[RejectedRow] = []


class Error(msgspec.Struct, frozen=True, omit_defaults=True, rename="pascal"):
    """Why nothing was stored; `model_state` has the reasons by member."""

    message: str
    model_state: dict[str, list[str]] = {}


def reply_to_rows(rows: Rows, form: ReplyForm) -> Reply:
    """The answer once every accepted row is stored: 200; 400 where no row of several, or the only one, could be used."""
    if rows.rejected and not rows.accepted:
        return _invalid(_merged(rows.rejected), form)
    if form == _DEFAULT_FORM and not rows.rejected:
        return Reply(200, b'{"accepted":%d}' % len(rows.accepted), _DEFAULT_CONTENT_TYPE)
    rejected = [RejectedRow(row.index, model_state(row.errors)) for row in rows.rejected]
    return _reply(200, Result(len(rows.accepted), rejected), form)


def reply_to_error(
    error: DeliveryStatusError, form: ReplyForm, overload_status: int = 503, retry_after_s: int = 0
) -> Reply:
    """The answer to a request that failed as a whole. `overload_status` is the one upon which the source comes again, 503 or
    429; `retry_after_s` is how long it is told to wait at least."""
    status = overload_status if isinstance(error, Overloaded | Unavailable) else ERROR_STATUSES[type(error)]
    if isinstance(error, Unsupported):
        return reply_with_message(status, error.message, form)
    if isinstance(error, TooLarge):
        message = f"The request is too large: {error.limit} is {error.value_max}."
        return reply_with_message(status, message, form)
    if isinstance(error, Rejected):
        return _invalid(error.errors, form)
    if isinstance(error, Retryable):
        headers = (("Retry-After", str(max(error.retry_after_s, retry_after_s))),)
        return reply_with_message(status, f"{str(error).rstrip('.')}. Send the request again.", form, headers)
    return reply_with_message(status, FAILED, form)


def denied(challenges: Sequence[str], form: ReplyForm) -> Reply:
    """401 with the ways to prove who one is, 403 where there is none that a sender could try."""
    headers = (("WWW-Authenticate", ", ".join(challenges)),) if challenges else ()
    return reply_with_message(401 if challenges else 403, DENIED, form, headers)


def not_found(uri: str, form: ReplyForm) -> Reply:
    """404, for a path outside of the interface; `uri` is the request's whole URI."""
    return reply_with_message(404, f"No HTTP resource was found that matches the request URI '{uri}'.", form)


def method_not_allowed(method: str, form: ReplyForm, allowed: str = "POST") -> Reply:
    """405, for any method but those `allowed`; OPTIONS and HEAD too."""
    message = f"The requested resource does not support http method '{method}'."
    return reply_with_message(405, message, form, (("Allow", allowed),))


def reply_with_message(status: int, message: str, form: ReplyForm, headers: tuple[tuple[str, str], ...] = ()) -> Reply:
    """An error that concerns no member: only its Message."""
    return _reply(status, Error(message), form, headers)


def model_state(errors: dict[str, list[str]]) -> dict[str, list[str]]:
    """Errors under the names that the original gives: the parameter's name in front, alone for the whole body."""
    return {_key(path): reasons for path, reasons in errors.items()}


def _key(path: str) -> str:
    if not path or path.startswith("["):
        return PARAMETER + path
    return f"{PARAMETER}.{path}"


def _merged(rejected: Sequence[BadRow]) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    for row in rejected:
        for path, reasons in row.errors.items():
            errors.setdefault(path, []).extend(reasons)
    return errors


def _invalid(errors: dict[str, list[str]], form: ReplyForm) -> Reply:
    return _reply(400, Error(INVALID, model_state(errors)), form)


_DEFAULT_FORM = ReplyForm()
_DEFAULT_CONTENT_TYPE = _DEFAULT_FORM.content_type
_encode = msgspec.json.Encoder().encode


def _reply(status: int, content: Result | Error, form: ReplyForm, headers: tuple[tuple[str, str], ...] = ()) -> Reply:
    body = _element(type(content).__name__, msgspec.to_builtins(content)).encode() if form.is_xml else _encode(content)
    if form.charset == "utf-16":
        body = b"\xff\xfe" + body.decode().encode("utf-16-le")
    return Reply(status, body, form.content_type, headers)


# What XML 1.0 can't hold at all, not even as a reference.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _element(name: str, content: object) -> str:
    return f"<{name}>{_inner(content)}</{name}>"


def _inner(content: object) -> str:
    if isinstance(content, dict):
        return "".join(_element(encode_local_name(name), value) for name, value in content.items())
    if isinstance(content, list):
        if content and isinstance(content[0], dict):
            return "".join(_element("row", value) for value in content)
        return _text(" ".join(content))
    return _text(str(content))


def _text(text: str) -> str:
    return escape(_NO_XML.sub("\ufffd", text))


_NAME_START = (
    "A-Z_a-z\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd"
)
_NOT_IN_NAME = re.compile(
    rf"^[^{_NAME_START}]|[^-.0-9\xb7\u0300-\u036f\u203f\u2040{_NAME_START}]"
    r"|_(?=x(?:[0-9A-Fa-f]{4}|[0-9A-Fa-f]{8})_)",
    re.S,
)


def encode_local_name(name: str) -> str:
    """A text as an XML name, as XmlConvert.EncodeLocalName does: `[` becomes _x005B_, above U+FFFF with eight digits."""
    return _NOT_IN_NAME.sub(_encode_character, name)


def _encode_character(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"_x{code:04X}_" if code <= 0xFFFF else f"_x{code:08X}_"
