"""The siege: attacks, one after another, and what they cost everybody else.

In: names of attacks, a seed, which sizes. Out: for each of them what was seen, and which promises
did not hold. Promise: an attacker that does not end by itself is ended; a server that gives no sign
of life any more ends its attack at once, and the next one has another server.
"""

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Final, NamedTuple

from tests.torture.attack.cast import newcomer
from tests.torture.attack.crowd import Crowd
from tests.torture.attack.culprit import BENDS, found_again
from tests.torture.attack.field import Field, field
from tests.torture.attack.good import Good, fill
from tests.torture.attack.hurl import MOST_SHARE, Orders
from tests.torture.attack.newcomer import arrive
from tests.torture.attack.promises import (
    FULL,
    SHORT,
    TRACE,
    Bounds,
    Held,
    Pulse,
    Seen,
    broken,
    is_back,
)
from tests.torture.attack.table import ATTACKS, Attack, Size
from tests.torture.attack.watch import Watch
from tests.torture.run import until

_NEWCOMER_S: Final = 0.5  # after the beginning
_SILENT_S: Final = 3.0  # after an attack: a server that needs longer to answer is closed
_LOOK_S: Final = 0.1


class Form(NamedTuple):
    """A whole siege, or what of it fits into the check."""

    bounds: Bounds
    filling: int  # messages that are sent at first, so that what the server remembers is full
    warm_s: float
    idle_s: float
    quiet_s: float  # for what was asked under attack to be answered
    dead_s: float  # a server that is silent for so long is taken for dead
    together: bool  # all attacks on one server, which is rested only once


WHOLE: Final = Form(
    FULL, filling=10_000, warm_s=10, idle_s=20, quiet_s=30, dead_s=90, together=False
)
BRIEF: Final = Form(SHORT, filling=0, warm_s=0.5, idle_s=1.5, quiet_s=3, dead_s=15, together=True)

Tell = Callable[[Seen, Sequence[str]], None]


async def besiege(names: Sequence[str], seed: str, form: Form, tell: Tell) -> None:
    """Each of them; `tell` hears of each as soon as it is over, and may raise."""
    left = list(names)
    while left:
        group = left if form.together else left[:1]
        async with field(len(group)) as ground, _beside(ground) as (good, watch):
            siege = _Siege(ground, good, watch, seed, form)
            await siege.rest()
            for number, name in enumerate(list(group)):
                left.remove(name)
                seen = await siege.attack(name, number)
                tell(seen, broken(seen, form.bounds))
                if seen.ended:
                    break


@contextlib.asynccontextmanager
async def _beside(ground: Field) -> AsyncIterator[tuple[Good, Watch]]:
    good, watch = Good(ground.ports["http"]), Watch(ground)
    good.begin()
    watch.begin()
    try:
        yield good, watch
    finally:
        await watch.rest()
        await good.rest()


class _Siege:
    """Attacks on one field."""

    def __init__(self, ground: Field, good: Good, watch: Watch, seed: str, form: Form) -> None:
        self._ground, self._good, self._watch = ground, good, watch
        self._seed, self._form = seed, form
        self._idle = Pulse(0, 0, 0, 0)
        self._words = ""  # of the server's log, since the attack began

    async def rest(self) -> None:
        """Idle values, taken beside a process that is as busy as attackers are."""
        form = self._form
        if form.filling:
            await fill(self._ground.ports["http"], form.filling)
            await until(self._ground.filled, "the first campaign comes to its end")
        size = Size(1, form.warm_s + form.idle_s, 0)
        spin = Attack("peers", "harmless.spin", size, size)
        crowd = await Crowd.gathered(self._orders(spin, size, ""))
        await asyncio.sleep(form.warm_s)
        begun = time.monotonic()
        await crowd.over(size.seconds, self._lost)
        self._idle = self._pulse(begun, time.monotonic())

    async def attack(self, name: str, number: int) -> Seen:
        """One attack, from what was before to what is afterwards."""
        attack, ground, watch = ATTACKS[name], self._ground, self._watch
        size = attack.short if self._form.together else attack.full
        login, self._words = newcomer(number), ""
        before, disk = watch.look(), ground.disk_mb()
        crowd = await Crowd.gathered(self._orders(attack, size, login))
        begun = time.monotonic()
        if attack.evil:
            ground.link_to_evil(f"evil{number}")
        arrival = asyncio.create_task(self._newcomer(attack, login))
        await crowd.over(size.seconds, self._harmed if name in BENDS else self._lost)
        ended = time.monotonic()
        await self._good.hear(ended, self._form.quiet_s)
        silent = watch.silent_s > _SILENT_S and f"no sign of life for {watch.silent_s:.0f} s"
        after = watch.look() if silent else await self._back(before)
        unkept, purses = await asyncio.to_thread(self._books)
        self._read_on()
        pulse = self._pulse(begun, ended)
        return Seen(
            name,
            self._idle,
            pulse._replace(pause_ms=1_000 * watch.longest_gap_s(begun, time.monotonic())),
            before,
            watch.peak(begun, ended),
            after,
            ground.disk_mb() - disk,
            await arrival,
            [f"{one.said}{'' if one.stuck is None else ', stuck'}" for one in crowd.told],
            silent or ("" if ground.server.alive else "it ended by itself"),
            [one.refused for one in self._good.between(begun, ended) if one.refused],
            unkept,
            purses,
            self._words,
            crowd.overran,
            await self._culprit(name, crowd),
        )

    # While it goes on.

    def _orders(self, attack: Attack, size: Size, login: str) -> list[Orders]:
        return [
            Orders(
                attack.hands,
                self._seed,
                turn,
                size.crowd,
                size.seconds,
                size.many,
                MOST_SHARE / size.crowd,
                size.addresses,
                self._ground.ports,
                login,
                attack.what,
            )
            for turn in range(size.crowd)
        ]

    async def _newcomer(self, attack: Attack, login: str) -> float | str:
        await asyncio.sleep(_NEWCOMER_S)
        patience = 2 * self._form.bounds.newcomer_s
        return await arrive(self._ground, attack.door, login, patience)

    def _lost(self) -> str:
        """Why it is of no use to go on; empty: it is."""
        if not self._ground.server.alive:
            return "it ended by itself"
        silent = self._watch.silent_s
        return f"no sign of life for {silent:.0f} s" if silent > self._form.dead_s else ""

    def _harmed(self) -> str:
        """The same; and what a single input did must be looked for while it is known which."""
        self._read_on()
        return "a traceback" if TRACE.search(self._words) else self._lost()

    # Afterwards.

    async def _back(self, before: Held) -> Held:
        """What it holds once that is little enough, or when it should have been."""
        bounds = self._form.bounds
        end = time.monotonic() + bounds.back_s
        while (now := self._watch.look()) and time.monotonic() < end:
            if is_back(before, now, bounds):
                break
            await asyncio.sleep(_LOOK_S)
        return now

    def _books(self) -> tuple[list[int], list[str]]:
        """Whose message was answered and is not kept; who paid for what was not."""
        taken = {one.number for one in self._good.over if not one.refused}
        try:
            return sorted(taken - self._ground.kept_numbers()), self._ground.wrong_purses()
        except sqlite3.Error as fault:
            return [], [f"the store can't be read: {fault}"]

    async def _culprit(self, name: str, crowd: Crowd) -> str:
        """The input that did it, where attackers say that one did, or the log does."""
        near = {one.stuck for one in crowd.told if one.stuck is not None}
        if not near and TRACE.search(self._words):
            near = crowd.reached
        return await found_again(name, self._seed, near)

    def _pulse(self, begun: float, ended: float) -> Pulse:
        took = sorted(1_000 * one.took_s for one in self._good.between(begun, ended)) or [0.0]
        pause = 1_000 * self._watch.longest_gap_s(begun, ended)
        return Pulse(len(took), took[len(took) // 2], took[len(took) * 99 // 100], pause)

    def _read_on(self) -> None:
        self._words += self._ground.new_words()
