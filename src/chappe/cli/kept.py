"""Commands for what is kept: `chappe message`, `number`, `callbacks`, `optout`.

In: what was typed. Out: what the hand shows. Promise: forgetting a number asks first.
"""

import re
from typing import Literal, TextIO, cast

import click

from chappe.cli.printing import as_json, as_text
from chappe.cli.typed import Where, do, done, hand, sentence
from chappe.hands import callbacks as calls
from chappe.hands import messages, optouts
from chappe.hands.shown import CannotDo, Shown, number_of
from chappe.words.order import Lists

_whose = click.option("--account", "login", default="", help="Else: for every account.")
_LISTS = click.Choice(list(Lists.__members__))
_on_list = click.option(
    "--list",
    "list_",
    type=_LISTS,
    default=Lists.stop.name,
    show_default=True,
    help="START takes a number off `stop` alone.",
)
_FIELD = re.compile("[;,\t]")
_AT_ONCE = 20_000  # numbers of a file; a hand is asked in less than 1 MiB
_LINES_MOST = 5_000_000

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
@click.option("--account", "login", default="", help="Its own lists alone; else: everybody's too.")
@click.option("--list", "list_", type=_LISTS, help="This one alone; else: every one.")
@hand
def list_optouts(where: Where, login: str, list_: str | None) -> None:
    """Who is not to be written to."""
    do(where, "optout list", optouts.OptOutList(login=login, list=list_ or ""))


@optout.command("add")
@click.argument("numbers", nargs=-1, required=True)
@_whose
@_on_list
@hand
def add_optout(where: Where, numbers: tuple[str, ...], login: str, list_: str) -> None:
    """Opt numbers out."""
    do(where, "optout add", optouts.OptOutChange(numbers=list(numbers), login=login, list=list_))


@optout.command("import")
@click.argument("file", type=click.File(encoding="utf-8-sig"))
@_whose
@_on_list
@hand
def import_optouts(where: Where, file: TextIO, login: str, list_: str) -> None:
    """Opt out the numbers of a file, one at the start of each line; - reads stdin."""
    numbers = _numbers_in(file)
    fresh = 0
    for begin in range(0, len(numbers), _AT_ONCE):
        some = numbers[begin : begin + _AT_ONCE]
        asked = optouts.OptOutChange(numbers=some, login=login, list=list_)
        fresh += done(where, "optout import", asked).value["new"]
    shown = Shown({"numbers": len(numbers), "new": fresh}, f"Opted out: {fresh} more numbers.")
    click.echo(as_json(shown) if where.json_form else as_text(shown))


@optout.command("remove")
@click.argument("numbers", nargs=-1, required=True)
@_whose
@_on_list
@hand
def remove_optout(where: Where, numbers: tuple[str, ...], login: str, list_: str) -> None:
    """Take numbers off the list."""
    do(where, "optout remove", optouts.OptOutChange(numbers=list(numbers), login=login, list=list_))


def _numbers_in(file: TextIO) -> list[str]:
    """All are looked at before any is opted out, so that a mistake leaves nothing half done."""
    found: list[str] = []
    try:
        for no, line in enumerate(file, 1):
            text = _FIELD.split(line, maxsplit=1)[0].strip()
            if text:
                found.append(str(number_of(text)))
            if no > _LINES_MOST:
                raise sentence(f"The file has more than {_LINES_MOST} lines: split it.")
    except CannotDo as why:
        raise sentence(f"line {no}: {why}") from why
    except UnicodeDecodeError as fault:
        raise sentence("The file is not UTF-8 text.") from fault
    return found
