"""`chappe callbacks ...`: what customers were told, and telling it again.

In: what was typed. Out: what the hand shows. Promise: many are told again at a pace, and only with
--yes; Ctrl-C ends that between two steps and says where to go on.
"""

import asyncio
import signal
from typing import Literal, NamedTuple, cast

import click
import msgspec

from chappe.cli.typed import Where, by_hands, do, hand, show
from chappe.hands import callbacks as hands
from chappe.hands.reach import Hold
from chappe.hands.replays import RATE_MOST, ReplayStretch
from chappe.hands.shown import CannotDo, Shown

_Ends = Literal["", "owed", "heard", "given-up", "unwanted"]
_Over = Literal["", "heard", "given-up"]
_RATE = 50
_SAID_S = 5.0  # how often it is said how far it came


@click.group()
def callbacks() -> None:
    """Callbacks: what customers were told, and telling it again."""


@callbacks.command("list")
@click.argument("login")
@click.option("--message", "ident", type=int, default=0, help="Of this message alone.")
@click.option(
    "--only", type=click.Choice(["owed", "heard", "given-up", "unwanted"]), help="Of this end."
)
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
@hand
def list_callbacks(where: Where, login: str, ident: int, only: str | None, limit: int) -> None:
    """An account's newest callbacks, with every try that was missed."""
    wanted = cast(_Ends, only or "")
    asked = hands.CallbackList(login=login, message=ident, only=wanted, limit=limit)
    do(where, "callbacks list", asked)


@callbacks.command("replay")
@click.argument("ident", metavar="[MESSAGE]", type=int, required=False)
@click.argument("seq", type=click.IntRange(min=1), required=False)
@click.option("--account", "login", default="", help="All that this account was told, by time.")
@click.option("--since", default="", help="What befell from this time on: '2026-11-01 08:00'.")
@click.option("--until", default="", help="What befell before this time; else: until now.")
@click.option("--only", type=click.Choice(["heard", "given-up"]), help="Of this end; else both.")
@click.option(
    "--rate", type=click.IntRange(1, RATE_MOST), default=_RATE, show_default=True, help="A second."
)
@click.option("--after", default="", help="Go on with a run that was cut off.")
@click.option("--yes", is_flag=True, help="Do it; else it is only counted.")
@hand
def replay_callbacks(
    where: Where, ident: int | None, seq: int | None, rate: int, yes: bool, **typed: str | None
) -> None:
    """Tell all of a message's news once more, or the one with this SEQ; or, with --account, what
    befell in some time and was heard or given up."""
    login, since, only = typed["login"] or "", typed["since"] or "", typed["only"]
    if (ident is None) is not bool(login):
        raise click.UsageError("Name a MESSAGE, or an --account with --since.")
    if ident is not None:
        if since or typed["until"] or only or typed["after"]:
            raise click.UsageError("A MESSAGE is told again as a whole, or by its SEQ.")
        do(where, "callbacks replay", hands.Replay(message=ident, seq=seq or 0))
        return
    if not since:
        raise click.UsageError("Give --since.")
    asked = ReplayStretch(
        login=login,
        since=since,
        until=typed["until"] or "",
        only=cast(_Over, only or ""),
        after=typed["after"] or "",
        most=rate,
        rate=rate,
    )
    work = _replay if yes else _count
    show(where, by_hands(where, lambda hold: work(hold, asked)))


async def _count(hold: Hold, asked: ReplayStretch) -> Shown:
    heard, given_up, _ = await _counted(hold, asked)
    total = heard + given_up
    said = f"{total} callbacks would be told again, {heard} that were heard and {given_up} that "
    said += f"were given up: {_lasting(total, asked.rate)}. Do it with --yes."
    shown = {"account": asked.login, "heard": heard, "given_up": given_up}
    return Shown(shown, said if total else "Nothing would be told again.")


class _Total(NamedTuple):
    heard: int
    given_up: int
    begin: str  # the cursor that the run begins with


async def _counted(hold: Hold, asked: ReplayStretch) -> _Total:
    heard = given_up = 0
    begin = ""
    while True:
        found = (await hold.do("callbacks count", asked)).value
        heard, given_up = heard + found["heard"], given_up + found["given_up"]
        begin = begin or found["here"]
        if not found["after"]:
            return _Total(heard, given_up, begin)
        asked = msgspec.structs.replace(asked, after=found["after"])


def _lasting(count: int, rate: int) -> str:
    minutes, seconds = divmod(-(-count // rate), 60)
    return f"{rate} a second, that is {minutes} min {seconds} s"


async def _replay(hold: Hold, asked: ReplayStretch) -> Shown:
    heard, given_up, begin = await _counted(hold, asked)
    total = heard + given_up
    click.echo(
        f"{total} are told again, {_lasting(total, asked.rate)}. Ctrl-C stops it. If it is cut "
        f"off, go on with --after {begin}",
        err=True,
    )
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, stop.set)
    asked = msgspec.structs.replace(asked, after=begin)
    started = said = loop.time()
    count = 0
    while asked.after and not stop.is_set():
        try:
            done = (await hold.do("callbacks replay some", asked)).value
        except CannotDo as why:
            raise CannotDo(f"{why} {_how_far(count, total, asked.after)}") from why
        count += done["replayed"]
        asked = msgspec.structs.replace(asked, after=done["after"], begin=done["next_at"])
        if asked.after and not hold.is_alone:
            await _rest(stop, started + count / asked.rate - loop.time())
        if asked.after and loop.time() - said >= _SAID_S:
            said = loop.time()
            click.echo(_how_far(count, total, asked.after), err=True)
    shown = {"account": asked.login, "replayed": count, "after": asked.after}
    if asked.after:
        return Shown(shown, f"Stopped. {_how_far(count, total, asked.after)}")
    when = " when the server starts" if hold.is_alone else ""
    return Shown(shown, f"{count} callbacks are owed again; they are told{when or ' now'}.")


def _how_far(count: int, total: int, after: str) -> str:
    return f"{count} of {total} are owed again; go on with --after {after}"


async def _rest(stop: asyncio.Event, seconds: float) -> None:
    """Until it is time for the next ones, or nobody wants them any more."""
    try:
        await asyncio.wait_for(stop.wait(), max(0.0, seconds))
    except TimeoutError:
        return
