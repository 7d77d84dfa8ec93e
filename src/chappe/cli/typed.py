"""What commands have in common: the file, the directory, the form of what is printed.

In: options as typed. Out: a Config, or what a hand shows, printed. Promise: whatever can't be done
is one sentence on stderr and exit code 1.
"""

import asyncio
import functools
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import click
import msgspec

from chappe.cli.printing import as_json, as_text
from chappe.config import Config, Mistake, Outside, read_config
from chappe.hands.reach import Hold, reaching
from chappe.hands.shown import CannotDo, Shown

Command = TypeVar("Command", bound=Callable[..., Any])
Made = TypeVar("Made")

_DATA = "chappe-data"

config_option = click.option(
    "--config",
    type=click.Path(path_type=Path),
    envvar="CHAPPE_CONFIG",
    show_envvar=True,
    help="The configuration file.",
)
data_option = click.option(
    "--data",
    type=click.Path(path_type=Path),
    default=Path(_DATA),
    show_default=True,
    envvar="CHAPPE_DATA",
    show_envvar=True,
    help="The directory where everything is kept.",
)
_json_option = click.option("--json", "json_form", is_flag=True, help="Print JSON, for programs.")


class Where(NamedTuple):
    """Which installation is meant, and how to print."""

    data: Path
    config: Path | None
    json_form: bool


def hand(command: Command) -> Callable[..., Any]:
    """Give a command the options of every hand, as its first argument `where`."""

    @functools.wraps(command)
    def wrapped(config: Path | None, data: Path, json_form: bool, **options: Any) -> None:
        command(Where(data, config, json_form), **options)

    return config_option(data_option(_json_option(wrapped)))


def do(where: Where, name: str, asked: msgspec.Struct) -> None:
    """Have a hand do it, and print what it shows."""
    show(where, done(where, name, asked))


def done(where: Where, name: str, asked: msgspec.Struct) -> Shown:
    """What a hand shows, or one sentence."""
    return by_hands(where, lambda hold: hold.do(name, asked))


def by_hands(where: Where, work: Callable[[Hold], Awaitable[Made]]) -> Made:
    """What comes of work that takes a hand more than once, or one sentence."""

    async def held() -> Made:
        async with reaching(where.data, lambda: read_file(where.config)) as hold:
            return await work(hold)

    try:
        return asyncio.run(held())
    except CannotDo as why:
        raise sentence(str(why)) from why


def show(where: Where, shown: Shown) -> None:
    """Print it, in the form that was asked for."""
    click.echo(as_json(shown) if where.json_form else as_text(shown))


def read_file(path: Path | None) -> Config:
    """The configuration, or one sentence."""
    return read_outside(path)[0]


def read_outside(path: Path | None) -> tuple[Config, Outside]:
    """The same, with whatever else was read for it."""
    if path is None:
        return Config(), Outside()
    outside = Outside(path, os.environ)
    try:
        return read_config(path.read_text("utf-8"), path.name, outside=outside), outside
    except UnicodeDecodeError as fault:
        raise sentence(f"The configuration {path} is not UTF-8 text.") from fault
    except OSError as fault:
        raise sentence(f"The configuration {path} can't be read: {fault.strerror}.") from fault
    except Mistake as mistake:
        raise sentence(str(mistake)) from mistake


def sentence(text: str) -> click.ClickException:
    """Printed as `Error: ...` on stderr; the exit code is 1."""
    return click.ClickException(text)


def secret_line() -> str:
    """A secret from stdin: asked for without echo at a terminal, else its first line."""
    stdin = sys.stdin
    if stdin.isatty():
        plain: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        plain = stdin.readline().rstrip("\r\n")
    if not plain:
        raise sentence("Standard input holds no password.")
    return plain
