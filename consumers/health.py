"""The consumers' small HTTP server: /livez, /readyz and /metrics. It answers on a thread of its own, also when a batch is long."""

import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from prometheus_client import CollectorRegistry

from delivery import measures
from delivery.health import render

Checks = Callable[[], Mapping[str, str | None]]


class HealthServer:
    """Serves until closed. `alive` and `ready` give each part's problem, or None."""

    def __init__(self, host: str, port: int, alive: Checks, ready: Checks, registry: CollectorRegistry) -> None:
        self._server = ThreadingHTTPServer((host, port), _handler(alive, ready, registry))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, name="health", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """The port that it listens on: the system's choice where 0 was asked for."""
        return self._server.server_port

    def close(self) -> None:
        """Stops listening."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _handler(alive: Checks, ready: Checks, registry: CollectorRegistry) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 5

        def do_GET(self) -> None:
            url = urlsplit(self.path)
            if url.path == "/metrics":
                content, content_type = measures.render(registry, self.headers.get("Accept", ""))
                self._answer(200, content_type, content)
            elif url.path in ("/livez", "/readyz"):
                status, text = render((alive if url.path == "/livez" else ready)(), "verbose" in url.query)
                self._answer(status, "text/plain; charset=utf-8", text.encode())
            else:
                self._answer(404, "text/plain; charset=utf-8", b"there is /livez, /readyz and /metrics\n")

        def _answer(self, status: int, content_type: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            """Probes come every few seconds: no line for them."""

    return Handler
