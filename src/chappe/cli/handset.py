"""What is written by hand to a running `chappe smsc`: handsets' messages, and the weather.

In: lines on stdin. Out: a sentence for each that can't be done, and for each that asks. Promise:
whatever is written, the centre goes on.
"""

import asyncio
import os
import stat
from collections.abc import Callable
from typing import IO, Final

import click

from chappe.links.operator.centre.smsc import Smsc
from chappe.links.operator.mind.judgement import FAIR, Weather
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


class Lines:
    """Lines from a terminal or a pipe. Anything else that stdin may be is not read."""

    def __init__(self, heed: Callable[[str], None]) -> None:
        self._heed = heed
        self._rest = b""
        self._file = -1

    def open(self, stdin: IO[str] | None) -> bool:
        """Begin to read; whether it is a terminal, where somebody wants to be told how to write."""
        try:
            file = -1 if stdin is None else stdin.fileno()
            if not _is_read(file):
                return False
            asyncio.get_running_loop().add_reader(file, self._read)
        except (OSError, ValueError):
            return False
        self._file = file
        return os.isatty(file)

    def close(self) -> None:
        if self._file >= 0:
            asyncio.get_running_loop().remove_reader(self._file)
            self._file = -1

    def _read(self) -> None:
        # Nothing is set on the file: it may be the terminal's, and then it is the shell's as well.
        try:
            octets = os.read(self._file, LINE_MAX) if _is_read(self._file) else b""
        except OSError:
            octets = b""
        if not octets:
            self.close()
            return
        *lines, self._rest = (self._rest + octets).split(b"\n")
        self._rest = self._rest[:LINE_MAX]
        for line in lines:
            self._heed(line[:LINE_MAX].decode("utf-8", "replace").strip())


def _is_read(file: int) -> bool:
    if os.isatty(file):
        # Whoever reads from a terminal in the background is stopped for it.
        return os.tcgetpgrp(file) == os.getpgrp()
    mode = os.fstat(file).st_mode
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)
