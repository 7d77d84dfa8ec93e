"""Commands for what is kept: `chappe message`, `number`, `callbacks`, `optout`.

In: what was typed. Out: what the hand shows. Promise: forgetting a number asks first.
"""

from typing import Literal, cast

import click

from chappe.cli.typed import Where, do, hand
from chappe.hands import callbacks as calls
from chappe.hands import messages, optouts

_whose = click.option("--account", "login", default="", help="Else: for every account.")

_Ends = Literal["", "owed", "heard", "given-up", "unwanted"]


@click.group()
def message() -> None:
    """Messages."""


@message.command("show")
@click.argument("ident", metavar="MESSAGE", type=click.IntRange(min=1))
@hand
def show_message(where: Where, ident: int) -> None:
    """Everything about one message."""
    do(where, "message show", messages.OneMessage(message=ident))


@click.group()
def number() -> None:
    """Phone numbers: what is kept of one, and forgetting it."""


@number.command("show")
@click.argument("phone", metavar="NUMBER")
@hand
def show_number(where: Where, phone: str) -> None:
    """All that is kept of a number: messages, replies, opt-outs."""
    do(where, "number show", messages.OneNumber(number=phone))


@number.command("erase")
@click.argument("phone", metavar="NUMBER")
@click.option("--yes", is_flag=True, help="Do not ask.")
@hand
def erase_number(where: Where, phone: str, yes: bool) -> None:
    """Forget a number and its texts; counters, prices and opt-outs stay."""
    if not yes:
        click.confirm(f"Forget {phone} for good?", abort=True)
    do(where, "number erase", messages.OneNumber(number=phone))


@click.group()
def callbacks() -> None:
    """Callbacks: what customers were told, and telling it again."""


@callbacks.command("list")
@click.argument("login")
@click.option("--message", "ident", type=int, default=0, help="Of this message alone.")
@click.option(
    "--only", type=click.Choice(["owed", "heard", "given-up", "unwanted"]), help="Of this end."
)
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
@hand
def list_callbacks(where: Where, login: str, ident: int, only: str | None, limit: int) -> None:
    """An account's newest callbacks, with every try that was missed."""
    wanted = cast(_Ends, only or "")
    asked = calls.CallbackList(login=login, message=ident, only=wanted, limit=limit)
    do(where, "callbacks list", asked)


@callbacks.command("replay")
@click.argument("ident", metavar="MESSAGE", type=int)
@click.argument("seq", type=click.IntRange(min=1), required=False)
@hand
def replay_callbacks(where: Where, ident: int, seq: int | None) -> None:
    """Tell all of a message's news once more, or the one with this SEQ."""
    do(where, "callbacks replay", calls.Replay(message=ident, seq=seq or 0))


@click.group()
def optout() -> None:
    """Opt-outs: numbers that are not to be written to."""


@optout.command("list")
@click.option("--account", "login", default="", help="Its own list alone; else: every list.")
@hand
def list_optouts(where: Where, login: str) -> None:
    """Who opted out."""
    do(where, "optout list", optouts.OptOutList(login=login))


@optout.command("add")
@click.argument("numbers", nargs=-1, required=True)
@_whose
@hand
def add_optout(where: Where, numbers: tuple[str, ...], login: str) -> None:
    """Opt numbers out."""
    do(where, "optout add", optouts.OptOutChange(numbers=list(numbers), login=login))


@optout.command("remove")
@click.argument("numbers", nargs=-1, required=True)
@_whose
@hand
def remove_optout(where: Where, numbers: tuple[str, ...], login: str) -> None:
    """Take numbers off the list."""
    do(where, "optout remove", optouts.OptOutChange(numbers=list(numbers), login=login))
