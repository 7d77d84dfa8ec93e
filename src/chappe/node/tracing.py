"""Where the spans of a node go, where the file names a collector.

In: what the file says of it. Out: what the verbs tell; None where nothing is traced, and then
nothing is loaded either. Promise: what is missing is told in one sentence that names the way.
"""

from collections import Counter
from contextlib import AsyncExitStack
from importlib import import_module

from chappe.config import TracingConfig
from chappe.engine.trace import OVER_THE_BOUND, Tracing
from chappe.node.directory import CannotStart
from chappe.words.clock import Clock

_NEEDED = "opentelemetry.sdk.trace", "opentelemetry.exporter.otlp.proto.http"
WANTING = "[tracing] takes packages that are not installed: pip install 'chappe[tracing]'"


def wanting() -> str:
    """What is wrong where the extra is not installed; '' where it is."""
    try:
        for name in _NEEDED:
            import_module(name)
    except ImportError:
        return WANTING
    return ""


def tracing(
    said: TracingConfig | None, clock: Clock, counts: Counter[str], opened: AsyncExitStack
) -> Tracing | None:
    """Who is told what becomes of orders. What it writes leaves until the stack is closed."""
    if said is None:
        return None
    if wrong := wanting():
        raise CannotStart(f"{wrong}.")
    from chappe.node.spans import SpanPost  # 5 MiB and 0.1 s, only where it is used

    post = SpanPost(said.endpoint, counts)
    opened.push_async_callback(post.close)
    counts[OVER_THE_BOUND] = 0
    return Tracing(clock, counts, post, said.sample, said.spans_max)
