"""The pure half of a request: its body and headers to rows. What is left to do then is to store them."""

from gateway.encodings import ExpansionLimits, expand
from gateway.formats import Limits, decode
from gateway.negotiation import read_content_type
from gateway.rows import Rows


def read_rows(
    body: bytes,
    content_type: str | None,
    content_encoding: str | None,
    limits: Limits,
    expansion: ExpansionLimits,
) -> Rows:
    """The rows of a request, from its raw body and its headers as they are. Raises Rejected and nothing else.

    A body of zero bytes holds no rows whatever its headers say, as in the original.
    """
    if not body:
        return Rows([])
    claimed = read_content_type(content_type)
    return decode(expand(body, content_encoding, expansion), claimed.media_type, claimed.charset, limits)
