"""Who sends how much: accounts with shares of the load that differ by Zipf's law.

In: how many accounts, how much in all, a seed. Out: accounts, and what they ask in a step. Promise:
the same seed gives the same load.
"""

import random
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bench.cells.capacity import STEP_S

_ROWS_MOVED = 2_000  # of an account that sends little: its book, its lists, its keys
_ROWS_MOVED_EACH = 20  # for each message a second: what its customers' numbers bring
_NOISE = 0.5  # a step brings between half and one and a half of what it brings on average


class Sender(NamedTuple):
    """An account, as far as its load goes."""

    account: int
    rate: float  # messages a second
    link: int
    rows: int  # that move with it


class Lot(NamedTuple):
    """Requests that an account first made in one step: so many from one of them on."""

    account: int
    asked: int  # the step
    first: int
    size: int


def senders(count: int, rate: float, links: int, exponent: float = 1.0) -> list[Sender]:
    """The first has most: with 500 accounts and an exponent of 1, a seventh of all."""
    weights = [1 / (rank + 1) ** exponent for rank in range(count)]
    return _of_weights(weights, rate, links)


def with_one_giant(count: int, rate: float, links: int, share: float) -> list[Sender]:
    """The first has this share of everything."""
    weights = [1 / (rank + 1) for rank in range(count - 1)]
    giant = sum(weights) * share / (1 - share)
    return _of_weights([giant, *weights], rate, links)


def split(giant: Sender, parts: int, first: int) -> list[Sender]:
    """Several accounts in place of one, numbered from `first` on."""
    return [
        Sender(first + part, giant.rate / parts, giant.link, giant.rows // parts)
        for part in range(parts)
    ]


def _of_weights(weights: Sequence[float], rate: float, links: int) -> list[Sender]:
    total = sum(weights)
    found = []
    for account, weight in enumerate(weights):
        own = rate * weight / total
        # By its own number, so that large and small accounts use all links.
        link = random.Random(account).randrange(links)
        found.append(Sender(account, own, link, _ROWS_MOVED + int(own * _ROWS_MOVED_EACH)))
    return found


class Demand:
    """What comes in each step. Whole messages: what is left over comes later."""

    def __init__(self, known: Sequence[Sender], seed: int) -> None:
        # By links, so that what goes the same way comes together.
        self._known = sorted(known, key=lambda one: (one.link, one.account))
        self._random = random.Random(seed)
        self._left = dict.fromkeys([one.account for one in known], 0.0)

    def lots(self, step: int) -> Iterator[Lot]:
        for one in self._known:
            noise = 1 - _NOISE + 2 * _NOISE * self._random.random()
            wanted = self._left[one.account] + one.rate * STEP_S * noise
            count = int(wanted)
            self._left[one.account] = wanted - count
            if count:
                yield Lot(one.account, step, 0, count)
