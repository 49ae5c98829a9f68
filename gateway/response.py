"""A response whose headers are the gateway's own, so that they need no cleaning."""

from sanic import HTTPResponse


class OwnResponse(HTTPResponse):
    """For headers that are constants, numbers, or checked already: nothing of a request may get into them unchecked.

    Sanic takes line breaks out of every name and value, which costs a request as much as reading its row.
    """

    __slots__ = ()

    @property
    def processed_headers(self) -> list[tuple[bytes, bytes]]:  # type: ignore[override]
        self.headers.setdefault("content-type", self.content_type)
        return [(name.encode(), str(value).encode()) for name, value in self.headers.items()]
