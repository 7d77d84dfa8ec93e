"""Commands for what is kept: `chappe message`, `number`.

In: what was typed. Out: what the hand shows. Promise: forgetting a number asks first.
"""

import click

from chappe.cli.typed import Where, do, hand
from chappe.hands import messages


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
