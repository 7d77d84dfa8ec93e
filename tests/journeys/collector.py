"""A collector of spans on loopback: a real HTTP server that takes OTLP.

In: what a node posts. Out: the spans, as `Collected`. Promise: it is decoded by the standard's own
classes; a collector that refuses or hangs does so until it is closed.
"""

import threading
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span as Wire
from opentelemetry.proto.trace.v1.trace_pb2 import Status


class Collected(NamedTuple):
    """A span as it came; traces stand as a `traceparent` has them."""

    name: str
    kind: str
    trace: str
    parent: str
    links: Sequence[str]
    facts: dict[str, Any]
    failed: bool


class Collector:
    """One server. `status` is what it answers; 0: nothing, for as long as it is there."""

    def __init__(self, status: int = 200) -> None:
        self.spans: list[Collected] = []
        self.octets = b""  # of all requests
        self.paths: set[str] = set()
        self.services: set[str] = set()
        self._status = status
        self._released = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._answering())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self._released.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _answering(self) -> type[BaseHTTPRequestHandler]:
        hear, released, status = self._hear, self._released, self._status

        class Answering(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                hear(self.path, self.rfile.read(int(self.headers["Content-Length"])))
                if not status:
                    released.wait()
                    return
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Nothing is printed."""

        return Answering

    def _hear(self, path: str, body: bytes) -> None:
        self.octets += body
        self.paths.add(path)
        request = ExportTraceServiceRequest.FromString(body)
        for of_resource in request.resource_spans:
            for fact in of_resource.resource.attributes:
                if fact.key == "service.name":
                    self.services.add(fact.value.string_value)
            for of_scope in of_resource.scope_spans:
                self.spans += [_collected(span) for span in of_scope.spans]


def _collected(span: Wire) -> Collected:
    def traceparent(ident: bytes) -> str:
        return f"00-{span.trace_id.hex()}-{ident.hex()}-01" if ident else ""

    return Collected(
        span.name,
        Wire.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_").lower(),
        traceparent(span.span_id),
        traceparent(span.parent_span_id),
        [f"00-{one.trace_id.hex()}-{one.span_id.hex()}-01" for one in span.links],
        {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in span.attributes},
        span.status.code == Status.STATUS_CODE_ERROR,
    )
