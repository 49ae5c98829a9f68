"""Bodies to rows: one decoder for each format, chosen by media type.

Every decoder keeps the same promises. A good row is never lost because of a bad one: bad rows come back beside the good
ones, each with the paths and the reasons, and with its own bytes. A body that is not its format at all is Unreadable as
a whole, and nothing of it is used. Nothing but Rejected is raised, whatever the bytes.
"""

from collections.abc import Callable

from delivery.errors import Unsupported
from gateway.formats.cloudevents import decode_cloudevents
from gateway.formats.form import decode_form
from gateway.formats.json import decode_json
from gateway.formats.limits import Limits
from gateway.formats.ndjson import decode_lines
from gateway.formats.xml import decode_xml
from gateway.rows import Rows

__all__ = ["Limits", "decode"]


def decode(body: bytes, media_type: str, charset: str | None, limits: Limits) -> Rows:
    """The rows of a body (already decompressed). `media_type` and `charset` are those of negotiation.read_content_type.

    Unreadable: the body is not that format (400, and a dead letter of the whole body). TooLarge: over a limit (413).
    Unsupported: a media type that no decoder reads (415). A body of zero bytes holds no rows, under any type.
    """
    if not body:
        return Rows([])
    decoder = _DECODERS.get(media_type)
    if decoder is None:
        raise Unsupported(f"The request entity's media type '{media_type}' is not supported for this resource.")
    return decoder(body, charset, limits)


def _decode_form(body: bytes, charset: str | None, limits: Limits) -> Rows:
    return decode_form(body, charset, limits, lambda inner, media_type: _DECODERS[media_type](inner, None, limits))


def _decode_cloudevent(body: bytes, charset: str | None, limits: Limits) -> Rows:
    return decode_cloudevents(body, charset, limits, is_batch=False)


def _decode_cloudevents(body: bytes, charset: str | None, limits: Limits) -> Rows:
    return decode_cloudevents(body, charset, limits, is_batch=True)


_DECODERS: dict[str, Callable[[bytes, str | None, Limits], Rows]] = {
    "application/json": decode_json,
    "text/json": decode_json,
    "application/xml": decode_xml,
    "text/xml": decode_xml,
    "application/x-www-form-urlencoded": _decode_form,
    "application/x-ndjson": decode_lines,
    "application/ndjson": decode_lines,
    "application/cloudevents+json": _decode_cloudevent,
    "application/cloudevents-batch+json": _decode_cloudevents,
}
