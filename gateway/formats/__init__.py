"""Bodies to rows: one decoder for each format, chosen by media type.

Every decoder keeps the same promises. A good row is never lost because of a bad one: bad rows come back beside the good
ones, each with the paths and the reasons, and with its own bytes. A body that is not its format at all is Unreadable as
a whole, and nothing of it is used. Nothing but Rejected is raised, whatever the bytes.
"""

from delivery.errors import Unsupported
from gateway.formats.json import decode_json
from gateway.formats.limits import Limits
from gateway.rows import Rows

__all__ = ["Limits", "decode"]


def decode(body: bytes, media_type: str, charset: str | None, limits: Limits) -> Rows:
    """The rows of a body (already decompressed). `media_type` and `charset` are those of negotiation.read_content_type.

    Unreadable: the body is not that format (400, and a dead letter of the whole body). TooLarge: over a limit (413).
    Unsupported: a media type that no decoder reads (415). A body of zero bytes holds no rows, under any type.
    """
    if not body:
        return Rows([])
    if media_type not in ("application/json", "text/json"):
        raise Unsupported(f"The request entity's media type '{media_type}' is not supported for this resource.")
    return decode_json(body, charset, limits)
