"""`chappe smsc` inside the process of a test: a centre on a free port, on the clock of the test.

In: a folder, a clock, settings. Out: a port, and a hand on what the network does. Use it so:

    async with centre(tmp_path, clock, password="secret") as smsc:
        link = SmppLink(..., port=smsc.port)
        smsc.hand_in(33_612_345_678, "36105", "Bonjour")
        smsc.set_weather(Weather(rates={35: 1.0}))

The socket is real, so what was written needs turns of the loop, and a little of the real time, to
be read: wait for a condition with `settle`, not for a number of turns.
"""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from chappe.links.operator.centre.settings import SmscSettings
from chappe.links.operator.centre.smsc import Smsc
from chappe.links.operator.mind.journal import logs, read_submits
from chappe.links.operator.mind.judgement import Weather
from chappe.links.operator.mind.records import Submitted
from chappe.words.clock import DAY, HOUR, Clock

DEADLINE_S = 20.0
PATIENT: dict[str, Any] = {"deliver_ms": HOUR, "enquire_ms": DAY, "bind_ms": DAY}
"""A clock that is moved by hand leaves no time between for what is on the socket."""


class RunningSmsc:
    """A centre that listens on 127.0.0.1."""

    def __init__(self, folder: Path, clock: Clock, **settings: Any) -> None:
        self.clock = clock
        self.log = folder / "operator.log"
        self.port = 0
        self._settings = SmscSettings(**(PATIENT | settings))
        self.smsc = Smsc(clock, self.log, self._settings)

    async def start(self, port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        _, self.port = await self.smsc.start("127.0.0.1", port, tls)

    async def stop(self) -> None:
        await self.smsc.stop()

    async def restart(self) -> None:
        """The same log and the same port, in a new life. What was connected is cut, not unbound."""
        self.smsc.drop_all()
        await self.smsc.stop()
        self.smsc = Smsc(self.clock, self.log, self._settings)
        await self.start(self.port)

    def hand_in(self, number: int, code: str, text: str) -> None:
        """A handset writes."""
        self.smsc.hand_in(number, code, text)

    def set_weather(self, weather: Weather) -> None:
        self.smsc.set_weather(weather)

    def cut(self) -> None:
        """Cut every connection; new ones are taken."""
        self.smsc.drop_all()

    def submits(self) -> list[Submitted]:
        """All that was submitted, as the log has it; also what was turned away."""
        return list(read_submits(logs(self.log)))


@asynccontextmanager
async def centre(
    folder: Path, clock: Clock | None = None, tls: ssl.SSLContext | None = None, **settings: Any
) -> AsyncIterator[RunningSmsc]:
    """A running centre, stopped at the end. Settings are those of SmscSettings."""
    running = RunningSmsc(folder, clock or Clock(), **settings)
    await running.start(tls=tls)
    try:
        yield running
    finally:
        await running.stop()


async def settle(seen: Callable[[], bool], what: str = "it") -> None:
    """Let the sockets carry what they have until this holds."""
    end = time.monotonic() + DEADLINE_S
    while not seen():
        assert time.monotonic() < end, f"waited in vain for {what}"
        await asyncio.sleep(0.001)
