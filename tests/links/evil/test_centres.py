"""Operators that mean harm: the loop goes on, memory and disk are bounded, and the link says why.

The centres are threads, as fast as they can be; the full forms are `evil-centres` of the torture.
"""

import asyncio
import logging
import random
import resource
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import pytest

from chappe.links.contract import Answer, Condition
from chappe.links.smpp.bind.binding import WHYS
from chappe.links.smpp.conversation.events import SessionLimits, Why
from chappe.links.smpp.link import SmppLink
from chappe.links.smpp.meaning.ids import ID_MAX
from chappe.links.smpp.sheet import Sheet
from chappe.words.clock import SECOND, Clock
from chappe.words.report import Arrival, Report
from tests.links.evil.peers import DRIPS, WAYS, EvilCentre
from tests.links.exercise import Listener
from tests.links.smpp.ground import WHO

PAUSE_MAX_S = 0.25
GROWTH_MAX_KB = 120_000
QUICK = SessionLimits(unheard_max=10_000, bind_ms=SECOND, enquire_ms=300, alive_ms=300)
FLOODS = ("strays", "other strays", "enquiries", "misplaced", "unknown")
ANSWERED = ("idless", "big numbers")  # nothing of it is kept, so nothing is waited for
_DEADLINE_S = 20.0


class Forgetful(Listener):
    """It knows the longest id that it was told, and nothing else."""

    longest = 0

    def _write_down(self, call: str, said: Sequence[Answer | Report | Arrival]) -> None:
        for one in said:
            if isinstance(one, Report):
                self.longest = max(self.longest, len(one.ref), *map(len, one.forms))


class Watched:
    """How long the loop was held at most, of its own time: not of what other programs take; and how
    often it came round."""

    def __init__(self) -> None:
        self.longest = 0.0
        self.turns = 0
        self._sent = (0, 0)

    def stands(self, centre: EvilCentre) -> int:
        """What the centre could send, once that has not grown for some turns; else less."""
        if self._sent[0] != centre.sent:
            self._sent = centre.sent, self.turns
        return centre.sent if self.turns - self._sent[1] > 10 else -1

    async def watch(self) -> None:
        before = time.thread_time()
        while True:
            await asyncio.sleep(0.005)
            now = time.thread_time()
            self.longest, self.turns = max(self.longest, now - before), self.turns + 1
            before = now

    async def until(self, seen: Callable[[], bool]) -> None:
        end = time.monotonic() + _DEADLINE_S
        while not seen():
            assert time.monotonic() < end, "waited in vain"
            await asyncio.sleep(0.005)


@asynccontextmanager
async def watching() -> AsyncIterator[Watched]:
    watched = Watched()
    task = asyncio.create_task(watched.watch())
    try:
        yield watched
    finally:
        task.cancel()


@asynccontextmanager
async def bound_to(
    centre: EvilCentre, listener: Listener
) -> AsyncIterator[tuple[SmppLink, Watched]]:
    sheet = Sheet(host="127.0.0.1", port=centre.port, bind=WHO, limits=QUICK)
    link = SmppLink("evil", sheet, Clock(), chance=random.Random(1))
    async with watching() as watched:
        await link.start(listener)
        await watched.until(lambda: centre.bound > 0)
        try:
            yield link, watched
        finally:
            centre.end()  # else the link would wait for it
            await link.stop()


@pytest.mark.parametrize("way", FLOODS)
async def test_a_flood_of_what_nobody_asked_for_ends_the_session_and_says_why(
    way: str, caplog: pytest.LogCaptureFixture
) -> None:
    """E55: at most a second's worth is looked at, and the pauses are those of any lost session."""
    with EvilCentre(way) as centre:
        async with bound_to(centre, Listener()) as (link, watched):
            await watched.until(lambda: link.condition is Condition.down and watched.turns > 20)
            says, bound = link.standing.says, centre.bound
            assert link.standing.reconnects <= 1
    assert says == WHYS[Why.noisy]
    assert bound == 1
    assert watched.longest < PAUSE_MAX_S
    lines = [one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING]
    assert sum(WHYS[Why.noisy] in line for line in lines) == 1


@pytest.mark.parametrize(
    "way", ["garbage", "big ids", "big numbers", "idless", "longest", "payloads"]
)
async def test_what_floods_the_way_in_is_read_as_fast_as_it_is_kept(way: str) -> None:
    """E55: no id is longer than one can be, memory stands still, and the loop comes round."""
    listener = Forgetful()
    with EvilCentre(way) as centre:
        async with bound_to(centre, listener) as (link, watched):
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            await watched.until(lambda: watched.turns > 15 and centre.sent > 1 << 20)
            listener.holds = []  # nothing is kept any more
            await watched.until(lambda: way in ANSWERED or centre.sent == watched.stands(centre))
            grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
            assert link.condition is Condition.up
            sent, held, listener.holds = centre.sent, listener.holds, None
            for taken in held:
                taken(True)
            await watched.until(lambda: centre.sent > sent)
    assert watched.longest < PAUSE_MAX_S
    assert listener.longest <= ID_MAX
    assert grown < GROWTH_MAX_KB


@pytest.mark.parametrize("way", ["too long", "too short", "unbinds", *DRIPS])
async def test_a_session_that_is_none_ends_and_is_tried_again_after_a_pause(way: str) -> None:
    """E30: a length that no PDU has, an end at once, an octet now and then, and nothing at all."""
    with EvilCentre(way) as centre:
        async with bound_to(centre, Listener()) as (link, watched):
            await watched.until(lambda: link.condition is Condition.down and watched.turns > 5)
            says = link.standing.says
            await asyncio.sleep(0)
            assert centre.bound == 1
    whys = {"unbinds": Why.left, "half a PDU": Why.silent, "silence": Why.silent}
    assert says == WHYS[whys.get(way, Why.broken)]
    assert watched.longest < PAUSE_MAX_S


async def test_who_reads_nothing_is_answered_nothing_more() -> None:
    """E55: answers to enquiries would else pile up."""
    with EvilCentre("big ids", unheard=True) as centre:
        async with bound_to(centre, Listener()) as (_, watched):
            await watched.until(lambda: watched.turns > 20)
    assert watched.longest < PAUSE_MAX_S


def test_every_way_of_misbehaving_is_tried() -> None:
    tried = {*FLOODS, "garbage", "big ids", "big numbers", "idless", "longest", "payloads"}
    assert {*WAYS} == tried | {"too long", "too short", "unbinds"}
