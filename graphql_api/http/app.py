"""The server: GraphQL over HTTP, the schema as text, health, metrics and pages. Beyond loopback it asks for a token."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from secrets import token_hex
from socket import AF_INET, AF_INET6, SO_REUSEADDR, SOCK_STREAM, SOL_SOCKET, socket
from typing import Any
from urllib.parse import parse_qsl

from sanic import HTTPResponse, Request, Sanic
from sanic.application.state import ApplicationServerInfo
from sanic.exceptions import SanicException
from sanic.http.constants import HTTP
from sanic.server import AsyncioServer, HttpProtocol

from delivery.errors import Misconfigured, Retryable
from delivery.health import render
from delivery.tls import Tls
from graphql_api.access.authentication import open_access, read_id_key
from graphql_api.access.sight import Masked
from graphql_api.aside.process import AsideProcess
from graphql_api.context import Contexts, Sources
from graphql_api.guards.throttle import Throttle
from graphql_api.http.compression import compress_replies
from graphql_api.http.direct import direct_protocol
from graphql_api.http.exchange import VARY, Answer, Exchange, Question, defective, not_served, read, refused
from graphql_api.http.negotiation import ReplyType, choose_reply
from graphql_api.http.origins import Origins
from graphql_api.http.pages import Page, read_pages
from graphql_api.http.requests import BadRequest
from graphql_api.live.http import is_handshake, open_stream, open_websocket
from graphql_api.live.service import Live
from graphql_api.live.streams import chosen as chosen_framing
from graphql_api.live.takeover import may_take_over
from graphql_api.metrics import Metrics
from graphql_api.operations import Operations
from graphql_api.schema import print_sdl
from graphql_api.settings import GraphQLSettings, require_access
from graphql_api.spans import OperationSpans
from store.contract import Reader

TEXT = "text/plain; charset=utf-8"
Handler = Callable[[Request], Coroutine[Any, Any, HTTPResponse]]
App = Sanic[Any, Any]


def build_app(
    settings: GraphQLSettings,
    sources: Sources,
    spans: OperationSpans | None = None,
    aside: AsideProcess | None = None,
    id_key: bytes | None = None,
) -> App:
    """The app, not yet listening. Misconfigured where it would be open to others.

    `aside` does what is new or costly; without one it is done here. `id_key` hides addresses, as the settings say without one.
    """
    require_access(settings)
    app: App = Sanic(f"graphql-{token_hex(4)}", configure_logging=False, env_prefix=None)
    app.config.update(
        ACCESS_LOG=False,
        MOTD=False,
        # Sanic rewrites its own classes, without signals that nobody uses; it can do so once a process.
        TOUCHUP=not getattr(HttpProtocol, "__touched__", False),
        REQUEST_MAX_SIZE=settings.body_bytes_max,
    )
    # Sanic leaves an empty alt-svc header out of its replies only where it knows that no HTTP/3 is served.
    app.state.server_info.append(ApplicationServerInfo(settings={"version": HTTP.VERSION_1}))
    metrics = Metrics()
    contexts = Contexts(sources, settings, Masked(id_key or read_id_key(settings)))
    operations = Operations(settings, contexts, metrics, time.perf_counter, spans, aside)
    access, throttle = open_access(settings), Throttle(time.monotonic)
    app.ctx.access = access
    live = Live(settings, contexts, operations, access, throttle, metrics, sources.check_broker)
    app.ctx.live = live
    origins = Origins(settings, is_open=access.is_open)
    app.ctx.exchange = Exchange(settings, operations, access, throttle, origins)
    _add_graphql(app, app.ctx.exchange, origins, live)
    _add_health(app, sources, metrics, live, aside)
    for path, page in read_pages(console=settings.console, graphiql=settings.graphiql).items():
        app.add_route(_serve_page(page), path, name=f"page-{path}", methods=["GET", "HEAD"])
    compress_replies(app, settings)
    app.exception(Exception)(_explain)
    return app


def _add_graphql(app: App, exchange: Exchange, origins: Origins, live: Live) -> None:
    sdl = print_sdl()

    @may_take_over
    async def graphql(request: Request) -> HTTPResponse | None:
        headers = request.headers
        framing = chosen_framing(headers.get("accept"))
        question = Question(request.method, request.query_string, headers, request.body)
        if framing is None and not is_handshake(headers):
            return _respond(await exchange.answer(question))
        crossing: dict[str, str] = {}
        try:
            crossing = origins.check(headers)
            if is_handshake(headers):
                # A browser can't send the header here; its client says who it is in the first message.
                knows = exchange.is_open or "authorization" in headers
                open_websocket(live, request, await exchange.identify(headers) if knows else None)
            elif framing is not None:
                caller = await exchange.identify(headers)
                await open_stream(live, request, read(question), framing, caller, {"vary": VARY} | crossing)
        except BadRequest as reason:
            return _respond(refused(reason, crossing, choose_reply(headers.get("accept"))))
        return None

    async def preflight(request: Request) -> HTTPResponse:
        try:
            return HTTPResponse(status=204, headers={"vary": VARY} | origins.preflight(request.headers))
        except BadRequest as reason:
            return _respond(refused(reason, {}, ReplyType.JSON))

    async def schema(_request: Request) -> HTTPResponse:
        return HTTPResponse(sdl, content_type=TEXT)

    app.add_route(graphql, "/graphql", methods=["GET", "POST"])
    app.add_route(preflight, "/graphql", methods=["OPTIONS"], name="preflight")
    app.add_route(schema, "/schema.graphql", methods=["GET"])


def _add_health(app: App, sources: Sources, metrics: Metrics, live: Live, aside: AsideProcess | None) -> None:
    async def livez(_request: Request) -> HTTPResponse:
        return HTTPResponse("ok\n", content_type=TEXT)

    async def readyz(request: Request) -> HTTPResponse:
        checks = {"store": await _check_store(sources.reader), "kafka": await sources.check_broker()}
        if live.problem is not None:
            checks["live"] = live.problem
        if aside is not None and aside.problem is not None:
            checks["aside"] = aside.problem
        status, text = render(checks, "verbose" in parse_names(request))
        return HTTPResponse(text, status=status, content_type=TEXT)

    async def show_metrics(request: Request) -> HTTPResponse:
        content, content_type = metrics.render(request.headers.get("accept", ""))
        return HTTPResponse(content, content_type=content_type)

    app.add_route(livez, "/livez", methods=["GET"])
    app.add_route(readyz, "/readyz", methods=["GET"])
    app.add_route(show_metrics, "/metrics", methods=["GET"])


def parse_names(request: Request) -> set[str]:
    """The names of the URL's parameters, those without a value too."""
    return {name for name, _ in parse_qsl(request.query_string, keep_blank_values=True)}


async def _check_store(reader: Reader) -> str | None:
    try:
        await reader.check()
    except (Retryable, Misconfigured) as problem:
        return str(problem)
    return None


def _serve_page(page: Page) -> Handler:
    async def serve(request: Request) -> HTTPResponse:
        if request.headers.get("if-none-match") == page.headers["etag"]:
            return HTTPResponse(status=304, headers=page.headers)
        return HTTPResponse(page.body, content_type=page.type, headers=page.headers)

    return serve


def _respond(answer: Answer) -> HTTPResponse:
    return HTTPResponse(answer.body, answer.status, answer.headers)


async def _explain(request: Request, problem: Exception) -> HTTPResponse:
    """Whatever no handler answered: a GraphQL error, without a traceback."""
    accept = request.headers.get("accept")
    if not isinstance(problem, SanicException):
        return _respond(defective(problem, accept))
    headers = {name.lower(): value for name, value in (problem.headers or {}).items()}
    return _respond(not_served(problem.status_code, str(problem), headers, accept))


@asynccontextmanager
async def serving(app: App, settings: GraphQLSettings, tls: Tls | None = None) -> AsyncIterator[int]:
    """Listens while the context is open, and gives the port. Requests under way are answered before it closes."""
    with listen(settings.host, settings.port) as listener:
        context = None if tls is None else tls.context
        protocol = direct_protocol(app.ctx.exchange, settings)
        server = await app.create_server(sock=listener, return_asyncio_server=True, protocol=protocol, ssl=context)
        if server is None:
            raise Misconfigured(f"could not listen on {settings.host}:{settings.port}")
        await server.startup()  # type: ignore[no-untyped-call]
        await server.start_serving()  # type: ignore[no-untyped-call]
        live: Live = app.ctx.live
        try:
            async with live.running():
                yield listener.getsockname()[1]
        finally:
            await _drain(server, settings.drain_ms_max / 1000)
            Sanic.unregister_app(app)


async def _drain(server: AsyncioServer, drain_s_max: float) -> None:
    """Takes no new connections, lets requests under way end within the time, then cuts what is left."""
    closing = server.close()  # type: ignore[no-untyped-call]
    with suppress(TimeoutError):
        async with asyncio.timeout(drain_s_max):
            while server.connections:
                for connection in list(server.connections):
                    connection.close_if_idle()
                await asyncio.sleep(0.01)
    for connection in list(server.connections):
        connection.abort()
    if closing is not None:
        await closing


def listen(host: str, port: int) -> socket:
    """A bound socket; Misconfigured where the address is taken or not ours."""
    listener = socket(AF_INET6 if ":" in host else AF_INET, SOCK_STREAM)
    listener.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as problem:
        listener.close()
        raise Misconfigured(f"EDS_GRAPHQL_PORT={port}: can't listen on {host}:{port}: {problem.strerror}") from problem
    return listener
