"""The gateway's HTTP side: which request is answered by whom, and how every failure becomes an answer.

POST /api/SMTP in any case, also as /api/SMTP/ and /api/SMTP/{id}; /livez, /readyz, /metrics, and the interface's own
description as documents. Nothing else is there.
"""

import asyncio
import itertools
import logging
import re
import secrets
from collections.abc import Callable, Mapping
from time import perf_counter
from urllib.parse import unquote

from sanic import HTTPResponse, Request
from sanic.exceptions import SanicException

from delivery import health
from delivery.errors import DeliveryStatusError, Unavailable
from delivery.event import Header
from gateway import replies
from gateway.admission import Admission
from gateway.body import connection_of, read_body, send_and_abandon
from gateway.intake import Intake, Submission
from gateway.metrics import CONTENT_TYPE as METRICS_TYPE
from gateway.metrics import GatewayMetrics
from gateway.negotiation import ReplyForm, choose_reply
from gateway.readiness import Readiness
from gateway.replies import Reply
from gateway.request_log import Line, RequestLog
from gateway.response import OwnResponse
from gateway.rows import Rows
from gateway.settings import GatewaySettings
from gateway.shown import shown_by
from gateway.source import Source
from gateway.sources import Pending, Sources, Unproven
from gateway.trace import trace_headers

SLOW_BODY = "The request's body took too long to arrive. Send the request again."
NOT_ACKNOWLEDGED = "Kafka did not acknowledge in time"
TEXT_TYPE = "text/plain; charset=utf-8"
JSON_TYPE = "application/json; charset=utf-8"
OPERATIONS = frozenset({"/livez", "/readyz", "/metrics"})
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:/+=-]{1,64}")
_log = logging.getLogger("gateway")


class Exchange:
    """One request on its way to its answer: what the metrics and the log tell of it."""

    __slots__ = (
        "accepted",
        "body_bytes",
        "form",
        "problem",
        "received_at",
        "rejected",
        "request_id",
        "source",
        "started",
        "trace",
    )

    def __init__(
        self, form: ReplyForm, request_id: str, received_at: int, source: Source, trace: tuple[Header, ...]
    ) -> None:
        self.started = perf_counter()
        self.form = form
        self.request_id = request_id
        self.received_at = received_at
        self.source = source
        self.trace = trace
        self.body_bytes = 0
        self.accepted = 0
        self.rejected = 0
        self.problem = ""

    def line(self, method: str, status: int, duration_s: float) -> Line:
        traceparent = self.trace[0][1].decode() if self.trace else ""
        return Line(
            self.received_at, self.request_id, method, status, self.source.name, self.body_bytes,
            self.accepted, self.rejected, duration_s * 1000, traceparent, self.problem,
        )  # fmt: skip


class Application:
    """Answers the requests of one gateway process. `now` gives ms since 1970; `documents` are JSON, by path."""

    def __init__(
        self,
        settings: GatewaySettings,
        sources: Sources,
        intake: Intake,
        admission: Admission,
        readiness: Readiness,
        metrics: GatewayMetrics,
        request_log: RequestLog,
        documents: Mapping[str, bytes],
        now: Callable[[], int],
    ) -> None:
        self._settings = settings
        self._sources = sources
        self._intake = intake
        self._admission = admission
        self._readiness = readiness
        self._metrics = metrics
        self._request_log = request_log
        self._documents = documents
        self._now = now
        self._body_s_max = settings.body_ms_max / 1000
        self._id_prefix = secrets.token_hex(4)
        self._ids = itertools.count(1)

    async def answer(self, request: Request) -> HTTPResponse | None:
        """Any request. None where the answer has been sent already."""
        path = request.path
        if is_interface(path):
            if request.method == "POST":
                return await self._post(request)
            return self._refuse(request, replies.method_not_allowed(request.method, _form(request)))
        if path in OPERATIONS or path in self._documents:
            if request.method in ("GET", "HEAD"):
                return await self._show(request, path)
            return self._refuse(request, replies.method_not_allowed(request.method, _form(request), "GET, HEAD"))
        return self._refuse(request, replies.not_found(self._uri(request), _form(request)))

    def answer_failure(self, request: Request, problem: Exception) -> HTTPResponse:
        """What Sanic itself refuses (bad HTTP, slow headers), and our own defects, in the original's shape."""
        status = problem.status_code if isinstance(problem, SanicException) else 500
        if status == 500:
            _log.error("defect: %s", problem, exc_info=problem)
        message = replies.FAILED if status == 500 else str(problem)
        return self._refuse(request, replies.reply_with_message(status, message, ReplyForm()))

    async def _post(self, request: Request) -> HTTPResponse | None:
        exchange = self._open(request, _form(request))
        try:
            rows = await self._take(request, exchange)
            exchange.accepted, exchange.rejected = len(rows.accepted), len(rows.rejected)
            reply = replies.reply_to_rows(rows, exchange.form)
        except Unproven as problem:
            self._metrics.notifications["unauthorized"] += 1
            exchange.problem = str(problem)
            reply = replies.denied(problem.challenges, exchange.form)
        except DeliveryStatusError as problem:
            source = exchange.source
            exchange.problem = str(problem)
            reply = replies.reply_to_error(problem, exchange.form, source.overload_status, source.retry_after_s)
        except TimeoutError:
            exchange.problem = SLOW_BODY
            reply = replies.reply_with_message(408, SLOW_BODY, exchange.form)
        response = self._close(request, exchange, reply)
        if not connection_of(request).request_body:
            return response
        await send_and_abandon(request, response)
        return None

    async def _take(self, request: Request, exchange: Exchange) -> Rows:
        pending = self._identify(request, exchange)
        ticket = self._admission.enter()
        try:
            if pending is None:
                self._admission.charge(ticket, exchange.source)
            body = await read_body(request, self._admission, ticket, self._body_s_max)
            exchange.body_bytes = len(body)
            if pending is not None:
                exchange.source = pending.prove(body)
                self._admission.charge(ticket, exchange.source)
            content_type = request.headers.get("content-type")
            encoding = _joined(request, "content-encoding")
            submission = Submission(body, content_type, encoding, exchange.received_at, exchange.source, exchange.trace)
            rows = await self._intake.take(submission)
            if ticket.meter is not None:
                ticket.meter.spend_rows(len(rows.accepted))
            return rows
        except asyncio.CancelledError:
            if not ticket.expired:
                raise  # the sender has hung up: there is nobody to answer
            ticket.task.uncancel()
            raise Unavailable(NOT_ACKNOWLEDGED, self._settings.retry_after_s) from None
        finally:
            self._admission.leave(ticket)

    def _identify(self, request: Request, exchange: Exchange) -> Pending | None:
        """Names the exchange's source, as far as the headers prove it. Unproven where nothing of the body needs to be read."""
        if not self._sources.authenticated:
            return None
        found = self._sources.identify(shown_by(request), exchange.received_at / 1000)
        if isinstance(found, Pending):
            return found
        exchange.source = found
        return None

    def _open(self, request: Request, form: ReplyForm) -> Exchange:
        headers = request.headers
        request_id = headers.get("x-request-id")
        if request_id is None or not _REQUEST_ID.fullmatch(request_id):
            request_id = f"{self._id_prefix}-{next(self._ids):x}"
        trace: tuple[Header, ...] = ()
        if "traceparent" in headers:
            trace = trace_headers(headers.getall("traceparent"), headers.getall("tracestate", []))
        return Exchange(form, request_id, self._now(), self._sources.default, trace)

    def _close(self, request: Request, exchange: Exchange, reply: Reply) -> HTTPResponse:
        """The response of an exchange that is over, after it was counted and noted."""
        duration_s = perf_counter() - exchange.started
        self._metrics.request_duration.observe(duration_s)
        self._metrics.count_request(reply.status)
        self._metrics.count_source(exchange.source.name, reply.status, exchange.accepted, exchange.rejected)
        if self._settings.request_log:
            self._request_log.note(exchange.line(request.method, reply.status, duration_s))
        if self._admission.draining and request.stream:
            connection_of(request).keep_alive = False
        kind = HTTPResponse if reply.headers else OwnResponse
        response = kind(reply.body, reply.status, dict(reply.headers), reply.content_type)
        response.headers["x-request-id"] = exchange.request_id
        return response

    def _refuse(self, request: Request, reply: Reply) -> HTTPResponse:
        exchange = self._open(request, ReplyForm())
        return self._close(request, exchange, reply)

    async def _show(self, request: Request, path: str) -> HTTPResponse:
        if path == "/livez":
            return HTTPResponse("ok\n", content_type=TEXT_TYPE)
        if path == "/readyz":
            status, text = health.render(await self._readiness.checks(), "verbose" in request.query_string)
            return HTTPResponse(text, status, content_type=TEXT_TYPE)
        if path == "/metrics":
            return self._show_metrics()
        return HTTPResponse(self._documents[path], content_type=JSON_TYPE)

    def _uri(self, request: Request) -> str:
        """The request's URI as an answer may repeat it: where secrets can stand in addresses, without what may be one."""
        url = request.raw_url.decode("ascii", "replace")
        if self._sources.authenticated:
            url = "/".join(url.partition("?")[0].split("/")[:2])
        scheme = "https" if self._settings.tls_certificate_file else "http"
        return f"{scheme}://{request.headers.get('host', 'localhost')}{url}"

    def _show_metrics(self) -> HTTPResponse:
        self._metrics.inflight_requests = self._admission.inflight_requests
        self._metrics.inflight_bytes = self._admission.inflight_bytes
        return HTTPResponse(self._metrics.render(), content_type=METRICS_TYPE)


def is_interface(path: str) -> bool:
    """Whether this is api/SMTP or api/SMTP/{id}: whatever the case, percent-encoded or not, with a slash at its end or not."""
    if path == "/api/SMTP":
        return True
    segments = unquote(path).lower().removesuffix("/").split("/")
    return segments[:3] == ["", "api", "smtp"] and (len(segments) == 3 or (len(segments) == 4 and segments[3] != ""))


def _form(request: Request) -> ReplyForm:
    headers = request.headers
    return choose_reply(
        _joined(request, "accept"),
        _joined(request, "accept-charset"),
        headers.get("content-type"),
        headers.get("x-requested-with"),
    )


def _joined(request: Request, name: str) -> str | None:
    """A header's values joined, as HTTP allows a list to be spread over several lines."""
    values: list[str] | None = request.headers.getall(name, None)
    if values is None:
        return None
    return values[0] if len(values) == 1 else ", ".join(values)
