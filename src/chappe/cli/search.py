"""`chappe message list`: looking for messages, a page at a time or all of them as CSV.

In: what was typed. Out: what the hand shows. Promise: however many are found, CSV is written a page
at a time.
"""

import csv
import sys
from typing import Any

import click
import msgspec

from chappe.cli.printing import as_json, as_text
from chappe.cli.typed import Where, done, hand
from chappe.hands import search as hands
from chappe.hands.shown import Shown
from chappe.words.lifecycle import Reason
from chappe.words.order import Channel

_CSV_PAGE = hands.LIMIT_MOST
_REASONS = [reason.name for reason in Reason if reason]


@click.command("list")
@click.option("--account", default="", help="Of this account alone.")
@click.option(
    "--state", "states", multiple=True, type=click.Choice(hands.STATES), help="May be repeated."
)
@click.option("--reason", type=click.Choice(_REASONS), default=None)
@click.option("--number", default="", help="To this phone number.")
@click.option("--link", default="", help="That left by it, or may.")
@click.option("--dialect", default="", help="That came by this provider's API.")
@click.option("--channel", type=click.Choice(list(Channel.__members__)), default=None)
@click.option("--since", default="", help="Accepted from then on: 'YYYY-MM-DD[ HH:MM[:SS]]'.")
@click.option("--until", default="", help="Accepted before.")
@click.option(
    "--limit",
    type=click.IntRange(1, hands.LIMIT_MOST),
    default=50,
    show_default=True,
    help="A page.",
)
@click.option("--after", default="", help="Where to go on: the last page says it.")
@click.option("--csv", "csv_form", is_flag=True, help="All of them, as CSV; --limit is not heeded.")
@hand
def list_messages(where: Where, csv_form: bool, **typed: Any) -> None:
    """Messages of all accounts, the newest first."""
    given = {name: value for name, value in typed.items() if value is not None}
    asked = msgspec.convert(given, hands.MessageList)
    if not csv_form:
        _print_page(where, asked)
    elif where.json_form:
        raise click.UsageError("Give --json or --csv, not both.")
    else:
        _print_all(where, asked)


def _print_page(where: Where, asked: hands.MessageList) -> None:
    shown = done(where, "message list", asked)
    if where.json_form:
        click.echo(as_json(shown))
    else:
        click.echo(as_text(Shown(shown.value["messages"], shown.said)))


def _print_all(where: Where, asked: hands.MessageList) -> None:
    asked = msgspec.structs.replace(asked, limit=_CSV_PAGE)
    writer = None
    while writer is None or asked.after:
        page = done(where, "message list", asked).value
        if writer is None:
            writer = csv.DictWriter(sys.stdout, hands.COLUMNS, lineterminator="\n")
            writer.writeheader()
        writer.writerows({**row, "links": " ".join(row["links"])} for row in page["messages"])
        asked = msgspec.structs.replace(asked, after=page["next"])
