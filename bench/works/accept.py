"""One SMS a request, as fast as 64 connections can: sending, receipts and callbacks included.

In: a bed. Out: requests accepted per second, CPU time a message; and what Octopush's takes of it.
Promise: every accepted message was called back once, or the run is void.
"""

import time
from collections.abc import Callable

from bench.budget import at_reference_pace
from bench.calibrate import calibrate
from bench.figures import Measured
from bench.load import Ask
from bench.requests import octopush, single
from bench.settings import Wanted
from bench.site import Bed, site

_WIDE = 500
_RATE = 3_000


def run(bed: Bed) -> Measured:
    before = calibrate(bed.folder)
    figures = _accept(bed, single)
    loop_ms = (before.loop_ms + calibrate(bed.folder).loop_ms) / 2
    other = _accept(bed, octopush)
    ours, theirs = _paced(bed, single), _paced(bed, octopush)
    wide = _accept(bed, single, Wanted(window=_WIDE))
    return {
        **figures,
        "budget": at_reference_pace(figures["accept_cpu"] * 1_000, loop_ms),
        "octopush": other["accept"],
        "octopush_cpu": other["accept_cpu"],
        "octopush_ratio": theirs / ours,
        "accept_500": wide["accept"],
    }


def _paced(bed: Bed, asks: Callable[[int], Ask]) -> float:
    """CPU s a message at a fixed rate. Two loads differ in how much comes together, and so in what
    a message costs, unless they have the same."""
    with site(bed) as server:
        used = server.cpu_s()
        ask = asks(server.port)._replace(seconds=bed.seconds, rate=_RATE)
        load = server.load(ask)
        server.await_told(load.ok)
        return (server.cpu_s() - used) / load.ok


def _accept(bed: Bed, asks: Callable[[int], Ask], wanted: Wanted | None = None) -> dict[str, float]:
    with site(bed, wanted) as server:
        used, began = server.cpu_s(), time.monotonic()
        load = server.load(asks(server.port)._replace(seconds=bed.seconds))
        server.await_told(load.ok)
        took = time.monotonic() - began
        return {
            "accept": load.requests_per_s,
            "accept_p99": load.p99_ms,
            "accept_told": load.ok / took,
            "accept_cpu": (server.cpu_s() - used) / load.ok * 1_000,
        }
