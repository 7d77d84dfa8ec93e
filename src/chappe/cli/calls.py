"""`chappe call ...`: list, play, take, decline, close; by-hand and by-itself.

In: what was typed. Out: what the hand shows; of `play`, octets on stdout. Promise: a recording is
never written to a terminal.
"""

import sys
from pathlib import Path

import click

from chappe.cli.typed import Where, do, done, hand, sentence
from chappe.hands import calls as hands
from chappe.words.calls import Gesture

_call = click.argument("call", type=click.IntRange(min=1))
_whose = click.option("--account", "login", default="", help="Else: of every account.")
_phones = click.argument("phones", metavar="NUMBER...", nargs=-1, required=True)


@click.group()
def call() -> None:
    """Voice calls to the handsets of the simulated network."""


@call.command("list")
@_whose
@hand
def listing(where: Where, login: str) -> None:
    """The calls that are under way, and the handsets that are answered by hand."""
    do(where, "call list", hands.CallList(login=login))


@call.command()
@_call
@_whose
@hand
def play(where: Where, call: int, login: str) -> None:
    """Write what is said in a call to stdout, as a WAV: `chappe call play 12 > call.wav`. CALL is
    the number of its message, whether it is over or not; nothing of it changes."""
    if sys.stdout.isatty():
        raise sentence("A recording is nothing for a terminal: write `> call.wav` behind it.")
    shown = done(where, "call play", hands.OneCall(call=call, login=login))
    try:
        wav = Path(shown.value["path"]).read_bytes()
    except OSError as fault:
        raise sentence(f"The recording can't be read: {fault.strerror}.") from fault
    sys.stdout.buffer.write(wav)


def _answer(where: Where, call: int, login: str, gesture: Gesture) -> None:
    do(where, "call answer", hands.CallAnswer(call=call, login=login, gesture=gesture))


@call.command()
@_call
@_whose
@hand
def take(where: Where, call: int, login: str) -> None:
    """Take a call that rings; it lasts as long as what is said, unless it is closed."""
    _answer(where, call, login, Gesture.take)


@call.command()
@_call
@_whose
@hand
def decline(where: Where, call: int, login: str) -> None:
    """Decline a call that rings: busy."""
    _answer(where, call, login, Gesture.decline)


@call.command()
@_call
@_whose
@hand
def close(where: Where, call: int, login: str) -> None:
    """Hang up before the end of a call that was taken."""
    _answer(where, call, login, Gesture.close)


@call.command("by-hand")
@_phones
@hand
def by_hand(where: Where, phones: tuple[str, ...]) -> None:
    """Let handsets ring, from their next call on, until somebody takes the call."""
    for number in phones:
        do(where, "call handset", hands.HandsetSetting(number=number, by_hand=True))


@call.command("by-itself")
@_phones
@hand
def by_itself(where: Where, phones: tuple[str, ...]) -> None:
    """Let handsets answer as their numbers say, as all do at first."""
    for number in phones:
        do(where, "call handset", hands.HandsetSetting(number=number, by_hand=False))
