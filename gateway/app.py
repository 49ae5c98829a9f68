"""The gateway's HTTP side: which request is answered by whom, and how every failure becomes an answer.

POST /api/SMTP in any case, also as /api/SMTP/ and /api/SMTP/{id}; /livez, /readyz, /metrics, and the interface's own
description as documents. Nothing else is there. Most posts don't come here: see connection/direct.py.
"""

import asyncio
import logging
from collections.abc import Mapping
from functools import partial
from typing import Any, cast

from sanic import HTTPResponse, Request
from sanic.exceptions import SanicException

from delivery import health
from delivery.errors import DeliveryStatusError, Unavailable
from gateway import replies
from gateway.admission import Admission
from gateway.connection.body import connection_of, read_body, send_and_abandon
from gateway.connection.head import form_of, head_of
from gateway.connection.response import as_sanic
from gateway.connection.shown import shown_by
from gateway.documents.interface import is_interface
from gateway.exchange import NOT_ACKNOWLEDGED, Desk, Exchange
from gateway.metrics import GatewayMetrics
from gateway.negotiation import ReplyForm
from gateway.readiness import Readiness
from gateway.replies import Reply
from gateway.settings import GatewaySettings
from gateway.sources.sources import Sources

SLOW_BODY = "The request's body took too long to arrive. Send the request again."
HUNG_UP = "The connection ended before the request was whole."
TEXT_TYPE = "text/plain; charset=utf-8"
JSON_TYPE = "application/json; charset=utf-8"
OPERATIONS = frozenset({"/livez", "/readyz", "/metrics"})
_log = logging.getLogger("gateway")


class Application:
    """Answers the requests of one gateway process. `documents` are JSON, by path."""

    def __init__(
        self,
        settings: GatewaySettings,
        sources: Sources,
        desk: Desk,
        admission: Admission,
        readiness: Readiness,
        metrics: GatewayMetrics,
        documents: Mapping[str, bytes],
    ) -> None:
        self._settings = settings
        self._sources = sources
        self._desk = desk
        self._admission = admission
        self._readiness = readiness
        self._metrics = metrics
        self._documents = documents
        self._body_s_max = settings.body_ms_max / 1000

    async def answer(self, request: Request) -> HTTPResponse | None:
        """Any request. None where the answer has been sent already."""
        path = request.path
        if is_interface(path):
            if request.method == "POST":
                return await self._post(request)
            return self._refuse(request, replies.method_not_allowed(request.method, form_of(request.headers)))
        if path in OPERATIONS or path in self._documents:
            if request.method in ("GET", "HEAD"):
                return await self._show(request, path)
            return self._refuse(
                request, replies.method_not_allowed(request.method, form_of(request.headers), "GET, HEAD")
            )
        return self._refuse(request, replies.not_found(self._uri(request), form_of(request.headers)))

    def answer_failure(self, request: Request, problem: BaseException) -> HTTPResponse:
        """Bad HTTP and slow headers, which Sanic refuses, senders that hang up, and our own defects, in the original's shape."""
        status, message = 500, replies.FAILED
        if isinstance(problem, SanicException):
            status, message = problem.status_code, str(problem)
        elif isinstance(problem, asyncio.CancelledError):
            status, message = 400, HUNG_UP  # nobody reads it, but it is counted
        if status == 500:
            _log.error("defect: %s", problem, exc_info=problem)
            message = replies.FAILED
        return self._refuse(request, replies.reply_with_message(status, message, ReplyForm()))

    async def _post(self, request: Request) -> HTTPResponse | None:
        exchange = self._desk.open(head_of(request.headers, request.path, request.query_string))
        reply = await self._carry(request, exchange)
        response = self._response(request, exchange, reply)
        if not connection_of(request).request_body:
            return response
        await send_and_abandon(request, response)
        return None

    async def _carry(self, request: Request, exchange: Exchange) -> Reply:
        """The reply to a post whose body may have to be waited for."""
        task = cast("asyncio.Task[Any]", asyncio.current_task())
        answered: asyncio.Future[Reply] = task.get_loop().create_future()
        try:
            self._desk.enter(exchange, lambda _: shown_by(request), task.cancel)
            body = await read_body(request, self._admission, exchange, self._body_s_max)
            self._desk.store(exchange, body, partial(_settle_future, answered))
            return await answered
        except DeliveryStatusError as problem:
            return self._desk.refuse(exchange, problem)
        except TimeoutError:
            exchange.problem = SLOW_BODY
            reply = replies.reply_with_message(408, SLOW_BODY, exchange.head.form)
            self._desk.close(exchange, reply)
            return reply
        except BaseException as problem:
            if isinstance(problem, asyncio.CancelledError) and exchange.expired:
                task.uncancel()
                return self._desk.refuse(exchange, Unavailable(NOT_ACKNOWLEDGED, self._settings.retry_after_s))
            self._desk.abandon(exchange)
            raise

    def _refuse(self, request: Request, reply: Reply) -> HTTPResponse:
        exchange = self._desk.open(head_of(request.headers, request.path, request.query_string))
        self._desk.close(exchange, reply, request.method)
        return self._response(request, exchange, reply)

    def _response(self, request: Request, exchange: Exchange, reply: Reply) -> HTTPResponse:
        if self._admission.draining and request.stream:
            connection_of(request).keep_alive = False
        return as_sanic(reply, exchange.request_id)

    async def _show(self, request: Request, path: str) -> HTTPResponse:
        if path == "/livez":
            return HTTPResponse("ok\n", content_type=TEXT_TYPE)
        if path == "/readyz":
            status, text = health.render(await self._readiness.checks(), "verbose" in request.query_string)
            return HTTPResponse(text, status, content_type=TEXT_TYPE)
        if path == "/metrics":
            return self._show_metrics(request)
        return HTTPResponse(self._documents[path], content_type=JSON_TYPE)

    def _uri(self, request: Request) -> str:
        """The request's URI as an answer may repeat it: where secrets can stand in addresses, without what may be one."""
        url = request.raw_url.decode("ascii", "replace")
        if self._sources.authenticated:
            url = "/".join(url.partition("?")[0].split("/")[:2])
        scheme = "https" if self._settings.tls_certificate_file else "http"
        return f"{scheme}://{request.headers.get('host', 'localhost')}{url}"

    def _show_metrics(self, request: Request) -> HTTPResponse:
        self._metrics.inflight_requests = self._admission.inflight_requests
        self._metrics.inflight_bytes = self._admission.inflight_bytes
        content, content_type = self._metrics.render(request.headers.get("accept", ""))
        return HTTPResponse(content, content_type=content_type)


def _settle_future(answered: "asyncio.Future[Reply]", reply: Reply) -> None:
    if not answered.done():  # else its sender has hung up
        answered.set_result(reply)
