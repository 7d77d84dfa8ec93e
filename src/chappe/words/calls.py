"""Calls: what is said in one, how one stands, and what becomes of a message when nobody took it.

In: how a letter is spoken; what was missed so far, and what happened now. Out: text for the store,
and how often and when it is called again. Promise: a call that nobody took, for a reason that may
pass, is made again as often as its letter says, and no more often.
"""

import json
from enum import StrEnum, auto
from pathlib import Path
from typing import NamedTuple

from chappe.words.clock import MINUTE
from chappe.words.lifecycle import Happening, Reason
from chappe.words.order import Speech

MISSED = frozenset({Reason.busy, Reason.no_answer, Reason.congested})
"""Why nobody took a call that somebody may take later."""

_ONE = "x"


class Gesture(StrEnum):
    """What somebody does by hand with a handset that rings, or whose call was taken."""

    take = auto()
    decline = auto()
    close = auto()


class OnCall(NamedTuple):
    """A call that is under way."""

    message: int
    number: int
    placed_at: int
    taken_at: int  # from then on somebody listens; where nobody will, it is when it ends
    ends_at: int  # unless somebody does something
    by_hand: bool


class CannotSpeak(Exception):
    """Why a text can't be spoken: one clear sentence."""


class Recording(NamedTuple):
    """What was spoken: a WAV, and how long it lasts."""

    path: Path
    ms: int


def write_speech(speech: Speech | None) -> str:
    """As the store keeps it: '' where there is none."""
    return "" if speech is None else json.dumps(speech)


def read_speech(text: str) -> Speech | None:
    if not text:
        return None
    title, language, again_min = json.loads(text)
    return Speech(title, language, tuple(again_min))


def after_call(
    speech: str, missed: str, happening: Happening, reason: Reason
) -> tuple[Happening, str]:
    """What a report of a call comes to, and a letter for each call that was missed so far."""
    if happening is not Happening.was_undelivered or reason not in MISSED:
        return happening, missed
    said = read_speech(speech)
    if said is None or len(missed) >= len(said.again_min):
        return happening, missed
    return Happening.missed, missed + _ONE


def wait_ms(speech: str, missed: str) -> int:
    """How long after the last of the missed calls the next one is made."""
    said = read_speech(speech)
    return 0 if said is None else said.again_min[len(missed) - 1] * MINUTE
