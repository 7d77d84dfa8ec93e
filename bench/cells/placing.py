"""Which cell an account is in: written down, not computed.

In: accounts and cells. Out: account -> cell. A rule such as rendezvous hashing needs no map, but
knows nothing of how much anybody sends, and every cell that is added moves accounts. A map is small
(an account a row), so the heaviest are put where most room is, and nothing moves by itself.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from bench.cells.capacity import MESSAGES_S
from bench.cells.load import Sender


class Plan(NamedTuple):
    """How many cells, and how full the fullest of them is."""

    cells: int
    by_rule: float
    by_map: float


def by_rule(known: Sequence[Sender], cells: int) -> dict[int, int]:
    """Rendezvous: the cell that has the highest digest with the account."""
    return {
        one.account: max(range(cells), key=lambda cell: _digest(one.account, cell)) for one in known
    }


def _digest(account: int, cell: int) -> bytes:
    return hashlib.blake2b(f"{account}/{cell}".encode(), digest_size=8).digest()


def by_map(known: Sequence[Sender], cells: int) -> dict[int, int]:
    """The heaviest first, each into the emptiest cell."""
    loads = [0.0] * cells
    found = {}
    for one in sorted(known, key=lambda one: (-one.rate, one.account)):
        cell = min(range(cells), key=lambda cell: (loads[cell], cell))
        loads[cell] += one.rate
        found[one.account] = cell
    return found


def fullest(known: Sequence[Sender], placed: Mapping[int, int]) -> float:
    """The fullest cell's load over what a cell takes."""
    loads: dict[int, float] = {}
    for one in known:
        cell = placed[one.account]
        loads[cell] = loads.get(cell, 0.0) + one.rate
    return max(loads.values()) / MESSAGES_S


def plans(known: Sequence[Sender], most: int) -> list[Plan]:
    """From one cell up to `most`."""
    return [
        Plan(
            cells,
            fullest(known, by_rule(known, cells)),
            fullest(known, by_map(known, cells)),
        )
        for cells in range(1, most + 1)
    ]


def needed(known: Sequence[Sender], share: float, most: int) -> int:
    """The fewest cells of which none is fuller than `share`; 0: not even `most` are enough, since
    one account alone fills more of a cell."""
    return next((plan.cells for plan in plans(known, most) if plan.by_map <= share), 0)
