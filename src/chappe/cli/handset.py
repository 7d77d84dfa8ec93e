"""What is written by hand to a running `chappe smsc`: handsets' messages, and the weather.

In: lines on stdin. Out: a sentence for each that can't be done, and for each that asks. Promise:
whatever is written, the centre goes on.
"""

import asyncio
import os
import stat
import sys
from collections.abc import Callable
from typing import IO, Final

import click

from chappe.links.operator.script import FAIR, Weather
from chappe.links.operator.smsc import Smsc
from chappe.words.clock import SECOND

LINE_MAX: Final = 8_192

HELP: Final = """FROM TO TEXT                a handset writes to a code
weather 11=0.05 35=0.1      let rows of the table befall a share of all messages
weather latency=500         answers come so many milliseconds later
weather dead for=10         no line for ten seconds; `for` goes with all of these
weather                     fair again
drop                        cut every connection
state                       how many are connected, what is owed"""


def obey(centre: Smsc, line: str) -> None:
    """Do what a line says."""
    words = line.split(None, 2)
    try:
        match words:
            case []:
                return
            case ["help"]:
                click.echo(HELP)
            case ["state"]:
                click.echo(f"{centre.connections} connected, {centre.owed} owed")
            case ["drop"]:
                centre.drop_all()
            case ["weather", *_]:
                centre.set_weather(weather_of(line.split()[1:], centre.now))
            case [number, code, text] if number.lstrip("+").isdecimal():
                centre.hand_in(int(number.lstrip("+")), code, text)
            case _:
                click.echo("Error: a line is FROM TO TEXT; `help` tells what else.", err=True)
    except (OSError, ValueError) as fault:
        click.echo(f"Error: {fault}.", err=True)


def weather_of(words: list[str], now: int) -> Weather:
    """The weather that words describe. Raises ValueError."""
    rates: dict[int, float] = {}
    latency_ms, dead, until = 0, False, None
    for word in words:
        name, _, value = word.partition("=")
        try:
            match name:
                case "dead":
                    dead = True
                case "latency":
                    latency_ms = int(value)
                case "for":
                    until = now + int(float(value) * SECOND)
                case _:
                    rates[int(name)] = float(value)
        except (ValueError, OverflowError):
            raise ValueError(f"{word!r} says nothing of the weather") from None
    return Weather(rates, latency_ms, dead, until) if words else FAIR


class Lines(asyncio.Protocol):
    """Lines from a terminal or a pipe. Anything else that stdin may be is not read."""

    def __init__(self, heed: Callable[[str], None]) -> None:
        self._heed = heed
        self._rest = b""
        self._transport: asyncio.BaseTransport | None = None

    async def open(self, stdin: IO[str] | None) -> bool:
        """Whether there is anybody who could write."""
        try:
            file = -1 if stdin is None else stdin.fileno()
            if not _is_read(file):
                return False
        except (OSError, ValueError):
            return False
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.connect_read_pipe(lambda: self, os.fdopen(os.dup(file)))
        return sys.stdin.isatty()

    def data_received(self, octets: bytes) -> None:
        *lines, self._rest = (self._rest + octets).split(b"\n")
        self._rest = self._rest[:LINE_MAX]
        for line in lines:
            self._heed(line[:LINE_MAX].decode("utf-8", "replace").strip())

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


def _is_read(file: int) -> bool:
    if os.isatty(file):
        # Whoever reads from a terminal in the background is stopped for it.
        return os.tcgetpgrp(file) == os.getpgrp()
    mode = os.fstat(file).st_mode
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)
