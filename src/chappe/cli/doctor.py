"""`chappe doctor`: the file, the links, the store, the disk, the clock, the key: one line each.

In: what was typed. Out: a line per check; exit code 1 where something is wrong. Promise: it needs
nothing to run, and changes nothing that a start would not.
"""

import sys
from collections.abc import Iterator, Mapping

import click

from chappe.cli.printing import as_json
from chappe.cli.typed import Where, done, hand, read_file
from chappe.config import Config
from chappe.hands.health import NOTE, OK, WRONG, Finding, Listing, row_of
from chappe.hands.shown import Shown


@click.command()
@hand
def doctor(where: Where) -> None:
    """Look for what is wrong with an installation, before it goes wrong."""
    try:
        config = read_file(where.config)
    except click.ClickException as fault:
        rows = [row_of(Finding("configuration", WRONG, fault.message))]
    else:
        rows = [row_of(finding) for finding in _file(where, config)] + _store(where)
    if where.json_form:
        click.echo(as_json(Shown(rows)))
    else:
        for row in rows:
            click.echo(f"{row['how']:8}{row['check']}: {row['says']}")
    sys.exit(1 if any(row["how"] == WRONG for row in rows) else 0)


def _file(where: Where, config: Config) -> Iterator[Finding]:
    if where.config is None:
        yield Finding("configuration", NOTE, "No file is given: everything has its default.")
    else:
        yield Finding("configuration", OK, f"{where.config} holds no mistake.")
    real = [link.name for link in config.links if link.kind != "operator"]
    if real:
        yield Finding("links", OK, f"Real ones: {', '.join(real)}.")
    else:
        says = "Nothing leaves this machine: only the simulated network sends."
        yield Finding("links", NOTE, says)


def _store(where: Where) -> list[Mapping[str, str]]:
    if not where.data.is_dir():
        says = f"There is no directory {where.data} yet: the first start makes it."
        return [row_of(Finding("store", NOTE, says))]
    try:
        rows: list[Mapping[str, str]] = done(where, "doctor", Listing()).value
    except click.ClickException as fault:
        return [row_of(Finding("store", WRONG, fault.message))]
    return rows
