"""A link's rate, shared out between cells.

In: who has how much to send, by links. Out: how many messages each cell may send in a step.
Promise: in no step do all cells together send more than a link's rate: a share that falls does so
before another one grows, and the share of a cell that is dead is held until its lease is over.
"""

from collections.abc import Mapping, Sequence

from bench.cells.capacity import LEASE_STEPS, STEP_S, STEPS_S

_FLOOR = 0.01  # of a link's rate, for a cell that has nothing to send yet


class LinkShares:
    """The shares of all links: `rates` in messages a second."""

    def __init__(self, rates: Sequence[float], cells: int) -> None:
        self._rates = rates
        self._cells = cells
        self._shares = [[rate / cells] * cells for rate in rates]
        self._wanted = [[*row] for row in self._shares]
        self._left = [[0.0] * cells for _ in rates]
        self._seen = [0] * cells  # when a cell last said that it lives

    def room(self, cell: int) -> list[int]:
        """How many messages a cell may send in this step, by links; called once a step."""
        found = []
        for link, shares in enumerate(self._shares):
            whole = int(self._left[link][cell] + shares[cell] * STEP_S)
            self._left[link][cell] += shares[cell] * STEP_S - whole
            found.append(whole)
        return found

    def agree(self, step: int, demands: Mapping[int, Sequence[int]]) -> None:
        """What the living want, by cells. Once a second it is shared out anew."""
        for cell in demands:
            self._seen[cell] = step
        if step % STEPS_S == 0:
            held = [cell for cell in range(self._cells) if step - self._seen[cell] < LEASE_STEPS]
            for link, rate in enumerate(self._rates):
                self._lower(link, rate, held, demands)
        elif step % STEPS_S == 1:
            self._shares = [[*row] for row in self._wanted]

    def _lower(
        self, link: int, rate: float, held: Sequence[int], demands: Mapping[int, Sequence[int]]
    ) -> None:
        """New shares; those that are smaller hold at once."""
        now = self._shares[link]
        quiet = sum([now[cell] for cell in held if cell not in demands])
        living = [cell for cell in held if cell in demands]
        floor = rate * _FLOOR
        free = rate - quiet - floor * len(living)
        total = sum([demands[cell][link] for cell in living])
        wanted = [0.0] * self._cells
        for cell in held:
            if cell not in demands:
                wanted[cell] = now[cell]
            else:
                part = demands[cell][link] / total if total else 1 / len(living)
                wanted[cell] = floor + free * part
        self._wanted[link] = wanted
        self._shares[link] = [min(pair) for pair in zip(now, wanted, strict=True)]
