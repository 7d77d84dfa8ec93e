"""Messages per second that the whole path keeps up with, found by raising a fixed rate.

In: a bed. Out: the highest rate that held, and the cost of a message at two of them. Promise: a
rate held only if requests went out at that rate, p99 of the answers stayed under a second, and all
callbacks had come two seconds after the last answer.
"""

from collections.abc import Callable
from typing import NamedTuple

from bench.figures import Measured
from bench.load import Load
from bench.requests import single
from bench.settings import Wanted
from bench.site import Bed, Site, site
from bench.trouble import Broken

_WIDE = 500
_CONNECTIONS = 400
_P99_MS = 1_000
_DRAIN_S = 2.0
_KEPT_UP = 0.98

FIRST = 3_000
_MUST = 5_000
_STEP = 2_000
_BACK = 1_000
_LAST = 13_000


class Try(NamedTuple):
    """How one rate went."""

    held: bool
    cpu_per_1000_s: float
    p99_ms: float


def run(bed: Bed) -> Measured:
    tries: dict[int, Try] = {}

    def holds(rate: int) -> bool:
        tries[rate] = _try(bed, Wanted(), rate)
        return tries[rate].held

    best = climb(holds)
    if _MUST not in tries:
        raise Broken(f"Not even {FIRST} a second could be held.")
    wide = climb(lambda rate: _try(bed, Wanted(window=_WIDE), rate).held)
    return {
        "sustained": best,
        "sustained_cpu": tries[_MUST].cpu_per_1000_s,
        "sustained_p99": tries[_MUST].p99_ms,
        "sustained_cpu_low": tries[FIRST].cpu_per_1000_s,
        "sustained_500": wide,
    }


def climb(holds: Callable[[int], bool]) -> int:
    """The highest rate that held, to the thousand: up in long steps, then down in short ones."""
    best = 0
    for rate in range(FIRST, _LAST + 1, _STEP):
        if not holds(rate):
            lower = range(rate - _BACK, best, -_BACK)
            return next((rate for rate in lower if holds(rate)), best)
        best = rate
    return best


def _try(bed: Bed, wanted: Wanted, rate: int) -> Try:
    with site(bed, wanted) as server:
        used = server.cpu_s()
        ask = single(server.port)._replace(seconds=bed.seconds, rate=rate, connections=_CONNECTIONS)
        load = server.load(ask)
        held = server.await_told(load.ok, within_s=_DRAIN_S) is not None
        cost = _cost(server, used, load)
        kept_up = load.issued >= rate * bed.seconds * _KEPT_UP
        return Try(held and kept_up and load.p99_ms < _P99_MS, cost, load.p99_ms)


def _cost(server: Site, used: float, load: Load) -> float:
    server.await_told(load.ok)
    return (server.cpu_s() - used) / load.ok * 1_000
