"""`chappe tail`: a line for whatever happens at a running server, until it is stopped.

In: what was typed. Out: lines, as they come. Promise: nothing of a line can move the cursor of a
terminal; with --json each is one object.
"""

import asyncio
import contextlib
import signal
from collections.abc import Mapping
from typing import Any

import click
import msgspec

from chappe.cli.typed import Where, hand, sentence
from chappe.hands.reach import tail as tailing
from chappe.hands.shown import CannotDo
from chappe.hands.tail import TailAsked
from chappe.logs import one_line
from chappe.words.lifecycle import State

_TEXT_MOST = 60
_STATES = [state.name for state in State if state]


@click.command()
@click.option("--account", default="", help="Only of this account.")
@click.option("--to", default="", help="Only to this number.")
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice(_STATES),
    help="Only messages that are so.",
)
@hand
def tail(where: Where, account: str, to: str, states: tuple[str, ...]) -> None:
    """Print a line for each message, callback and refusal of a running server."""
    asked = TailAsked(account=account, to=to, states=list(states))
    asyncio.run(_until_stopped(where, asked))


async def _until_stopped(where: Where, asked: TailAsked) -> None:
    """Ctrl-C ends it, and so does whoever started it, however that was: in the background as well,
    where a shell has Ctrl-C ignored."""
    following, loop = asyncio.create_task(_follow(where, asked)), asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, following.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await following


async def _follow(where: Where, asked: TailAsked) -> None:
    try:
        async with contextlib.aclosing(tailing(where.data, asked)) as rows:
            async for row in rows:
                click.echo(msgspec.json.encode(row).decode() if where.json_form else line_of(row))
    except CannotDo as why:
        raise sentence(str(why)) from why


def line_of(row: Mapping[str, Any]) -> str:
    """`16:03:01  message   12  fred  +33639980001  delivered  Bonjour`"""
    match row["what"]:
        case "message":
            why = f" ({row['reason']})" if row["reason"] else ""
            said = [row["message"], row["account"], row["to"], f"{row['state']}{why}", row["text"]]
        case "callback":
            end = f"{row['end']} after {row['ms']} ms"
            said = [row["message"], row["account"], row["to"], end, row["answer"]]
        case "refusal":
            said = [f"{row['api']} {row['action']}", row["account"], row["peer"], row["why"]]
        case _:
            said = [f"{row['count']} more were too many to be shown"]
    words = [one_line(str(word), _TEXT_MOST) for word in said if word != ""]
    return "  ".join([row["at"][11:], f"{row['what']:8}", *words])
