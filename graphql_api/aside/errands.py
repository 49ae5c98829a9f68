"""What is done aside: documents that are new are judged, and what is costly or can't run is answered, to the bytes that go out."""

from typing import Protocol

import msgspec

from delivery.json_text import encode_json
from graphql_api.access.access import Caller
from graphql_api.answering import Answering, Reply, Work, refuse
from graphql_api.compiled.plans import Asked
from graphql_api.errors import internal_error
from graphql_api.guards.checked import Verdict
from graphql_api.http.compression import choose_coding, encode
from graphql_api.http.negotiation import ReplyType
from graphql_api.http.requests import BadRequest
from graphql_api.tags import tag_of


class Errand(msgspec.Struct, frozen=True):
    """An operation to answer: what is asked, how it came, and by whom.

    `known` are the tags of answers that the client holds, `codings` says how it can read a long reply compressed.
    """

    asked: Asked
    reply_type: ReplyType
    caller: Caller
    method: str
    known: str
    codings: str | None

    def work(self, cost: int | None) -> Work:
        """The same once it is known what it may cost."""
        return Work(self.asked, self.reply_type, self.caller, self.method, self.known, cost)


class Aside(Protocol):
    """Whoever does errands. Unavailable where it can't now."""

    async def judge(self, text: str, operation_name: str | None) -> Verdict:
        """What is to be known of a document."""

    async def answer(self, errand: Errand) -> tuple[Reply, str]:
        """The reply, and its name for the metrics. A query's alone: whatever changes something is refused."""


class Errands:
    """Does errands in this process."""

    def __init__(self, answering: Answering, compress_bytes_min: int) -> None:
        self._answering = answering
        self._compress_bytes_min = compress_bytes_min

    async def judge(self, text: str, operation_name: str | None) -> Verdict:
        return self._answering.documents.judge(text, operation_name)

    async def answer(self, errand: Errand) -> tuple[Reply, str]:
        """The reply is tagged where a GET asked for it, and compressed where it is long."""
        try:
            checked = self._answering.documents.check(errand.asked.document)
            reply, result = await self._answering.answer(errand.work(self._answering.prepare(errand.asked, checked)))
        except BadRequest as reason:
            return refuse(reason, errand.reply_type), "rejected"
        except Exception as defect:
            return Reply(500, errand.reply_type, encode_json({"errors": [internal_error(defect)]})), "failed"
        if reply.status != 200:
            return reply, result
        headers, body = dict(reply.headers), reply.body
        if errand.method == "GET" and "etag" not in headers:
            headers["etag"] = tag_of(body)
        coding = choose_coding(errand.codings) if len(body) >= self._compress_bytes_min else None
        if coding is not None:
            headers["content-encoding"] = coding
            body = encode(body, coding)
        return Reply(200, reply.type, body, headers), result
