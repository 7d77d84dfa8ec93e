"""`chappe trigger ...`: the simulated network sends a receipt, a reply, a STOP or a click.

In: what was typed. Out: what the hand shows.
"""

import click

from chappe.cli.typed import Where, do, hand
from chappe.hands import triggers as hands

_message = click.argument("message", type=click.IntRange(min=1))


@click.group()
def trigger() -> None:
    """Let the simulated network do something about a message, of a running server."""


@trigger.command()
@_message
@click.option(
    "--row",
    type=click.IntRange(0, 99),
    default=0,
    show_default=True,
    help="Which receipt, as the last two digits of a number of the simulated network.",
)
@hand
def receipt(where: Where, message: int, row: int) -> None:
    """A receipt comes for MESSAGE, which has left: as delivered, or as a row of the table says."""
    do(where, "trigger receipt", hands.TriggeredReceipt(message=message, row=row))


@trigger.command()
@_message
@click.argument("text")
@hand
def reply(where: Where, message: int, text: str) -> None:
    """The handset that got MESSAGE answers TEXT."""
    do(where, "trigger reply", hands.TriggeredReply(message=message, text=text))


@trigger.command()
@_message
@hand
def stop(where: Where, message: int) -> None:
    """The handset that got MESSAGE writes STOP."""
    do(where, "trigger stop", hands.TriggeredMessage(message=message))


@trigger.command("click")
@_message
@hand
def click_(where: Where, message: int) -> None:
    """Whoever got MESSAGE opens its short URL."""
    do(where, "trigger click", hands.TriggeredMessage(message=message))
