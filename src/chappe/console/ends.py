"""How callbacks ended, in a word and a colour; and what they tell of.

In: an end, an event. Out: a badge, a word.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from markupsafe import Markup

from chappe.console.tongue import Tongue
from chappe.store.told import GIVEN_UP, HEARD, OWED, UNWANTED
from chappe.words.lifecycle import Event


class _Look(NamedTuple):
    name: str  # in addresses
    word: str
    tone: str


ENDS: Final[Mapping[int, _Look]] = {
    OWED: _Look("owed", "owed", "waits"),
    HEARD: _Look("heard", "heard", "good"),
    GIVEN_UP: _Look("given-up", "given up", "bad"),
    UNWANTED: _Look("unwanted", "unwanted", "odd"),
}
MISSED: Final = _Look("missed", "missed", "bad")

_EVENTS: Final[Mapping[Event, str]] = {
    Event.created: "acceptance",
    Event.sent: "departure",
    Event.passing: "passing state",
    Event.final: "end state",
    Event.silent: "silence",
    Event.late: "late end state",
    Event.reply: "reply",
    Event.stop: "STOP",
    Event.click: "click",
}

FRENCH: Final = {
    "owed": "dû",
    "heard": "entendu",
    "given up": "abandonné",
    "unwanted": "non souhaité",
    "missed": "manqué",
    "acceptance": "acceptation",
    "departure": "départ",
    "passing state": "état passager",
    "end state": "état final",
    "silence": "silence",
    "late end state": "état final tardif",
    "reply": "réponse",
    "STOP": "STOP",
    "click": "clic",
}

_BADGE: Final = Markup('<span class="badge {tone}">{word}</span>')


def end_badge(say: Tongue, end: int) -> Markup:
    """How a callback stands."""
    look = ENDS[end]
    return _BADGE.format(tone=look.tone, word=say(look.word))


def missed_badge(say: Tongue) -> Markup:
    """A try that was not heard."""
    return _BADGE.format(tone=MISSED.tone, word=say(MISSED.word))


def event_word(say: Tongue, event: int) -> str:
    """What a callback tells of."""
    return ", ".join(say(word) for one, word in _EVENTS.items() if one & event)
