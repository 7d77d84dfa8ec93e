"""Pauses between two connects to a centre.

In: chance. Out: milliseconds. Promise: a centre that refuses sees six connects in the first minute
and then one a minute at the most; no two links keep step.
"""

import random
from typing import Final

from chappe.words.clock import MINUTE, SECOND

GROWING: Final = tuple(seconds * SECOND for seconds in (1, 2, 4, 8, 16, 32))
_MORE: Final = 0.25  # by so much a pause is longer by chance; the longest is shorter instead


class Pauses:
    """The pauses of one bind."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._tries = 0

    def next_ms(self) -> float:
        """How long to wait now; it grows from one call to the next."""
        tried, self._tries = self._tries, self._tries + 1
        share = self._chance.random() * _MORE
        if tried < len(GROWING):
            return GROWING[tried] * (1 + share)
        return MINUTE * (1 - share)

    def reset(self) -> None:
        """It went well: begin anew."""
        self._tries = 0
