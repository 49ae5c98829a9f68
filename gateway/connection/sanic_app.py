"""Sanic as the gateway uses it: one route, no middleware, no signals, and its own errors in the original's shape."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from sanic import HTTPResponse, Request, Sanic
from sanic.application.state import ApplicationServerInfo
from sanic.config import Config
from sanic.handlers import ErrorHandler
from sanic.http.constants import HTTP
from sanic.router import Router
from sanic.server import HttpProtocol

from gateway.app import Application
from gateway.settings import GatewaySettings


class _OneRoute(Router):
    """Every request goes to one handler: paths are matched as the original does, not as Sanic does."""

    def get(self, path: str, method: str, host: str | None) -> Any:  # type: ignore[override]
        return self._found

    @cached_property
    def _found(self) -> tuple[Any, Any, dict[str, Any]]:
        route = self.routes[0]
        return route, route.handler, {}


class _Failures(ErrorHandler):
    """Sanic's own errors in the original's shape."""

    def __init__(self, application: Application) -> None:
        super().__init__()
        self._application = application

    def response(self, request: Request, exception: Exception) -> HTTPResponse:
        return self._application.answer_failure(request, exception)


@contextmanager
def sanic_app(application: Application, settings: GatewaySettings) -> Iterator[Sanic[Config, Any]]:
    """The application as Sanic serves it. Nothing of the environment is read, and no middleware or signal runs."""
    config = Config(env_prefix=None)
    config.update(
        ACCESS_LOG=False,
        MOTD=False,
        AUTO_EXTEND=False,
        # Sanic rewrites its own classes, without signals that nobody uses; it can do so once a process.
        TOUCHUP=not getattr(HttpProtocol, "__touched__", False),
        REQUEST_BUFFER_SIZE=256 * 1024,
        REQUEST_MAX_SIZE=settings.body_bytes_max,
        REQUEST_TIMEOUT=settings.header_ms_max / 1000,
        RESPONSE_TIMEOUT=settings.request_ms_max / 1000 + 5,
        KEEP_ALIVE_TIMEOUT=settings.idle_ms_max / 1000,
    )
    app: Sanic[Config, Any] = Sanic(
        f"gateway-{secrets.token_hex(4)}",
        config=config,
        router=_OneRoute(),
        error_handler=_Failures(application),
        configure_logging=False,
    )

    async def answer(request: Request) -> HTTPResponse | None:
        return await application.answer(request)

    app.add_route(answer, "/", methods=["GET", "POST"], stream=True)
    # Sanic leaves the empty alt-svc header out of every reply only where it knows that no HTTP/3 is served.
    app.state.server_info.append(ApplicationServerInfo(settings={"version": HTTP.VERSION_1}))
    try:
        yield app
    finally:
        Sanic.unregister_app(app)
