"""`chappe backup`, `chappe restore`, `chappe move-store`: all that is kept, in one file and back,
or in another database.

In: what was typed. Out: what was done, in a sentence and some facts.
"""

from pathlib import Path

import click

from chappe.cli.typed import Where, do, hand, read_file, sentence, show
from chappe.hands.backup import NewBackup
from chappe.hands.restore import restore as put_back
from chappe.hands.shown import CannotDo

_SCHEME = "postgresql://"


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
    show(where, shown)


@click.command("move-store")
@click.option(
    "--to", "url", metavar="URL", required=True, help="postgresql://USER@HOST/DATABASE, empty."
)
@hand
def move_store(where: Where, url: str) -> None:
    """Move all that the SQLite file holds into PostgreSQL, while no server works on it.

    It may be ended at any time: typed again, it goes on where it was. A password in the URL can be
    read by everybody on this machine; PGPASSWORD and ~/.pgpass keep it to yourself.
    """
    if not url.startswith(_SCHEME):
        raise click.BadParameter(f"Write it as {_SCHEME}user@host/database.", param_hint="--to")
    from chappe.hands.moving import move  # asyncpg is loaded only where it is used

    try:
        shown = move(where.data, read_file(where.config), url)
    except CannotDo as why:
        raise sentence(str(why)) from why
    show(where, shown)
