"""Times as people type them in the console.

In: `2026-11-01`, `2026-11-01 14:30`, `today`, `yesterday`, or how long ago: `30m`, `24h`, `7d`.
Out: an instant; None where it is none. Promise: by Paris time.
"""

import re
from collections.abc import Mapping
from typing import Final

from chappe.hands.shown import CannotDo
from chappe.hands.when import instant_of
from chappe.words import paris
from chappe.words.clock import DAY, HOUR, MINUTE

_AGO = re.compile(r"([1-9][0-9]{0,3})([mhd])", re.ASCII)
_UNITS: Mapping[str, int] = {"m": MINUTE, "h": HOUR, "d": DAY}

NO_TIME: Final = "{value} is no time such as 2026-11-01, 2026-11-01 14:30, today or 24h."
HINT: Final = "2026-11-01, 2026-11-01 14:30, today or 24h"

FRENCH: Final = {
    NO_TIME: "{value} n’est pas une date comme 2026-11-01, 2026-11-01 14:30, today ou 24h.",
    HINT: "2026-11-01, 2026-11-01 14:30, today (aujourd’hui) ou 24h",
}


def time_of(text: str, now: int) -> int | None:
    """The instant that is meant."""
    word = text.strip().lower()
    if found := _AGO.fullmatch(word):
        return now - int(found[1]) * _UNITS[found[2]]
    if word in ("today", "yesterday"):
        return paris.at(paris.day(now) - (word == "yesterday"), 0)
    try:
        return instant_of(text)
    except CannotDo:
        return None
