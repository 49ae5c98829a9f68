"""/openapi.json: the HTTP interface as an OpenAPI 3.1 document. Made once, at the start.

It says what is accepted as exactly as JSON Schema can, so that valid requests by it are stored and others are refused. What
it can't say stands in its texts: names in any case, charsets, content encodings.
"""

from typing import Any

import msgspec

from delivery.schemas import REFERENCE, Schema
from gateway.documents import openapi_requests as requests
from gateway.negotiation import CLOUDEVENT_TYPE, CLOUDEVENTS_TYPE, FORM_TYPE, JSON_TYPES, LINES_TYPES, XML_TYPES
from gateway.replies import INVALID, Error, Result

_VERSION = "1.0.0"  # of the contract, not of the program; see docs/WIRE.md
_TEXT = {"text/plain": {"schema": {"type": "string"}}}

_DESCRIPTION = f"""\
Takes SMTP notifications and answers 200 once every accepted one is stored.

- Anything but 200 means: send it again, unless the status is 400, 413 or 415; those bytes are kept as dead letters, except
  those of a body over `body_bytes_max`, which is not read: send it in pieces.
- Good rows are stored even if others are not; the reply names each bad row and member.
- Sending a notification twice does no harm.
- The path and the members' names count in any case. Bodies may be in utf-8, utf-16 or a single-byte charset that
  Content-Type names, and compressed: `Content-Encoding: gzip`, `deflate`, `br` or `zstd`.
- JSON may have comments, names without quotes, texts in single quotes, and a comma behind the last of anything.
- The reply's format follows `Accept`, else the request's own format, else it is JSON; its charset follows
  `Accept-Charset` (utf-8 or utf-16).
- Who may post, and how it is proven, is configured for each source. Names of headers and parameters in the security schemes
  are the usual ones; a source can have others.

The same as XML:

```xml
{requests.EXAMPLE_XML}
```

and as a form: `{requests.EXAMPLE_FORM_TEXT}`
"""


def document() -> bytes:
    """The document as JSON."""
    return msgspec.json.format(msgspec.json.encode(_document()), indent=2) + b"\n"


def _document() -> dict[str, Any]:
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "Email Delivery Status: gateway",
            "version": _VERSION,
            "summary": "SMTP notifications in.",
            "description": _DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": "notifications"}, {"name": "operations"}],
        "paths": {
            "/api/SMTP": {"post": _post()},
            "/livez": {"get": _plain("livez", "Whether the process lives.", {"200": _text("It lives.")})},
            "/readyz": {"get": _readyz()},
            "/metrics": {
                "get": _plain("metrics", "Metrics of this process.", {"200": _text("Prometheus' text format.")})
            },
            "/openapi.json": {"get": _shown("openapi", "This document.")},
            "/asyncapi.json": {"get": _shown("asyncapi", "The Kafka topics as AsyncAPI 3.0.")},
        },
        "components": {
            "schemas": {**requests.components(), **_reply_components()},
            "responses": _responses(),
            "headers": _headers(),
            "securitySchemes": _security_schemes(),
        },
    }


def _post() -> dict[str, Any]:
    content: dict[str, Any] = {}
    for media_type in JSON_TYPES:
        content[media_type] = {"schema": _schema("Notifications"), "examples": requests.json_examples()}
    for media_type in XML_TYPES:
        content[media_type] = {"schema": _schema("XmlNotifications"), "example": requests.EXAMPLE_ROWS}
    content[FORM_TYPE] = {"schema": _schema("FormNotifications"), "example": requests.EXAMPLE_FORM}
    for media_type in LINES_TYPES:
        content[media_type] = {"schema": requests.LINES}
    content[CLOUDEVENT_TYPE] = {"schema": _schema("CloudEvent"), "example": requests.EXAMPLE_CLOUDEVENT}
    content[CLOUDEVENTS_TYPE] = {"schema": _schema("CloudEvents"), "example": [requests.EXAMPLE_CLOUDEVENT]}
    return {
        "operationId": "postNotifications",
        "tags": ["notifications"],
        "summary": "Stores notifications.",
        "description": "`/api/SMTP/{id}` is the same; the id means nothing.",
        # Nothing is asked of anybody where the gateway listens on loopback without sources.
        "security": [{}, *({name: []} for name in _security_schemes())],
        "requestBody": {"content": content, "required": False, "description": "A body of zero bytes holds no rows."},
        "responses": {
            "200": {
                "description": "Every accepted row is stored; rows that could not be used are named.",
                "headers": _header_references("X-Request-ID"),
                "content": _reply_content("Result", {"accepted": 2}),
            },
            **{status: {"$ref": f"#/components/responses/{name}"} for status, name in _STATUSES.items()},
        },
    }


_STATUSES = {
    "400": "Invalid",
    "401": "Unauthorized",
    "405": "MethodNotAllowed",
    "408": "TooSlow",
    "413": "TooLarge",
    "415": "Unsupported",
    "429": "Overloaded",
    "503": "Unavailable",
}


def _responses() -> dict[str, Any]:
    reasons = {"notifications[0].tries": ['Expected an integer, got "x".']}
    invalid = {"Message": INVALID, "ModelState": reasons}
    return {
        "Invalid": _error("No row could be used, or the body could not be read. Its bytes are kept.", example=invalid),
        "Unauthorized": _error("No source is proven by this request.", "WWW-Authenticate"),
        "MethodNotAllowed": _error("The path is there for other methods.", "Allow"),
        "TooSlow": _error("The body took too long to arrive: send it again."),
        "TooLarge": _error("Over a limit, which the message names. Once read, the bytes are kept."),
        "Unsupported": _error("A media type or content encoding that is not read. The bytes are kept."),
        "Overloaded": _error("Over a limit of this source: send it again later.", "Retry-After"),
        "Unavailable": _error("Not known to be stored: send all of it again.", "Retry-After"),
    }


def _error(description: str, *headers: str, example: Schema | None = None) -> dict[str, Any]:
    return {
        "description": description,
        "headers": _header_references("X-Request-ID", *headers),
        "content": _reply_content("Error", example or {"Message": "…"}),
    }


def _reply_content(name: str, example: Schema) -> dict[str, Any]:
    return {media_type: {"schema": _schema(name), "example": example} for media_type in (*JSON_TYPES, *XML_TYPES)}


def _headers() -> dict[str, Any]:
    found = {
        "X-Request-ID": ("The request's own, else a new one: what the log calls it.", {"type": "string"}),
        "Retry-After": ("Seconds to wait.", {"type": "integer", "minimum": 0}),
        "Allow": ("The methods that the path is there for.", {"type": "string"}),
        "WWW-Authenticate": ("How to prove who posts.", {"type": "string"}),
    }
    return {name: {"description": description, "schema": schema} for name, (description, schema) in found.items()}


def _header_references(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _security_schemes() -> dict[str, Any]:
    return {
        "bearer": {"type": "http", "scheme": "bearer"},
        "basic": {"type": "http", "scheme": "basic"},
        "token": {"type": "apiKey", "in": "query", "name": "token", "description": "A secret in the URL."},
        "signature": {
            "type": "apiKey",
            "in": "header",
            "name": "X-Signature",
            "description": "HMAC-SHA256 over the raw bytes, with a timestamp; headers and layout are settings of the source.",
        },
        "certificate": {"type": "mutualTLS", "description": "A client certificate whose name is the source's."},
    }


def _reply_components() -> dict[str, Schema]:
    _, components = msgspec.json.schema_components([Result, Error], ref_template=REFERENCE)
    for name in ("Result", "Error"):
        components[name]["xml"] = {"name": name}
    for schema in components.values():
        schema.setdefault("required", [])
        for member in schema["properties"].values():
            member.pop("default", None)  # a list without rows is left out
    rejected = components["Result"]["properties"]["rejected"]
    rejected["xml"] = {"wrapped": True}
    components["RejectedRow"]["xml"] = {"name": "row"}
    return components


def _schema(name: str) -> Schema:
    return {"$ref": REFERENCE.format(name=name)}


def _plain(identity: str, summary: str, responses: dict[str, Any], **more: Any) -> dict[str, Any]:
    refused = {"405": {"$ref": "#/components/responses/MethodNotAllowed"}}
    return {
        "operationId": identity,
        "tags": ["operations"],
        "summary": summary,
        "security": [],
        **more,
        "responses": {**responses, **refused},
    }


def _text(description: str) -> dict[str, Any]:
    return {"description": description, "content": _TEXT}


def _readyz() -> dict[str, Any]:
    verbose = {
        "name": "verbose",
        "in": "query",
        "allowEmptyValue": True,
        "description": "One line for each part.",
        "schema": {"type": "string"},
    }
    responses = {"200": _text("Everything that it needs is well."), "503": _text("The parts with their problems.")}
    return _plain("readyz", "Whether it can do its work now.", responses, parameters=[verbose])


def _shown(identity: str, summary: str) -> dict[str, Any]:
    found = {"description": summary, "content": {"application/json": {"schema": {"type": "object"}}}}
    return _plain(identity, summary, {"200": found})
