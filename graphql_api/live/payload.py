"""What is sent to subscribers: the bytes of one result, made once for all who get it."""


class Payload:
    """`key` is what a later payload supersedes (a message), or nothing does (an event). `content` is the result as JSON.

    `revision` and `digest` tell whether it is newer than, or other than, what a client has. `place` is where in the topic it
    stands, `cursor` where the client goes on.
    """

    __slots__ = ("_event", "content", "cursor", "digest", "key", "place", "revision")

    def __init__(
        self, key: str, revision: int, digest: int, content: bytes, cursor: str, place: tuple[int, int]
    ) -> None:
        self.key = key
        self.place = place
        self.revision = revision
        self.digest = digest
        self.content = content
        self.cursor = cursor
        self._event: bytes | None = None

    def as_event(self) -> bytes:
        """As a server-sent event, whose id a browser gives back when it connects again."""
        if self._event is None:
            self._event = b"event: next\nid: %b\ndata: %b\n\n" % (self.cursor.encode(), self.content)
        return self._event
