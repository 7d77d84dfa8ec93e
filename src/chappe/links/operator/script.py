"""The simulated operator's mind: what becomes of a part. It knows no socket, no loop and no file.

In: a number, a part's place in its message, the weather. Out: an outcome, the key of FATES, and
what the handset replies. Promise: without weather the number alone decides, and two minds that
get the same parts under the same seeded weather decide alike.
"""

import random
import re
from collections.abc import Hashable, Mapping
from typing import Final, NamedTuple, TypeVar

import msgspec

from chappe.links.contract import Verdict
from chappe.words.lifecycle import Happening, Reason

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

FICTION: Final = 33_639_980_000
"""06 39 98 00 00, the first of the ten thousand numbers that France keeps for fiction."""

FATED: Final = range(FICTION, FICTION + 10_000)
"""The numbers that decide what becomes of a part."""

ORDINARY: Final = 0
"""The outcome of nearly every part: taken, and delivered."""

THROTTLED_MAX: Final = 10_000
LONG_MAX: Final = 1_000
"""How many throttled parts, and half-received long messages, are remembered at a time."""


class Due(NamedTuple):
    """A report that is to come, `after_ms` after the answer but no sooner than any receipt."""

    happening: Happening
    reason: Reason = Reason.none
    after_ms: int = 0


class Fate(NamedTuple):
    """What becomes of a part: the answer to its submit, and what follows if it was taken."""

    reports: tuple[Due, ...] = ()
    verdict: Verdict = Verdict.taken
    reason: Reason = Reason.none
    throttles: int = 0  # answered so this many times; then the part's outcome is ORDINARY
    early: bool = False  # the first report comes before the answer
    last_part: bool = False  # for the last part of a long message; ORDINARY for all others
    reply: str = ""  # what the handset writes back


H, R = Happening, Reason

TEXTS: Final[Mapping[int, Fate]] = {
    ORDINARY: Fate((Due(H.was_delivered),)),
    11: Fate((Due(H.was_undelivered, R.npai),)),
    12: Fate((Due(H.ran_out, R.validity),)),
    13: Fate((Due(H.was_undelivered, R.invalid_operator),)),
    14: Fate((Due(H.was_undelivered, R.network),)),
    15: Fate((Due(H.was_undelivered, R.operator_credit),)),
    16: Fate((Due(H.was_undelivered, R.unrecognised),)),
    17: Fate((Due(H.progressed, R.buffered), Due(H.was_delivered, after_ms=10_000))),
    18: Fate((Due(H.progressed, R.buffered), Due(H.ran_out, R.validity, 10_000))),
    19: Fate((Due(H.was_undelivered, R.deleted),)),
    20: Fate((Due(H.was_undelivered, R.rejected),)),
    21: Fate((Due(H.was_undelivered, R.memory_full),)),
    22: Fate((Due(H.was_undelivered, R.barred),)),
    23: Fate((Due(H.was_undelivered, R.blocked),)),
    24: Fate((Due(H.was_undelivered, R.content),)),
    25: Fate((Due(H.was_undelivered, R.ported),)),
    26: Fate((Due(H.was_undelivered, R.blacklisted),)),
    27: Fate((Due(H.progressed, R.absent), Due(H.was_delivered, after_ms=10_000))),
    28: Fate((Due(H.progressed, R.absent), Due(H.was_undelivered, R.absent, 10_000))),
    29: Fate((Due(H.was_undelivered, R.unknown_network),)),
    30: Fate((Due(H.was_delivered, after_ms=30_000),)),
    31: Fate((Due(H.was_delivered), Due(H.was_delivered))),
    32: Fate((Due(H.was_delivered),), early=True),
    33: Fate(),
    34: Fate(verdict=Verdict.refused, reason=R.rejected),
    35: Fate(verdict=Verdict.later, reason=R.throttled, throttles=3),
    36: Fate(verdict=Verdict.unanswered),
    37: Fate((Due(H.was_undelivered, R.network),), last_part=True),
    40: Fate((Due(H.was_delivered),), reply="STOP"),
    41: Fate((Due(H.was_delivered),), reply="OUI"),
    42: Fate((Due(H.was_delivered),), reply="はい、お願いします"),
}
"""The last two digits of a number -> what becomes of a text to it. What is absent is ORDINARY."""

HEARD: Final = 50

CALLS: Final[Mapping[int, Fate]] = {
    HEARD: Fate((Due(H.was_delivered, R.heard),)),
    51: Fate((Due(H.was_delivered, R.hung_up),)),
    52: Fate((Due(H.was_undelivered, R.busy),)),
    53: Fate((Due(H.was_undelivered, R.no_answer),)),
    54: Fate((Due(H.was_delivered, R.machine),)),
    55: Fate((Due(H.was_undelivered, R.out_of_service),)),
    56: Fate((Due(H.was_undelivered, R.congested),)),
}
"""The last two digits of a number -> what becomes of a call to it. What is absent is HEARD."""

del H, R

FATES: Final[Mapping[int, Fate]] = {**TEXTS, **CALLS}

OPERATORS: Final = (
    *("20801",) * 25,  # Orange
    *("20810",) * 25,  # SFR
    *("20820",) * 25,  # Bouygues
    *("20815",) * 22,  # Free
    "20823",  # Virgin
    "20826",  # NRJ
    "20827",  # Coriolis
)
"""The two digits before the last two -> MCCMNC."""

_NAMED_CODE = re.compile(r"\bSTOP\s*(?:au\s*)?([0-9]{5})\b", re.IGNORECASE)


def fate(number: int, voice: bool = False) -> Fate:
    """What becomes of a text to this number, or of a call."""
    return FATES[outcome_of(number, voice)]


def outcome_of(number: int, voice: bool = False) -> int:
    """The row of the tables that counts for this number."""
    if number not in FATED:
        return HEARD if voice else ORDINARY
    row = (number - FICTION) % 100
    if voice:
        return row if row in CALLS else HEARD
    return row if row in TEXTS else ORDINARY


def operator_of(number: int) -> str:
    """The MCCMNC of a number's operator, or '' where the simulated network knows none."""
    if number in FATED:
        return OPERATORS[(number - FICTION) // 100]
    # Any French mobile outside the range has to be somewhere; most of them are with Orange.
    return OPERATORS[0] if number // 100_000_000 in (336, 337) else ""


def reply_code(words: str, sender: str, text: str) -> str:
    """Where a handset's reply goes: the numeric sender, or for STOP the code the text names."""
    digits = sender.removeprefix("+")
    if digits.isascii() and digits.isdigit():
        return digits
    named = _NAMED_CODE.search(text) if words == "STOP" else None
    return named[1] if named else ""


class Weather(msgspec.Struct, frozen=True):
    """What the network is like for a while. It comes before the rule of the number."""

    rates: Mapping[int, float] = {}
    """Key of TEXTS -> share of all parts it befalls. The rest is left to the number."""
    latency_ms: int = 0
    """By how much answers and reports come later."""
    dead: bool = False
    """Whether the link is down."""
    until: int | None = None
    """The instant from which it is over, or None: until other weather is set."""
    seed: int | None = None

    def __post_init__(self) -> None:
        if unknown := self.rates.keys() - TEXTS.keys():
            raise ValueError(f"no such outcome: {sorted(unknown)}")
        if any(share < 0 for share in self.rates.values()) or sum(self.rates.values()) > 1.000_001:
            raise ValueError("rates are shares of one, and may not add up to more")
        if self.latency_ms < 0:
            raise ValueError("latency_ms may not be negative")


FAIR: Final = Weather()


class Mind:
    """The operator's judgement, and the little it has to remember for it."""

    def __init__(self, seed: int | None = None, weather: Weather = FAIR) -> None:
        self._seed = seed
        self._throttled: dict[tuple[Hashable, int], int] = {}
        self._long: dict[Hashable, dict[int, str]] = {}
        self.set_weather(weather)

    def set_weather(self, weather: Weather) -> None:
        """Let this weather rule from now on."""
        self._weather = weather
        self._chance = random.Random(self._seed if weather.seed is None else weather.seed)

    def weather(self, now: int) -> Weather:
        """The weather that rules now."""
        if self._weather.until is not None and now >= self._weather.until:
            self._weather = FAIR
        return self._weather

    def judge(self, weather: Weather, key: Hashable, number: int, no: int, total: int) -> int:
        """The outcome of part `no` of `total` of the message known as `key`."""
        drawn = self._draw(weather.rates) if weather.rates else None
        outcome = outcome_of(number) if drawn is None else drawn
        if outcome == ORDINARY:
            return ORDINARY
        fate = TEXTS[outcome]
        if fate.last_part and not 1 < no == total:
            return ORDINARY
        return self._throttle(outcome, (key, no)) if fate.throttles else outcome

    def reply(
        self, outcome: int, key: Hashable, no: int, total: int, sender: str, text: str
    ) -> tuple[str, str] | None:
        """The code and text of a handset's reply, once it has the last missing part."""
        words = FATES[outcome].reply
        if not words:
            return None
        if total > 1:
            parts = self._long.setdefault(key, {})
            parts[no] = text
            if len(parts) < total:
                _forget_oldest(self._long, LONG_MAX)
                return None
            del self._long[key]
            text = "".join(parts[place] for place in sorted(parts))
        code = reply_code(words, sender, text)
        return (code, words) if code else None

    def _draw(self, rates: Mapping[int, float]) -> int | None:
        rest = self._chance.random()
        for outcome, share in rates.items():
            rest -= share
            if rest < 0:
                return outcome
        return None

    def _throttle(self, outcome: int, part: tuple[Hashable, int]) -> int:
        times = self._throttled.pop(part, 0)
        if times >= TEXTS[outcome].throttles:
            return ORDINARY
        self._throttled[part] = times + 1
        _forget_oldest(self._throttled, THROTTLED_MAX)
        return outcome


def _forget_oldest(kept: dict[Key, Value], most: int) -> None:
    if len(kept) > most:
        del kept[next(iter(kept))]
