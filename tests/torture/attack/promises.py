"""What is promised under attack, and what was seen instead.

In: what was seen of one attack. Out: the promises that did not hold, each with what was seen, and
a row of the table. Promise: nothing is judged that is not in the row or named beside it.
"""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

_SHOWN: Final = 3


class Bounds(NamedTuple):
    """How much an attack may cost everybody else."""

    slower: float = 3.0  # p99 under attack by p99 at rest
    slower_from_ms: float = 10.0  # a p99 at rest below this counts as this
    pause_ms: float = 250.0
    resident: float = 1.2  # memory afterwards by memory before
    resident_more_mb: float = 0.0  # what may be more in any case
    descriptors_more: int = 10  # afterwards; lines that honest customers keep come and go
    disk_mb: float = 256.0
    newcomer_s: float = 8.0  # while a hundred addresses guess, each gets its look first
    back_s: float = 60.0  # by when memory and descriptors are back


FULL: Final = Bounds()
SHORT: Final = Bounds(slower_from_ms=300, pause_ms=1_000, resident_more_mb=40, back_s=5)
"""For the check, where other tests fill all processors: what is left are the pauses that no
neighbour explains."""


class Pulse(NamedTuple):
    """How an honest customer fared for a while."""

    requests: int
    p50_ms: float
    p99_ms: float
    pause_ms: float


class Held(NamedTuple):
    """What the server held."""

    resident_mb: float
    descriptors: int


class Seen(NamedTuple):
    """All that was seen of one attack."""

    attack: str
    idle: Pulse
    under: Pulse
    before: Held
    peak: Held
    after: Held
    disk_mb: float  # more than before
    newcomer: float | str  # seconds, or what they were told
    told: Sequence[str]  # what the attackers say that they did
    ended: str = ""  # why the server is no more; empty: it lives
    unserved: Sequence[str] = ()  # what honest requests were told instead of being taken
    unkept: Sequence[int] = ()
    purses: Sequence[str] = ()
    words: str = ""  # of the server's log
    overran: int = 0  # attackers that did not end by themselves
    culprit: str = ""  # the very input, where it was found again


TRACE: Final = re.compile(r"^(?:Traceback .*|\s+\S+\.py:\d+ in .*|\s+File \".*)$", re.MULTILINE)


def is_back(before: Held, after: Held, bounds: Bounds) -> bool:
    """Whether the server holds no more than it held before, or hardly more."""
    resident_most, descriptors_most = _most(before, bounds)
    return after.resident_mb <= resident_most and after.descriptors <= descriptors_most


def _most(before: Held, bounds: Bounds) -> tuple[float, int]:
    resident = bounds.resident * before.resident_mb + bounds.resident_more_mb
    return resident, before.descriptors + bounds.descriptors_more


def broken(seen: Seen, bounds: Bounds) -> list[str]:
    """Each promise that did not hold."""
    idle, under = seen.idle, seen.under
    p99_most = bounds.slower * max(idle.p99_ms, bounds.slower_from_ms)
    resident_most, descriptors_most = _most(seen.before, bounds)
    traces = TRACE.findall(seen.words)
    late = not isinstance(seen.newcomer, float) or seen.newcomer > bounds.newcomer_s
    found = (
        (bool(seen.ended), f"the server answers: {seen.ended}"),
        (bool(seen.culprit), f"no single input does harm: {seen.culprit}"),
        (under.requests == 0, "honest requests are answered: none was"),
        (
            bool(seen.unserved),
            f"all are taken: {len(seen.unserved)} were not, such as {some(seen.unserved)}",
        ),
        (
            bool(seen.unkept),
            f"what was answered is kept: {len(seen.unkept)} were not, such as {some(seen.unkept)}",
        ),
        (bool(seen.purses), f"nobody pays for what was refused: {some(seen.purses)}"),
        (late, f"a new customer is served in {bounds.newcomer_s:.0f} s: {seen.newcomer}"),
        (under.p99_ms > p99_most, f"p99 within {p99_most:.0f} ms: {under.p99_ms:.0f}"),
        (
            under.pause_ms > bounds.pause_ms,
            f"no pause over {bounds.pause_ms:.0f} ms: {under.pause_ms:.0f}",
        ),
        (
            seen.after.resident_mb > resident_most,
            f"memory is back below {resident_most:.0f} MB: {seen.after.resident_mb:.0f}",
        ),
        (
            seen.after.descriptors > descriptors_most,
            f"descriptors are back at {seen.before.descriptors}: {seen.after.descriptors}",
        ),
        (
            seen.disk_mb > bounds.disk_mb,
            f"the disk takes less than {bounds.disk_mb:.0f} MB: {seen.disk_mb:.0f}",
        ),
        (bool(traces), f"no traceback: {len(traces)} lines of them, {some(traces)}"),
        (bool(seen.overran), f"attacks end by themselves: {seen.overran} attackers did not"),
    )
    return [promise for is_broken, promise in found if is_broken]


HEAD: Final = (
    "| attack | honest requests | p50 idle | p99 idle | p99 under attack | longest pause idle | "
    "longest pause | resident MB before, peak, after | descriptors | disk MB | new customer s | "
    "verdict |\n|---|---|---|---|---|---|---|---|---|---|---|---|"
)


def row(seen: Seen, faults: Sequence[str]) -> str:
    """One line of the table; milliseconds where nothing else is said."""
    idle, under, held = seen.idle, seen.under, (seen.before, seen.peak, seen.after)
    new = f"{seen.newcomer:.1f}" if isinstance(seen.newcomer, float) else seen.newcomer
    cells = (
        seen.attack,
        f"{under.requests:,}",
        *(f"{ms:.1f}" for ms in (idle.p50_ms, idle.p99_ms, under.p99_ms)),
        *(f"{ms:.0f}" for ms in (idle.pause_ms, under.pause_ms)),
        ", ".join(f"{one.resident_mb:,.0f}" for one in held),
        ", ".join(f"{one.descriptors:,}" for one in held),
        f"{max(0.0, seen.disk_mb):,.0f}",
        new,
        "; ".join(faults).replace("|", "/").replace("\n", " ") or "holds",
    )
    return f"| {' | '.join(cells)} |"


def some(culprits: Sequence[object]) -> str:
    """The first of them."""
    return "; ".join(str(one).strip() for one in culprits[:_SHOWN])
