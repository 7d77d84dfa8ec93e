"""Commands for what goes on: `chappe links`, `doubt`, `reply`, `pause`, `resume`.

In: what was typed. Out: what the hand shows.
"""

from typing import Any, Literal

import click

from chappe.cli.typed import Where, do, hand
from chappe.hands import doubts
from chappe.hands import ways as hands
from chappe.hands.resuming import Resuming
from chappe.hands.shown import NothingMore

_Messages = Literal["doubt", "send"]
_Callbacks = Literal["tell", "drop"]

_messages = click.argument("messages", nargs=-1, type=click.IntRange(min=1))
_all = click.option("--all", "everything", is_flag=True, help="All that is held.")


@click.command()
@hand
def nodes(where: Where) -> None:
    """Who works on this database, and what each of them has."""
    do(where, "nodes", NothingMore())


@click.group(invoke_without_command=True)
@hand
def links(where: Where) -> None:
    """How the links are, and what went over them in the last minute."""
    if click.get_current_context().invoked_subcommand is None:
        do(where, "links", NothingMore())


@links.command("pause")
@click.argument("name")
@hand
def pause_link(where: Where, name: str) -> None:
    """Let a link take nothing until it is resumed, or the server stops."""
    do(where, "links pause", hands.OneLink(name=name))


@links.command("resume")
@click.argument("name")
@hand
def resume_link(where: Where, name: str) -> None:
    """Let it take messages again."""
    do(where, "links resume", hands.OneLink(name=name))


@click.group()
def doubt() -> None:
    """What left us and was never answered."""


@doubt.command("list")
@hand
def list_doubts(where: Where) -> None:
    """Every message that was in doubt, and what was chosen."""
    do(where, "doubt list", NothingMore())


@doubt.command("resend")
@_messages
@_all
@hand
def resend(where: Where, **typed: Any) -> None:
    """Send messages again: they may arrive twice."""
    do(where, "doubt resend", _decision(**typed))


@doubt.command("drop")
@_messages
@_all
@hand
def drop(where: Where, **typed: Any) -> None:
    """Leave messages: they may never have arrived."""
    do(where, "doubt drop", _decision(**typed))


def _decision(messages: tuple[int, ...], everything: bool) -> doubts.Decision:
    if bool(messages) is everything:
        raise click.UsageError("Name messages, or give --all.")
    return doubts.Decision(messages=list(messages), all=everything)


@click.command()
@click.argument("phone", metavar="FROM")
@click.argument("code", metavar="TO")
@click.argument("text")
@hand
def reply(where: Where, phone: str, code: str, text: str) -> None:
    """A handset of the simulated network writes TEXT to a short code."""
    do(where, "reply", hands.PretendedReply(number=phone, code=code, text=text))


@click.command()
@hand
def pause(where: Where) -> None:
    """Take nothing from customers until resumed; what was taken goes on."""
    do(where, "pause", NothingMore())


@click.command()
@click.option(
    "--messages",
    type=click.Choice(["doubt", "send"]),
    help="After a restore: hold in doubt what was to leave when the backup was made, or send it.",
)
@click.option(
    "--callbacks",
    type=click.Choice(["tell", "drop"]),
    help="After a restore: tell callbacks that were owed then (the default), or give them up.",
)
@hand
def resume(where: Where, messages: _Messages | None, callbacks: _Callbacks | None) -> None:
    """Let customers send again; after a restore, let all begin."""
    do(where, "resume", Resuming(messages=messages or "", callbacks=callbacks or ""))
