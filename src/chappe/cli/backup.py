"""`chappe backup` and `chappe restore`: all that is kept, in one file and back.

In: what was typed. Out: what was done, in a sentence and some facts.
"""

from pathlib import Path

import click

from chappe.cli.printing import as_json, as_text
from chappe.cli.typed import Where, do, hand, read_file, sentence
from chappe.hands.backup import NewBackup
from chappe.hands.restore import restore as put_back
from chappe.hands.shown import CannotDo


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@hand
def backup(where: Where, file: Path) -> None:
    """Write all that is kept into FILE, while the server goes on."""
    do(where, "backup", NewBackup(file=str(file.absolute())))


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@hand
def restore(where: Where, file: Path) -> None:
    """Put a backup back, into a directory that holds nothing."""
    try:
        shown = put_back(file, where.data, read_file(where.config))
    except CannotDo as why:
        raise sentence(str(why)) from why
    click.echo(as_json(shown) if where.json_form else as_text(shown))
