"""`chappe usage`: what was sent and paid for.

In: what was typed. Out: what the hand shows, as a table, as JSON, or as CSV.
"""

import csv
import sys

import click

from chappe.cli.typed import Where, do, done, hand
from chappe.engine.look.usage import BY
from chappe.hands.usage import UsageAsked


@click.command()
@click.option("--from", "first", default="", help="A day as YYYY-MM-DD; else the month's first.")
@click.option("--to", "last", default="", help="The last day, included; else today.")
@click.option("--by", default="day,account", show_default=True, help=f"Any of {', '.join(BY)}.")
@click.option("--account", "login", default="", help="Else: of all accounts.")
@click.option("--csv", "is_csv", is_flag=True, help="Print CSV, for spreadsheets.")
@hand
def usage(where: Where, first: str, last: str, by: str, login: str, is_csv: bool) -> None:
    """What was sent and what it cost, by days of acceptance (Paris time)."""
    names = [name.strip() for name in by.split(",") if name.strip()]
    asked = UsageAsked(first=first, last=last, by=names, login=login)
    if is_csv:
        columns = (*names, "messages", "parts", "price")
        writer = csv.DictWriter(sys.stdout, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(done(where, "usage", asked).value)
    else:
        do(where, "usage", asked)
