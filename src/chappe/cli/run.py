"""`chappe serve`, `chappe demo`, `chappe listen`: what runs until it is told to stop.

In: what was typed. Out: an exit code. Promise: what can't start says why in one sentence.
"""

import sys
from collections.abc import Coroutine
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
import uvloop

from chappe import logs
from chappe.cli.serving import listening, playing, serving
from chappe.cli.typed import Command, config_option, data_option, read_file, sentence
from chappe.config import Config
from chappe.demo import HOST, PORTS, Ports
from chappe.dialects import DIALECTS
from chappe.listen import ONLY, ChosenCalls, Page
from chappe.words import paris
from chappe.words.clock import Clock
from chappe.words.lifecycle import Event

_DIALECTS = [dialect.NAME for dialect in DIALECTS]
_port = click.IntRange(0, 65_535)


def _log_options(command: Command) -> Command:
    form = click.option("--log", "form", type=click.Choice(logs.FORMS), default="text")
    level = click.option(
        "--log-level", "level", type=click.Choice(logs.LEVELS), default="warning", show_default=True
    )
    return form(level(command))


def _shown_options(command: Command) -> Command:
    short = click.option("shown", "--short", flag_value="short", default=True, hidden=True)
    raw = click.option("shown", "--raw", flag_value="raw", help="Print callbacks as they came.")
    json = click.option("shown", "--json", flag_value="json", help="Print callbacks as JSON.")
    return short(raw(json(command)))


@click.command()
@config_option
@data_option
@click.option("--clock", "moment", help="Begin at this Paris time: 'YYYY-MM-DD HH:MM:SS'.")
@click.option("--clock-speed", "speed", type=float, default=1.0, show_default=True)
@_log_options
def serve(
    config: Path | None, data: Path, moment: str | None, speed: float, form: str, level: str
) -> None:
    """Serve what the configuration declares. SIGHUP reads it again; SIGTERM stops."""
    settings = read_file(config)
    clock = _clock_of(settings, moment, speed)
    logs.set_up(form, level)
    _run(serving(settings, data, clock, config, keeps_time=moment is None and speed == 1.0))


@click.command()
@click.option("--data", type=click.Path(path_type=Path), default=Path("demo"), show_default=True)
@click.option("--port", type=_port, default=PORTS.http, show_default=True)
@click.option("--listen-port", type=_port, default=PORTS.page, show_default=True)
@click.option("--sftp-port", type=_port, default=PORTS.files, show_default=True)
@click.option("--smtp-port", type=_port, default=PORTS.mail, show_default=True)
@click.option("--console-port", type=_port, default=PORTS.console, show_default=True)
@_shown_options
@_log_options
def demo(
    data: Path,
    port: int,
    listen_port: int,
    sftp_port: int,
    smtp_port: int,
    console_port: int,
    shown: str,
    form: str,
    level: str,
) -> None:
    """Serve a demo account on a simulated network, with a page for its callbacks."""
    logs.set_up(form, level)
    _run(playing(data, Ports(port, listen_port, sftp_port, smtp_port, console_port), shown))


@click.command()
@click.option("--host", default=HOST, show_default=True)
@click.option("--port", type=_port, default=PORTS.page, show_default=True)
@click.option("--answer", help="The body of every answer; else what each call takes for heard.")
@click.option("--status", type=click.IntRange(200, 599), default=200, show_default=True)
@click.option("--forward-to", "url", default="", metavar="URL", help="Make each call there too.")
@click.option("--only", metavar=",".join(ONLY), help="Calls of these kinds, and no others.")
@click.option("--dialect", type=click.Choice(_DIALECTS), help="Calls in its words, and no others.")
@_shown_options
def listen(
    host: str,
    port: int,
    answer: str | None,
    status: int,
    url: str,
    only: str | None,
    dialect: str | None,
    shown: str,
) -> None:
    """Print a line for each callback that comes. With --forward-to it is made to URL as it came,
    and URL's answer is the answer."""
    logs.set_up()
    if url and answer is not None:
        raise click.UsageError("With --forward-to the answer is URL's: leave --answer out.")
    if url and not _is_web(url):
        raise click.UsageError(f"--forward-to {url!r} is no URL such as http://127.0.0.1:9000/sms.")
    said = None if answer is None else answer.encode()
    choice = ChosenCalls(_events(only), dialect or "")
    _run(listening(host, port, lambda say: Page(say, said, status, shown, choice, url)))


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _events(only: str | None) -> Event | None:
    """What calls of these kinds tell of."""
    if only is None:
        return None
    events = Event.nothing
    for name in only.split(","):
        if name.strip() not in ONLY:
            raise click.UsageError(f"--only {name.strip()!r} is none of {', '.join(ONLY)}.")
        events |= ONLY[name.strip()]
    return events


def _run(work: Coroutine[Any, Any, int]) -> None:
    sys.exit(uvloop.run(work))


def _clock_of(config: Config, moment: str | None, speed: float) -> Clock:
    """The real time, or the one that was asked for."""
    if moment is None and speed == 1.0:
        return Clock()
    if not config.simulated:
        raise sentence("--clock is for the simulated network: a real link is declared.")
    if not 0 < speed <= 1_000_000:
        raise sentence("--clock-speed must be above 0, and 1000000 at most.")
    if moment is None:
        return Clock(None, speed)
    try:
        start = paris.instant(datetime.strptime(moment, paris.DASHED))
    except ValueError as fault:
        raise sentence(f"--clock {moment!r} is no moment such as '2026-11-20 08:00:00'.") from fault
    return Clock(start, speed)
