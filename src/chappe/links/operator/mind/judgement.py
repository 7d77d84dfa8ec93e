"""The simulated operator's judgement: what becomes of a part. It knows no socket, no loop, no file.

In: a number, a part's place in its message, the weather. Out: an outcome, the key of COURSES, and
what the handset replies. Promise: without weather the number alone decides, and two minds that
get the same parts under the same seeded weather decide alike.
"""

import random
from collections.abc import Hashable, Mapping
from typing import Final, TypeVar

import msgspec

from chappe.links.operator.mind.courses import COURSES, ORDINARY, TEXTS, outcome_of, reply_code

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

THROTTLED_MAX: Final = 10_000
LONG_MAX: Final = 1_000
"""How many throttled parts, and half-received long messages, are remembered at a time."""


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
        course = TEXTS[outcome]
        if course.last_part and not 1 < no == total:
            return ORDINARY
        return self._throttle(outcome, (key, no)) if course.throttles else outcome

    def reply(
        self, outcome: int, key: Hashable, no: int, total: int, sender: str, text: str
    ) -> tuple[str, str] | None:
        """The code and text of a handset's reply, once it has the last missing part."""
        words = COURSES[outcome].reply
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
