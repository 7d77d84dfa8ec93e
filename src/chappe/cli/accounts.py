"""`chappe account ...`: add, list, show, set, key, keys, revoke, credit, password, and its state.

In: what was typed. Out: what the hand shows. Promise: no secret is ever typed as an argument, where
every user of the machine could read it.
"""

import re
from typing import Any

import click

from chappe.cli.typed import Where, do, hand, secret_line
from chappe.hands import accounts as hands
from chappe.hands.settings import NewSettings
from chappe.hands.shown import NothingMore
from chappe.words.money import mills

_password = click.option(
    "--password-stdin",
    "given",
    is_flag=True,
    help="Read the password from stdin; else one is made up and shown once.",
)

# Cents alone: 1,234 may be a thousand to whoever typed it.
_COMMA = re.compile(r"\A(-?\d+),(\d{1,2})\Z", re.ASCII)

# Options of `add` that are keys of [[account]].
_LISTS = {"countries": "country", "senders": "sender", "ips": "ip"}


class _Euros(click.ParamType[str]):
    """An amount as people write it, with a point or with a comma; as text with a point."""

    name = "euros"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        written = _COMMA.sub(r"\1.\2", str(value).strip())
        try:
            mills(written)
        except ValueError:
            self.fail(f"{value[:40]!r} is no amount of euros such as 12.50 or 12,50.", param, ctx)
        return written


_EUROS = _Euros()


@click.group()
def account() -> None:
    """Accounts: who may send, and what they have left."""


@account.command()
@click.argument("login")
@_password
@click.option("--balance", type=_EUROS, default="0", help="Opening credit in euros.")
@click.option("--hlr-credit", type=int, help="Opening credit of operator look-ups.")
@click.option("--email", help="Its mail address; a login as well.")
@click.option("--callbacks", help="URL for every callback that has none of its own.")
@click.option("--post-paid", is_flag=True, default=None, help="Its balance may pass below zero.")
@click.option("--parent", help="Login of the account that it stands beneath.")
@click.option("--pays-from", help="Login of the account whose balances it draws on.")
@click.option("--hours", help="legal or any.")
@click.option("--channel", help="marketing, notification or international.")
@click.option("--country", multiple=True, help="Where it may send to; may be repeated.")
@click.option("--sender", multiple=True, help="A sender it may use; may be repeated.")
@click.option("--ip", multiple=True, help="Where its calls may come from; may be repeated.")
@click.option("--short-code", help="Its own short code.")
@click.option("--rate", type=int, help="Submissions a second.")
@click.option("--queue-max", type=int, help="Messages that may wait for a link.")
@click.option("--in-doubt", help="by-channel, resend or hold.")
@hand
def add(where: Where, login: str, given: bool, balance: str, **typed: Any) -> None:
    """Make an account. Its key is shown this once, and its password where none was given."""
    for name, option in _LISTS.items():
        typed[name] = list(typed.pop(option)) or None
    settings = {name: value for name, value in typed.items() if value is not None}
    password = secret_line() if given else ""
    asked = hands.NewAccount(login=login, password=password, balance=balance, settings=settings)
    do(where, "account add", asked)


@account.command("list")
@hand
def listing(where: Where) -> None:
    """All accounts with their balances."""
    do(where, "account list", NothingMore())


@account.command()
@click.argument("login")
@hand
def show(where: Where, login: str) -> None:
    """Everything about one account: settings, purses, keys, and what waits for it."""
    do(where, "account show", hands.NamedAccount(login=login))


@account.command("set")
@click.argument("login")
@click.argument("settings", nargs=-1, required=True, metavar="KEY=VALUE...")
@hand
def change(where: Where, login: str, settings: tuple[str, ...]) -> None:
    """Change settings, by the keys and rules of [[account]]: `rate=5`, `countries=FR,BE`. A setting
    of a dialect's table is DIALECT.KEY; nothing behind the `=` is back to the default."""
    do(where, "account set", NewSettings(login=login, settings=list(settings)))


@account.command()
@click.argument("login")
@click.option("--token", is_flag=True, help="A token instead of an API key.")
@click.option("--replace", is_flag=True, help="Keys of that kind so far are no longer taken.")
@hand
def key(where: Where, login: str, token: bool, replace: bool) -> None:
    """One more API key, shown this once."""
    asked = hands.NewKey(login=login, kind="token" if token else "api", replace=replace)
    do(where, "account key", asked)


@account.command()
@click.argument("login")
@hand
def keys(where: Where, login: str) -> None:
    """The keys that an account made itself, by calls."""
    do(where, "account keys", hands.NamedAccount(login=login))


@account.command()
@click.argument("login")
@click.argument("id")
@hand
def revoke(where: Where, login: str, id: str) -> None:
    """End a key that an account made itself; `account keys` shows its id."""
    do(where, "account revoke", hands.NamedKey(login=login, id=id))


# A negative amount is no option.
@account.command(context_settings={"ignore_unknown_options": True})
@click.argument("login")
@click.argument("amount", type=_EUROS)
@click.option("--purse", default="", help="By name; `hlr` holds look-ups. Else the account's own.")
@click.option("--note", default="", help="Stands in the ledger.")
@hand
def credit(where: Where, login: str, amount: str, purse: str, note: str) -> None:
    """Give euros to an account, or take them: `credit fred -5.00`. Look-ups are given to a purse of
    their own: `credit fred 100 --purse hlr`."""
    do(where, "account credit", hands.Booking(login=login, amount=amount, purse=purse, note=note))


@account.command()
@click.argument("login")
@_password
@hand
def password(where: Where, login: str, given: bool) -> None:
    """A new password; the old one is no longer taken."""
    plain = secret_line() if given else ""
    do(where, "account password", hands.Password(login=login, password=plain))


@account.command()
@click.argument("login")
@hand
def suspend(where: Where, login: str) -> None:
    """Let an account send no more for the time being."""
    do(where, "account suspend", hands.NamedAccount(login=login))


@account.command()
@click.argument("login")
@hand
def close(where: Where, login: str) -> None:
    """Let an account send no more."""
    do(where, "account close", hands.NamedAccount(login=login))


@account.command()
@click.argument("login")
@hand
def activate(where: Where, login: str) -> None:
    """Let an account send again, or for the first time."""
    do(where, "account activate", hands.NamedAccount(login=login))
