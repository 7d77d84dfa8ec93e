"""Commands for the console: `chappe console add | list | remove | password | log`.

In: what was typed. Out: what the hand shows. Promise: no password stands on a command line.
"""

from typing import Literal

import click

from chappe.cli.typed import Where, do, hand, secret_line
from chappe.hands import staff as hands
from chappe.hands.shown import NothingMore

_Role = Literal["operator", "support", "reader"]
_password = click.option(
    "--password", "given", is_flag=True, help="Ask for a password; else one is made up."
)


@click.group()
def console() -> None:
    """The console: who may come in besides accounts, and what was done by hand."""


@console.command("add")
@click.argument("login")
@click.option(
    "--role",
    type=click.Choice(["operator", "support", "reader"]),
    default="operator",
    show_default=True,
    help="operator: everything; support: no texts; reader: changes nothing.",
)
@click.option("--account", default="", help="Sees this account and its children alone.")
@_password
@hand
def add(where: Where, login: str, role: _Role, account: str, given: bool) -> None:
    """Let somebody in."""
    plain = secret_line() if given else ""
    asked = hands.NewStaff(login=login, role=role, account=account, password=plain)
    do(where, "console add", asked)


@console.command("list")
@hand
def listing(where: Where) -> None:
    """Who may come in besides accounts."""
    do(where, "console list", NothingMore())


@console.command("remove")
@click.argument("login")
@hand
def remove(where: Where, login: str) -> None:
    """Let somebody in no more; whoever is in is out."""
    do(where, "console remove", hands.NamedStaff(login=login))


@console.command("password")
@click.argument("login")
@_password
@hand
def password(where: Where, login: str, given: bool) -> None:
    """A new password; whoever is in by the old one is out."""
    plain = secret_line() if given else ""
    do(where, "console password", hands.StaffPassword(login=login, password=plain))


@console.command("log")
@click.option("--account", default="", help="What was done to this account.")
@click.option("--limit", type=click.IntRange(1, 1_000), default=50, show_default=True)
@click.option("--before", type=click.IntRange(min=0), default=0, help="Go on with older ones.")
@hand
def log(where: Where, account: str, limit: int, before: int) -> None:
    """Who did what by hand, the newest first."""
    do(where, "console log", hands.DeedList(account=account, limit=limit, before=before))
