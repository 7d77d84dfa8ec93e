"""`chappe ledger`: what was booked to a purse and from it, the newest first.

In: what was typed. Out: a page, or all of it as CSV, line by line while it is read. Promise:
however long the ledger is, no more than a page of it is held at a time.
"""

import csv
import sys

import click
import msgspec

from chappe.cli.typed import Where, by_hands, do, hand
from chappe.hands.ledger import MOST, LedgerPage
from chappe.hands.reach import Hold

_COLUMNS = ("at", "amount", "balance", "kind", "order", "note")
_SHOWN = 50


@click.command()
@click.argument("login")
@click.option("--purse", default="", help="By name; `hlr` holds look-ups. Else the account's own.")
@click.option("--since", default="", help="From this time on: '2026-11-01 08:00'.")
@click.option("--until", default="", help="What was booked before this time.")
@click.option(
    "--limit", type=click.IntRange(min=1), help=f"Else {_SHOWN}, {MOST} at most; as CSV all."
)
@click.option("--after", default="", help="Go on where a page ended.")
@click.option("--csv", "is_csv", is_flag=True, help="Print CSV, all of it.")
@hand
def ledger(where: Where, limit: int | None, is_csv: bool, **typed: str) -> None:
    """What was booked to a purse and from it, with the balance after each booking."""
    if is_csv and where.json_form:
        raise click.UsageError("Choose one of --csv and --json.")
    asked = LedgerPage(limit=min(limit or _SHOWN, MOST), **typed)
    if is_csv:
        by_hands(where, lambda hold: _stream(hold, asked, limit))
    else:
        do(where, "ledger", asked)


async def _stream(hold: Hold, asked: LedgerPage, limit: int | None) -> None:
    """Page after page, each printed before the next one is asked for."""
    lines = csv.writer(sys.stdout, lineterminator="\n")
    lines.writerow(_COLUMNS)
    left = limit
    while left is None or left > 0:
        most = MOST if left is None else min(left, MOST)
        page = (await hold.do("ledger", msgspec.structs.replace(asked, limit=most))).value
        lines.writerows([[row[name] for name in _COLUMNS] for row in page["bookings"]])
        if not page["after"]:
            break
        left = None if left is None else left - len(page["bookings"])
        asked = msgspec.structs.replace(asked, after=page["after"])
    sys.stdout.flush()
