"""`chappe doctor`: the file, the machine, the store, the accounts, the links: a line for each.

In: what was typed. Out: a line per finding; exit code 1 where something is wrong. Promise: it only
looks. It makes no directory, no database, no key and no account, and brings nothing up to date.
"""

import asyncio
import sys
from collections.abc import Mapping

import click

from chappe.cli.printing import as_json
from chappe.cli.typed import Where, hand, read_outside
from chappe.config import Config
from chappe.hands.finding import WRONG, Finding, row_of
from chappe.hands.health import look_alone
from chappe.hands.premises import Premises, examine
from chappe.hands.reach import ask
from chappe.hands.shown import CannotDo, NothingMore, Shown
from chappe.logs import one_line


@click.command()
@hand
def doctor(where: Where) -> None:
    """Look for what is wrong with an installation, before it goes wrong."""
    try:
        config, outside = read_outside(where.config)
    except click.ClickException as fault:
        rows = [row_of(Finding("configuration", WRONG, fault.message))]
    else:
        premises = Premises(where.config, config, where.data, outside)
        rows = [row_of(finding) for finding in examine(premises)]
        rows += asyncio.run(_kept(where, config))
    if where.json_form:
        click.echo(as_json(Shown(rows)))
    else:
        for row in rows:
            click.echo(f"{row['how']:8}{row['check']}: {one_line(row['says'])}")
    sys.exit(1 if any(row["how"] == WRONG for row in rows) else 0)


async def _kept(where: Where, config: Config) -> list[Mapping[str, str]]:
    """By the hand of the server that runs there, or alone."""
    try:
        shown = await ask(where.data, "doctor", NothingMore())
    except CannotDo as fault:
        return [row_of(Finding("store", WRONG, str(fault)))]
    if shown is None:
        return [row_of(finding) for finding in await look_alone(where.data, config)]
    rows: list[Mapping[str, str]] = shown.value
    return rows
