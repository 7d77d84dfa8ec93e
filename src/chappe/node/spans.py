"""Spans on their way to a collector, by OTLP over HTTP: the one module that loads OpenTelemetry.

In: spans that are over, from the loop. Out: requests to the collector, from a thread of their own.
Promise: whoever writes a span never waits; what waits here is bounded, and a collector that is away
costs nothing but what is counted; at the end what is left has a second to leave.
"""

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from threading import Event, Thread
from time import monotonic
from typing import Final

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExportResult
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import Link, SpanContext, SpanKind, Status, StatusCode, TraceFlags

from chappe import __version__
from chappe.engine.trace import Traced

log = logging.getLogger("chappe.tracing")

SENT: Final = "spans sent"
LOST: Final = "spans lost"  # the collector did not take them
CROWDED_OUT: Final = "spans crowded out"  # too many waited already

_PATH = "/v1/traces"
_WAITING = 4_096
_AT_ONCE = 128  # it takes some 6 ms, during which the loop may have to wait
_PAUSE_S = 1.0
_ANSWER_S = 5.0
_FLUSH_S = 1.0
_WARN_S = 60.0
_KINDS: Mapping[str, SpanKind] = {
    "request": SpanKind.SERVER,
    "keep": SpanKind.INTERNAL,
    "submit": SpanKind.PRODUCER,
    "receipt": SpanKind.CONSUMER,
    "callback": SpanKind.CLIENT,
}
_NAME = "chappe"
_RESOURCE = Resource({"service.name": _NAME, "service.version": __version__})
_SCOPE = InstrumentationScope(_NAME, __version__)
_FLAGS = TraceFlags(TraceFlags.SAMPLED)
_FAILED, _NO_WORD = Status(StatusCode.ERROR), Status(StatusCode.UNSET)


class SpanPost:
    """Takes spans from the loop, and posts them about once a second."""

    def __init__(self, endpoint: str, counts: Counter[str]) -> None:
        self._exporter = OTLPSpanExporter(endpoint.rstrip("/") + _PATH, timeout=_ANSWER_S)
        self._endpoint = endpoint
        # Each is written by one thread alone, so that none is miscounted, and none is new later on.
        self._counts = counts
        self._counts.update(dict.fromkeys((SENT, LOST, CROWDED_OUT), 0))
        self._waiting: deque[Traced] = deque()
        self._ending = Event()
        self._thread: Thread | None = None
        self._warn_at = 0.0
        # It says of every try that it failed; we say so once a minute.
        logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)

    def write(self, span: Traced) -> None:
        if len(self._waiting) >= _WAITING:
            self._counts[CROWDED_OUT] += 1
            return
        self._waiting.append(span)
        if self._thread is None:
            self._thread = Thread(target=self._post, name="spans", daemon=True)
            self._thread.start()

    async def close(self) -> None:
        """What is left has a moment; a collector that hangs is not waited for."""
        self._ending.set()
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join, _FLUSH_S)
        await asyncio.to_thread(self._exporter.shutdown)

    def _post(self) -> None:
        while not self._ending.wait(_PAUSE_S):
            self._send()
        self._send()

    def _send(self) -> None:
        """All that waits now, some at a time."""
        for _ in range(_WAITING // _AT_ONCE):
            count = min(len(self._waiting), _AT_ONCE)
            if not count:
                return
            spans = [_readable(self._waiting.popleft()) for _ in range(count)]
            if self._is_sent(spans):
                self._counts[SENT] += count
            else:
                self._counts[LOST] += count
                self._warn()
                return

    def _is_sent(self, spans: Sequence[ReadableSpan]) -> bool:
        try:
            return self._exporter.export(spans) is SpanExportResult.SUCCESS
        except Exception:  # of a library; spans are lost, and nothing else may be
            log.exception("spans could not be sent")
            return False

    def _warn(self) -> None:
        now = monotonic()
        if now >= self._warn_at:
            self._warn_at = now + _WARN_S
            log.warning(
                "%s of [tracing] does not take spans: %d are lost since the start",
                self._endpoint,
                self._counts[LOST],
            )


def _readable(span: Traced) -> ReadableSpan:
    """In the library's words."""
    return ReadableSpan(
        name=span.name,
        context=_context(span.trace, is_remote=False),
        parent=_context(span.parent, is_remote=True) if span.parent else None,
        resource=_RESOURCE,
        attributes=span.facts,
        links=[Link(_context(one, is_remote=False)) for one in span.links],
        kind=_KINDS[span.name],
        status=_FAILED if span.failed else _NO_WORD,
        start_time=span.began,
        end_time=span.ended,
        instrumentation_scope=_SCOPE,
    )


def _context(trace: str, *, is_remote: bool) -> SpanContext:
    return SpanContext(int(trace[3:35], 16), int(trace[36:52], 16), is_remote, _FLAGS)
