"""One request to /graphql and what is answered, whichever way it came: through Sanic (app.py), or past its task (direct.py).

Subscriptions are not answered here: they take their connection over (live/http.py).
"""

from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import unquote_plus

import msgspec

from delivery.errors import Retryable
from delivery.json_text import encode_json
from graphql_api.access.access import Access, Caller, Unauthenticated
from graphql_api.answering import Reply, refuse
from graphql_api.errors import UNAUTHENTICATED, internal_error
from graphql_api.guards.pace import LARGE_BYTES, Pace
from graphql_api.guards.throttle import Throttle
from graphql_api.http.compression import THREAD_BYTES_MIN, choose_coding, encode, encode_aside
from graphql_api.http.negotiation import ReplyType, choose_reply
from graphql_api.http.origins import Origins
from graphql_api.http.requests import BadRequest, GraphQLRequest, not_now, read_get, read_post
from graphql_api.operations import Operations
from graphql_api.settings import GraphQLSettings
from graphql_api.spans import trace_of
from graphql_api.tags import tag_of

VARY = "accept, authorization, origin"
CODED = ", accept-encoding"


class Question(msgspec.Struct, frozen=True, gc=False):
    """A GET or a POST of /graphql. The headers' names are in lower case."""

    method: str
    query_string: str
    headers: Mapping[str, str]
    body: bytes


class Answer(msgspec.Struct, gc=False):
    """What goes back over HTTP. A 304 has no body, and no content-type among its headers."""

    status: int
    headers: dict[str, str]
    body: bytes


class Exchange:
    """Answers the requests of one server."""

    def __init__(
        self, settings: GraphQLSettings, operations: Operations, access: Access, throttle: Throttle, origins: Origins
    ) -> None:
        self.is_open = access.is_open
        self._compress_bytes_min = settings.compress_bytes_min
        self._operations = operations
        self._access = access
        self._throttle = throttle
        self._origins = origins
        self._pace = Pace()

    async def answer(self, question: Question) -> Answer:
        """Answers it, whatever happens."""
        headers = question.headers
        reply_type = choose_reply(headers.get("accept"))
        crossing: dict[str, str] = {}
        try:
            crossing = self._origins.check(headers)
            caller = await self.identify(headers)
            with self._throttle.admit(caller) as limits:
                if len(question.body) >= LARGE_BYTES:
                    await self._pace.take(len(question.body))
                trace = () if self._operations.spans is None else trace_of(headers)
                reply = await self._operations.run(
                    read(question), reply_type, caller, method=question.method, known=headers.get("if-none-match"),
                    codings=headers.get("accept-encoding"), trace=trace,
                )  # fmt: skip
        except BadRequest as reason:
            reply, limits = refuse(reason, reply_type), {}
        except Exception as defect:
            reply, limits = Reply(500, reply_type, encode_json({"errors": [internal_error(defect)]})), {}
        answer = answer_of(reply, limits | crossing)
        if question.method == "GET":
            tag(answer, headers.get("if-none-match", ""))
        if "content-encoding" in answer.headers:
            answer.headers["vary"] += CODED
        elif len(answer.body) >= self._compress_bytes_min and answer.status == 200:
            await compress(answer, headers.get("accept-encoding"))
        return answer

    async def identify(self, headers: Mapping[str, str]) -> Caller:
        """Who asks. BadRequest where nobody that is known."""
        try:
            return await self._access.identify(headers.get("authorization"))
        except Unauthenticated as refusal:
            raise BadRequest(
                refusal.message, 401, {"www-authenticate": refusal.challenge}, UNAUTHENTICATED
            ) from refusal  # fmt: skip
        except Retryable as problem:
            raise not_now(problem) from problem


def read(question: Question) -> GraphQLRequest:
    """The GraphQL in it; BadRequest where there is none."""
    if question.method == "GET":
        return read_get(parameters(question.query_string))
    return read_post(question.headers.get("content-type"), question.body)


def parameters(query_string: str) -> dict[str, str]:
    """A URL's parameters by their names, the last where one comes twice; as urllib.parse.parse_qsl reads them."""
    pairs = (pair.partition("=") for pair in query_string.split("&") if pair)
    return {_unquoted(name): _unquoted(value) for name, _, value in pairs}


@lru_cache(maxsize=512)
def _unquoted(text: str) -> str:
    """Kept, because the same documents come again and again, and each letter of theirs that is quoted costs."""
    return unquote_plus(text)


def answer_of(reply: Reply, more: Mapping[str, str]) -> Answer:
    """The reply with all of its headers, `more` among them."""
    headers = {"vary": VARY, "cache-control": "no-store", "x-content-type-options": "nosniff"}
    headers.update(reply.headers)
    headers.update(more)
    headers["content-type"] = reply.type.value
    return Answer(reply.status, headers, reply.body)


def tag(answer: Answer, known: str) -> None:
    """Tags a GET's answer by its content, and makes it a 304 where the client holds this very content."""
    if answer.status not in (200, 304):
        return
    headers = answer.headers
    headers["cache-control"] = "private, no-cache"
    etag = headers.get("etag")
    if etag is None:
        etag = headers["etag"] = tag_of(answer.body)
    if etag in known:
        answer.status, answer.body = 304, b""
        del headers["content-type"]
        headers.pop("content-encoding", None)


async def compress(answer: Answer, accept: str | None) -> None:
    """Compresses the body as the client can read it; a large one in a thread, so that nobody else waits for it."""
    headers = answer.headers
    headers["vary"] += CODED
    coding = choose_coding(accept)
    if coding is None:
        return
    headers["content-encoding"] = coding
    if len(answer.body) < THREAD_BYTES_MIN:
        answer.body = encode(answer.body, coding)
    else:
        answer.body = await encode_aside(answer.body, coding)


def not_served(status: int, message: str, headers: Mapping[str, str], accept: str | None) -> Answer:
    """The answer to what is no request of ours, as GraphQL says it."""
    return answer_of(refuse(BadRequest(message, status, headers), choose_reply(accept)), {})


def defective(problem: BaseException, accept: str | None) -> Answer:
    """The answer where no part of an operation can be blamed for the defect."""
    return answer_of(Reply(500, choose_reply(accept), encode_json({"errors": [internal_error(problem)]})), {})


def refused(reason: BadRequest, more: Mapping[str, str], reply_type: ReplyType) -> Answer:
    """The answer to a request that is refused."""
    return answer_of(refuse(reason, reply_type), more)
