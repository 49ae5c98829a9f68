"""A collector of spans: what processes send by OTLP over HTTP, kept."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

ARRIVE_S_MAX = 30.0
KINDS = {1: "INTERNAL", 2: "SERVER", 3: "CLIENT", 4: "PRODUCER", 5: "CONSUMER"}


class Span(msgspec.Struct, frozen=True):
    """One span; ids as hex digits. `links` are (trace, span)."""

    service: str
    name: str
    kind: str
    trace: str
    id: str
    parent: str
    attributes: dict[str, Any]
    links: list[tuple[str, str]]
    duration_ns: int


class Collector:
    """Has an address, and what came to it."""

    def __init__(self, port: int) -> None:
        self.endpoint = f"http://127.0.0.1:{port}/v1/traces"
        self._spans: list[Span] = []

    def take(self, content: bytes) -> None:
        request = ExportTraceServiceRequest.FromString(content)
        for resource in request.resource_spans:
            service = _attributes(resource.resource.attributes)["service.name"]
            self._spans += [_span(service, span) for scope in resource.scope_spans for span in scope.spans]

    def wait(self, name: str, wanted: Callable[[Span], bool]) -> Span:
        """The span of this name that is wanted, as soon as it is here."""
        deadline = time.monotonic() + ARRIVE_S_MAX
        while True:
            for span in list(self._spans):
                if span.name == name and wanted(span):
                    return span
            assert time.monotonic() < deadline, f"no such span {name} among {sorted(one.name for one in self._spans)}"
            time.sleep(0.05)


@contextmanager
def collecting() -> Iterator[Collector]:
    """A collector that listens while the context is open."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            collector.take(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            """No line for each."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    collector = Collector(server.server_port)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield collector
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _span(service: str, span: Any) -> Span:
    return Span(
        service, span.name, KINDS[span.kind], span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex(),
        _attributes(span.attributes), [(link.trace_id.hex(), link.span_id.hex()) for link in span.links],
        span.end_time_unix_nano - span.start_time_unix_nano,
    )  # fmt: skip


def _attributes(pairs: Any) -> dict[str, Any]:
    return {pair.key: getattr(pair.value, pair.value.WhichOneof("value")) for pair in pairs}
