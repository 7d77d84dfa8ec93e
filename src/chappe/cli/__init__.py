"""The command line: reads what was typed, says in one sentence what is wrong with it.

In: arguments. Out: an exit code: 0 done, 1 could not be done, 2 typed wrongly. Promise: whatever a
command makes, a file or a folder, is its owner's alone.
"""

import os

import click

from chappe.cli import (
    accounts,
    backup,
    callbacks,
    calls,
    centre,
    doctor,
    kept,
    ledger,
    optouts,
    run,
    search,
    staff,
    tail,
    trigger,
    usage,
    waiting,
    ways,
)
from chappe.dialects import DIALECTS

_OWNERS_ALONE = 0o077  # texts, numbers, hashes of passwords: nobody else on the machine reads them


*_BUT_LAST, _LAST = (dialect.SAMPLE.heading for dialect in DIALECTS)


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    help=f"Chappe: an SMS platform behind the HTTP APIs of {', '.join(_BUT_LAST)} and {_LAST}.",
)
@click.version_option(package_name="chappe")
@click.pass_context
def main(context: click.Context) -> None:
    """Whatever command follows."""
    before = os.umask(_OWNERS_ALONE)
    context.call_on_close(lambda: os.umask(before))


COMMANDS: tuple[click.Command, ...] = (
    run.serve,
    run.demo,
    run.listen,
    centre.smsc,
    doctor.doctor,
    accounts.account,
    ledger.ledger,
    kept.message,
    kept.number,
    waiting.queue,
    callbacks.callbacks,
    optouts.optout,
    ways.links,
    ways.nodes,
    ways.doubt,
    ways.reply,
    tail.tail,
    trigger.trigger,
    calls.call,
    usage.usage,
    staff.console,
    ways.pause,
    ways.resume,
    backup.backup,
    backup.restore,
    backup.move_store,
)
for command in COMMANDS:
    main.add_command(command)
kept.message.add_command(search.list_messages)
callbacks.callbacks.add_command(waiting.list_endpoints)
