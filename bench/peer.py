"""`python -m bench --peer kannel`: a gateway that others wrote and ours, side by side.

In: how many rounds, and of how many seconds. Out: for each figure both medians, and the median of
ours to theirs, round by round, with the quartiles. Promise: both are up all the time, asked,
served and called by the same tools, and loaded in turn, each round in another order.
"""

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Final, NamedTuple

from bench.build import build
from bench.children import Children
from bench.delays import delays_ms, sent_times
from bench.figures import percentile
from bench.kannel import boxes, kannel
from bench.load import Ask
from bench.pair import Figures, drawn, in_turn
from bench.place import Place, until
from bench.requests import single
from bench.site import Bed, site

PEERS: Final = ("kannel",)
THEIRS: Final = "Kannel"
OURS: Final = "Chappe"
_RATE: Final = 50
_CONNECTIONS: Final = 4
_LOGGED_S: Final = 10


class Guest(NamedTuple):
    """One of the two, and how it is asked for one SMS to one recipient."""

    place: Place
    ask: Ask


def peer(rounds: int, seconds: float, folder: Path) -> str:
    """The table. Raises Broken, before anything is started, where the other is not installed."""
    programs = boxes()
    with Children() as children, ExitStack() as opened:
        bed = Bed(children, build(), folder, seconds, quick=False, smpp=True)
        theirs = opened.enter_context(kannel(bed, programs))
        ours = opened.enter_context(site(bed))
        guests = {THEIRS: Guest(theirs, theirs.ask()), OURS: Guest(ours, single(ours.port))}

        def loaded(name: str, kind: str, first: int) -> tuple[Figures, int]:
            guest = guests[name]
            ask = guest.ask._replace(seconds=seconds, first=first)
            return _KINDS[kind](guest._replace(ask=ask))

        return drawn([*guests], [*_KINDS], [*in_turn([*guests], [*_KINDS], rounds, loaded)])


def _crowd(guest: Guest) -> tuple[Figures, int]:
    """One SMS a request over 64 connections, each of which asks again once it was answered."""
    place = guest.place
    told, used, began = place.told(), place.cpu_s(), time.monotonic()
    load = place.load(guest.ask)
    place.await_told(told + load.ok)
    took = time.monotonic() - began
    return {
        "accepted while sending, /s": load.requests_per_s,
        "to the last callback, /s": load.ok / took,
        "CPU s per 1,000": (place.cpu_s() - used) / load.ok * 1_000,
    }, load.next


def _slow(guest: Guest) -> tuple[Figures, int]:
    """Few requests a second: how long each takes to the answer, and to the operator."""
    place, told = guest.place, guest.place.told()
    log = place.folder / "asked.log"
    load = place.load(guest.ask._replace(rate=_RATE, connections=_CONNECTIONS), log)
    place.await_told(told + load.ok)
    sent = sent_times(log)
    # The operator's log is written out once a second.
    until(lambda: sent.keys() <= place.submits().keys(), _LOGGED_S, "all submits logged")
    delays = delays_ms(sent, place.submits(), "at the operator")
    return {
        "answer p50, ms": load.p50_ms,
        "answer p99, ms": load.p99_ms,
        "submit p50, ms": percentile(delays, 0.50),
        "submit p99, ms": percentile(delays, 0.99),
    }, load.next


_KINDS: Final[Mapping[str, Callable[[Guest], tuple[Figures, int]]]] = {
    "crowd": _crowd,
    "slow": _slow,
}
"""64 connections, each asking again once it was answered; 50 requests a second."""
