"""The command line: reads what was typed, says in one sentence what is wrong with it.

In: arguments. Out: an exit code: 0 done, 1 could not be done, 2 typed wrongly.
"""

import asyncio
import logging
import signal
import sys
from datetime import datetime
from pathlib import Path

import click
import uvloop

from chappe.config import Config, Mistake, read_config
from chappe.runtime import CannotStart, Node
from chappe.words.clock import Clock
from chappe.words.paris import instant

_MOMENT = "%Y-%m-%d %H:%M:%S"


@click.group()
def main() -> None:
    """Chappe: an SMS platform behind the HTTP APIs of five French providers."""


def sentence(text: str) -> click.ClickException:
    return click.ClickException(text)


def read_file(path: Path | None) -> Config:
    """The configuration, or one sentence."""
    if path is None:
        return Config()
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise sentence(f"The configuration {path} can't be read: {fault}.") from fault
    try:
        return read_config(text, path.name)
    except Mistake as mistake:
        raise sentence(str(mistake)) from mistake


def clock_of(config: Config, moment: str | None, speed: float) -> Clock:
    """The real time, or the one that was asked for."""
    if moment is None and speed == 1.0:
        return Clock()
    if not config.simulated:
        raise sentence("--clock is for the simulated network: a real link is declared.")
    if speed <= 0:
        raise sentence("--clock-speed must be above 0.")
    try:
        start = instant(datetime.strptime(moment, _MOMENT)) if moment else None
    except ValueError as fault:
        raise sentence(f"--clock {moment!r} is no moment such as '2026-11-20 08:00:00'.") from fault
    return Clock(start, speed)


@main.command()
@click.option("--config", type=click.Path(path_type=Path), help="The configuration file.")
@click.option(
    "--data", type=click.Path(path_type=Path), default=Path("chappe-data"), show_default=True
)
@click.option("--clock", "moment", help="Begin at this Paris time: 'YYYY-MM-DD HH:MM:SS'.")
@click.option("--clock-speed", "speed", type=float, default=1.0, show_default=True)
@click.option("--log", "form", type=click.Choice(["text", "json"]), default="text")
def serve(config: Path | None, data: Path, moment: str | None, speed: float, form: str) -> None:
    """Serve what the configuration declares."""
    settings = read_file(config)
    node = Node(settings, data, clock_of(settings, moment, speed))
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    code = uvloop.run(_serve(node, config))
    sys.exit(code)


async def _serve(node: Node, config: Path | None) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    try:
        await node.start()
    except CannotStart as fault:
        print(f"Error: {fault}", file=sys.stderr)
        await node.stop()
        return 1
    host, port = node.address
    print(f"Chappe is ready at http://{host}:{port}", flush=True)
    if node.config.simulated:
        print("Nothing leaves this machine: only the simulated network sends.", flush=True)
    await stop.wait()
    await node.stop()
    return 0
