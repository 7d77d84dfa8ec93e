"""Who looks at the server from outside: is the loop alive, what does it hold?

In: a field. Out: the gaps between two signs of life, the most memory and descriptors in a time.
Promise: a gap counts from the last sign of life to the next, whoever is to blame; the wait that is
due between two questions is no part of it, nor is what this process itself slept too long.
"""

import asyncio
import contextlib
import time
from typing import Final, NamedTuple

from tests.torture.attack.cast import WATCH_ADDRESS
from tests.torture.attack.field import Field
from tests.torture.attack.good import opened
from tests.torture.attack.promises import Held
from tests.torture.line import Line

_PERIOD_S: Final = 0.02
_PATIENCE_S: Final = 1.0  # for one sign of life, over one line
_SAMPLE_S: Final = 0.1
_HEALTH: Final = b"GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n"


class Gap(NamedTuple):
    """A time without a sign of life."""

    ended: float
    lasted_s: float


class Watch:
    """Looks for as long as it is begun."""

    def __init__(self, field: Field) -> None:
        self._field = field
        self._gaps: list[Gap] = []
        self._samples: list[tuple[float, Held]] = []
        self._alive_at = time.monotonic()
        self._overslept = 0.0  # by this process, since then
        self._tasks: list[asyncio.Task[None]] = []

    def begin(self) -> None:
        self._alive_at = time.monotonic()
        self._tasks = [asyncio.create_task(one) for one in (self._feel(), self._sample())]

    async def rest(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def silent_s(self) -> float:
        """How long ago the last sign of life was."""
        return time.monotonic() - self._alive_at

    def longest_gap_s(self, begun: float, ended: float) -> float:
        """The longest that reaches into this time; one that has not ended counts as well."""
        gaps = [
            gap.lasted_s
            for gap in self._gaps
            if gap.ended >= begun and gap.ended - gap.lasted_s < ended
        ]
        return max([*gaps, self.silent_s if self.silent_s > _PATIENCE_S else 0.0])

    def peak(self, begun: float, ended: float) -> Held:
        """The most that it held in this time."""
        seen = [held for at, held in self._samples if begun <= at < ended] or [self.look()]
        return Held(max(one.resident_mb for one in seen), max(one.descriptors for one in seen))

    def look(self) -> Held:
        """What it holds now."""
        return Held(self._field.resident_mb(), self._field.descriptors())

    async def _feel(self) -> None:
        while True:
            with contextlib.suppress(OSError, EOFError, TimeoutError):
                async with asyncio.timeout(_PATIENCE_S):
                    line = await opened(self._field.ports["http"], WATCH_ADDRESS)
                await self._feel_over(line)
            await asyncio.sleep(_PERIOD_S)

    async def _feel_over(self, line: Line) -> None:
        """For as long as this line tells that all is well."""
        try:
            while True:
                async with asyncio.timeout(_PATIENCE_S):
                    answer = await line.ask(_HEALTH)
                if answer.status != 200:
                    return
                self._alive()
                await asyncio.sleep(_PERIOD_S)
        finally:
            line.close()

    def _alive(self) -> None:
        now = time.monotonic()
        lasted = now - self._alive_at - _PERIOD_S - self._overslept
        self._gaps.append(Gap(now, max(0.0, lasted)))
        self._alive_at, self._overslept = now, 0.0

    async def _sample(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                due = time.monotonic() + _SAMPLE_S
                await asyncio.sleep(_SAMPLE_S)
                self._overslept += max(0.0, time.monotonic() - due - _PERIOD_S)
                self._samples.append((time.monotonic(), self.look()))
